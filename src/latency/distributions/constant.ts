/**
 * constant: every draw is value_ms.
 *
 *   F(x) = 0 for x < value, 1 otherwise     mean = value     variance = 0
 */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import { type DistributionPlugin, delayMsMax } from '../contract.js';

const schema = {
  type: 'object',
  description: 'Every draw is the same.',
  properties: {
    distribution: { const: 'constant' },
    value_ms: {
      type: 'number',
      minimum: 0,
      maximum: delayMsMax,
      description: 'The delay.',
      'x-unit': 'ms',
    },
  },
  required: ['distribution', 'value_ms'],
  additionalProperties: false,
  examples: [{ distribution: 'constant', value_ms: 20 }],
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema>;

export const constant = {
  name: 'constant',
  schema,
  problems: () => [],
  createSampler: (parameters) => ({ sampleMs: () => parameters.value_ms }),
} as const satisfies DistributionPlugin<Parameters>;
