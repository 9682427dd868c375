/**
 * Truncation, shared by every distribution: draws are restricted to [min_ms, max_ms], both included, by scaling the uniform number u
 * into the share of the distribution that lies there before it is inverted. That is the conditional distribution exactly, it needs
 * no loop, and it takes one uniform number per draw however narrow the interval is.
 *
 *   u in [0, 1)  ─▶  p = P(X < min) + u P(min <= X <= max)  ─▶  quantile(p)
 *
 * Percentiles and means given as parameters are those of the distribution before truncation.
 */
import type { JsonSchema } from '../kernel/json-schema.js';
import type { RandomSource } from '../kernel/random-source.js';
import { type DelayDistribution, type Distribution, delayMsMax, MS, P, type ParameterProblem, Q } from './contract.js';

export interface TruncationParameters {
  readonly min_ms?: number | undefined;
  readonly max_ms?: number | undefined;
}

/** The two parameters, to be spread into a distribution's schema. */
export const truncationProperties = {
  min_ms: {
    type: 'number',
    minimum: 0,
    maximum: delayMsMax,
    description: 'No draw is shorter: the distribution is truncated here, not clamped. 0 when absent.',
    'x-unit': 'ms',
  },
  max_ms: {
    type: 'number',
    exclusiveMinimum: 0,
    maximum: delayMsMax,
    description: 'No draw is longer: the distribution is truncated here, not clamped. One hour when absent.',
    'x-unit': 'ms',
  },
} as const satisfies { [key: string]: JsonSchema };

/** An interval that holds less of the distribution than this is a mistake, and would cost the inversion its precision. */
const keptShareMin = 0.001;

export interface Bounds {
  readonly minMs: number;
  readonly maxMs: number;
}

/** The interval that the parameters leave; it may be empty. */
export function boundsOf({ min_ms: minMs = 0, max_ms: maxMs = delayMsMax }: TruncationParameters): Bounds {
  return { minMs, maxMs };
}

/** The largest double below ms >= 0: P(X <= justBelow(ms)) is P(X < ms), which differs where draws are exactly ms. */
function justBelow(ms: number): number {
  return ms > 0 ? ms * (1 - 2 ** -53) : -Number.MIN_VALUE;
}

/** P(min <= X <= max), from whichever tail is nearer. */
export function shareWithin(distribution: Distribution, { minMs, maxMs }: Bounds): number {
  if (minMs > maxMs) return 0;
  const below = justBelow(minMs);
  const lower = distribution.cumulative(below);
  if (lower < 0.5) return distribution.cumulative(maxMs) - lower;
  return distribution.survival(below) - distribution.survival(maxMs);
}

/** Problems of min_ms and max_ms; call it only when the distribution's own parameters have none. */
export function truncationProblems(distribution: Distribution, parameters: TruncationParameters): ParameterProblem[] {
  const { minMs, maxMs } = boundsOf(parameters);
  const key = parameters.max_ms === undefined ? 'min_ms' : 'max_ms';
  if (minMs >= maxMs) {
    return [{ path: [key], message: `must leave an interval: min_ms (${minMs}) < max_ms (${maxMs})` }];
  }
  if (shareWithin(distribution, { minMs, maxMs }) >= keptShareMin) return [];
  return [
    {
      path: [parameters.min_ms === undefined && parameters.max_ms === undefined ? 'distribution' : key],
      message: `must leave at least ${keptShareMin * 100} % of the distribution between ${minMs} ms and ${maxMs} ms`,
    },
  ];
}

/** The draw at hand. */
const drawn = new Float64Array(3);

export class TruncatedDistribution implements DelayDistribution {
  readonly #distribution: Distribution;
  readonly #minMs: number;
  readonly #maxMs: number;
  /** The shares below, within and above the bounds. */
  readonly #below: number;
  readonly #within: number;
  readonly #above: number;

  constructor(distribution: Distribution, parameters: TruncationParameters) {
    const bounds = boundsOf(parameters);
    this.#distribution = distribution;
    this.#minMs = bounds.minMs;
    this.#maxMs = bounds.maxMs;
    this.#below = distribution.cumulative(justBelow(bounds.minMs));
    this.#within = shareWithin(distribution, bounds);
    this.#above = distribution.survival(bounds.maxMs);
  }

  sampleMs(random: RandomSource): number {
    const unit = random.nextUnit();
    drawn[P] = this.#below + this.#within * unit;
    // 1 - unit is exact, since a unit is a multiple of 2^-53.
    drawn[Q] = this.#above + this.#within * (1 - unit);
    this.#distribution.invert(drawn);
    return Math.min(Math.max(drawn[MS]!, this.#minMs), this.#maxMs);
  }

  invert(inversion: Float64Array): void {
    inversion[P] = this.#below + this.#within * inversion[P]!;
    inversion[Q] = this.#above + this.#within * inversion[Q]!;
    this.#distribution.invert(inversion);
    // Rounding in F and its inverse may step over a bound by a few units in the last place.
    inversion[MS] = Math.min(Math.max(inversion[MS]!, this.#minMs), this.#maxMs);
  }

  cumulative(ms: number): number {
    if (ms < this.#minMs) return 0;
    if (ms >= this.#maxMs) return 1;
    return Math.min(1, Math.max(0, (this.#distribution.cumulative(ms) - this.#below) / this.#within));
  }

  survival(ms: number): number {
    if (ms < this.#minMs) return 1;
    if (ms >= this.#maxMs) return 0;
    return Math.min(1, Math.max(0, (this.#distribution.survival(ms) - this.#above) / this.#within));
  }
}
