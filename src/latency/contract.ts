/**
 * What a latency distribution is: a named plug-in that declares its parameters and turns them into a Sampler. A Sampler is
 * pure (all randomness comes from the argument), allocates nothing per draw, and returns a finite number of milliseconds
 * between 0 and delayMsMax. It takes exactly one uniform number per draw (none when the draw is the same every time), so what
 * one delay takes from the random source never shifts another.
 */
import type { JsonSchema } from '../kernel/json-schema.js';
import type { RandomSource } from '../kernel/random-source.js';

/** No parameter and no draw exceeds one hour: beyond it every client has given up, and timers keep a known range. */
export const delayMsMax = 3_600_000;

export interface Sampler {
  /** One draw in milliseconds, finite, >= 0 and <= delayMsMax. */
  sampleMs(random: RandomSource): number;
}

/** A parameter's name and one sentence about what is wrong with it, to be read after the name. */
export interface ParameterProblem {
  readonly key: string;
  readonly message: string;
}

export interface DistributionPlugin<Parameters = never> {
  /** The value of the `distribution` key that selects it. */
  readonly name: string;
  /** Its parameters as an object schema with `distribution: { const: name }`, units, descriptions and at least one example. */
  readonly schema: JsonSchema;
  /** What the schema cannot say (p50 <= p95, …): one entry per problem; empty when all is well. */
  problems(parameters: Parameters): ParameterProblem[];
  /** Expects parameters that passed the schema and problems(). */
  createSampler(parameters: Parameters): Sampler;
}
