/**
 * log_normal: the logarithm of the delay is normally distributed, the usual shape of times to first token.
 *
 *   quantile(p) = exp(mu + sigma z)   with z = Φ⁻¹(p)
 *
 * Given by percentiles, every one of them is met exactly: mu = ln p50 and sigma = ln(p95 / p50) / z95 or ln(p99 / p50) / z99,
 * where z95 = 1.6449 and z99 = 2.3263. Three percentiles rarely lie on one line, so the curve is then made of two log-normals
 * around the same median, joined by a straight line in (z, ln x), and is a log-normal where the three do lie on one line:
 *
 *   ln x │                   ╱ tail: through p50 and p99
 *        │            ●────●
 *        │       ●  p95   p99          a least-squares line instead would miss p95 and p99
 *        │ body: through p50 and p95
 *        └───────┴────┴────┴──── z
 *               0.00 1.64 2.33
 *
 * Truncated to [min_ms, max_ms] when given.
 * Source: J. Aitchison, J. A. C. Brown, "The Lognormal Distribution" (1957), sec. 2.4 (quantiles).
 */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import { type DistributionPlugin, delayMsMax, type ParameterProblem } from '../contract.js';
import { standardNormalCumulative, standardNormalQuantile } from '../standard-normal.js';
import {
  type ContinuousDistribution,
  TruncatedSampler,
  truncationProblems,
  truncationProperties,
} from '../truncation.js';

const schema = {
  type: 'object',
  description: 'Log-normal, by percentiles (p50_ms with p95_ms, p99_ms or both) or by mu and sigma.',
  properties: {
    distribution: { const: 'log_normal' },
    p50_ms: { type: 'number', exclusiveMinimum: 0, maximum: delayMsMax, description: 'Median.', 'x-unit': 'ms' },
    p95_ms: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: delayMsMax,
      description: '95th percentile, at least p50_ms.',
      'x-unit': 'ms',
    },
    p99_ms: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: delayMsMax,
      description: '99th percentile, at least p95_ms.',
      'x-unit': 'ms',
    },
    mu: {
      type: 'number',
      minimum: -20,
      maximum: 15,
      description: 'Mean of the natural logarithm of the delay in milliseconds, instead of percentiles.',
      'x-unit': 'ln ms',
    },
    sigma: {
      type: 'number',
      minimum: 0,
      maximum: 10,
      description: 'Standard deviation of the natural logarithm of the delay, instead of percentiles.',
    },
    ...truncationProperties,
  },
  required: ['distribution'],
  additionalProperties: false,
  examples: [
    { distribution: 'log_normal', p50_ms: 800, p95_ms: 1500, p99_ms: 2500 },
    { distribution: 'log_normal', p50_ms: 1000, p95_ms: 2000, max_ms: 10_000 },
    { distribution: 'log_normal', mu: 6.5, sigma: 0.4, min_ms: 200 },
  ],
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema>;

const z95 = standardNormalQuantile(0.95);
const z99 = standardNormalQuantile(0.99);

class LogNormal implements ContinuousDistribution {
  readonly #mu: number;
  readonly #bodySigma: number;
  readonly #tailSigma: number;
  readonly #logP95: number;
  readonly #logP99: number;
  readonly #joinSlope: number;

  constructor(mu: number, bodySigma: number, tailSigma: number) {
    this.#mu = mu;
    this.#bodySigma = bodySigma;
    this.#tailSigma = tailSigma;
    this.#logP95 = mu + bodySigma * z95;
    this.#logP99 = mu + tailSigma * z99;
    this.#joinSlope = (this.#logP99 - this.#logP95) / (z99 - z95);
  }

  quantileMs(p: number): number {
    const z = standardNormalQuantile(p);
    if (z <= z95) return Math.exp(this.#mu + this.#bodySigma * z);
    if (z >= z99) return Math.exp(this.#mu + this.#tailSigma * z);
    return Math.exp(this.#logP95 + this.#joinSlope * (z - z95));
  }

  cumulative(ms: number): number {
    return standardNormalCumulative(this.#zOf(Math.log(ms)));
  }

  #zOf(logMs: number): number {
    if (logMs === this.#mu) return 0;
    if (logMs <= this.#logP95) return (logMs - this.#mu) / this.#bodySigma;
    if (logMs >= this.#logP99) return (logMs - this.#mu) / this.#tailSigma;
    return z95 + (logMs - this.#logP95) / this.#joinSlope;
  }
}

function distributionOf(parameters: Parameters): LogNormal {
  const { p50_ms: p50, p95_ms: p95, p99_ms: p99, mu = 0, sigma = 0 } = parameters;
  if (p50 === undefined) return new LogNormal(mu, sigma, sigma);
  const sigma95 = p95 === undefined ? undefined : Math.log(p95 / p50) / z95;
  const sigma99 = p99 === undefined ? undefined : Math.log(p99 / p50) / z99;
  return new LogNormal(Math.log(p50), sigma95 ?? sigma99 ?? 0, sigma99 ?? sigma95 ?? 0);
}

function choiceProblems(parameters: Parameters): ParameterProblem[] {
  const { p50_ms: p50, p95_ms: p95, p99_ms: p99, mu, sigma } = parameters;
  const byPercentiles = p50 !== undefined || p95 !== undefined || p99 !== undefined;
  const byMoments = mu !== undefined || sigma !== undefined;
  if (byPercentiles && byMoments) {
    return [{ key: mu === undefined ? 'sigma' : 'mu', message: 'must not be combined with percentiles' }];
  }
  if (byMoments) {
    if (mu === undefined) return [{ key: 'mu', message: 'is required with sigma' }];
    return sigma === undefined ? [{ key: 'sigma', message: 'is required with mu' }] : [];
  }
  if (p50 === undefined)
    return [{ key: 'p50_ms', message: 'is required, with p95_ms and/or p99_ms (or mu and sigma)' }];
  return p95 === undefined && p99 === undefined
    ? [{ key: 'p95_ms', message: 'is required: p50_ms needs p95_ms, p99_ms or both' }]
    : [];
}

function orderProblems({ p50_ms: p50 = 0, p95_ms: p95, p99_ms: p99 }: Parameters): ParameterProblem[] {
  const problems: ParameterProblem[] = [];
  if (p95 !== undefined && p95 < p50) problems.push({ key: 'p95_ms', message: `must be >= p50_ms (${p50})` });
  const [below, name] = p95 === undefined ? [p50, 'p50_ms'] : [p95, 'p95_ms'];
  if (p99 !== undefined && p99 < below) problems.push({ key: 'p99_ms', message: `must be >= ${name} (${below})` });
  return problems;
}

function problems(parameters: Parameters): ParameterProblem[] {
  const found = [...choiceProblems(parameters), ...orderProblems(parameters)];
  return found.length > 0 ? found : truncationProblems(distributionOf(parameters), parameters);
}

export const logNormal = {
  name: 'log_normal',
  schema,
  problems,
  createSampler: (parameters) => new TruncatedSampler(distributionOf(parameters), parameters),
} as const satisfies DistributionPlugin<Parameters>;
