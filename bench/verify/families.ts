/**
 * The families of distributions by the name that a configuration gives them, each as its cumulative function before truncation. A family
 * by percentiles is the member that has them: with two percentiles exactly, with more the one with the least squared errors, of logarithms
 * where a scale stretches the family and relative ones otherwise.
 * Source: N. L. Johnson, S. Kotz, N. Balakrishnan, "Continuous Univariate Distributions", vol. 1 (1994) and 2 (1995).
 */
import type { ExpectedDistribution, Parameters } from './expected-distribution.js';
import { lowerGammaShare, normalShare } from './gamma-function.js';

type Cumulative = (ms: number) => number;

/** @param component gives the distribution of parameters inside parameters */
export type Family = (parameters: Parameters, component: (inner: Parameters) => ExpectedDistribution) => Cumulative;

/** A share of draws and the value that it does not exceed. */
type Given = readonly [p: number, ms: number];

const PERCENTILE_KEYS = { p50_ms: 0.5, p95_ms: 0.95, p99_ms: 0.99 } as const;
const SEARCH_STEPS = 200;

function percentilesOf(parameters: Parameters): Given[] {
  return Object.entries(PERCENTILE_KEYS).flatMap(([key, p]) => {
    const ms = parameters[key];
    return typeof ms === 'number' ? [[p, ms] as const] : [];
  });
}

/** The value of a parameter that the family cannot do without. */
function need(parameters: Parameters, key: string): number {
  const value = parameters[key];
  if (typeof value !== 'number') throw new Error(`${parameters.distribution} needs ${key}`);
  return value;
}

/** z with Φ(z) = p, by bisection. */
function normalQuantile(p: number): number {
  let low = -9;
  let high = 9;
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (normalShare(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The shape and scale with the least squared errors of logarithms: the best scale for each shape is known, the shape is searched. */
function fitShape(
  given: readonly Given[],
  quantile: (shape: number, p: number) => number,
): [shape: number, scale: number] {
  const logScale = (shape: number): number =>
    given.reduce((sum, [p, ms]) => sum + Math.log(ms / quantile(shape, p)), 0) / given.length;
  const error = (shape: number): number =>
    given.reduce((sum, [p, ms]) => sum + (Math.log(ms / quantile(shape, p)) - logScale(shape)) ** 2, 0);
  let low = Math.log(0.01);
  let high = Math.log(1_000);
  for (let step = 0; step < SEARCH_STEPS; step++) {
    const [left, right] = [low + (high - low) / 3, high - (high - low) / 3];
    if (error(Math.exp(left)) < error(Math.exp(right))) high = right;
    else low = left;
  }
  const shape = Math.exp((low + high) / 2);
  return [shape, Math.exp(logScale(shape))];
}

/** The line value = location + scale g(p) of the least squared relative errors. */
function fitLine(given: readonly Given[], g: (p: number) => number): [location: number, scale: number] {
  let [w, wx, wxx, wy, wxy] = [0, 0, 0, 0, 0];
  for (const [p, ms] of given) {
    const weight = ms ** -2;
    const x = g(p);
    w += weight;
    wx += weight * x;
    wxx += weight * x * x;
    wy += weight * ms;
    wxy += weight * x * ms;
  }
  const scale = (w * wxy - wx * wy) / (w * wxx - wx * wx);
  return [(wy - scale * wx) / w, scale];
}

function normal(parameters: Parameters): Cumulative {
  const given = percentilesOf(parameters);
  const [mean, deviation] =
    given.length > 0 ? fitLine(given, normalQuantile) : [need(parameters, 'mean_ms'), need(parameters, 'std_dev_ms')];
  return (ms) => (deviation === 0 ? Number(ms >= mean) : normalShare((ms - mean) / deviation));
}

/** With three percentiles, straight between them in (z, ln x): each is met, and below and above the first two and the outer two go on. */
function logNormal(parameters: Parameters): Cumulative {
  const given = percentilesOf(parameters);
  const nodes: [z: number, log: number][] =
    given.length > 0
      ? given.map(([p, ms]) => [normalQuantile(p), Math.log(ms)])
      : [
          [0, need(parameters, 'mu')],
          [1, need(parameters, 'mu') + need(parameters, 'sigma')],
        ];
  const [median] = nodes;
  return (ms) => {
    if (ms <= 0) return 0;
    const log = Math.log(ms);
    let [from, to] = [median, nodes[1]];
    if (nodes.length === 3 && log > nodes[1][1])
      [from, to] = log < nodes[2][1] ? [nodes[1], nodes[2]] : [median, nodes[2]];
    if (to[1] === from[1]) return Number(log >= from[1]);
    return normalShare(from[0] + ((log - from[1]) / (to[1] - from[1])) * (to[0] - from[0]));
  };
}

function uniform(parameters: Parameters): Cumulative {
  const given = percentilesOf(parameters);
  if (given.length === 0) return between(need(parameters, 'min_ms'), need(parameters, 'max_ms'));
  const [low, width] = fitLine(given, (p) => p);
  if (low >= 0) return between(low, low + width);
  const [sum, squares] = given.reduce(([a, b], [p, ms]) => [a + p / ms, b + (p / ms) ** 2], [0, 0]);
  return between(0, sum / squares);
}

function between(low: number, high: number): Cumulative {
  return (ms) => (ms >= high ? 1 : Math.max(0, (ms - low) / (high - low)));
}

function exponential(parameters: Parameters): Cumulative {
  const given = percentilesOf(parameters);
  const logMean = given.reduce((sum, [p, ms]) => sum + Math.log(ms / -Math.log(1 - p)), 0) / given.length;
  const mean = given.length > 0 ? Math.exp(logMean) : need(parameters, 'mean_ms');
  return (ms) => (ms <= 0 ? 0 : 1 - Math.exp(-ms / mean));
}

/** By shape and scale or by percentiles: `quantile` is that of the member with scale 1, `share` its inverse. */
function shaped(share: (shape: number, x: number) => number, quantile: (shape: number, p: number) => number): Family {
  return (parameters) => {
    const given = percentilesOf(parameters);
    const [shape, scale] =
      given.length > 0 ? fitShape(given, quantile) : [need(parameters, 'shape'), need(parameters, 'scale_ms')];
    return (ms) => (ms <= 0 ? 0 : share(shape, ms / scale));
  };
}

/** The inverse of lowerGammaShare, by bisection of the logarithm. */
function gammaQuantile(shape: number, p: number): number {
  let low = -700;
  let high = Math.log(shape + 100 * Math.sqrt(shape) + 100);
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (lowerGammaShare(shape, Math.exp(middle)) < p) low = middle;
    else high = middle;
  }
  return Math.exp(high);
}

type QuantilePoint = { readonly p: number; readonly ms: number };
type Histogram = { readonly edges_ms: readonly number[]; readonly counts: readonly number[] };

/** A polyline through (ms, share). What lies below the first or above the last share is drawn as the first or the last delay. */
function empirical(parameters: Parameters): Cumulative {
  const { quantiles, histogram } = parameters as { quantiles?: readonly QuantilePoint[]; histogram?: Histogram };
  const points = quantiles ?? histogramPoints(histogram ?? { edges_ms: [], counts: [] });
  return (ms) => {
    // Of points at one delay the last counts: its share is reached by a jump.
    const next = points.findIndex((point) => point.ms > ms);
    if (next === 0) return 0;
    if (next < 0) return 1;
    const [a, b] = [points[next - 1], points[next]];
    return a.p + ((b.p - a.p) * (ms - a.ms)) / (b.ms - a.ms);
  };
}

function histogramPoints({ edges_ms: edges, counts }: Histogram): QuantilePoint[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return edges.map((ms, index) => ({ ms, p: counts.slice(0, index).reduce((sum, count) => sum + count, 0) / total }));
}

function mixture(parameters: Parameters, component: (inner: Parameters) => ExpectedDistribution): Cumulative {
  const { components } = parameters as unknown as { components: readonly (Parameters & { weight: number })[] };
  const total = components.reduce((sum, { weight }) => sum + weight, 0);
  const parts = components.map((inner) => ({ share: inner.weight / total, cumulative: component(inner).cumulative }));
  return (ms) => parts.reduce((sum, { share, cumulative }) => sum + share * cumulative(ms), 0);
}

export const families: { readonly [name: string]: Family | undefined } = {
  constant: (parameters) => {
    const value = need(parameters, 'value_ms');
    return (ms) => Number(ms >= value);
  },
  uniform,
  normal,
  log_normal: logNormal,
  exponential,
  gamma: shaped(lowerGammaShare, gammaQuantile),
  weibull: shaped(
    (shape, x) => 1 - Math.exp(-(x ** shape)),
    (shape, p) => (-Math.log(1 - p)) ** (1 / shape),
  ),
  pareto: shaped(
    (shape, x) => (x <= 1 ? 0 : 1 - x ** -shape),
    (shape, p) => (1 - p) ** (-1 / shape),
  ),
  empirical,
  mixture,
};
