/** The sessions of the node: listed in pages, looked at, forgotten. */
import type { JsonSchema } from '../../kernel/json-schema.js';
import { SESSION_KINDS } from '../../runtime/session-mark.js';
import type { Session } from '../sessions/session-book.js';
import type { SessionDesk } from '../sessions/session-desk.js';
import type { OperationParts } from './node-services.js';
import { AdminError, type AdminOperation } from './operation.js';

const SESSIONS_DEFAULT = 100;
const SESSIONS_MAX = 1_000;
const NAME_CHARS_MAX = 512;

const count = (description: string): JsonSchema => ({ type: 'integer', minimum: 0, description });
const text = (description: string): JsonSchema => ({ type: 'string', description });
const name = (description: string): JsonSchema => ({ ...text(description), minLength: 1, maxLength: NAME_CHARS_MAX });

function objectOf(properties: { readonly [name: string]: JsonSchema }): JsonSchema {
  return { type: 'object', additionalProperties: false, required: Object.keys(properties), properties };
}

const sessionSchema = objectOf({
  id: text('What it was told by, a colon, and its name.'),
  identified_by: { enum: [...SESSION_KINDS], description: 'What it was told by.' },
  name: text('Its name, as the client gave it.'),
  provider: text('Of its last request.'),
  model: { type: ['string', 'null'], description: 'That answered last; null before the first answer.' },
  turns: count('Requests that were answered.'),
  errors: count('Requests that got an error, or were not answered to the end.'),
  context_tokens: count('Prompt and completion of the last turn.'),
  total_tokens: count('Prompts and completions of all turns.'),
  created_at: text('When its first request ended: RFC 3339, in UTC.'),
  last_used_at: text('When its last request ended.'),
  expires_at: text('When it is forgotten unless it is used.'),
});

const totals = {
  created: count('Sessions that began since the start of the node.'),
  evicted: count('Those of them that made room for others.'),
  expired: count('Those of them that were unused for simulation.sessions.session_ttl_secs.'),
  deleted: count('Those of them that were deleted.'),
};

const pageSchema = objectOf({
  sessions: { type: 'array', items: sessionSchema },
  total: count('Sessions that are kept, whether they fit the filters or not.'),
  ...totals,
  next_cursor: { type: ['string', 'null'], description: 'Goes on where this page ends; null at the end.' },
});

const query = {
  limit: {
    type: 'integer',
    minimum: 1,
    maximum: SESSIONS_MAX,
    default: SESSIONS_DEFAULT,
    description: 'Sessions of a page.',
  },
  cursor: {
    type: 'string',
    pattern: '^s\\d{1,15}$',
    title: 'the next_cursor of a page',
    description: 'Goes on where a page ended.',
  },
  id: name('With this identifier, or this name.'),
  provider: name('Whose last request was in this provider’s words.'),
  model: name('That this model of the configuration answered last.'),
} as const satisfies { readonly [name: string]: JsonSchema };

const unanswered = { status: 503, code: 'process_not_answering', when: 'An acceptor process does not answer.' };
const disabled = { status: 404, code: 'sessions_disabled', when: '`simulation.sessions.enabled` is false.' };
const unknown = { status: 404, code: 'unknown_session', when: 'There is no such session (any more).' };
const parameters = { id: 'The identifier, percent-encoded: `header:abc`.' };

export function sessionOperations(parts: Pick<OperationParts, 'sessions'>): AdminOperation[] {
  const ask = <Result>(question: (sessions: SessionDesk) => Promise<Result>) => answered(parts.sessions, question);
  return [
    {
      method: 'GET',
      path: '/admin/sessions',
      summary: 'The sessions of the node, in the order in which they began',
      query,
      reply: pageSchema,
      failures: [disabled, unanswered],
      answer: async ({ query: given }) => {
        const after = numberOf(given.get('cursor'));
        const filter = Object.fromEntries(['id', 'provider', 'model'].map((key) => [key, given.get(key) ?? undefined]));
        const limit = Number(given.get('limit') ?? SESSIONS_DEFAULT);
        const { more, sessions, totals } = await ask((desk) => desk.page(filter, after, limit));
        const { sessions: total, ...counts } = totals;
        const last = sessions.at(-1)?.number;
        const next_cursor = more ? `s${last}` : null;
        const shown = sessions.map((session) => documentOf(session, parts.sessions.ttlMs));
        return { status: 200, document: { sessions: shown, total, ...counts, next_cursor } };
      },
    },
    {
      method: 'DELETE',
      path: '/admin/sessions',
      summary: 'Forgets all sessions',
      reply: objectOf({ deleted: count('How many there were.') }),
      failures: [disabled, unanswered],
      answer: async () => ({ status: 200, document: { deleted: await ask((desk) => desk.clear()) } }),
    },
    {
      method: 'GET',
      path: '/admin/sessions/:id',
      summary: 'One session',
      parameters,
      reply: sessionSchema,
      failures: [disabled, unknown, unanswered],
      answer: async ({ parameters: { id } }) => {
        const session = await ask((desk) => desk.get(id));
        if (session === undefined) throw noSession(id);
        return { status: 200, document: documentOf(session, parts.sessions.ttlMs) };
      },
    },
    {
      method: 'DELETE',
      path: '/admin/sessions/:id',
      summary: 'Forgets one session',
      parameters,
      reply: objectOf({ deleted: count('1.') }),
      failures: [disabled, unknown, unanswered],
      answer: async ({ parameters: { id } }) => {
        if (!(await ask((desk) => desk.delete(id)))) throw noSession(id);
        return { status: 200, document: { deleted: 1 } };
      },
    },
  ];
}

async function answered<Result>(
  sessions: SessionDesk,
  question: (sessions: SessionDesk) => Promise<Result>,
): Promise<Result> {
  if (!sessions.enabled)
    throw new AdminError(404, 'sessions_disabled', 'No sessions are kept: see simulation.sessions.enabled.');
  return question(sessions).catch((cause: Error) => {
    throw new AdminError(503, 'process_not_answering', `The sessions cannot be told: ${cause.message}.`);
  });
}

function noSession(id: string): AdminError {
  return new AdminError(404, 'unknown_session', `There is no session ${JSON.stringify(id)}.`, { param: 'id' });
}

/** Expects what the query's schema has let through. */
const numberOf = (cursor: string | null): number => Number(cursor?.slice(1) ?? 0);

function documentOf(session: Session, ttlMs: number): object {
  const { contextTokens, created, errors, id, kind, model, name, provider, totalTokens, turns, used } = session;
  return {
    id,
    identified_by: kind,
    name,
    provider,
    model,
    turns,
    errors,
    context_tokens: contextTokens,
    total_tokens: totalTokens,
    created_at: new Date(created.wallMs).toISOString(),
    last_used_at: new Date(used.wallMs).toISOString(),
    expires_at: new Date(used.wallMs + ttlMs).toISOString(),
  };
}
