/** The JSON Schema of what the journal hands out, from which its documentation is written; a test holds entries against it. */
import type { JsonSchema } from '../../kernel/json-schema.js';
import { OUTCOMES, RESULTS } from './journal-row.js';

const text = (description: string): JsonSchema => ({ type: 'string', description });
const textOrNull = (description: string): JsonSchema => ({ type: ['string', 'null'], description });
const count = (description: string): JsonSchema => ({ type: 'integer', minimum: 0, description });
const ms = (description: string): JsonSchema => ({ type: 'number', minimum: 0, description, 'x-unit': 'ms' });

function objectOf(properties: { readonly [name: string]: JsonSchema }, optional: readonly string[] = []): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', additionalProperties: false, required, properties };
}

const planSchema: JsonSchema = {
  ...objectOf({
    stream: { type: 'boolean', description: 'Whether frames go out one after another.' },
    status: count('The HTTP status; 0 where the connection ends without a word.'),
    ttft_ms: ms('From the arrival to the first frame with something of the model’s; of a whole reply to the reply.'),
    end_ms: ms('From the arrival to the last frame. Of a batched reply as if it ran alone.'),
    chunks: count('Frames.'),
    prompt_tokens: count('Tokens of the prompt.'),
    cached_tokens: count('Those of them that a prompt cache had.'),
    completion_tokens: count('Tokens of the reply, with the hidden reasoning.'),
    fault: textOrNull('The kind of fault that the reply was given.'),
    ending: {
      enum: ['complete', 'close', 'reset'],
      description: 'How the connection is left: as HTTP has it, FIN, or RST.',
    },
    configuration_generation: count('The configuration that the plan was made by.'),
    announcement: textOrNull('What the reply’s header `x-llm-sim-plan` says, where it is asked for.'),
  }),
  type: ['object', 'null'],
  description: 'What a worker planned; null where the request ended before.',
};

/** One entry. */
export const journalEntrySchema: JsonSchema = objectOf(
  {
    process: count('The acceptor process that served the request.'),
    sequence: count('Counts the entries of that process from 1, in the order in which requests ended.'),
    arrived_at: text('When the request arrived: RFC 3339, in UTC.'),
    at_us: {
      type: 'integer',
      description: 'The same in µs since the node’s start, on the clock that scenarios go by.',
    },
    provider: text('Whose words the answer is in.'),
    endpoint: textOrNull('The endpoint’s name; null where the request reached none.'),
    target: textOrNull('Method and path, of a request that reached no endpoint.'),
    model: textOrNull('The model of the configuration that answered.'),
    request_id: textOrNull('The request’s `x-llm-sim-request-id`, up to 128 characters.'),
    identity: textOrNull('Hash of the request and its number: equal requests with equal numbers have the same.'),
    session: textOrNull('The session that the request belongs to, unless only its conversation tells.'),
    api_key: textOrNull('First 12 digits of the SHA-256 of the API key.'),
    user_agent: textOrNull('Up to 128 characters.'),
    retry_count: {
      type: ['integer', 'null'],
      description: 'The request’s `x-stainless-retry-count`: which attempt an official SDK says it is.',
    },
    connection: { type: ['integer', 'null'], description: 'Counts the connections of the process; null on `uws`.' },
    plan: planSchema,
    status: {
      type: ['integer', 'null'],
      description: 'The HTTP status that was decided on; null where the request ended before.',
    },
    outcome: {
      enum: [...OUTCOMES],
      description: 'As llm_simulator_requests_ended_total has it; `refused` before it was admitted.',
    },
    result: { enum: [...RESULTS], description: 'As llm_simulator_requests_total has it.' },
    cause: textOrNull('Why it failed, was aborted or was refused.'),
    error: textOrNull('As llm_simulator_errors_total has it: the HTTP status, the fault, or the cause.'),
    fault: textOrNull('As llm_simulator_faults_total has it: the kind of fault that the request was served with.'),
    limited_by: textOrNull('The rate limit that refused it.'),
    retry_after_ms: {
      ...ms('How long the answer’s `retry-after` or `retry-after-ms` asked the client to wait.'),
      type: ['number', 'null'],
    },
    queue_ms: ms(
      'What the request waited for a place among those served before its service began; plans count from then.',
    ),
    ttft_ms: {
      ...ms('From the arrival to the first frame with something of the model’s, as written.'),
      type: ['number', 'null'],
    },
    duration_ms: ms('From the arrival to the end.'),
    chunks: count('Frames written.'),
    bytes: count('Bytes of the body that were written.'),
    slip_max_ms: ms('By how much a frame was written later than planned, at the most.'),
    request_body: text('The first bytes of the request, where telemetry.journal.record_bodies is on.'),
    reply_body: text(
      'The first bytes of the planned reply that were written, where telemetry.journal.record_bodies is on.',
    ),
  },
  ['request_body', 'reply_body'],
);

/** What GET /admin/journal answers. */
export const journalPageSchema: JsonSchema = objectOf({
  entries: { type: 'array', items: journalEntrySchema },
  next_cursor: textOrNull('Goes on where this page ends; null at the end of a listing from the newest on.'),
  tail_cursor: text('Gives what ends from now on, the oldest first.'),
  processes: {
    type: 'array',
    items: objectOf({
      process: count('The acceptor process.'),
      recorded: count('Requests that ended since the start, or since the journal was cleared.'),
      kept: count('Those of them that can be read.'),
      dropped: count('Those of them that newer ones took the place of.'),
    }),
  },
});
