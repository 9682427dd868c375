/** Quantiles of the histogram lie within its stated error of the exact ones; histograms add up. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  countDelays,
  countDelaysAbove,
  DELAY_BUCKETS,
  DELAY_RELATIVE_ERROR,
  type DelayCounts,
  delayBucketOf,
  delayOfBucketUs,
  delayQuantileUs,
  mergeDelays,
  noDelays,
} from '../../src/telemetry/delay-histogram.js';

fc.configureGlobal({ seed: 1 });

/** From nothing to past the last bucket, every order of magnitude alike. */
const delayUs = fc.oneof(
  fc.constant(0),
  fc.double({ min: 0, max: 9.6, noNaN: true }).map((exponent) => 10 ** exponent),
);
const LAST_US = 2 ** 31 - 1;

function histogramOf(delays: readonly number[]): DelayCounts {
  const { buckets } = noDelays();
  for (const delay of delays) buckets[delayBucketOf(delay)]++;
  return { buckets, maxUs: Math.max(0, ...delays) };
}

function assertClose(actualUs: number, exactUs: number): void {
  const exact = Math.min(exactUs, LAST_US);
  const allowed = Math.max(1, exact * DELAY_RELATIVE_ERROR + 1);
  assert.ok(Math.abs(Math.min(actualUs, LAST_US) - exact) <= allowed, `${actualUs} for ${exactUs}`);
}

describe('a histogram of delays', () => {
  test('has every delay in a bucket that stands for it, and buckets in order', () => {
    fc.assert(
      fc.property(delayUs, (delay) => {
        const bucket = delayBucketOf(delay);
        assert.ok(Number.isInteger(bucket) && bucket >= 0 && bucket < DELAY_BUCKETS);
        assertClose(delayOfBucketUs(bucket), delay);
      }),
    );
    for (let bucket = 0; bucket < DELAY_BUCKETS; bucket++) {
      assert.equal(delayBucketOf(delayOfBucketUs(bucket)), bucket);
    }
  });

  test('tells quantiles to within its error', () => {
    fc.assert(
      fc.property(
        fc.array(delayUs, { minLength: 1, maxLength: 300 }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        (delays, share) => {
          const sorted = delays.toSorted((left, right) => left - right);
          assertClose(
            delayQuantileUs(histogramOf(delays), share),
            sorted[Math.max(1, Math.ceil(delays.length * share)) - 1],
          );
        },
      ),
    );
  });

  test('agrees with itself on what is above a limit: the 99th percentile is, exactly when more than one in a hundred are', () => {
    fc.assert(
      fc.property(fc.array(delayUs, { minLength: 1, maxLength: 300 }), delayUs, (delays, limitUs) => {
        const histogram = { ...histogramOf(delays), maxUs: Number.POSITIVE_INFINITY };
        const late = countDelaysAbove(histogram, limitUs);
        assert.equal(delayQuantileUs(histogram, 0.99) > limitUs, late > Math.floor(delays.length * 0.01 + 1e-9));
      }),
    );
  });

  test('is the sum of its parts when merged', () => {
    fc.assert(
      fc.property(fc.array(fc.array(delayUs, { maxLength: 50 }), { maxLength: 5 }), (parts) => {
        assert.deepEqual(mergeDelays(parts.map(histogramOf)), histogramOf(parts.flat()));
      }),
    );
  });

  test('of nothing has no delays and the quantile 0', () => {
    assert.equal(countDelays(noDelays()), 0);
    assert.equal(delayQuantileUs(noDelays(), 0.99), 0);
  });
});
