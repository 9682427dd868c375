/** Plots are drawn from all that was counted, with bins that are the same in every run. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { delayPlot } from '../../../src/load/measures/delay-figures.js';
import { ValueHistogram } from '../../../src/load/measures/value-histogram.js';

function plotOf(delaysUs: readonly number[]) {
  const histogram = new ValueHistogram();
  for (const delayUs of delaysUs) histogram.add(delayUs);
  return delayPlot(histogram);
}

const delays = fc.array(fc.oneof(fc.nat(40), fc.nat(50_000), fc.nat(600_000_000)), { minLength: 1, maxLength: 500 });

describe('the plot of a delay', () => {
  test('has each delay in one bin, and bins that neither overlap nor are empty', () => {
    fc.assert(
      fc.property(delays, (delaysUs) => {
        const { bins } = plotOf(delaysUs);
        assert.equal(
          bins.reduce((sum, { count }) => sum + count, 0),
          delaysUs.length,
        );
        for (const [index, { from_ms, to_ms, count }] of bins.entries()) {
          assert.ok(count > 0 && from_ms < to_ms);
          assert.ok(index === 0 || bins[index - 1].to_ms <= from_ms);
          const within = delaysUs.filter((us) => us / 1_000 >= from_ms && us / 1_000 < to_ms).length;
          assert.equal(within, count, `${from_ms} to ${to_ms}`);
        }
      }),
    );
  });

  test('has the same bins whatever else was counted', () => {
    const alone = plotOf([20_000]).bins[0];
    const among = plotOf([3, 500, 20_000, 4_000_000]).bins.find(({ from_ms }) => from_ms === alone.from_ms);
    assert.deepEqual(among, alone);
    assert.ok(alone.from_ms <= 20 && alone.to_ms > 20 && alone.to_ms - alone.from_ms <= 20 / 16);
  });

  test('has a curve that rises in both, and ends where it would tell of less than one delay', () => {
    fc.assert(
      fc.property(delays, (delaysUs) => {
        const { percentiles } = plotOf(delaysUs);
        assert.equal(percentiles[0].percentile, 0);
        for (const [index, point] of percentiles.entries()) {
          assert.ok(point.percentile < 100);
          if (index === 0) continue;
          assert.ok(point.percentile > percentiles[index - 1].percentile);
          assert.ok(point.ms >= percentiles[index - 1].ms);
        }
      }),
    );
    const last = (count: number) => plotOf(Array.from({ length: count }, (_, us) => us)).percentiles.at(-1)?.percentile;
    assert.deepEqual([10, 100, 1_000, 10_000].map(last), [90, 99, 99.9, 99.99]);
  });

  test('of nothing has nothing', () => {
    assert.deepEqual(plotOf([]), { percentiles: [], bins: [] });
  });
});
