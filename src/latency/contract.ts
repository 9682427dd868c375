/**
 * What a latency distribution is: a named plug-in that declares its parameters and turns them into a DelayDistribution. That is
 * pure (all randomness comes from the argument), allocates nothing per draw, and draws a finite number of milliseconds between 0 and
 * delayMsMax. It takes exactly one uniform number per draw (none when the draw is the same every time), so what one delay takes from
 * the random source never shifts another.
 *
 * A probability is handed around with its complement (p and q = 1 - p), because a double cannot hold both 1e-20 and 1 - 1e-20: each
 * tail is worked out from the number that is small there.
 */
import type { JsonSchema } from '../kernel/json-schema.js';
import type { RandomSource } from '../kernel/random-source.js';

/** No parameter and no draw exceeds one hour: beyond it every client has given up, and timers keep a known range. */
export const delayMsMax = 3_600_000;

export interface Sampler {
  /** One draw in milliseconds, finite, >= 0 and <= delayMsMax. */
  sampleMs(random: RandomSource): number;
}

/** A probability p, its complement q and the delay that they give, in an inversion's three places. */
export const P = 0;
export const Q = 1;
export const MS = 2;

/** A distribution over milliseconds. */
export interface Distribution {
  /**
   * The quantile function: reads P and Q (in [0, 1], of sum 1) and writes MS, the delay that a share P of all draws does not exceed. Never
   * NaN, never falling as P grows. In an array of doubles, because a number that is an argument or result of one of many distributions is
   * put on the heap.
   */
  invert(inversion: Float64Array): void;
  /** The share of draws <= ms, for any ms. */
  cumulative(ms: number): number;
  /** The share of draws > ms: 1 - cumulative(ms), accurate also where that is tiny. */
  survival(ms: number): number;
}

/** A distribution as it is drawn from: truncated to the delays that there can be. */
export interface DelayDistribution extends Distribution, Sampler {}

/** The quantile at p and q = 1 - p, for those who do not draw. */
export function quantileMs(distribution: Distribution, p: number, q: number): number {
  const inversion = Float64Array.of(p, q, 0);
  distribution.invert(inversion);
  return inversion[MS]!;
}

/** Where in the parameters something is wrong, and one sentence about it, to be read after the path. */
export interface ParameterProblem {
  /** Keys from the outermost on; the numbers of list entries as decimal text. */
  readonly path: readonly string[];
  readonly message: string;
  /** Another place that the problem depends on. */
  readonly related?: readonly string[];
}

export interface DistributionPlugin<Parameters = never> {
  /** The value of the `distribution` key that selects it. */
  readonly name: string;
  /** Its parameters as an object schema with `distribution: { const: name }`, units, descriptions and at least one example. */
  readonly schema: JsonSchema;
  /** What the schema cannot say (p50 <= p95, …): one entry per problem; empty when all is well. */
  problems(parameters: Parameters): ParameterProblem[];
  /** Expects parameters that passed the schema and problems(). */
  create(parameters: Parameters): DelayDistribution;
}
