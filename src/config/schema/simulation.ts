/** The `simulation` section: what makes two runs equal, admission, and sessions. */
import type { JsonSchema } from '../../kernel/json-schema.js';
import { activeScenariosSchema } from './scenarios.js';
import { sessionsSchema } from './sessions.js';

const concurrencySchema = {
  type: 'object',
  description: 'Admission: how many requests are served at a time.',
  additionalProperties: false,
  default: {},
  properties: {
    max_concurrent_requests: {
      type: 'integer',
      'x-restart': true,
      minimum: 1,
      maximum: 1_000_000,
      default: 10_000,
      description:
        "Requests served at a time, over all processes; further ones wait in the queue, and where that is full they get the provider's overloaded error.",
      'x-unit': 'requests',
    },
    queue_size: {
      type: 'integer',
      'x-restart': true,
      minimum: 0,
      maximum: 1_000_000,
      default: 1_000,
      description:
        'Requests that may wait for a place among those served, over all processes; 0 refuses at once. Clients take turns, told by API key, else by address.',
      'x-unit': 'requests',
    },
    max_queue_bytes: {
      type: 'integer',
      'x-restart': true,
      minimum: 1_024,
      maximum: 17_179_869_184,
      default: 67_108_864,
      description:
        'Memory that the bodies of waiting requests may take, over all processes; a request that does not fit is refused as if the queue were full.',
      'x-unit': 'bytes',
    },
    backpressure_threshold: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.8,
      description:
        'Share of max_concurrent_requests from which the node says that it is under pressure: in /health, /admin/stats, the metrics and the header x-llm-sim-backpressure.',
    },
  },
} as const satisfies JsonSchema;

const requestOverridesSchema = {
  type: 'object',
  description: 'What a request may ask of the simulation by a header of its own. What is not allowed is ignored.',
  additionalProperties: false,
  default: {},
  properties: {
    fault: {
      type: 'boolean',
      default: false,
      description:
        'Whether `x-llm-sim-fault: kind[;parameter=value…]` asks for a fault, and `none` for a reply without any: see docs/faults.md.',
    },
    latency: {
      type: 'boolean',
      default: false,
      description:
        'Whether `x-llm-sim-latency: ttft_ms=500;itl_ms=20;factor=2`, each part of which may be left out, sets the times of the reply.',
    },
  },
} as const satisfies JsonSchema;

export const simulationSchema = {
  type: 'object',
  description: 'Determinism, the scale of time, admission and sessions.',
  additionalProperties: false,
  default: {},
  properties: {
    deterministic: {
      type: 'boolean',
      default: true,
      description: 'Content, timing and faults are a pure function of seed, configuration, request and request key.',
    },
    seed: {
      type: ['integer', 'null'],
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      default: 12_345,
      description: 'Seed of everything random; null draws one at the start.',
    },
    time_scale: {
      type: 'number',
      minimum: 0,
      maximum: 1_000,
      default: 1,
      description: 'Factor on every simulated delay: 1 is real time, 0.1 ten times faster, 0 answers at once.',
    },
    slip_limit_ms: {
      type: 'number',
      minimum: 0.1,
      maximum: 60_000,
      default: 20,
      description:
        'When more than 1 % of the chunks and replies of the last ten seconds come later than planned by more than this, or of the new connections may have waited longer to be accepted, the node says that it is saturated: in /health, /admin/stats, the metrics and the header x-llm-sim-saturated.',
      'x-unit': 'ms',
    },
    model_suffix: {
      type: 'string',
      maxLength: 64,
      pattern: '^[A-Za-z0-9._-]*$',
      title: 'at most 64 letters, digits, ".", "_" or "-"',
      default: '-simulated',
      description:
        'Appended to the model name in responses, so that no simulated answer passes for a real one; may be empty.',
    },
    unknown_models: {
      type: 'string',
      enum: ['reject', 'accept'],
      default: 'reject',
      description:
        "What a request for a model that is not configured gets: the provider's not-found error, or an answer with the defaults.",
    },
    equal_requests: {
      type: 'string',
      enum: ['spread', 'same'],
      default: 'spread',
      description:
        "What equal requests without `x-llm-sim-request-id` get: `spread`, answers of their own, by how many came before; `same`, all the first one's. For comparing paths of which one drops that header: see docs/compare.md.",
    },
    plan_header: {
      type: 'boolean',
      default: false,
      description:
        'Whether every reply carries `x-llm-sim-plan`, which tells what is planned: TTFT, end, tokens and digests. A request asks for it by itself with `x-llm-sim-plan: 1`.',
    },
    active_scenarios: activeScenariosSchema,
    request_overrides: requestOverridesSchema,
    concurrency: concurrencySchema,
    sessions: sessionsSchema,
  },
} as const satisfies JsonSchema;
