/**
 * The numbers of a definition: given as they are, by a parameter (`${name}`), or as a ramp between two of these. Every place that takes one
 * is listed here once, with its range, so that checks and timelines agree on what there is.
 */
import {
  type Course,
  DURATION_SECS_MAX,
  FACTOR_MAX,
  LIMITS_FACTOR_MIN,
  type Parameters,
  type Quantity,
  type ScenarioDefinition,
  type StepDefinition,
} from './contract.js';

/** Deeper than any fault's parameters; also ends what refers to itself. */
const DEPTH_MAX = 8;

export interface Range {
  readonly minimum: number;
  readonly maximum: number;
}

export const FACTOR_RANGE: Range = { minimum: 0, maximum: FACTOR_MAX };
export const LIMITS_FACTOR_RANGE: Range = { minimum: LIMITS_FACTOR_MIN, maximum: FACTOR_MAX };
export const SHARE_RANGE: Range = { minimum: 0, maximum: 1 };
export const DURATION_RANGE: Range = { minimum: 0, maximum: DURATION_SECS_MAX };

const STEP_RANGES = {
  duration_secs: DURATION_RANGE,
  share: SHARE_RANGE,
  latency_factor: FACTOR_RANGE,
  ttft_factor: FACTOR_RANGE,
  itl_factor: FACTOR_RANGE,
  limits_factor: LIMITS_FACTOR_RANGE,
} as const;

/** Where a definition names a parameter. */
export interface ParameterUse {
  readonly name: string;
  readonly path: readonly string[];
  /** Of the place; undefined inside a fault, whose kind has its own. */
  readonly range: Range | undefined;
}

/** The parameter that the text stands for; undefined for any other value. */
export function parameterNameOf(value: unknown): string | undefined {
  return typeof value === 'string' ? /^\$\{([A-Za-z][A-Za-z0-9_-]{0,63})\}$/.exec(value)?.[1] : undefined;
}

/** The quantity's value; NaN for a parameter that there is not, which no checked definition names. */
export function quantityOf(quantity: Quantity, parameters: Parameters): number {
  if (typeof quantity === 'number') return quantity;
  const name = parameterNameOf(quantity);
  return name !== undefined && Object.hasOwn(parameters, name) ? parameters[name] : Number.NaN;
}

/** A number that goes evenly from one value to the other. */
export interface Ramp {
  readonly from: number;
  readonly to: number;
}

export function rampOf(course: Course, parameters: Parameters): Ramp {
  if (typeof course === 'object') {
    return { from: quantityOf(course.from, parameters), to: quantityOf(course.to, parameters) };
  }
  const value = quantityOf(course, parameters);
  return { from: value, to: value };
}

/** @param progress from 0 to 1; exactly the ramp's ends at these */
export function rampAt({ from, to }: Ramp, progress: number): number {
  return progress === 1 ? to : from + (to - from) * progress;
}

export function isRamp(course: Course | undefined): boolean {
  return typeof course === 'object';
}

/** A fault or a match with the parameters' values in the place of their names, at any depth. */
export function withParameters(value: unknown, parameters: Parameters, depth = 0): unknown {
  const name = parameterNameOf(value);
  if (name !== undefined) return Object.hasOwn(parameters, name) ? parameters[name] : value;
  if (typeof value !== 'object' || value === null || depth >= DEPTH_MAX) return value;
  if (Array.isArray(value)) return value.map((item) => withParameters(item, parameters, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withParameters(item, parameters, depth + 1)]),
  );
}

/** Every place of the definition that names a parameter, in the order of the text. */
export function parameterUses({ steps }: Pick<ScenarioDefinition, 'steps'>): ParameterUse[] {
  return steps.flatMap((step, index) => stepUses(step, ['steps', String(index)]));
}

function stepUses(step: StepDefinition, path: readonly string[]): ParameterUse[] {
  const uses = Object.entries(STEP_RANGES).flatMap(([key, range]) =>
    courseUses(step[key as keyof typeof STEP_RANGES], [...path, key], range),
  );
  const faults = (step.faults ?? []).flatMap((entry, index) => {
    const below = [...path, 'faults', String(index)];
    return [
      ...courseUses(entry.probability, [...below, 'probability'], SHARE_RANGE),
      ...usesWithin(entry.fault, [...below, 'fault']),
      ...usesWithin(entry.match, [...below, 'match']),
    ];
  });
  return [...uses, ...faults];
}

function courseUses(course: Course | undefined, path: readonly string[], range: Range): ParameterUse[] {
  if (typeof course === 'object' && course !== null) {
    return [...courseUses(course.from, [...path, 'from'], range), ...courseUses(course.to, [...path, 'to'], range)];
  }
  const name = parameterNameOf(course);
  return name === undefined ? [] : [{ name, path, range }];
}

function usesWithin(value: unknown, path: readonly string[], depth = 0): ParameterUse[] {
  const name = parameterNameOf(value);
  if (name !== undefined) return [{ name, path, range: undefined }];
  if (typeof value !== 'object' || value === null || depth >= DEPTH_MAX) return [];
  return Object.entries(value).flatMap(([key, item]) => usesWithin(item, [...path, key], depth + 1));
}
