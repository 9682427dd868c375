/**
 * sine: a rate that swings about its mean, as traffic does over a day.
 *
 *   rate(t) = mean + amplitude·sin(2π(t/period + phase))     expected(t) = mean·t + A·(cos 2πφ − cos 2π(t/period + φ)),  A = amplitude·period/2π
 *
 * The inverse has no closed form. It lies within 2A/mean of the straight line's, and Newton's steps, replaced by halving where they would
 * leave what is known of it, end within a nanosecond.
 */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../../kernel/json-schema.js';
import type { ParameterProblem } from '../../../latency/contract.js';
import { type ArrivalPattern, type RateCourse, type Spacing, STAGE_SECS_MAX } from '../contract.js';
import { durationSecs, rateProperty, shownNumber, shownRate, shownSpacing, spacing } from '../parameters.js';

const schema = {
  type: 'object',
  description:
    'A rate that swings about its mean as traffic does over a day: up first, with `phase: 0.75` from its lowest point on.',
  properties: {
    pattern: { const: 'sine' },
    rate: rateProperty('Mean rate.'),
    amplitude: rateProperty('How far the rate goes above and below its mean; at most the mean.'),
    period_secs: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: STAGE_SECS_MAX,
      description: 'How long one swing takes; a day has 86400.',
      'x-unit': 's',
    },
    phase: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 0,
      description:
        'Where in the swing the stage begins: 0 at the mean and rising, 0.25 at the peak, 0.75 at the lowest point.',
    },
    duration_secs: durationSecs,
    spacing,
  },
  required: ['pattern', 'rate', 'amplitude', 'period_secs', 'duration_secs'],
  additionalProperties: false,
  examples: [
    { pattern: 'sine', rate: 50, amplitude: 40, period_secs: 300, duration_secs: 600 },
    { pattern: 'sine', rate: 5, amplitude: 5, period_secs: 86400, phase: 0.75, duration_secs: 86400 },
  ],
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema>;

const ITERATIONS_MAX = 80;
const PRECISION_SECS = 1e-9;

class SineRate implements RateCourse {
  readonly kind = 'rate';
  readonly spacing: Spacing;
  readonly durationSecs: number;
  readonly expected: number;
  readonly #mean: number;
  readonly #amplitude: number;
  readonly #periodSecs: number;
  readonly #phase: number;

  constructor({ rate, amplitude, period_secs: period, phase, duration_secs: secs, spacing: given }: Parameters) {
    this.spacing = given ?? 'poisson';
    this.durationSecs = secs;
    this.#mean = rate;
    this.#amplitude = amplitude;
    this.#periodSecs = period;
    this.#phase = phase ?? 0;
    this.expected = this.#expectedAt(secs);
  }

  secsOf(count: number): number {
    // 2A: the most that the swing adds to or takes from the straight line.
    const reach = (this.#amplitude * this.#periodSecs) / Math.PI;
    let low = Math.max(0, (count - reach) / this.#mean);
    let high = Math.min(this.durationSecs, (count + reach) / this.#mean);
    let secs = Math.min(high, Math.max(low, count / this.#mean));
    for (let iteration = 0; iteration < ITERATIONS_MAX && high - low > PRECISION_SECS; iteration++) {
      const excess = this.#expectedAt(secs) - count;
      if (excess > 0) high = secs;
      else low = secs;
      const newton = secs - excess / this.#rateAt(secs);
      // At the lowest point of a full swing the rate is 0 and the step no number.
      const next = newton >= low && newton <= high ? newton : (low + high) / 2;
      if (Math.abs(next - secs) < PRECISION_SECS) return next;
      secs = next;
    }
    return secs;
  }

  #rateAt(secs: number): number {
    return this.#mean + this.#amplitude * Math.sin(this.#angle(secs));
  }

  #expectedAt(secs: number): number {
    const swing = Math.cos(this.#angle(0)) - Math.cos(this.#angle(secs));
    return this.#mean * secs + ((this.#amplitude * this.#periodSecs) / (2 * Math.PI)) * swing;
  }

  #angle(secs: number): number {
    return 2 * Math.PI * (secs / this.#periodSecs + this.#phase);
  }
}

function problems({ rate, amplitude }: Parameters): ParameterProblem[] {
  if (amplitude <= rate) return [];
  const message = `must be <= rate (${shownNumber(rate)}): no rate is below 0`;
  return [{ path: ['amplitude'], message, related: ['rate'] }];
}

export const sine = {
  name: 'sine',
  schema,
  problems,
  create: (parameters): RateCourse => new SineRate(parameters),
  describe: ({ rate, amplitude, period_secs: period, spacing: given }) =>
    `${shownRate(rate)} ± ${shownRate(amplitude)} every ${shownNumber(period)} s${shownSpacing(given)}`,
} as const satisfies ArrivalPattern<Parameters>;
