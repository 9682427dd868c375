/**
 * A load plan as its file gives it. No key is required but the target's URL, which a flag may give: what a plan leaves out has a default
 * that is right for a first run.
 */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { Length, LengthSchemaMark } from '../../latency/lengths.js';
import { STAGES_MAX } from '../arrivals/contract.js';
import { arrivalStageSchema } from '../arrivals/registry.js';
import type { ArrivalStage, Delay } from '../contract.js';
import { IDENTITIES_MAX } from '../requests/bounds.js';
import { type DelaySchemaMark, delaySchema } from './delays.js';
import { mixEntrySchema } from './mix-schema.js';

/** What TypeScript needs to know of a stage's schema to put ArrivalStage in its place. */
interface ArrivalStageSchemaMark {
  readonly discriminator: { readonly propertyName: 'pattern' };
}

/** A day: who needs more starts a run each day, and keeps the files. */
export const RUN_SECS_MAX = 86_400;
const USERS_MAX = 100_000;
const REQUESTS_MAX = 1_000_000_000;

const targetSchema = {
  type: 'object',
  description: 'Where requests go.',
  additionalProperties: false,
  default: {},
  required: ['url'],
  properties: {
    url: {
      type: 'string',
      minLength: 1,
      maxLength: 2_048,
      pattern: '^https?://[^\\s?#]+$',
      title: 'an http:// or https:// URL without query',
      description:
        "Scheme, host and port, and the path that stands before that of the API, if there is one; the API's own begins with its version, /v1.",
      examples: ['http://127.0.0.1:8080'],
    },
    api_key: {
      type: 'string',
      minLength: 1,
      maxLength: 1_024,
      pattern: '^[!-~]+$',
      title: 'a key of 1 to 1024 visible ASCII characters without spaces',
      default: 'sk-load',
      'x-secret': true,
      description: 'Sent as the dialect sends keys, by clients that have none of their own (`identities`).',
    },
    headers: {
      type: 'object',
      additionalProperties: { type: 'string', maxLength: 8_192 },
      propertyNames: { pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$", title: 'the name of a header' },
      maxProperties: 100,
      default: {},
      description:
        "Sent with every request. Not those that are the connection's own (`content-length`, `transfer-encoding`, `expect` and the like); values have printable characters of ASCII and Latin-1.",
    },
  },
} as const satisfies JsonSchema;

const closedLoopSchema = {
  type: 'object',
  description: 'Users of whom each sends, reads the whole answer, thinks, and sends again; in the place of `arrivals`.',
  additionalProperties: false,
  properties: {
    users: { type: 'integer', minimum: 1, maximum: USERS_MAX, default: 1, description: 'How many.' },
    think_time: { ...delaySchema, default: 0, description: 'Between the end of a conversation and the next one.' },
    ramp_up_secs: {
      type: 'number',
      minimum: 0,
      maximum: RUN_SECS_MAX,
      default: 0,
      description: 'Over which the users start, evenly.',
      'x-unit': 's',
    },
  },
} as const satisfies JsonSchema;

const identitiesSchema = {
  type: 'object',
  description: 'Clients with keys of their own.',
  additionalProperties: false,
  default: {},
  properties: {
    count: {
      type: 'integer',
      minimum: 0,
      maximum: IDENTITIES_MAX,
      default: 0,
      description: "How many; 0: all send the target's key.",
    },
    skew: {
      type: 'number',
      minimum: 0,
      maximum: 10,
      default: 0,
      description: 'The key of rank n is used by weight 1 / n^skew: 0 all alike, 1 as in many a real service (Zipf).',
    },
    prefix: {
      type: 'string',
      minLength: 1,
      maxLength: 256,
      pattern: '^[!-~]+$',
      title: '1 to 256 visible ASCII characters without spaces',
      default: 'sk-load-',
      description: 'What the keys begin with; a number follows.',
    },
  },
} as const satisfies JsonSchema;

const objective = (description: string) =>
  ({ type: 'number', exclusiveMinimum: 0, maximum: 3_600_000, description, 'x-unit': 'ms' }) as const;

const objectivesSchema = {
  type: 'object',
  description:
    'What counts as good service: a complete request within all of them counts for the goodput. Delays count from the intended sending.',
  additionalProperties: false,
  default: {},
  properties: {
    ttft_ms: objective('The longest time to first token.'),
    tpot_ms: objective('The longest mean time per output token after the first.'),
    e2e_ms: objective('The longest time of the whole answer.'),
  },
} as const satisfies JsonSchema;

export const planSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    target: targetSchema,
    seed: {
      type: 'integer',
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      default: 1,
      description: 'Of all that is random: with the same seed the same requests come at the same times, in every run.',
    },
    arrivals: {
      type: 'array',
      items: arrivalStageSchema as JsonSchema & ArrivalStageSchemaMark,
      minItems: 1,
      maxItems: STAGES_MAX,
      description:
        'When conversations start, whatever becomes of those before (an open loop): stages, one after the other. Unless this or `closed_loop` is given, one user sends one request after the other.',
    },
    closed_loop: closedLoopSchema,
    duration_secs: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: RUN_SECS_MAX,
      description:
        'No conversation starts later. Unless given: the end of the stages, or `max_requests`, or 30 s where there is neither.',
      'x-unit': 's',
    },
    max_requests: {
      type: 'integer',
      minimum: 1,
      maximum: REQUESTS_MAX,
      description: 'No conversation starts once so many requests have been started.',
      'x-unit': 'requests',
    },
    mix: {
      type: 'object',
      description: 'The kinds of requests by their names, and how often each comes.',
      additionalProperties: mixEntrySchema,
      propertyNames: { pattern: '^[A-Za-z][A-Za-z0-9_-]{0,63}$', title: 'a name of letters, digits, _ and -' },
      maxProperties: 100,
      default: { main: {} },
    },
    identities: identitiesSchema,
    objectives: objectivesSchema,
    warm_up_secs: {
      type: 'number',
      minimum: 0,
      maximum: RUN_SECS_MAX,
      default: 0,
      description: 'Requests that were due in the first seconds are sent and do not count.',
      'x-unit': 's',
    },
    threads: {
      type: ['integer', 'null'],
      minimum: 1,
      maximum: 64,
      default: null,
      description: 'Threads that send; null: one less than the machine has cores, at least one and at most four.',
    },
    max_in_flight: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: 20_000,
      description:
        'Requests that may be open at once. An arrival beyond is not sent, is counted, and makes the run invalid.',
      'x-unit': 'requests',
    },
    request_timeout_secs: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 86_400,
      default: 300,
      description: 'After so long a request is given up, as an error.',
      'x-unit': 's',
    },
    grace_period_secs: {
      type: 'number',
      minimum: 0,
      maximum: 86_400,
      default: 30,
      description: 'How long requests that are open when duration_secs are over may take to finish.',
      'x-unit': 's',
    },
    request_ids: {
      type: 'boolean',
      default: true,
      description:
        'Whether each request names itself by x-llm-sim-request-id, so that a simulator answers it in the same way in every run and on every path.',
    },
    assertions: {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: 200 },
      maxItems: 200,
      default: [],
      description: 'What has to hold for the run to be a success.',
      examples: [['ttft_p99<900ms', 'error_rate<0.1%']],
    },
  },
} as const satisfies JsonSchema;

/** A plan file with all defaults in place. */
export type PlanDocument = FromSchema<
  typeof planSchema,
  {
    keepDefaultedPropertiesOptional: false;
    deserialize: [
      { pattern: LengthSchemaMark; output: Length },
      { pattern: DelaySchemaMark; output: Delay },
      { pattern: ArrivalStageSchemaMark; output: ArrivalStage },
    ];
  }
>;

/** One entry of the document's `mix`. */
export type MixEntryDocument = PlanDocument['mix'][string];
