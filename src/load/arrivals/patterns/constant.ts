/** constant: one arrival every 1/rate seconds, the first at once. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../../kernel/json-schema.js';
import type { ArrivalPattern } from '../contract.js';
import { LinearRate } from '../linear-rate.js';
import { durationSecs, rateProperty, shownRate } from '../parameters.js';

const schema = {
  type: 'object',
  description: 'The same rate all the time, arrivals at equal distances. With rate 0 a pause.',
  properties: {
    pattern: { const: 'constant' },
    rate: rateProperty('How many conversations start.'),
    duration_secs: durationSecs,
  },
  required: ['pattern', 'rate', 'duration_secs'],
  additionalProperties: false,
  examples: [{ pattern: 'constant', rate: 50, duration_secs: 60 }],
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema>;

export const constant = {
  name: 'constant',
  schema,
  problems: () => [],
  create: ({ rate, duration_secs: secs }) => new LinearRate([{ secs, from: rate, to: rate }], 'even'),
  describe: ({ rate }) => shownRate(rate),
} as const satisfies ArrivalPattern<Parameters>;
