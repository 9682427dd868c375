import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSampler, type DistributionParameters, distributionProblems } from '../../../src/latency/registry.js';
import { fixedRandom } from '../fixtures/seeded-random.js';
import { kolmogorovSmirnov, percentile, sortedDraws } from '../fixtures/statistics.js';

const n = 100_000;
const significance = 0.01;

const quantiles = [
  { p: 0.1, ms: 100 },
  { p: 0.5, ms: 300 },
  { p: 0.9, ms: 1000 },
];

function drawAt(parameters: DistributionParameters, unit: number): number {
  return createSampler(parameters).sampleMs(fixedRandom(unit));
}

function problemPaths(parameters: object): string[] {
  const all = { distribution: 'empirical', ...parameters } as DistributionParameters;
  return distributionProblems(all).map(({ path }) => path.join('.'));
}

test('draws lie on straight lines between the quantiles, and are the first and the last delay beyond them', () => {
  const parameters = { distribution: 'empirical', quantiles } as const;
  const expected = [
    [0, 100],
    [0.05, 100],
    [0.1, 100],
    [0.3, 200],
    [0.5, 300],
    [0.7, 650],
    [0.9, 1000],
    [0.97, 1000],
  ] as const;
  for (const [unit, ms] of expected) assert.ok(Math.abs(drawAt(parameters, unit) - ms) < 1e-9, `${unit}`);
});

test('equal delays at several quantiles are drawn with the probability between them', () => {
  const flat = [
    { p: 0, ms: 10 },
    { p: 0.3, ms: 20 },
    { p: 0.8, ms: 20 },
    { p: 1, ms: 40 },
  ];
  const distribution = createSampler({ distribution: 'empirical', quantiles: flat });
  const draws = sortedDraws(distribution, n);
  const equal = draws.filter((ms) => ms === 20).length;
  assert.ok(Math.abs(equal / n - 0.5) < 0.01, `${equal}`);
  assert.ok(Math.abs(distribution.cumulative(19.999999) - 0.3) < 1e-6);
  assert.ok(Math.abs(distribution.cumulative(20) - 0.8) < 1e-12);
  // Bounds are part of what is kept.
  const kept = createSampler({ distribution: 'empirical', quantiles: flat, min_ms: 20 });
  assert.equal(kept.sampleMs(fixedRandom(0.7)), 20);
  assert.ok(kept.sampleMs(fixedRandom(0.72)) > 20);
});

test('draws of a histogram fall in its bins as often as they were counted, and evenly within each', () => {
  const histogram = { edges_ms: [0, 10, 20, 50, 200], counts: [120, 610, 0, 270] };
  const draws = sortedDraws(createSampler({ distribution: 'empirical', histogram }), n);
  const p = kolmogorovSmirnov(draws, (ms) => {
    if (ms < 10) return (0.12 * ms) / 10;
    return ms < 50 ? Math.min(0.73, 0.12 + (0.61 * (ms - 10)) / 10) : 0.73 + (0.27 * (ms - 50)) / 150;
  });
  assert.ok(p > significance, `p = ${p}`);
  assert.equal(draws.filter((ms) => ms > 20 && ms < 50).length, 0);
});

test('draws of a truncated histogram follow the conditional distribution', () => {
  const histogram = { edges_ms: [0, 10, 20], counts: [1, 3] };
  const draws = sortedDraws(createSampler({ distribution: 'empirical', histogram, min_ms: 5, max_ms: 15 }), n);
  assert.ok(draws[0]! >= 5 && draws[n - 1]! <= 15);
  // 1/8 of all between 5 and 10, 3/8 between 10 and 15.
  assert.ok(Math.abs(percentile(draws, 0.25) - 10) < 0.1);
});

test('what does not make a quantile function is a problem at its place', () => {
  assert.deepEqual(problemPaths({}), ['quantiles']);
  assert.deepEqual(problemPaths({ quantiles, histogram: { edges_ms: [0, 1], counts: [1] } }), ['histogram']);
  assert.deepEqual(problemPaths({ quantiles: [...quantiles, { p: 0.9, ms: 900 }] }), [
    'quantiles.3.p',
    'quantiles.3.ms',
  ]);
  assert.deepEqual(problemPaths({ histogram: { edges_ms: [0, 1, 1], counts: [1, 2] } }), ['histogram.edges_ms.2']);
  assert.deepEqual(problemPaths({ histogram: { edges_ms: [0, 1, 2], counts: [1] } }), ['histogram.counts']);
  assert.deepEqual(problemPaths({ histogram: { edges_ms: [0, 1, 2], counts: [0, 0] } }), ['histogram.counts']);
  assert.deepEqual(problemPaths({ quantiles, min_ms: 2000 }), ['min_ms']);
});
