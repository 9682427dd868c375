/** step: a rate that goes from one to another in equal steps, each held for the same time. Where a service gives in shows as a step. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../../kernel/json-schema.js';
import type { ArrivalPattern } from '../contract.js';
import { LinearRate, type RatePiece } from '../linear-rate.js';
import { durationSecs, rateProperty, shownRate, shownSpacing, spacing } from '../parameters.js';

/** A stair of more steps is a ramp. */
const STEPS_MAX = 1_000;

const schema = {
  type: 'object',
  description: 'A stair of rates, each held for an equal part of the stage.',
  properties: {
    pattern: { const: 'step' },
    from_rate: rateProperty('Rate of the first step.'),
    to_rate: rateProperty('Rate of the last step.'),
    steps: {
      type: 'integer',
      minimum: 2,
      maximum: STEPS_MAX,
      description: 'How many steps, the first and the last included.',
    },
    duration_secs: durationSecs,
    spacing,
  },
  required: ['pattern', 'from_rate', 'to_rate', 'steps', 'duration_secs'],
  additionalProperties: false,
  examples: [{ pattern: 'step', from_rate: 20, to_rate: 100, steps: 5, duration_secs: 150 }],
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema>;

function piecesOf({ from_rate: from, to_rate: to, steps, duration_secs: secs }: Parameters): RatePiece[] {
  return Array.from({ length: steps }, (_, step) => {
    const rate = from + ((to - from) * step) / (steps - 1);
    return { secs: secs / steps, from: rate, to: rate };
  });
}

export const step = {
  name: 'step',
  schema,
  problems: () => [],
  create: (parameters) => new LinearRate(piecesOf(parameters), parameters.spacing ?? 'poisson'),
  describe: ({ from_rate: from, to_rate: to, steps, spacing: given }) =>
    `from ${shownRate(from)} to ${shownRate(to)} in ${steps} steps${shownSpacing(given)}`,
} as const satisfies ArrivalPattern<Parameters>;
