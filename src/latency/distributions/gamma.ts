/**
 * gamma: the sum of `shape` exponential waiting times of mean scale_ms (for whole shapes), truncated to [min_ms, max_ms] when given.
 *
 *   F(x) = P(shape, x / scale), the regularised incomplete gamma function     mean = shape scale     variance = shape scale^2
 *
 * The quantile has no closed form: it is tabulated when the distribution is made and is then accurate to 10^-9 of its value.
 * By percentiles: the ratio of two percentiles falls as the shape grows and does not depend on the scale, so two of them determine first
 * the shape and then the scale. Of three the shape with the least squared logarithmic errors is searched between those of each two.
 * Source: N. L. Johnson, S. Kotz, N. Balakrishnan, "Continuous Univariate Distributions", vol. 1 (1994), ch. 17.
 */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import { type Distribution, type DistributionPlugin, delayMsMax, MS, P, Q } from '../contract.js';
import { familyPlugin } from '../family.js';
import { gammaShares, logGammaQuantile } from '../incomplete-gamma.js';
import {
  type PercentileParameters,
  type Probability,
  percentileProperties,
  percentilesOf,
  type Reach,
} from '../percentiles.js';
import { type Knot, QuantileTable } from '../quantile-table.js';
import { standardNormalQuantile } from '../standard-normal.js';
import { truncationProperties } from '../truncation.js';

/** Beyond these, p95 is 10^5 times or 1.02 times the median: a tail that no delay has, and a constant. */
const shapeMin = 0.05;
const shapeMax = 10_000;

const schema = {
  type: 'object',
  description: 'A sum of exponential waiting times, by shape and scale or by percentiles.',
  properties: {
    distribution: { const: 'gamma' },
    shape: {
      type: 'number',
      minimum: shapeMin,
      maximum: shapeMax,
      description: 'How many waiting times; below 1 most delays are near 0, large shapes approach the bell curve.',
    },
    scale_ms: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: delayMsMax,
      description: 'Mean of one waiting time: the mean before truncation is shape times this.',
      'x-unit': 'ms',
    },
    ...percentileProperties,
    ...truncationProperties,
  },
  required: ['distribution'],
  additionalProperties: false,
  examples: [
    { distribution: 'gamma', shape: 2.5, scale_ms: 120 },
    { distribution: 'gamma', p50_ms: 300, p95_ms: 700 },
  ],
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema>;

class Gamma implements Distribution {
  readonly #shape: number;
  readonly #scaleMs: number;
  readonly #logScale: number;
  readonly #table: QuantileTable;

  constructor(shape: number, scaleMs: number) {
    this.#shape = shape;
    this.#scaleMs = scaleMs;
    this.#logScale = Math.log(scaleMs);
    this.#table = new QuantileTable((p, q) => knotAt(shape, p, q));
  }

  invert(inversion: Float64Array): void {
    inversion[MS] = this.#scaleMs * this.#table.quantile(inversion[P]!, inversion[Q]!);
  }

  cumulative(ms: number): number {
    return ms <= 0 ? 0 : gammaShares(this.#shape, Math.log(ms) - this.#logScale).lower;
  }

  survival(ms: number): number {
    return ms <= 0 ? 1 : gammaShares(this.#shape, Math.log(ms) - this.#logScale).upper;
  }
}

function logQuantile(shape: number, { p, q }: Probability): number {
  return logGammaQuantile(shape, p, q, standardNormalQuantile(p, q));
}

/** With t = ln(p / q) and y = ln x: y' = p q / (x f(x)), and y'' = y' ((q - p) - y' (shape - x)) for the gamma density f. */
function knotAt(shape: number, p: number, q: number): Knot {
  const value = logQuantile(shape, { p, q });
  const x = Math.exp(value);
  // Where x is next to 0 its weight is shape times p.
  const slope = x < 1e-16 ? q / shape : (p * q) / gammaShares(shape, value).slope;
  return { value, slope, curvature: slope * (q - p - slope * (shape - x)) };
}

/** The logarithm of how many times the median the percentile is. */
function logRatio(shape: number, at: Probability): number {
  return logQuantile(shape, at) - logQuantile(shape, { p: 0.5, q: 0.5 });
}

const halvings = 60;

/** The shape with the ratio between two percentiles, by bisection over ln shape; the nearest where none has it. */
function shapeOfRatio(lower: Probability, upper: Probability, ratio: number): number {
  let [low, high] = [Math.log(shapeMin), Math.log(shapeMax)];
  for (let halving = 0; halving < halvings; halving++) {
    const middle = (low + high) / 2;
    const shape = Math.exp(middle);
    if (logQuantile(shape, upper) - logQuantile(shape, lower) > ratio) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/** ln scale with the least squared logarithmic errors for the shape, and their sum. */
function scaleFor(
  shape: number,
  parameters: PercentileParameters,
): { readonly logScale: number; readonly error: number } {
  const offsets = percentilesOf(parameters).map(({ ms, ...at }) => Math.log(ms) - logQuantile(shape, at));
  const logScale = offsets.reduce((sum, offset) => sum + offset, 0) / offsets.length;
  return { logScale, error: offsets.reduce((sum, offset) => sum + (offset - logScale) ** 2, 0) };
}

const goldenRatio = (Math.sqrt(5) - 1) / 2;

/** The shape of least error between two, by golden-section search over ln shape. */
function bestShape(parameters: PercentileParameters, from: number, to: number): number {
  let [low, high] = [Math.log(from), Math.log(to)];
  const errorAt = (logShape: number) => scaleFor(Math.exp(logShape), parameters).error;
  for (let cut = 0; cut < halvings && high - low > 1e-9; cut++) {
    const width = goldenRatio * (high - low);
    if (errorAt(high - width) < errorAt(low + width)) high = low + width;
    else low = high - width;
  }
  return Math.exp((low + high) / 2);
}

function member(parameters: Parameters): Gamma {
  const { shape, scale_ms: scaleMs } = parameters;
  if (shape !== undefined && scaleMs !== undefined) return new Gamma(shape, scaleMs);
  const given = percentilesOf(parameters);
  const shapes = given.flatMap((upper, index) =>
    given.slice(0, index).map((lower) => shapeOfRatio(lower, upper, Math.log(upper.ms / lower.ms))),
  );
  const [least, most] = [Math.min(...shapes), Math.max(...shapes)];
  const fitted = least === most ? least : bestShape(parameters, least, most);
  return new Gamma(fitted, Math.exp(scaleFor(fitted, parameters).logScale));
}

function reach(at: Probability): Reach {
  return { least: Math.exp(logRatio(shapeMax, at)), most: Math.exp(logRatio(shapeMin, at)) };
}

export const gamma = {
  name: 'gamma',
  schema,
  ...familyPlugin<Parameters>('gamma', { own: ['shape', 'scale_ms'], reach, member }),
} as const satisfies DistributionPlugin<Parameters>;
