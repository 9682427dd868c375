import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEATHS_MAX, DEATHS_WINDOW_MS, DeathCount } from '../../src/cluster/death-count.js';

/** Which of the deaths at these times are one too many. */
function tooMany(timesMs: readonly number[]): number[] {
  const count = new DeathCount();
  return timesMs.filter((timeMs) => count.died(timeMs));
}

test('five deaths within thirty seconds are too many', () => {
  assert.equal(DEATHS_MAX, 5);
  assert.deepEqual(tooMany([0, 1, 2, 3]), []);
  assert.deepEqual(tooMany([0, 10_000, 20_000, 25_000, DEATHS_WINDOW_MS]), [DEATHS_WINDOW_MS]);
});

test('deaths that lie further apart never are, however many', () => {
  const stepMs = DEATHS_WINDOW_MS / (DEATHS_MAX - 1) + 1;
  assert.deepEqual(tooMany(Array.from({ length: 100 }, (_, index) => index * stepMs)), []);
});
