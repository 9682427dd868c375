import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { standardNormalCumulative, standardNormalQuantile } from '../../src/latency/standard-normal.js';

/** From the tables of AS 241 and of any statistics package. */
const knownQuantiles: readonly (readonly [number, number])[] = [
  [0.5, 0],
  [0.25, -0.674489750196082],
  [0.001, -3.090232306167813],
  [0.95, 1.644853626951472],
  [0.975, 1.959963984540054],
  [0.99, 2.326347874040841],
  [0.999, 3.090232306167813],
  [1e-10, -6.361340902404056],
];

test('the quantile function gives the published values', () => {
  for (const [p, z] of knownQuantiles) assert.ok(Math.abs(standardNormalQuantile(p) - z) < 1e-12, `p = ${p}`);
});

test('the cumulative distribution function gives the published values, in both of its ranges', () => {
  assert.ok(Math.abs(standardNormalCumulative(1) - 0.841344746068543) < 1e-14);
  assert.ok(Math.abs(standardNormalCumulative(-3) - 0.00134989803163009) < 1e-16);
  assert.ok(Math.abs(standardNormalCumulative(-8) / 6.22096057427178e-16 - 1) < 1e-6);
  assert.equal(standardNormalCumulative(Number.POSITIVE_INFINITY), 1);
  assert.equal(standardNormalCumulative(Number.NEGATIVE_INFINITY), 0);
});

test('the quantile function inverts the cumulative one and is symmetric', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (p) => {
      assert.ok(Math.abs(standardNormalCumulative(standardNormalQuantile(p)) - p) < 1e-14);
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 20 - 1 }), (k) => {
      const p = k / 2 ** 20;
      assert.ok(Math.abs(standardNormalQuantile(p) + standardNormalQuantile(1 - p)) < 1e-12);
    }),
  );
});

test('the quantile is finite at the ends and never falls as p grows', () => {
  assert.ok(Number.isFinite(standardNormalQuantile(0)));
  assert.ok(Number.isFinite(standardNormalQuantile(1)));
  const p = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(p, p, (a, b) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      assert.ok(standardNormalQuantile(low) <= standardNormalQuantile(high) + 1e-14);
    }),
  );
});
