/** The journal of requests over all processes: read in pages, followed, cleared. */
import { suggestChoice } from '../../config/suggestions.js';
import { faultKinds } from '../../faults/registry.js';
import type { JsonSchema } from '../../kernel/json-schema.js';
import { LIMIT_DIMENSIONS } from '../../limits/limit-book.js';
import { endpoints, providers } from '../../providers/registry.js';
import { CURSOR_CHARS_MAX, cursorText, type JournalCursor, parseCursor } from '../journal/journal-cursor.js';
import type { JournalPage } from '../journal/journal-listing.js';
import type { JournalFilter, JournalOrder, JournalPoint } from '../journal/journal-question.js';
import { type JournalOutcome, type JournalResult, OUTCOMES, RESULTS } from '../journal/journal-row.js';
import { journalPageSchema } from '../journal/journal-schema.js';
import { invalid } from './call-check.js';
import type { OperationParts } from './node-services.js';
import { type AdminCall, AdminError, type AdminOperation } from './operation.js';

const ENTRIES_DEFAULT = 100;
const ENTRIES_MAX = 1_000;
const NAME_CHARS_MAX = 512;

const name = (description: string): JsonSchema => ({
  type: 'string',
  minLength: 1,
  maxLength: NAME_CHARS_MAX,
  description,
});
const point = (description: string): JsonSchema => ({
  type: 'string',
  pattern: '^(\\d{1,15}|\\d{4}-\\d{2}-\\d{2}T.+)$',
  title: 'an RFC 3339 time or a sequence number',
  maxLength: 64,
  description,
});

const query = {
  limit: {
    type: 'integer',
    minimum: 1,
    maximum: ENTRIES_MAX,
    default: ENTRIES_DEFAULT,
    description: 'Entries of a page.',
  },
  order: {
    type: 'string',
    enum: ['newest', 'oldest'],
    default: 'newest',
    description: 'Which entries come first. A cursor brings its own order.',
  },
  cursor: {
    type: 'string',
    minLength: 1,
    maxLength: CURSOR_CHARS_MAX,
    description: 'Goes on where a page ended: its `next_cursor`, or its `tail_cursor` for what came since.',
  },
  process: { type: 'integer', minimum: 0, description: 'Of this acceptor process.' },
  provider: {
    type: 'string',
    enum: providers.map((provider) => provider.name),
    description: 'In this provider’s words.',
  },
  endpoint: name('At the endpoint of this name.'),
  model: name('Answered by this model of the configuration.'),
  status: {
    type: 'string',
    pattern: '^[1-5](\\d\\d|xx)$',
    title: 'a status such as 404, or a class such as 4xx',
    description: 'With this status.',
  },
  outcome: { type: 'string', enum: [...OUTCOMES], description: 'That ended like this.' },
  result: { type: 'string', enum: [...RESULTS], description: 'That are counted as this.' },
  fault: {
    type: 'string',
    enum: ['any', 'none', ...faultKinds.map((kind) => kind.name)],
    description: 'In which a fault of this kind fired; `any` for every kind, `none` for none.',
  },
  request_id: name('With this `x-llm-sim-request-id`.'),
  session: name('Of this session.'),
  limited_by: { type: 'string', enum: [...LIMIT_DIMENSIONS], description: 'That this rate limit refused.' },
  since: point('That arrived at this time or later, or have this number or a higher one in their process.'),
  until: point('That arrived before this time, or have a lower number in their process.'),
} as const satisfies { readonly [name: string]: JsonSchema };

const clearedSchema: JsonSchema = {
  type: 'object',
  required: ['cleared'],
  properties: { cleared: { type: 'integer', minimum: 0, description: 'Entries that were forgotten.' } },
};

export function journalOperations(parts: Pick<OperationParts, 'journal'>): AdminOperation[] {
  const failures = [
    { status: 404, code: 'journal_disabled', when: '`telemetry.journal.enabled` is false.' },
    { status: 503, code: 'process_not_answering', when: 'An acceptor process does not answer.' },
  ];
  return [
    {
      method: 'GET',
      path: '/admin/journal',
      summary: 'What was planned and what happened, per request, over all processes',
      description:
        'The last requests that ended, the newest first. What is given of the filters has to fit all together.',
      query,
      reply: journalPageSchema,
      failures,
      answer: async (call) => {
        const cursor = cursorOf(call);
        const order = cursor?.order ?? ((call.query.get('order') ?? 'newest') as JournalOrder);
        const entriesMax = Number(call.query.get('limit') ?? ENTRIES_DEFAULT);
        const listing = { cursor, order, entriesMax, filter: filterOf(call) };
        const page = await answered(parts, (journal) => journal.list(listing));
        return { status: 200, document: documentOf(page) };
      },
    },
    {
      method: 'DELETE',
      path: '/admin/journal',
      summary: 'Forget all entries of the journal',
      reply: clearedSchema,
      failures,
      answer: async () => ({
        status: 200,
        document: { cleared: await answered(parts, (journal) => journal.clear()) },
      }),
    },
  ];
}

async function answered<Result>(
  { journal }: Pick<OperationParts, 'journal'>,
  ask: (journal: OperationParts['journal']) => Promise<Result>,
): Promise<Result> {
  if (!journal.enabled)
    throw new AdminError(404, 'journal_disabled', 'No journal is kept: see telemetry.journal.enabled.');
  return ask(journal).catch((cause: Error) => {
    throw new AdminError(503, 'process_not_answering', `The journal cannot be put together: ${cause.message}.`);
  });
}

function cursorOf({ query: given }: AdminCall): JournalCursor | undefined {
  const text = given.get('cursor');
  if (text === null) return undefined;
  const cursor = parseCursor(text);
  if (cursor !== undefined) return cursor;
  throw invalid('invalid_query', 'The query', [
    { param: 'cursor', message: 'must be one that a page of the journal gave' },
  ]);
}

function filterOf({ query: given }: AdminCall): JournalFilter {
  const text = (key: keyof typeof query): string | undefined => given.get(key) ?? undefined;
  const process = text('process');
  return {
    process: process === undefined ? undefined : Number(process),
    provider: text('provider'),
    endpoint: endpointOf(text('endpoint')),
    model: text('model'),
    status: statusesOf(text('status')),
    outcome: text('outcome') as JournalOutcome | undefined,
    result: text('result') as JournalResult | undefined,
    fault: text('fault'),
    requestId: text('request_id'),
    session: text('session'),
    limitedBy: text('limited_by'),
    since: pointOf('since', text('since')),
    until: pointOf('until', text('until')),
  };
}

function endpointOf(given: string | undefined): string | undefined {
  const names = endpoints.map(({ endpoint }) => endpoint.name);
  if (given === undefined || names.includes(given)) return given;
  const message = 'must be the name of an endpoint, such as "openai.chat.completions"';
  const suggestion = suggestChoice(given, names);
  const hint = suggestion === undefined ? '' : `. ${suggestion}`;
  throw invalid('invalid_query', 'The query', [{ param: 'endpoint', message: `${message}${hint}` }]);
}

function statusesOf(status: string | undefined): JournalFilter['status'] {
  if (status === undefined) return undefined;
  if (!status.endsWith('xx')) return { from: Number(status), to: Number(status) };
  const first = Number(status[0]) * 100;
  return { from: first, to: first + 99 };
}

function pointOf(param: string, text: string | undefined): JournalPoint | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return { sequence: Number(text) };
  const wallMs = Date.parse(text);
  if (!Number.isNaN(wallMs)) return { wallMs };
  throw invalid('invalid_query', 'The query', [{ param, message: 'must be an RFC 3339 time or a sequence number' }]);
}

function documentOf({ answers, entries, next, tail }: JournalPage): object {
  return {
    entries,
    next_cursor: next === undefined ? null : cursorText(next),
    tail_cursor: cursorText(tail),
    processes: [...answers].map(([process, { kept, recorded }]) => ({
      process,
      recorded,
      kept,
      dropped: recorded - kept,
    })),
  };
}
