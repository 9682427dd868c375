/** A model's `latency`: how long it takes to say what it says. */
import type { JsonSchema } from '../../kernel/json-schema.js';
import { lengthSchema } from '../../latency/lengths.js';
import { distributionSchema } from '../../latency/registry.js';
import { batchingSchema } from './batching.js';

/** A bound on what one event may carry: a reply in so few events is no stream any more. */
export const CHUNK_TOKENS_MAX = 1_024;

const burstSchema = {
  type: 'object',
  description:
    'Now and then several chunks become ready at once, after the sum of their gaps. The first chunk is never part of a burst.',
  additionalProperties: false,
  default: {},
  properties: {
    probability: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 0,
      description: 'That a chunk begins a burst; 0 means that there are none.',
    },
    chunks: {
      type: 'integer',
      minimum: 2,
      maximum: 256,
      default: 4,
      description: 'How many chunks a burst has; fewer where the part or the reply ends.',
      'x-unit': 'chunks',
    },
    joined: {
      type: 'boolean',
      default: true,
      description: 'true sends a burst as one event, false as one event for each chunk, back to back.',
    },
  },
} as const satisfies JsonSchema;

export const latencySchema = {
  type: 'object',
  description: 'How long the model takes.',
  additionalProperties: false,
  default: {},
  properties: {
    ttft: {
      ...distributionSchema,
      default: { distribution: 'log_normal', p50_ms: 800, p95_ms: 1500, p99_ms: 2500 },
      'x-belongings': ['prefill_tokens_per_sec'],
      description:
        'Time to first token, before what the prompt adds by prefill_tokens_per_sec; for an embedding or moderation model the time of the whole answer.',
    },
    itl: {
      ...distributionSchema,
      default: { distribution: 'normal', mean_ms: 20, std_dev_ms: 5 },
      'x-belongings': ['tokens_per_chunk', 'burst'],
      description:
        'Inter-token latency: the gap between two chunks, and so between two tokens where tokens_per_chunk is 1.',
    },
    prefill_tokens_per_sec: {
      type: ['number', 'null'],
      minimum: 1,
      maximum: 1_000_000_000,
      default: null,
      description:
        'How fast the prompt is read: every prompt token that no cache holds adds its share to the time to first token. null: the prompt adds nothing.',
      'x-unit': 'tokens/s',
    },
    tokens_per_chunk: {
      ...lengthSchema(CHUNK_TOKENS_MAX),
      default: 1,
      description:
        'How many tokens one event of a stream carries: drawn for each chunk, rounded, and cut at 1024. A chunk ends with its part (reasoning, text, tool call).',
    },
    burst: burstSchema,
    batching: batchingSchema,
    source: {
      type: 'string',
      maxLength: 500,
      default: '',
      description: 'Where the figures come from: a measurement, a publication, or "assumed: …".',
    },
  },
} as const satisfies JsonSchema;
