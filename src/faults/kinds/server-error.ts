/** server_error: an error of the provider's own, or of the gateways before it. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { RefusingFault } from '../contract.js';
import { afterMs } from '../parameters.js';

const schema = {
  type: 'object',
  properties: {
    status: {
      type: 'integer',
      enum: [500, 502, 503, 504],
      default: 500,
      description: "The status: the model's own server, or a gateway that cannot reach it.",
    },
    after_ms: afterMs,
  },
  additionalProperties: false,
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

export const serverError = {
  name: 'server_error',
  summary: 'The server fails: 500, 502, 503 or 504.',
  stage: 'before',
  schema,
  breaks: true,
  refuse: ({ status, after_ms }) => ({
    problem: status === 500 ? { kind: 'internal' } : { kind: 'gateway', status },
    afterMs: after_ms,
  }),
} as const satisfies RefusingFault<Parameters>;
