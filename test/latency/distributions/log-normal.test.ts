import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSampler, type DistributionParameters, distributionProblems } from '../../../src/latency/registry.js';
import { standardNormalCumulative, standardNormalQuantile } from '../../../src/latency/standard-normal.js';
import { fixedRandom } from '../fixtures/seeded-random.js';
import { kolmogorovSmirnov, percentile, sortedDraws } from '../fixtures/statistics.js';

const n = 100_000;
const significance = 0.01;
const z95 = standardNormalQuantile(0.95);

function problemKeys(parameters: object): string[] {
  return distributionProblems({ distribution: 'log_normal', ...parameters } as DistributionParameters).map(({ path }) =>
    path.join('.'),
  );
}

test('draws by mu and sigma follow the log-normal distribution', () => {
  const draws = sortedDraws(createSampler({ distribution: 'log_normal', mu: 6.5, sigma: 0.4 }), n);
  const p = kolmogorovSmirnov(draws, (x) => standardNormalCumulative((Math.log(x) - 6.5) / 0.4));
  assert.ok(p > significance, `p = ${p}`);
});

test('draws by two percentiles follow the log-normal distribution through them', () => {
  const draws = sortedDraws(createSampler({ distribution: 'log_normal', p50_ms: 1000, p95_ms: 2000 }), n);
  const sigma = Math.log(2) / z95;
  const p = kolmogorovSmirnov(draws, (x) => standardNormalCumulative(Math.log(x / 1000) / sigma));
  assert.ok(p > significance, `p = ${p}`);
});

test('draws of a truncated log-normal follow its conditional distribution', () => {
  const parameters = { distribution: 'log_normal', p50_ms: 1000, p95_ms: 2000, min_ms: 500, max_ms: 3000 } as const;
  const draws = sortedDraws(createSampler(parameters), n);
  const cumulative = (x: number) => standardNormalCumulative((Math.log(x / 1000) * z95) / Math.log(2));
  const share = cumulative(3000) - cumulative(500);
  const p = kolmogorovSmirnov(draws, (x) => (cumulative(x) - cumulative(500)) / share);
  assert.ok(p > significance, `p = ${p}`);
  assert.ok(draws[0]! >= 500 && draws[n - 1]! <= 3000);
});

test('three percentiles are all met by the draws, within the error of a sample', () => {
  const parameters = { distribution: 'log_normal', p50_ms: 800, p95_ms: 1500, p99_ms: 2500 } as const;
  const draws = sortedDraws(createSampler(parameters), n);
  for (const [p, expected] of [
    [0.5, 800],
    [0.95, 1500],
    [0.99, 2500],
  ] as const) {
    assert.ok(Math.abs(percentile(draws, p) / expected - 1) < 0.03, `p${p * 100}: ${percentile(draws, p)}`);
  }
});

test('any percentiles in order are met exactly, and a larger random number never gives a shorter delay', () => {
  const ratio = fc.double({ min: 1, max: 5, noNaN: true });
  fc.assert(
    fc.property(fc.double({ min: 0.1, max: 500, noNaN: true }), ratio, ratio, (p50, ratio95, ratio99) => {
      const p95 = p50 * ratio95;
      const p99 = p95 * ratio99;
      const sampler = createSampler({ distribution: 'log_normal', p50_ms: p50, p95_ms: p95, p99_ms: p99 });
      let previous = 0;
      for (const [p, expected] of [[0.1], [0.5, p50], [0.9], [0.95, p95], [0.97], [0.99, p99], [0.9999]] as const) {
        const drawn = sampler.sampleMs(fixedRandom(p));
        if (expected !== undefined) assert.ok(Math.abs(drawn / expected - 1) < 1e-6, `${drawn} against ${expected}`);
        assert.ok(drawn >= previous * (1 - 1e-12));
        previous = drawn;
      }
    }),
  );
});

test('percentiles that lie on one line give the plain log-normal', () => {
  const z99 = standardNormalQuantile(0.99);
  const three = {
    distribution: 'log_normal',
    p50_ms: 100,
    p95_ms: 100 * Math.exp(0.5 * z95),
    p99_ms: 100 * Math.exp(0.5 * z99),
  } as const;
  const plain = createSampler({ distribution: 'log_normal', mu: Math.log(100), sigma: 0.5 });
  for (const p of [0.001, 0.3, 0.5, 0.96, 0.98, 0.9999]) {
    const drawn = createSampler(three).sampleMs(fixedRandom(p));
    assert.ok(Math.abs(drawn / plain.sampleMs(fixedRandom(p)) - 1) < 1e-12);
  }
});

test('equal percentiles make every draw the median', () => {
  const draws = sortedDraws(createSampler({ distribution: 'log_normal', p50_ms: 50, p95_ms: 50, p99_ms: 50 }), 1_000);
  assert.ok(Math.abs(draws[0]! - 50) < 1e-9 && Math.abs(draws[999]! - 50) < 1e-9);
});

test('parameters that do not determine the distribution are problems', () => {
  assert.deepEqual(problemKeys({}), ['p50_ms']);
  assert.deepEqual(problemKeys({ p50_ms: 10 }), ['p95_ms']);
  assert.deepEqual(problemKeys({ p95_ms: 10 }), ['p50_ms']);
  assert.deepEqual(problemKeys({ mu: 3 }), ['sigma']);
  assert.deepEqual(problemKeys({ sigma: 1 }), ['mu']);
  assert.deepEqual(problemKeys({ mu: 3, sigma: 1, p50_ms: 10 }), ['mu']);
});

test('percentiles out of order are problems, each under its own key', () => {
  assert.deepEqual(problemKeys({ p50_ms: 10, p95_ms: 5, p99_ms: 4 }), ['p95_ms', 'p99_ms']);
  assert.deepEqual(problemKeys({ p50_ms: 10, p99_ms: 9 }), ['p99_ms']);
  assert.deepEqual(problemKeys({ p50_ms: 10, p95_ms: 10 }), []);
});
