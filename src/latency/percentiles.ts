/**
 * Percentiles as parameters: p50_ms with p95_ms, p99_ms or both, instead of a family's own parameters. A family of two parameters meets
 * two percentiles exactly; for more percentiles than parameters the family's member nearest to them is taken, and `validate` reports how
 * near it comes. Nearest means the least sum of squared errors: of logarithms for the families that a scale stretches, where a percentile
 * of 10 ms and one of 10 s count alike, else of relative errors.
 */
import type { JsonSchema } from '../kernel/json-schema.js';
import { delayMsMax, type ParameterProblem } from './contract.js';

export interface PercentileParameters {
  readonly p50_ms?: number | undefined;
  readonly p95_ms?: number | undefined;
  readonly p99_ms?: number | undefined;
}

const percentileMs = { type: 'number', exclusiveMinimum: 0, maximum: delayMsMax, 'x-unit': 'ms' } as const;

/** The three parameters, to be spread into a family's schema. */
export const percentileProperties = {
  p50_ms: { ...percentileMs, description: 'Median.' },
  p95_ms: { ...percentileMs, description: '95th percentile, at least p50_ms.' },
  p99_ms: { ...percentileMs, description: '99th percentile, at least p95_ms.' },
} as const satisfies { [key: string]: JsonSchema };

/** The share of draws that are at most so long, and its complement. */
export interface Probability {
  readonly p: number;
  readonly q: number;
}

type PercentileKey = keyof PercentileParameters;

const probabilities: { readonly [key in PercentileKey]: Probability } = {
  p50_ms: { p: 0.5, q: 0.5 },
  p95_ms: { p: 0.95, q: 0.05 },
  p99_ms: { p: 0.99, q: 0.01 },
};

export interface Percentile extends Probability {
  readonly key: PercentileKey;
  readonly ms: number;
}

/** What is given, from the median up. */
export function percentilesOf(parameters: PercentileParameters): Percentile[] {
  return (['p50_ms', 'p95_ms', 'p99_ms'] as const).flatMap((key) => {
    const ms = parameters[key];
    return ms === undefined ? [] : [{ key, ms, ...probabilities[key] }];
  });
}

/**
 * Whether the family's own parameters or percentiles are given, not both, and enough of either.
 * @param own the names of the family's own parameters, every one of which it needs
 * @param medianSuffices for families of one parameter
 */
export function choiceProblems(
  parameters: PercentileParameters,
  own: readonly string[],
  medianSuffices: boolean,
): ParameterProblem[] {
  const given = percentilesOf(parameters);
  const present = Object.entries(parameters).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  const ownGiven = own.filter((key) => present.includes(key));
  if (given.length > 0 && ownGiven.length > 0) {
    return [{ path: [ownGiven[0]!], message: 'must not be combined with percentiles', related: [given[0]!.key] }];
  }
  if (ownGiven.length > 0) {
    return own
      .filter((key) => !present.includes(key))
      .map((key) => ({ path: [key], message: `is required with ${ownGiven.join(' and ')}` }));
  }
  if (given[0]?.key !== 'p50_ms') {
    const others = medianSuffices ? '' : ', with p95_ms and/or p99_ms';
    return [{ path: ['p50_ms'], message: `is required${others} (or ${own.join(' and ')})` }];
  }
  return given.length > 1 || medianSuffices
    ? []
    : [{ path: ['p95_ms'], message: 'is required: p50_ms needs p95_ms, p99_ms or both' }];
}

/** Percentiles that fall. */
export function orderProblems(parameters: PercentileParameters): ParameterProblem[] {
  const given = percentilesOf(parameters);
  return given.slice(1).flatMap(({ key, ms }, index) => {
    const below = given[index]!;
    return ms >= below.ms ? [] : [{ path: [key], message: `must be >= ${below.key} (${below.ms})` }];
  });
}

/** How many times the median a percentile can be in a family. */
export interface Reach {
  readonly least: number;
  readonly most: number;
}

/** Rounding must not put a percentile out of reach that lies on its edge. */
const ratioTolerance = 1e-9;

/**
 * Percentiles that no member of the family has beside the median.
 * @param reachOf the reach at a probability above the median's
 */
export function reachProblems(
  family: string,
  parameters: PercentileParameters,
  reachOf: (at: Probability) => Reach,
): ParameterProblem[] {
  const [median, ...others] = percentilesOf(parameters);
  if (median === undefined) return [];
  return others.flatMap(({ key, ms, ...at }) => {
    const { least, most } = reachOf(at);
    const ratio = ms / median.ms;
    if (ratio >= least * (1 - ratioTolerance) && ratio <= most * (1 + ratioTolerance)) return [];
    const from = roundedInwards(least * median.ms, 1);
    const to = Math.min(roundedInwards(most * median.ms, -1), delayMsMax);
    return [
      { path: [key], message: `must be from ${from} to ${to}: no ${family} distribution with that median has another` },
    ];
  });
}

/** A bound to six digits that is within reach itself. @param inwards 1 where what is larger is within, else -1 */
function roundedInwards(bound: number, inwards: 1 | -1): number {
  const rounded = Number(bound.toPrecision(6));
  if ((rounded - bound) * inwards >= -ratioTolerance * bound) return rounded;
  return Number((rounded + inwards * 10 ** (Math.floor(Math.log10(bound)) - 5)).toPrecision(6));
}

/** y = intercept + slope x. */
interface Line {
  readonly intercept: number;
  readonly slope: number;
}

interface LinePoint {
  readonly x: number;
  readonly y: number;
  /** How much its squared error counts. */
  readonly weight: number;
}

/** The line of least squares; the line through them for two points. Expects two points or more, not all at one x. */
function fitLine(points: readonly LinePoint[]): Line {
  const total = points.reduce((sum, { weight }) => sum + weight, 0);
  const meanX = points.reduce((sum, { x, weight }) => sum + weight * x, 0) / total;
  const meanY = points.reduce((sum, { y, weight }) => sum + weight * y, 0) / total;
  const square = points.reduce((sum, { x, weight }) => sum + weight * (x - meanX) ** 2, 0);
  const product = points.reduce((sum, { x, y, weight }) => sum + weight * (x - meanX) * (y - meanY), 0);
  const slope = product / square;
  return { intercept: meanY - slope * meanX, slope };
}

/**
 * The member of a family whose quantiles lie on a line, ln quantile = ln scale + slope g(p).
 * @param g of the family's member with scale and slope 1: the logarithm of its quantile
 */
export function fitLogarithms(parameters: PercentileParameters, g: (at: Probability) => number): Line {
  return fitLine(percentilesOf(parameters).map(({ ms, ...at }) => ({ x: g(at), y: Math.log(ms), weight: 1 })));
}

/** The member of a family whose quantiles lie on a line, quantile = intercept + slope g(p), by relative errors. */
export function fitValues(parameters: PercentileParameters, g: (at: Probability) => number): Line {
  return fitLine(percentilesOf(parameters).map(({ ms, ...at }) => ({ x: g(at), y: ms, weight: 1 / ms ** 2 })));
}
