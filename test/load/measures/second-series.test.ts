/** A run second by second: nothing is lost between seconds, in whatever order threads report. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { RequestRecord } from '../../../src/load/contract.js';
import { SecondSeries } from '../../../src/load/measures/second-series.js';
import { recordOf } from './records.js';

function seriesOf(records: readonly RequestRecord[]) {
  const series = new SecondSeries();
  for (const record of records) series.add(record);
  return series.figures();
}

const requests = fc.array(
  fc
    .record({ intendedUs: fc.nat(60_000_000), lateUs: fc.nat(2_000), endUs: fc.nat(30_000_000), failed: fc.boolean() })
    .map(({ intendedUs, lateUs, endUs, failed }) =>
      recordOf({ intendedUs, sentUs: intendedUs + lateUs, endUs, outcome: failed ? 'timeout' : 'complete' }),
    ),
  { minLength: 1, maxLength: 100 },
);

describe('the series of seconds', () => {
  test('has every request begin and end once, and nothing in flight at its end', () => {
    fc.assert(
      fc.property(requests, (records) => {
        const seconds = seriesOf(records);
        const sum = (key: 'started' | 'finished' | 'errors' | 'output_tokens') =>
          seconds.reduce((total, second) => total + second[key], 0);
        assert.equal(sum('started'), records.length);
        assert.equal(sum('finished'), records.length);
        assert.equal(sum('errors'), records.filter(({ outcome }) => outcome !== 'complete').length);
        assert.equal(sum('output_tokens'), records.length * 3);
        assert.equal(seconds.at(-1)?.in_flight, 0);
        assert.deepEqual(
          seconds.map(({ second }) => second),
          seconds.map((_, index) => index),
        );
      }),
    );
  });

  test('has in flight at a second’s end what was sent by then and had not ended', () => {
    fc.assert(
      fc.property(requests, (records) => {
        for (const { second, in_flight } of seriesOf(records)) {
          const endUs = (second + 1) * 1e6;
          const open = records.filter(({ sentUs, endUs: tookUs }) => sentUs < endUs && sentUs + tookUs >= endUs);
          assert.equal(in_flight, open.length, `second ${second}`);
        }
      }),
    );
  });

  test('does not depend on the order of records that are a few seconds apart', () => {
    const records = Array.from({ length: 10 }, (_, second) => recordOf({ intendedUs: second * 1e6 }));
    assert.deepEqual(seriesOf([...records].reverse()), seriesOf(records));
  });

  test('tells percentiles of what ended in the second, and null where nothing of the kind did', () => {
    const [first, second, third] = seriesOf([
      recordOf({ intendedUs: 0, sentUs: 7_000, chunks: [100_000, 120_000, 140_000] }),
      recordOf({ intendedUs: 2e6, outcome: 'malformed' }),
    ]);
    assert.deepEqual(
      [first.ttft_p50_ms, first.ttft_p99_ms, first.itl_p50_ms, first.itl_p99_ms, first.e2e_p99_ms, first.late_p99_ms],
      [107, 107, 20, 20, 158, 7],
    );
    assert.deepEqual([second.ttft_p99_ms, second.late_p99_ms, second.finished], [null, null, 0]);
    assert.deepEqual([third.ttft_p99_ms, third.late_p99_ms, third.errors], [null, 0, 1]);
  });

  test('counts what comes long after its second, without its percentiles', () => {
    const early = recordOf({ intendedUs: 0 });
    const others = Array.from({ length: 30 }, (_, second) => recordOf({ intendedUs: second * 1e6 }));
    const slow = recordOf({ intendedUs: 0, chunks: [900_000], endUs: 950_000 });
    const seconds = seriesOf([early, ...others, slow]);
    assert.equal(seconds[0].finished, 3);
    assert.equal(seconds[0].ttft_p99_ms, 100);
    assert.equal(seconds[29].ttft_p99_ms, 100);
  });

  test('keeps what was closed apart from what its histograms count next', () => {
    const records = Array.from({ length: 50 }, (_, second) =>
      recordOf({ intendedUs: second * 1e6, chunks: [1_000 * (second + 1)], endUs: 100_000 }),
    );
    assert.deepEqual(
      seriesOf(records).map(({ ttft_p50_ms }) => ttft_p50_ms),
      records.map((_, second) => second + 1),
    );
  });

  test('has no second beyond a day', () => {
    const seconds = seriesOf([recordOf(), recordOf({ intendedUs: 86_400e6 }), recordOf({ intendedUs: 1e12 })]);
    assert.equal(seconds.length, 1);
  });
});
