/**
 * normal: the bell curve around mean_ms, truncated to [min_ms, max_ms]; min_ms is 0 unless given, because no delay is negative.
 *
 *   F(x) = Φ((x - mean) / std_dev)     quantile(p) = mean + std_dev Φ⁻¹(p)
 *
 * Effect of the truncation at 0: the mean of the draws rises to mean + std_dev φ(m) / Φ(m) with m = mean / std_dev. With
 * m = 4 (20 ms ± 5 ms) that is 0.0007 ms, with m = 2 it is 5.5 % of std_dev, with m = 0 it is 80 % of std_dev.
 * Source: N. L. Johnson, S. Kotz, N. Balakrishnan, "Continuous Univariate Distributions", vol. 1 (1994), ch. 13, sec. 10.1.
 */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import { type DistributionPlugin, delayMsMax } from '../contract.js';
import { standardNormalCumulative, standardNormalQuantile } from '../standard-normal.js';
import {
  type ContinuousDistribution,
  TruncatedSampler,
  truncationProblems,
  truncationProperties,
} from '../truncation.js';

const schema = {
  type: 'object',
  description: 'The bell curve, truncated so that no draw is negative.',
  properties: {
    distribution: { const: 'normal' },
    mean_ms: {
      type: 'number',
      minimum: 0,
      maximum: delayMsMax,
      description: 'Mean before truncation.',
      'x-unit': 'ms',
    },
    std_dev_ms: {
      type: 'number',
      minimum: 0,
      maximum: delayMsMax,
      description: 'Standard deviation before truncation; 0 makes every draw the mean.',
      'x-unit': 'ms',
    },
    ...truncationProperties,
  },
  required: ['distribution', 'mean_ms', 'std_dev_ms'],
  additionalProperties: false,
  examples: [
    { distribution: 'normal', mean_ms: 20, std_dev_ms: 5 },
    { distribution: 'normal', mean_ms: 20, std_dev_ms: 15, min_ms: 5, max_ms: 60 },
  ],
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema>;

class Normal implements ContinuousDistribution {
  readonly #meanMs: number;
  readonly #stdDevMs: number;

  constructor(meanMs: number, stdDevMs: number) {
    this.#meanMs = meanMs;
    this.#stdDevMs = stdDevMs;
  }

  quantileMs(p: number): number {
    return this.#meanMs + this.#stdDevMs * standardNormalQuantile(p);
  }

  cumulative(ms: number): number {
    if (this.#stdDevMs === 0 && ms === this.#meanMs) return 0.5;
    return standardNormalCumulative((ms - this.#meanMs) / this.#stdDevMs);
  }
}

export const normal = {
  name: 'normal',
  schema,
  problems: (parameters) => truncationProblems(new Normal(parameters.mean_ms, parameters.std_dev_ms), parameters),
  createSampler: (parameters) =>
    new TruncatedSampler(new Normal(parameters.mean_ms, parameters.std_dev_ms), parameters),
} as const satisfies DistributionPlugin<Parameters>;
