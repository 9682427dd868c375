/**
 * poisson: arrivals that know nothing of each other, as those of many independent users do. The times between them are exponential of mean
 * 1/rate. Source: D. R. Cox, V. Isham, "Point Processes" (1980), ch. 1.
 */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../../kernel/json-schema.js';
import type { ArrivalPattern } from '../contract.js';
import { LinearRate } from '../linear-rate.js';
import { durationSecs, rateProperty, shownRate } from '../parameters.js';

const schema = {
  type: 'object',
  description: 'The same rate all the time, arrivals at random and independent of each other, as those of many users.',
  properties: {
    pattern: { const: 'poisson' },
    rate: rateProperty('How many conversations start on average.'),
    duration_secs: durationSecs,
  },
  required: ['pattern', 'rate', 'duration_secs'],
  additionalProperties: false,
  examples: [{ pattern: 'poisson', rate: 50, duration_secs: 60 }],
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema>;

export const poisson = {
  name: 'poisson',
  schema,
  problems: () => [],
  create: ({ rate, duration_secs: secs }) => new LinearRate([{ secs, from: rate, to: rate }], 'poisson'),
  describe: ({ rate }) => shownRate(rate),
} as const satisfies ArrivalPattern<Parameters>;
