/**
 * Brings an example of a distribution to the length that a stage needs, and keeps its shape: all its delays are multiplied by the same
 * factor. Long tails are cut by the distribution's own max_ms, so that one draw in ten thousand does not hold up the whole stage.
 */
import { type ExpectedDistribution, expectedDistribution, type Parameters } from './expected-distribution.js';

/** Longest draw, as a multiple of the mean. */
const LONGEST = 12;
const TAIL = 0.9999;
const MEAN_POINTS = 400;

/** The parameters with every delay multiplied so that the mean is near `meanMs`. */
export function scaledToMean(parameters: Parameters, meanMs: number): Parameters {
  const factor = meanMs / meanOf(expectedDistribution(parameters));
  const scaled = scaledBy(parameters, factor) as Parameters;
  const isLong = expectedDistribution(scaled).quantile(TAIL) > LONGEST * meanMs;
  return isLong ? { ...scaled, max_ms: LONGEST * meanMs } : scaled;
}

/** Multiplies what is in milliseconds, by name; the location of a logarithm moves by that of the factor. */
function scaledBy(value: unknown, factor: number, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => scaledBy(item, factor, key));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, scaledBy(inner, factor, name)]));
  }
  if (typeof value !== 'number') return value;
  if (key === 'mu') return value + Math.log(factor);
  return /(^|_)ms$/.test(key) ? Number((value * factor).toPrecision(6)) : value;
}

/** By the midpoints of equal shares: near enough to choose a scale by, and finite for every tail. */
function meanOf({ quantile }: ExpectedDistribution): number {
  let sum = 0;
  for (let point = 0; point < MEAN_POINTS; point++) sum += quantile((point + 0.5) / MEAN_POINTS);
  return sum / MEAN_POINTS;
}
