/** Sketches of delays: quantiles are right to the error that is stated, over any number of processes. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DELAY_RELATIVE_ERROR } from '../../src/telemetry/delay-histogram.js';
import { type DelayRow, DelaySketches, delayQuantilesUs, mergeDelayRows } from '../../src/telemetry/delay-sketches.js';

fc.configureGlobal({ seed: 1 });

const SHARES = [0.5, 0.9, 0.95, 0.99, 1];
const delaysUs = fc.array(fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 100_000 }), fc.nat({ max: 600_000_000 })), {
  minLength: 1,
  maxLength: 300,
});

function rowsOf(delays: readonly number[], row = 0): DelayRow[] {
  const sketches = new DelaySketches();
  for (const delay of delays) sketches.observe(delay, row);
  return sketches.read('ttft', (index) => `m-${index}`);
}

/** The smallest of the delays that the share of all do not exceed. */
function exact(delays: readonly number[], share: number): number {
  const sorted = [...delays].sort((left, right) => left - right);
  return sorted[Math.max(1, Math.ceil(delays.length * share)) - 1];
}

function assertQuantiles(rows: readonly DelayRow[], delays: readonly number[]): void {
  const found = delayQuantilesUs(rows, SHARES);
  assert.equal(found?.count, delays.length);
  for (const [index, share] of SHARES.entries()) {
    const expected = exact(delays, share);
    const error = Math.abs(found.quantilesUs[index] - expected);
    assert.ok(error <= expected * DELAY_RELATIVE_ERROR, `${share}: ${found.quantilesUs[index]} for ${expected}`);
  }
}

describe('delays since the start', () => {
  test('give any quantile to within the stated error', () => {
    fc.assert(fc.property(delaysUs, (delays) => assertQuantiles(rowsOf(delays), delays)));
  });

  test('of several processes add up, merged before or not', () => {
    fc.assert(
      fc.property(delaysUs, delaysUs, delaysUs, (one, two, three) => {
        const rows = [...rowsOf(one), ...rowsOf(two), ...rowsOf(three)];
        const all = [...one, ...two, ...three];
        assertQuantiles(rows, all);
        const merged = mergeDelayRows(rows);
        assert.equal(merged.length, 1);
        assertQuantiles(merged, all);
      }),
    );
  });

  test('are kept apart by model and kind, and forgotten when told', () => {
    const sketches = new DelaySketches();
    sketches.observe(10, 0);
    sketches.observe(20, 7);
    const name = (row: number) => `m-${row}`;
    const rows = [...sketches.read('ttft', name), ...sketches.read('gap', name)];
    assert.deepEqual(
      mergeDelayRows([...rows, ...rows]).map(({ counts, ...row }) => ({ ...row, counts: [...counts] })),
      [
        { kind: 'ttft', model: 'm-0', counts: [10, 2] },
        { kind: 'ttft', model: 'm-7', counts: [20, 2] },
        { kind: 'gap', model: 'm-0', counts: [10, 2] },
        { kind: 'gap', model: 'm-7', counts: [20, 2] },
      ],
    );
    sketches.clear();
    assert.deepEqual(sketches.read('ttft', name), []);
  });

  test('that are none have no quantile', () => {
    assert.equal(delayQuantilesUs([], SHARES), undefined);
  });
});
