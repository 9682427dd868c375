/**
 * What a pattern of arrivals is: a named plug-in that declares its parameters and turns them into a course. A course says how many arrivals
 * are to be expected up to each moment, or lists the moments; the randomness between the two is the process's (process.ts), so that every
 * pattern can be evenly spaced or Poisson without knowing of either.
 *
 *   expected arrivals  ↑      ╱──      a unit-rate process on this axis (1, 2, 3 … or sums of exponential draws) …
 *                      │   ╱
 *                      └╱──────▶ t     … gives the moments on that one, by the inverse of the expected number
 */
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { ParameterProblem } from '../../latency/contract.js';

/** A million arrivals a second is beyond any generator, and keeps the sums of a stage exact in a double. */
export const RATE_MAX = 1_000_000;
/** A week. */
export const STAGE_SECS_MAX = 604_800;
/** A plan's stages; more than a person writes. */
export const STAGES_MAX = 1_000;

/** How arrivals lie at a given rate: evenly, or at random and independently of each other. */
export type Spacing = 'even' | 'poisson';

/** A stage at a rate. */
export interface RateCourse {
  readonly kind: 'rate';
  readonly spacing: Spacing;
  readonly durationSecs: number;
  /** Arrivals that are to be expected in all. */
  readonly expected: number;
  /**
   * When so many arrivals are to be expected, in seconds from the stage's start: the inverse of the integral of the rate. Never falls.
   * @param count in [0, expected)
   */
  secsOf(count: number): number;
}

/** A stage whose arrivals are known. */
export interface ListedCourse {
  readonly kind: 'listed';
  readonly durationSecs: number;
  /** How many there are. */
  readonly expected: number;
  /** Of an arrival by its number from 0, in seconds from the stage's start. Never falls. */
  secsAt(index: number): number;
}

export type Course = RateCourse | ListedCourse;

export interface ArrivalPattern<Parameters = never> {
  /** The value of the `pattern` key that selects it. */
  readonly name: string;
  /** Its parameters as an object schema with `pattern: { const: name }`, units, descriptions and at least one example. */
  readonly schema: JsonSchema;
  /** What the schema cannot say: one entry per problem; empty when all is well. */
  problems(parameters: Parameters): ParameterProblem[];
  /** Expects parameters that passed the schema and problems(). */
  create(parameters: Parameters): Course;
  /** For a person, without its length: `50/s` behind the pattern's name. */
  describe(parameters: Parameters): string;
}
