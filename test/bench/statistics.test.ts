/** The verification's statistics: known values, and each bound is kept by chance alone and broken by a real difference. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { expectedDistribution, type Parameters, shifted } from '../../bench/verify/expected-distribution.js';
import { lowerGammaShare, normalShare } from '../../bench/verify/gamma-function.js';
import {
  ksBound,
  ksDistance,
  ksDistanceBeyond,
  percentile,
  percentileInterval,
  sorted,
} from '../../bench/verify/statistics.js';
import { seededRandom } from '../../src/engine/rng.js';
import type { DistributionPlugin } from '../../src/latency/contract.js';
import { distributions } from '../../src/latency/registry.js';

const random = (stream: number) => {
  const source = seededRandom(7, new Uint32Array([1, 2, 3, 4]), stream);
  return () => source.nextUnit();
};

const sampleOf = (n: number, quantile: (p: number) => number, stream = 1): Float64Array => {
  const next = random(stream);
  return sorted(Array.from({ length: n }, () => quantile(next())));
};

const SIGNIFICANCE = 1e-5;
const uniformShare = (x: number): number => Math.min(1, Math.max(0, x / 100));

describe('special functions', () => {
  // DLMF table values and closed forms: P(1, x) = 1 - exp(-x), P(2, x) = 1 - (1 + x) exp(-x).
  test('the gamma share agrees with its closed forms', () => {
    for (const x of [0.01, 0.5, 1, 2, 5, 20]) {
      assert.ok(Math.abs(lowerGammaShare(1, x) - (1 - Math.exp(-x))) < 1e-13);
      assert.ok(Math.abs(lowerGammaShare(2, x) - (1 - (1 + x) * Math.exp(-x))) < 1e-13);
    }
    assert.ok(Math.abs(lowerGammaShare(100, 100) - 0.5132987982791487) < 1e-11);
  });

  test('the normal share agrees with the tables', () => {
    const table: [number, number][] = [
      [0, 0.5],
      [1, 0.8413447460685429],
      [1.6448536269514722, 0.95],
      [-2.326347874040841, 0.01],
      [5, 0.9999997133484281],
    ];
    for (const [z, share] of table) assert.ok(Math.abs(normalShare(z) - share) < 1e-12, `${z}`);
  });
});

describe('expected distributions', () => {
  for (const { schema } of distributions as readonly DistributionPlugin[]) {
    for (const parameters of (schema.examples ?? []) as Parameters[]) {
      test(`${JSON.stringify(parameters)} has one, whose quantile inverts its cumulative function`, () => {
        const expected = expectedDistribution(parameters);
        for (const p of [0.001, 0.05, 0.5, 0.95, 0.99, 0.999]) {
          const ms = expected.quantile(p);
          assert.ok(
            expected.cumulative(ms) >= p - 1e-9 && expected.cumulative(ms * (1 - 1e-9)) <= p + 1e-6,
            `p = ${p}, ${ms} ms`,
          );
        }
      });
    }
  }

  test('two percentiles are met exactly by every family that takes them', () => {
    for (const distribution of ['normal', 'log_normal', 'gamma', 'weibull', 'pareto']) {
      const expected = expectedDistribution({ distribution, p50_ms: 300, p95_ms: 700 });
      const wide = distribution === 'normal' ? 0.2 : 1e-6;
      assert.ok(Math.abs(expected.quantile(0.5) / 300 - 1) < wide, `${distribution}: ${expected.quantile(0.5)}`);
      assert.ok(Math.abs(expected.quantile(0.95) / 700 - 1) < wide, `${distribution}: ${expected.quantile(0.95)}`);
    }
  });

  test('a truncated distribution is the conditional one', () => {
    const whole = expectedDistribution({ distribution: 'exponential', mean_ms: 100 });
    const part = expectedDistribution({ distribution: 'exponential', mean_ms: 100, min_ms: 50, max_ms: 150 });
    assert.equal(part.cumulative(49.9), 0);
    assert.equal(part.cumulative(150), 1);
    const share = (whole.cumulative(90) - whole.cumulative(50)) / (whole.cumulative(150) - whole.cumulative(50));
    assert.ok(Math.abs(part.cumulative(90) - share) < 1e-9);
  });

  test('a shift moves every quantile', () => {
    const expected = shifted(expectedDistribution({ distribution: 'uniform', min_ms: 10, max_ms: 30 }), 5);
    assert.ok(Math.abs(expected.quantile(0.5) - 25) < 1e-9 && Math.abs(expected.cumulative(25) - 0.5) < 1e-9);
  });
});

describe('percentile', () => {
  test('is the value number ⌈n p⌉', () => {
    const sample = sorted([5, 1, 4, 2, 3]);
    assert.deepEqual(
      [0, 0.2, 0.21, 0.5, 0.95, 1].map((p) => percentile(sample, p)),
      [1, 1, 2, 3, 5, 5],
    );
    assert.ok(Number.isNaN(percentile([], 0.5)));
  });

  test('lies in its interval by chance, and the interval narrows with n', () => {
    for (const n of [20, 200, 20_000]) {
      for (const p of [0.5, 0.95, 0.99]) {
        const [low, high] = percentileInterval(n, p, SIGNIFICANCE);
        assert.ok(low < p && p < high && low >= 0 && high <= 1, `${n}, ${p}: ${low} to ${high}`);
        for (let stream = 0; stream < 50; stream++) {
          const value = percentile(
            sampleOf(n, (unit) => unit, stream),
            p,
          );
          assert.ok(low <= value && value <= high);
        }
      }
    }
    const [low, high] = percentileInterval(1e6, 0.5, SIGNIFICANCE);
    assert.ok(high - low < 0.01);
  });

  test('has an interval that holds the exact binomial one', () => {
    // n = 100, p = 0.5: Clopper and Pearson's 99 % interval of rank 50 is [0.368, 0.633] to three digits; Chernoff's is wider.
    const [low, high] = percentileInterval(100, 0.5, 0.01);
    assert.ok(low < 0.368 && low > 0.3 && high > 0.633 && high < 0.7, `${low} to ${high}`);
  });
});

describe('the distance of Kolmogorov and Smirnov', () => {
  test('is the greatest step of a small sample', () => {
    assert.ok(Math.abs(ksDistance([50], uniformShare) - 0.5) < 1e-12);
    assert.ok(Math.abs(ksDistance([10, 20], uniformShare) - 0.8) < 1e-12);
  });

  test('keeps its bound by chance, at every size', () => {
    for (const n of [10, 100, 10_000]) {
      for (let stream = 0; stream < 30; stream++) {
        assert.ok(
          ksDistance(
            sampleOf(n, (unit) => unit * 100, stream),
            uniformShare,
          ) < ksBound(n, SIGNIFICANCE),
        );
      }
    }
  });

  test('breaks its bound when the distribution is another', () => {
    const sample = sampleOf(10_000, (unit) => 100 * unit ** 1.1);
    assert.ok(ksDistance(sample, uniformShare) > ksBound(sample.length, SIGNIFICANCE));
  });

  test('forgives delays within the tolerance, with jumps too, and no others', () => {
    const jump = (ms: number): number => Number(ms >= 20);
    const tolerance = { relative: 0.01, absoluteMs: 1 };
    assert.equal(ksDistanceBeyond([20.3, 20.6, 21.1], jump, tolerance), 0);
    assert.ok(Math.abs(ksDistanceBeyond([20.3, 20.6, 21.3], jump, tolerance) - 1 / 3) < 1e-12);
    assert.equal(ksDistanceBeyond([18.7, 20.6], jump, tolerance), 1 / 2);
  });

  test('beyond the tolerance is never more than without, and moves within it do not raise it above', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 100, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true })), {
          minLength: 1,
          maxLength: 50,
        }),
        (pairs) => {
          const tolerance = { relative: 0.02, absoluteMs: 0.5 };
          const plain = ksDistance(sorted(pairs.map(([ms]) => ms)), uniformShare);
          const moved = sorted(pairs.map(([ms, share]) => ms + 0.999 * share * (0.02 * ms + 0.5)));
          assert.ok(ksDistanceBeyond(moved, uniformShare, tolerance) <= plain + 1e-9);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });
});
