/** A model's `latency`: how long it takes to say what it says. */
import type { JsonSchema } from '../../kernel/json-schema.js';
import { distributionSchema } from '../../latency/registry.js';
import { batchingSchema } from './batching.js';

export const latencySchema = {
  type: 'object',
  description: 'How long the model takes.',
  additionalProperties: false,
  default: {},
  properties: {
    ttft: {
      ...distributionSchema,
      default: { distribution: 'log_normal', p50_ms: 800, p95_ms: 1500, p99_ms: 2500 },
      description:
        'Time to first token, before what the prompt adds by prefill_tokens_per_sec; for an embedding or moderation model the time of the whole answer.',
    },
    itl: {
      ...distributionSchema,
      default: { distribution: 'normal', mean_ms: 20, std_dev_ms: 5 },
      description: 'Inter-token latency: the gap between two tokens.',
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
    batching: batchingSchema,
    source: {
      type: 'string',
      maxLength: 500,
      default: '',
      description: 'Where the figures come from: a measurement, a publication, or "assumed: …".',
    },
  },
} as const satisfies JsonSchema;
