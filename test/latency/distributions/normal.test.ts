import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSampler, distributionProblems } from '../../../src/latency/registry.js';
import { standardNormalCumulative } from '../../../src/latency/standard-normal.js';
import { kolmogorovSmirnov, mean, percentile, sortedDraws } from '../fixtures/statistics.js';

const n = 100_000;
const significance = 0.01;

test('draws follow the bell curve', () => {
  const draws = sortedDraws(createSampler({ distribution: 'normal', mean_ms: 20, std_dev_ms: 3 }), n);
  const p = kolmogorovSmirnov(draws, (x) => standardNormalCumulative((x - 20) / 3));
  assert.ok(p > significance, `p = ${p}`);
  assert.ok(Math.abs(mean(draws) - 20) < (4 * 3) / Math.sqrt(n));
  assert.ok(Math.abs(percentile(draws, 0.95) - (20 + 1.644854 * 3)) < 0.1);
});

test('draws of a truncated bell curve follow its conditional distribution', () => {
  const parameters = { distribution: 'normal', mean_ms: 20, std_dev_ms: 15, min_ms: 5, max_ms: 60 } as const;
  const draws = sortedDraws(createSampler(parameters), n);
  const low = standardNormalCumulative(-1);
  const share = standardNormalCumulative(40 / 15) - low;
  const p = kolmogorovSmirnov(draws, (x) => (standardNormalCumulative((x - 20) / 15) - low) / share);
  assert.ok(p > significance, `p = ${p}`);
  assert.ok(draws[0]! >= 5 && draws[n - 1]! <= 60);
});

test('truncation at zero raises the mean by the amount that the formula states', () => {
  const draws = sortedDraws(createSampler({ distribution: 'normal', mean_ms: 10, std_dev_ms: 10 }), n);
  const density = Math.exp(-0.5) / Math.sqrt(2 * Math.PI);
  const expected = 10 + (10 * density) / standardNormalCumulative(1);
  assert.ok(Math.abs(mean(draws) - expected) < 0.1, `${mean(draws)} against ${expected}`);
});

test('a standard deviation of zero makes every draw the mean, also at zero', () => {
  for (const meanMs of [0, 20]) {
    const parameters = { distribution: 'normal', mean_ms: meanMs, std_dev_ms: 0 } as const;
    assert.deepEqual(distributionProblems(parameters), []);
    const draws = sortedDraws(createSampler(parameters), 100);
    assert.deepEqual([draws[0], draws[99]], [meanMs, meanMs]);
  }
});

test('bounds that leave no interval, or next to nothing of the distribution, are problems', () => {
  const base = { distribution: 'normal', mean_ms: 20, std_dev_ms: 5 } as const;
  assert.deepEqual(distributionProblems({ ...base, min_ms: 30, max_ms: 30 }), [
    { path: ['max_ms'], message: 'must leave an interval: min_ms (30) < max_ms (30)' },
  ]);
  assert.deepEqual(distributionProblems({ ...base, min_ms: 60 }), [
    { path: ['min_ms'], message: 'must leave at least 0.1 % of the distribution between 60 ms and 3600000 ms' },
  ]);
});
