/** rate_limit: the provider's own 429, whatever was sent before. Limits that count are another thing: rate_limits of the configuration. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { RefusingFault } from '../contract.js';
import { afterMs } from '../parameters.js';

const schema = {
  type: 'object',
  properties: {
    retry_after_secs: {
      type: 'integer',
      minimum: 0,
      maximum: 86_400,
      default: 60,
      description: 'What the `retry-after` header says, and the others in their own ways.',
      'x-unit': 's',
    },
    limit: {
      type: 'string',
      enum: ['requests', 'tokens'],
      default: 'requests',
      description: 'Which limit is said to be reached: requests or tokens per minute.',
    },
    after_ms: afterMs,
  },
  additionalProperties: false,
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

export const rateLimit = {
  name: 'rate_limit',
  summary: "A rate limit is reached: 429 with the provider's headers.",
  stage: 'before',
  schema,
  breaks: true,
  refuse: ({ retry_after_secs: retryAfterSecs, limit, after_ms }, { model }) => ({
    problem: { kind: 'rate_limited', retryAfterSecs, limit, model: model?.name },
    afterMs: after_ms,
  }),
} as const satisfies RefusingFault<Parameters>;
