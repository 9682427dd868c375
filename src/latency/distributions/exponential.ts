/**
 * exponential: the waiting time for an event that is equally likely at every moment, truncated to [min_ms, max_ms] when given.
 *
 *   P(X > x) = exp(-x / mean)     quantile = -mean ln q, with q = 1 - p     standard deviation = mean
 *
 * By percentiles: one determines it, mean = p50 / ln 2. Two or three are approached: the mean with the least squared logarithmic errors.
 * Source: N. L. Johnson, S. Kotz, N. Balakrishnan, "Continuous Univariate Distributions", vol. 1 (1994), ch. 19.
 */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import { type Distribution, type DistributionPlugin, delayMsMax, MS, P, Q } from '../contract.js';
import { familyPlugin } from '../family.js';
import { percentileProperties, percentilesOf } from '../percentiles.js';
import { truncationProperties } from '../truncation.js';

const schema = {
  type: 'object',
  description:
    'Waiting for an event that is equally likely at every moment, by its mean or by percentiles: p50_ms alone is met exactly, several are approached.',
  properties: {
    distribution: { const: 'exponential' },
    mean_ms: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: delayMsMax,
      description: 'Mean before truncation.',
      'x-unit': 'ms',
    },
    ...percentileProperties,
    ...truncationProperties,
  },
  required: ['distribution'],
  additionalProperties: false,
  examples: [
    { distribution: 'exponential', mean_ms: 20 },
    { distribution: 'exponential', p50_ms: 15, max_ms: 200 },
  ],
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema>;

class Exponential implements Distribution {
  readonly #meanMs: number;

  constructor(meanMs: number) {
    this.#meanMs = meanMs;
  }

  invert(inversion: Float64Array): void {
    const p = inversion[P]!;
    inversion[MS] = -this.#meanMs * (p < 0.5 ? Math.log1p(-p) : Math.log(inversion[Q]!));
  }

  cumulative(ms: number): number {
    return ms <= 0 ? 0 : -Math.expm1(-ms / this.#meanMs);
  }

  survival(ms: number): number {
    return ms <= 0 ? 1 : Math.exp(-ms / this.#meanMs);
  }
}

function member(parameters: Parameters): Exponential {
  if (parameters.mean_ms !== undefined) return new Exponential(parameters.mean_ms);
  const given = percentilesOf(parameters);
  const sum = given.reduce((total, { ms, q }) => total + Math.log(ms / -Math.log(q)), 0);
  return new Exponential(Math.exp(sum / given.length));
}

export const exponential = {
  name: 'exponential',
  schema,
  ...familyPlugin<Parameters>('exponential', { own: ['mean_ms'], medianSuffices: true, member }),
} as const satisfies DistributionPlugin<Parameters>;
