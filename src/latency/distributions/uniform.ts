/**
 * uniform: every delay from min_ms to max_ms is equally likely.
 *
 *   F(x) = (x - min) / (max - min)     quantile(p) = min + p (max - min)     mean = (min + max) / 2
 *
 * By percentiles: the line through (p, percentile), or the nearest to three by relative errors, but from 0 where it would begin below.
 * min_ms and max_ms then truncate it as they do any other; p95 is at most 1.9 times and p99 at most 1.98 times the median, since no
 * delay is negative.
 * Source: N. L. Johnson, S. Kotz, N. Balakrishnan, "Continuous Univariate Distributions", vol. 2 (1995), ch. 26.
 */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import {
  type Distribution,
  type DistributionPlugin,
  delayMsMax,
  MS,
  P,
  type ParameterProblem,
  Q,
} from '../contract.js';
import {
  choiceProblems,
  fitValues,
  orderProblems,
  percentileProperties,
  percentilesOf,
  reachProblems,
} from '../percentiles.js';
import { TruncatedDistribution, truncationProblems, truncationProperties } from '../truncation.js';

const schema = {
  type: 'object',
  description: 'Every delay between two bounds is equally likely; by the bounds or by percentiles.',
  properties: {
    distribution: { const: 'uniform' },
    ...truncationProperties,
    min_ms: {
      ...truncationProperties.min_ms,
      description: 'The shortest delay. Beside percentiles: where the distribution is truncated.',
    },
    max_ms: {
      ...truncationProperties.max_ms,
      description: 'The longest delay, at least min_ms. Beside percentiles: where the distribution is truncated.',
    },
    ...percentileProperties,
  },
  required: ['distribution'],
  additionalProperties: false,
  examples: [
    { distribution: 'uniform', min_ms: 10, max_ms: 30 },
    { distribution: 'uniform', p50_ms: 200, p95_ms: 290 },
  ],
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema>;

class Uniform implements Distribution {
  readonly #minMs: number;
  readonly #maxMs: number;

  constructor(minMs: number, maxMs: number) {
    this.#minMs = minMs;
    this.#maxMs = maxMs;
  }

  invert(inversion: Float64Array): void {
    inversion[MS] = this.#minMs * inversion[Q]! + this.#maxMs * inversion[P]!;
  }

  cumulative(ms: number): number {
    if (ms >= this.#maxMs) return 1;
    return ms < this.#minMs ? 0 : (ms - this.#minMs) / (this.#maxMs - this.#minMs);
  }

  survival(ms: number): number {
    if (ms >= this.#maxMs) return 0;
    return ms < this.#minMs ? 1 : (this.#maxMs - ms) / (this.#maxMs - this.#minMs);
  }
}

function member(parameters: Parameters): Uniform {
  const given = percentilesOf(parameters);
  const { min_ms: minMs = 0, max_ms: maxMs = delayMsMax } = parameters;
  if (given.length === 0) return new Uniform(minMs, maxMs);
  const { intercept, slope } = fitValues(parameters, ({ p }) => p);
  if (intercept >= 0) return new Uniform(intercept, intercept + slope);
  // The nearest line through the origin, by relative errors: sum((p / ms)) / sum((p / ms)^2).
  const sum = given.reduce((total, { p, ms }) => total + p / ms, 0);
  const squares = given.reduce((total, { p, ms }) => total + (p / ms) ** 2, 0);
  return new Uniform(0, sum / squares);
}

function problems(parameters: Parameters): ParameterProblem[] {
  const { min_ms: minMs, max_ms: maxMs } = parameters;
  if (percentilesOf(parameters).length === 0) {
    const found = choiceProblems(parameters, ['min_ms', 'max_ms'], false);
    if (found.length > 0 || minMs === undefined || maxMs === undefined || maxMs >= minMs) return found;
    return [{ path: ['max_ms'], message: `must be >= min_ms (${minMs})` }];
  }
  const { p50_ms, p95_ms, p99_ms } = parameters;
  const found = [
    ...choiceProblems({ p50_ms, p95_ms, p99_ms }, ['min_ms', 'max_ms'], false),
    ...orderProblems(parameters),
  ];
  if (found.length === 0) found.push(...reachProblems('uniform', parameters, ({ p }) => ({ least: 1, most: 2 * p })));
  return found.length > 0 ? found : truncationProblems(member(parameters), parameters);
}

export const uniform = {
  name: 'uniform',
  schema,
  problems,
  create: (parameters) => new TruncatedDistribution(member(parameters), parameters),
} as const satisfies DistributionPlugin<Parameters>;
