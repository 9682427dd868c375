/**
 * Truncation, shared by every distribution that has a quantile function: draws are restricted to [min_ms, max_ms] by
 * scaling the uniform number u into [F(min), F(max)] before it is inverted. That is the conditional distribution exactly, it
 * needs no loop, and it takes one uniform number per draw however narrow the interval is.
 *
 *   u in [0, 1)  ─▶  p = F(min) + u (F(max) - F(min))  ─▶  quantile(p)
 *
 * Percentiles and means given as parameters are those of the distribution before truncation.
 */
import type { JsonSchema } from '../kernel/json-schema.js';
import type { RandomSource } from '../kernel/random-source.js';
import { delayMsMax, type ParameterProblem, type Sampler } from './contract.js';

/** A distribution over milliseconds before truncation. */
export interface ContinuousDistribution {
  /** The value that a share p of all draws does not exceed; p in [0, 1]. Never NaN. */
  quantileMs(p: number): number;
  /** The share of draws <= ms: the inverse of quantileMs. */
  cumulative(ms: number): number;
}

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

/** Problems of min_ms and max_ms; call it only when the distribution's own parameters have none. */
export function truncationProblems(
  distribution: ContinuousDistribution,
  parameters: TruncationParameters,
): ParameterProblem[] {
  const minMs = parameters.min_ms ?? 0;
  const maxMs = parameters.max_ms ?? delayMsMax;
  const key = parameters.max_ms === undefined ? 'min_ms' : 'max_ms';
  if (minMs >= maxMs) return [{ key, message: `must leave an interval: min_ms (${minMs}) < max_ms (${maxMs})` }];
  const kept = distribution.cumulative(maxMs) - distribution.cumulative(minMs);
  if (kept >= keptShareMin) return [];
  return [
    {
      key: parameters.min_ms === undefined && parameters.max_ms === undefined ? 'distribution' : key,
      message: `must leave at least ${keptShareMin * 100} % of the distribution between ${minMs} ms and ${maxMs} ms`,
    },
  ];
}

export class TruncatedSampler implements Sampler {
  readonly #distribution: ContinuousDistribution;
  readonly #minMs: number;
  readonly #maxMs: number;
  readonly #lowest: number;
  readonly #share: number;

  constructor(distribution: ContinuousDistribution, parameters: TruncationParameters) {
    this.#distribution = distribution;
    this.#minMs = parameters.min_ms ?? 0;
    this.#maxMs = parameters.max_ms ?? delayMsMax;
    this.#lowest = distribution.cumulative(this.#minMs);
    this.#share = distribution.cumulative(this.#maxMs) - this.#lowest;
  }

  sampleMs(random: RandomSource): number {
    const drawn = this.#distribution.quantileMs(this.#lowest + this.#share * random.nextUnit());
    // Rounding in F and its inverse may step over a bound by a few units in the last place.
    return Math.min(Math.max(drawn, this.#minMs), this.#maxMs);
  }
}
