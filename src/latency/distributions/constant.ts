/**
 * constant: every draw is value_ms.
 *
 *   F(x) = 0 for x < value, 1 otherwise     mean = value     variance = 0
 */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import { type DelayDistribution, type DistributionPlugin, delayMsMax, MS } from '../contract.js';

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

function create({ value_ms: valueMs }: Parameters): DelayDistribution {
  return {
    sampleMs: () => valueMs,
    invert: (inversion) => {
      inversion[MS] = valueMs;
    },
    cumulative: (ms) => (ms < valueMs ? 0 : 1),
    survival: (ms) => (ms < valueMs ? 1 : 0),
  };
}

export const constant = {
  name: 'constant',
  schema,
  problems: () => [],
  create,
} as const satisfies DistributionPlugin<Parameters>;
