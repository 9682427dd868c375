/**
 * weibull: an exponential waiting time raised to a power, truncated to [min_ms, max_ms] when given. A shape below 1 has the longer tail,
 * 1 is the exponential distribution, above 1 it becomes a narrow hump.
 *
 *   P(X > x) = exp(-(x / scale)^shape)     quantile = scale (-ln q)^(1 / shape), with q = 1 - p
 *
 * By percentiles: ln quantile = ln scale + ln(-ln q) / shape is a line, which two percentiles determine and three approach.
 * Source: N. L. Johnson, S. Kotz, N. Balakrishnan, "Continuous Univariate Distributions", vol. 1 (1994), ch. 21.
 */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import { type Distribution, type DistributionPlugin, delayMsMax, MS, P, Q } from '../contract.js';
import { familyPlugin } from '../family.js';
import { fitLogarithms, type Probability, percentileProperties, type Reach } from '../percentiles.js';
import { truncationProperties } from '../truncation.js';

/** Beyond these, p99 is 10^8 times or 1.02 times the median: a tail that no delay has, and a constant. */
const shapeMin = 0.1;
const shapeMax = 100;

const schema = {
  type: 'object',
  description: 'A power of an exponential waiting time, by shape and scale or by percentiles.',
  properties: {
    distribution: { const: 'weibull' },
    shape: {
      type: 'number',
      minimum: shapeMin,
      maximum: shapeMax,
      description: 'Below 1 a long tail, 1 the exponential distribution, above 1 a hump.',
    },
    scale_ms: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: delayMsMax,
      description: 'The delay that 63.2 % of the draws do not exceed, before truncation.',
      'x-unit': 'ms',
    },
    ...percentileProperties,
    ...truncationProperties,
  },
  required: ['distribution'],
  additionalProperties: false,
  examples: [
    { distribution: 'weibull', shape: 1.5, scale_ms: 400 },
    { distribution: 'weibull', p50_ms: 300, p99_ms: 1200, min_ms: 50 },
  ],
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema>;

class Weibull implements Distribution {
  readonly #shape: number;
  readonly #scaleMs: number;

  constructor(shape: number, scaleMs: number) {
    this.#shape = shape;
    this.#scaleMs = scaleMs;
  }

  invert(inversion: Float64Array): void {
    const p = inversion[P]!;
    inversion[MS] = this.#scaleMs * (p < 0.5 ? -Math.log1p(-p) : -Math.log(inversion[Q]!)) ** (1 / this.#shape);
  }

  cumulative(ms: number): number {
    return ms <= 0 ? 0 : -Math.expm1(-((ms / this.#scaleMs) ** this.#shape));
  }

  survival(ms: number): number {
    return ms <= 0 ? 1 : Math.exp(-((ms / this.#scaleMs) ** this.#shape));
  }
}

/** ln quantile for shape 1 and scale 1. */
function logarithmAt({ q }: Probability): number {
  return Math.log(-Math.log(q));
}

function member(parameters: Parameters): Weibull {
  const { shape, scale_ms: scaleMs } = parameters;
  if (shape !== undefined && scaleMs !== undefined) return new Weibull(shape, scaleMs);
  const { intercept, slope } = fitLogarithms(parameters, logarithmAt);
  return new Weibull(1 / slope, Math.exp(intercept));
}

function reach(at: Probability): Reach {
  const logarithm = logarithmAt(at) - logarithmAt({ p: 0.5, q: 0.5 });
  return { least: Math.exp(logarithm / shapeMax), most: Math.exp(logarithm / shapeMin) };
}

export const weibull = {
  name: 'weibull',
  schema,
  ...familyPlugin<Parameters>('weibull', { own: ['shape', 'scale_ms'], reach, member }),
} as const satisfies DistributionPlugin<Parameters>;
