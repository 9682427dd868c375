/** Two clients agree where no figure differs by more than a share and a millisecond. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disagreements, type Figures, figuresOf, medianOf } from '../../bench/generator/figures.js';

const figures = (values: Partial<Figures> = {}): Figures => ({
  count: 1,
  mean: 100,
  p50: 100,
  p90: 100,
  p99: 100,
  ...values,
});

test('figures of delays are milliseconds, percentiles are values that occurred', () => {
  const delaysUs = Array.from({ length: 100 }, (_, index) => (100 - index) * 1_000);
  assert.deepEqual(figuresOf(delaysUs), { count: 100, mean: 50.5, p50: 50, p90: 90, p99: 99 });
  assert.deepEqual(figuresOf([7_000]), { count: 1, mean: 7, p50: 7, p90: 7, p99: 7 });
});

test('what differs by 2 % and a millisecond agrees, what differs by more does not', () => {
  assert.deepEqual(disagreements(figures({ p50: 103, p90: 97 }), figures()), []);
  assert.deepEqual(disagreements(figures({ mean: 103.1, p99: 96.9 }), figures()), ['mean', 'p99']);
});

test('one bad run of three does not show', () => {
  const runs = [figures({ p99: 101 }), figures({ p99: 900, mean: 300 }), figures()];
  assert.deepEqual(medianOf(runs), figures({ p99: 101 }));
});
