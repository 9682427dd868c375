/** Bytes of one read have one time, others the time at which they are asked for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReadClock } from '../../../src/load/client/read-clock.js';

function clockOf(times: number[]): ReadClock {
  return new ReadClock({ nowUs: () => times.shift() ?? Number.NaN });
}

test('views of one buffer have one time for one reader', () => {
  const reads = clockOf([1, 2]);
  const [first, second] = [new Uint8Array(8), new Uint8Array(8)];
  const reader = {};
  const times = [first.subarray(0, 2), first.subarray(2), second].map((chunk) => reads.timeOf(reader, chunk));
  assert.deepEqual(times, [1, 1, 2]);
});

test('two readers whose bytes share a buffer of a pool have times of their own', () => {
  const reads = clockOf([1, 2]);
  const pool = new Uint8Array(8);
  assert.deepEqual([reads.timeOf({}, pool.subarray(0, 4)), reads.timeOf({}, pool.subarray(4))], [1, 2]);
});

test('the rest of a read that was paused in its middle has the time at which it goes on', () => {
  const reads = clockOf([1, 2]);
  const chunk = new Uint8Array(8);
  const reader = {};
  const before = reads.timeOf(reader, chunk);
  reads.forget();
  assert.deepEqual([before, reads.timeOf(reader, chunk)], [1, 2]);
});
