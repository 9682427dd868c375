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
import { type Distribution, type DistributionPlugin, MS } from '../contract.js';
import { familyPlugin } from '../family.js';
import { percentileProperties } from '../percentiles.js';
import { invertStandardNormal, standardNormalCumulative, standardNormalQuantile } from '../standard-normal.js';
import { truncationProperties } from '../truncation.js';

const schema = {
  type: 'object',
  description: 'Log-normal, by percentiles (p50_ms with p95_ms, p99_ms or both) or by mu and sigma.',
  properties: {
    distribution: { const: 'log_normal' },
    ...percentileProperties,
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

const z95 = standardNormalQuantile(0.95, 0.05);
const z99 = standardNormalQuantile(0.99, 0.01);

class LogNormal implements Distribution {
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

  invert(inversion: Float64Array): void {
    invertStandardNormal(inversion);
    const z = inversion[MS]!;
    let logMs = this.#logP95 + this.#joinSlope * (z - z95);
    if (z <= z95) logMs = this.#mu + this.#bodySigma * z;
    else if (z >= z99) logMs = this.#mu + this.#tailSigma * z;
    inversion[MS] = Math.exp(logMs);
  }

  cumulative(ms: number): number {
    return ms <= 0 ? 0 : standardNormalCumulative(this.#zOf(Math.log(ms)));
  }

  survival(ms: number): number {
    return ms <= 0 ? 1 : standardNormalCumulative(-this.#zOf(Math.log(ms)));
  }

  /** Where a sigma is 0, the median or the two upper percentiles are drawn with the probability that lies between them. */
  #zOf(logMs: number): number {
    if (logMs < this.#logP95) return (logMs - this.#mu) / this.#bodySigma;
    if (logMs < this.#logP99) return z95 + (logMs - this.#logP95) / this.#joinSlope;
    return this.#tailSigma === 0 ? Number.POSITIVE_INFINITY : (logMs - this.#mu) / this.#tailSigma;
  }
}

function member(parameters: Parameters): LogNormal {
  const { p50_ms: p50, p95_ms: p95, p99_ms: p99, mu = 0, sigma = 0 } = parameters;
  if (p50 === undefined) return new LogNormal(mu, sigma, sigma);
  const sigma95 = p95 === undefined ? undefined : Math.log(p95 / p50) / z95;
  const sigma99 = p99 === undefined ? undefined : Math.log(p99 / p50) / z99;
  return new LogNormal(Math.log(p50), sigma95 ?? sigma99 ?? 0, sigma99 ?? sigma95 ?? 0);
}

export const logNormal = {
  name: 'log_normal',
  schema,
  ...familyPlugin<Parameters>('log_normal', { own: ['mu', 'sigma'], member }),
} as const satisfies DistributionPlugin<Parameters>;
