/** ramp: a rate that rises or falls in a straight line. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../../kernel/json-schema.js';
import type { ArrivalPattern } from '../contract.js';
import { LinearRate } from '../linear-rate.js';
import { durationSecs, rateProperty, shownRate, shownSpacing, spacing } from '../parameters.js';

const schema = {
  type: 'object',
  description: 'A rate that rises or falls in a straight line.',
  properties: {
    pattern: { const: 'ramp' },
    from_rate: rateProperty('Rate at the beginning.'),
    to_rate: rateProperty('Rate at the end.'),
    duration_secs: durationSecs,
    spacing,
  },
  required: ['pattern', 'from_rate', 'to_rate', 'duration_secs'],
  additionalProperties: false,
  examples: [{ pattern: 'ramp', from_rate: 1, to_rate: 100, duration_secs: 120 }],
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema>;

export const ramp = {
  name: 'ramp',
  schema,
  problems: () => [],
  create: ({ from_rate: from, to_rate: to, duration_secs: secs, spacing: given }) =>
    new LinearRate([{ secs, from, to }], given ?? 'poisson'),
  describe: ({ from_rate: from, to_rate: to, spacing: given }) =>
    `from ${shownRate(from)} to ${shownRate(to)}${shownSpacing(given)}`,
} as const satisfies ArrivalPattern<Parameters>;
