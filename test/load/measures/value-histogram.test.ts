/** Whatever is counted, and in however many parts: quantiles are those of the sorted numbers to a tenth of a percent. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ValueHistogram } from '../../../src/load/measures/value-histogram.js';

const PERCENTILES = [0, 5, 50, 75, 90, 95, 99, 99.9, 100];
const DAY_US = 24 * 3_600e6;
const numbers = fc.array(
  fc.oneof(fc.nat(100), fc.nat(3_000), fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 0, max: DAY_US })),
  { minLength: 1, maxLength: 400 },
);

function histogramOf(values: readonly number[]): ValueHistogram {
  const histogram = new ValueHistogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

/** By nearest rank, with the rank in whole thousandths so that no rounding of floats is in it. */
function exactQuantile(values: readonly number[], percentile: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  const rank = Math.max(1, Math.ceil((Math.round(percentile * 10) * sorted.length) / 1_000));
  return sorted[rank - 1];
}

function assertNear(actual: number, exact: number, what: string): void {
  assert.ok(actual >= exact && actual <= exact * 1.001, `${what}: ${actual} for ${exact}`);
}

describe('a histogram of whole numbers', () => {
  test('tells each quantile by nearest rank, at most a tenth of a percent above', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const quantiles = histogramOf(values).quantiles(PERCENTILES);
        for (const [index, percentile] of PERCENTILES.entries()) {
          assertNear(quantiles[index], exactQuantile(values, percentile), `p${percentile} of ${values.length}`);
        }
      }),
    );
  });

  test('tells count, mean, least and greatest exactly', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const histogram = histogramOf(values);
        assert.equal(histogram.count, values.length);
        assert.equal(histogram.mean, values.reduce((sum, value) => sum + value, 0) / values.length);
        assert.equal(histogram.min, Math.min(...values));
        assert.equal(histogram.max, Math.max(...values));
      }),
    );
  });

  test('counts numbers within what was counted before as it counts those that are new', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const within = histogramOf([0, DAY_US, ...values]);
        for (const value of values) {
          const alone = [...histogramOf([value]).buckets()][0];
          const among = [...within.buckets()].find(({ low }) => low === alone.low);
          assert.ok(among !== undefined && among.high === alone.high, `${value}`);
        }
      }),
    );
  });

  test('adds up from parts to what the whole would have been', () => {
    fc.assert(
      fc.property(numbers, numbers, fc.boolean(), (left, right, emptyFirst) => {
        const sum = emptyFirst ? new ValueHistogram() : histogramOf(left);
        if (emptyFirst) sum.addAll(histogramOf(left));
        sum.addAll(histogramOf(right));
        sum.addAll(new ValueHistogram());
        const whole = histogramOf([...left, ...right]);
        assert.deepEqual([...sum.buckets()], [...whole.buckets()]);
        assert.deepEqual(sum.quantiles(PERCENTILES), whole.quantiles(PERCENTILES));
        assert.deepEqual([sum.count, sum.mean, sum.min, sum.max], [whole.count, whole.mean, whole.min, whole.max]);
      }),
    );
  });

  test('counts each number in a bucket that holds it', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const buckets = [...histogramOf(values).buckets()];
        for (const { low, high, count } of buckets) {
          assert.equal(values.filter((value) => value >= low && value <= high).length, count);
        }
        assert.equal(
          buckets.reduce((sum, { count }) => sum + count, 0),
          values.length,
        );
      }),
    );
  });

  test('the rank of a round share of a round count is not one too high', () => {
    const thousand = Array.from({ length: 1_000 }, (_, index) => index);
    assert.deepEqual(histogramOf(thousand).quantiles([50, 99, 99.9]), [499, 989, 998]);
  });

  test('takes what is below 0 for 0, and what is longer than a day for a day', () => {
    const histogram = histogramOf([-5, 0.4, DAY_US * 3]);
    assert.deepEqual([histogram.min, histogram.max], [0, DAY_US]);
    assert.deepEqual(histogram.quantiles([50]), [0]);
  });

  test('empty, and emptied, it has zeros', () => {
    const emptied = histogramOf([1, 2, 3]);
    emptied.clear();
    for (const histogram of [new ValueHistogram(), emptied]) {
      assert.deepEqual(histogram.quantiles([0, 50, 99]), [0, 0, 0]);
      assert.deepEqual([histogram.count, histogram.mean, histogram.min, histogram.max], [0, 0, 0, 0]);
      assert.deepEqual([...histogram.buckets()], []);
    }
    emptied.add(7);
    assert.deepEqual([emptied.min, emptied.max, emptied.count], [7, 7, 1]);
  });
});
