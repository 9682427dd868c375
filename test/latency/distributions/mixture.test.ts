import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quantileMs } from '../../../src/latency/contract.js';
import { createSampler, type DistributionParameters, distributionProblems } from '../../../src/latency/registry.js';
import { standardNormalCumulative } from '../../../src/latency/standard-normal.js';
import { fixedRandom, UpperTailRandom } from '../fixtures/seeded-random.js';
import { kolmogorovSmirnov, sortedDraws } from '../fixtures/statistics.js';

const n = 100_000;
const significance = 0.01;

const twoHumps = [
  { weight: 9, distribution: 'normal', mean_ms: 100, std_dev_ms: 10 },
  { weight: 1, distribution: 'exponential', mean_ms: 500 },
] as const;

function cumulative(ms: number): number {
  // The bell curve lies 10 standard deviations above 0.
  return 0.9 * standardNormalCumulative((ms - 100) / 10) + 0.1 * (1 - Math.exp(-ms / 500));
}

test('draws follow the weighted sum of the components', () => {
  const draws = sortedDraws(createSampler({ distribution: 'mixture', components: twoHumps }), n);
  const p = kolmogorovSmirnov(draws, cumulative);
  assert.ok(p > significance, `p = ${p}`);
});

test('draws of a truncated mixture follow its conditional distribution: what a component loses it also weighs less', () => {
  const draws = sortedDraws(
    createSampler({ distribution: 'mixture', components: twoHumps, min_ms: 100, max_ms: 900 }),
    n,
  );
  const share = cumulative(900) - cumulative(100);
  const p = kolmogorovSmirnov(draws, (ms) => (cumulative(ms) - cumulative(100)) / share);
  assert.ok(p > significance, `p = ${p}`);
  assert.ok(draws[0]! >= 100 && draws[n - 1]! <= 900);
});

test('a rare component has its whole shape, far tail included', () => {
  const components = [
    { weight: 999, distribution: 'constant', value_ms: 5 },
    { weight: 1, distribution: 'exponential', mean_ms: 50 },
  ] as const;
  // The last component takes the uppermost thousandth of the units.
  const draws = sortedDraws(createSampler({ distribution: 'mixture', components }), n, new UpperTailRandom(9, 1e-7));
  const p = kolmogorovSmirnov(draws, (ms) => 1 - Math.exp(-ms / 50) / 1e-4);
  assert.ok(p > significance, `p = ${p}`);
});

test('components that the bounds exclude are never drawn, also at the ends of the random range', () => {
  const components = [
    { weight: 1, distribution: 'constant', value_ms: 5 },
    { weight: 1, distribution: 'uniform', min_ms: 10, max_ms: 20 },
    { weight: 1, distribution: 'constant', value_ms: 15 },
    { weight: 1, distribution: 'constant', value_ms: 40 },
  ] as const;
  const distribution = createSampler({ distribution: 'mixture', components, min_ms: 15, max_ms: 30 });
  const draws = sortedDraws(distribution, n);
  const constant = draws.filter((ms) => ms === 15).length;
  assert.ok(draws[0]! >= 15 && draws[n - 1]! <= 20);
  // The uniform component keeps a half, the constant on the bound all.
  assert.ok(Math.abs(constant / n - 2 / 3) < 0.01, `${constant}`);
  for (const unit of [0, 1 - 2 ** -53]) assert.ok(distribution.sampleMs(fixedRandom(unit)) >= 15);
});

test('its quantiles are those of the whole', () => {
  const distribution = createSampler({ distribution: 'mixture', components: twoHumps });
  for (const p of [0.01, 0.4, 0.9, 0.99]) {
    assert.ok(Math.abs(cumulative(quantileMs(distribution, p, 1 - p)) - p) < 1e-9, `p = ${p}`);
  }
});

test('a problem of a component has its place, and a mixture that its bounds leave nothing of is one', () => {
  const components = [{ weight: 1, distribution: 'gamma', shape: 2 }, twoHumps[0]];
  assert.deepEqual(
    distributionProblems({ distribution: 'mixture', components } as unknown as DistributionParameters).map(
      ({ path }) => path,
    ),
    [['components', '0', 'scale_ms']],
  );
  assert.deepEqual(
    distributionProblems({ distribution: 'mixture', components: twoHumps, min_ms: 20_000 }).map(({ path }) => path),
    [['min_ms']],
  );
});
