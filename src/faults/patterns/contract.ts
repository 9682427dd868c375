/**
 * What a pattern is: which requests a rule may hit, as a share from 0 to 1 for each. It is a pure function of the request's number or of
 * the time, never of what was asked before, so that any thread, process or replica says the same.
 */
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { RuleDraws } from '../draws.js';
import type { RequestPlace } from '../request-number.js';

/** What patterns count. */
export type PatternUnit = 'requests' | 'seconds';

/** Where a request stands. */
export interface FaultMoment extends RequestPlace {
  /** When it arrived, µs since the node's start. */
  readonly atUs: number;
}

export interface Pattern {
  /** The probability that the request is hit, from 0 to 1. */
  shareAt(moment: FaultMoment): number;
}

/** Where in the parameters something is wrong, and one sentence about it, to be read after the path. */
export interface PatternProblem {
  readonly path: readonly string[];
  readonly message: string;
  /** Another place that the problem depends on. */
  readonly related?: readonly string[];
}

export interface PatternPlugin<Parameters = never> {
  /** The value of the `kind` key that selects it. */
  readonly name: string;
  /** Its parameters as an object schema with `kind: { const: name }`, units, defaults, descriptions and at least one example. */
  readonly schema: JsonSchema;
  /** What it counts. */
  unitOf(parameters: Parameters): PatternUnit;
  /** What the schema cannot say: one entry per problem; empty when all is well. */
  problems(parameters: Parameters): PatternProblem[];
  /** Expects parameters that passed the schema and problems(). */
  create(parameters: Parameters, draws: RuleDraws): Pattern;
}

/** Where in time or in the sequence a request stands, in the unit. */
export function positionIn(unit: PatternUnit, { number, atUs }: FaultMoment): number {
  return unit === 'requests' ? number : atUs / 1_000_000;
}

/** A window is at most this long: a year of seconds. */
export const POSITION_MAX = 31_536_000;

export const unitProperty = {
  type: 'string',
  enum: ['requests', 'seconds'],
  default: 'requests',
  description:
    "What is counted: the requests' numbers, or the seconds since the simulator's start, by which two runs differ.",
} as const satisfies JsonSchema;
