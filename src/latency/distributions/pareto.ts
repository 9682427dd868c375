/**
 * pareto: a power law from scale_ms on, the shape of rare and very long delays; truncated to [min_ms, max_ms] when given. Below a shape
 * of 1 its mean is infinite but for the truncation, which is at one hour unless max_ms says otherwise.
 *
 *   P(X > x) = (scale / x)^shape for x >= scale     quantile = scale q^(-1 / shape), with q = 1 - p
 *
 * By percentiles: ln quantile = ln scale - ln q / shape is a line, which two percentiles determine and three approach.
 * Source: N. L. Johnson, S. Kotz, N. Balakrishnan, "Continuous Univariate Distributions", vol. 1 (1994), ch. 20 (the first kind).
 */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import { type Distribution, type DistributionPlugin, delayMsMax, MS, P, Q } from '../contract.js';
import { familyPlugin } from '../family.js';
import { fitLogarithms, type Probability, percentileProperties, type Reach } from '../percentiles.js';
import { truncationProperties } from '../truncation.js';

/** Beyond these, p99 is 10^17 times or 1.04 times the median: a tail that no delay has, and a constant. */
const shapeMin = 0.1;
const shapeMax = 100;

const schema = {
  type: 'object',
  description: 'A power law: most delays near the shortest, some very long; by scale and shape or by percentiles.',
  properties: {
    distribution: { const: 'pareto' },
    scale_ms: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: delayMsMax,
      description: 'The shortest delay, before truncation.',
      'x-unit': 'ms',
    },
    shape: {
      type: 'number',
      minimum: shapeMin,
      maximum: shapeMax,
      description: 'How fast the tail falls: ten times the delay is 10^shape times as rare.',
    },
    ...percentileProperties,
    ...truncationProperties,
  },
  required: ['distribution'],
  additionalProperties: false,
  examples: [
    { distribution: 'pareto', scale_ms: 100, shape: 2.5 },
    { distribution: 'pareto', p50_ms: 300, p95_ms: 900, max_ms: 30_000 },
  ],
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema>;

class Pareto implements Distribution {
  readonly #scaleMs: number;
  readonly #shape: number;

  constructor(scaleMs: number, shape: number) {
    this.#scaleMs = scaleMs;
    this.#shape = shape;
  }

  invert(inversion: Float64Array): void {
    const p = inversion[P]!;
    inversion[MS] = this.#scaleMs * Math.exp((p < 0.5 ? -Math.log1p(-p) : -Math.log(inversion[Q]!)) / this.#shape);
  }

  cumulative(ms: number): number {
    return ms <= this.#scaleMs ? 0 : -Math.expm1(-this.#shape * Math.log(ms / this.#scaleMs));
  }

  survival(ms: number): number {
    return ms <= this.#scaleMs ? 1 : (this.#scaleMs / ms) ** this.#shape;
  }
}

/** ln quantile for shape 1 and scale 1. */
function logarithmAt({ q }: Probability): number {
  return -Math.log(q);
}

function member(parameters: Parameters): Pareto {
  const { shape, scale_ms: scaleMs } = parameters;
  if (shape !== undefined && scaleMs !== undefined) return new Pareto(scaleMs, shape);
  const { intercept, slope } = fitLogarithms(parameters, logarithmAt);
  return new Pareto(Math.exp(intercept), 1 / slope);
}

function reach(at: Probability): Reach {
  const logarithm = logarithmAt(at) - logarithmAt({ p: 0.5, q: 0.5 });
  return { least: Math.exp(logarithm / shapeMax), most: Math.exp(logarithm / shapeMin) };
}

export const pareto = {
  name: 'pareto',
  schema,
  ...familyPlugin<Parameters>('pareto', { own: ['scale_ms', 'shape'], reach, member }),
} as const satisfies DistributionPlugin<Parameters>;
