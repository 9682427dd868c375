/** BucketHistogram counts as prom-client's own Histogram does. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Histogram, Registry } from 'prom-client';
import { BucketHistogram } from '../../src/telemetry/bucket-histogram.js';
import { renderMetrics } from '../../src/telemetry/exposition.js';
import { samplesOf } from '../process/prometheus.js';

const NAME = 'h_seconds';
const LABELS = ['a', 'b', 'c'];
const rowsOf = (...values: readonly string[]) => ({ names: ['model'], rows: values.map((value) => [value]) });

const textOf = (histogram: BucketHistogram): string => renderMetrics([[histogram.family()]]);

function theirTextOf(histogram: Histogram): Promise<string> {
  const registry = new Registry();
  registry.registerMetric(histogram);
  return registry.metrics();
}

/** Equal samples in equal number; sums differ by rounding only, because one adds microseconds and the other seconds. */
function assertSameSamples(actual: string, expected: string): void {
  const [left, right] = [samplesOf(actual), samplesOf(expected)];
  assert.deepEqual([...left.keys()].sort(), [...right.keys()].sort());
  for (const [sample, value] of right) {
    const difference = Math.abs((left.get(sample) as number) - value);
    assert.ok(difference <= 1e-9 * Math.max(1, Math.abs(value)), `${sample}: ${left.get(sample)}, not ${value}`);
  }
}

/** Whole microseconds, as bounds and as values: so values meet bounds exactly. */
const boundsUs = fc.uniqueArray(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 12 });
const valuesUs = fc.array(fc.tuple(fc.integer({ min: 0, max: 6_000 }), fc.nat(2)), { maxLength: 200 });

describe('BucketHistogram', () => {
  test('that grows keeps what every row has counted, its exemplars too, and the last row stays the last', () => {
    const grown = new BucketHistogram(NAME, 'help', [0.001], rowsOf('a', 'b', 'other'));
    const whole = new BucketHistogram(NAME, 'help', [0.001], rowsOf('a', 'b', 'c', 'd', 'other'));
    const observe = (row: number, wholeRow: number): void => {
      const valueUs = 500 * (wholeRow + 1);
      grown.observe(valueUs, row);
      grown.exemplify(valueUs, row, `${wholeRow}`, 1);
      whole.observe(valueUs, wholeRow);
      whole.exemplify(valueUs, wholeRow, `${wholeRow}`, 1);
    };
    for (const [row, wholeRow] of [
      [0, 0],
      [1, 1],
      [2, 4],
      [0xffff, 4],
    ] as const)
      observe(row, wholeRow);
    grown.grow(rowsOf('a', 'b', 'c', 'd', 'other').rows);
    for (const row of [0, 2, 3, 0xffff]) observe(row, Math.min(row, 4));
    const [left, right] = [grown, whole].map((histogram) => renderMetrics([[histogram.family()]], 'openmetrics'));
    assert.equal(left, right);
  });

  test('takes any number of further rows behind the last', () => {
    const histogram = new BucketHistogram(NAME, 'help', [0.001], rowsOf('first'));
    const rows = Array.from({ length: 100 }, (_, index) => histogram.append([`m${index}`]));
    for (const row of rows) for (let count = 0; count <= row; count++) histogram.observe(7, row);
    histogram.observe(7, 0);
    const samples = samplesOf(textOf(histogram));
    assert.equal(samples.get(`${NAME}_count{model="first"}`), 1);
    for (const [index, row] of rows.entries()) assert.equal(samples.get(`${NAME}_count{model="m${index}"}`), row + 1);
  });

  test('gives the same samples as prom-client for the same values, with a label and without', async () => {
    await fc.assert(
      fc.asyncProperty(boundsUs, valuesUs, fc.boolean(), async (bounds, values, labelled) => {
        const buckets = bounds.sort((left, right) => left - right).map((us) => us / 1e6);
        const ours = new BucketHistogram(NAME, 'help', buckets, labelled ? rowsOf(...LABELS) : undefined);
        const labelNames = labelled ? ['model'] : [];
        const theirs = new Histogram({ name: NAME, help: 'help', buckets, labelNames, registers: [] });
        for (const [valueUs, row] of values) {
          ours.observe(valueUs, row);
          if (labelled) theirs.observe({ model: LABELS[row] as string }, valueUs / 1e6);
          else theirs.observe(valueUs / 1e6);
        }
        assertSameSamples(textOf(ours), await theirTextOf(theirs));
      }),
      // A bound whose product with a million is a little below the whole number.
      { examples: [[[4_082], [[4_082, 0]], false]] },
    );
  });

  test('a value on a bound belongs to that bucket, one above the last to +Inf alone', () => {
    const histogram = new BucketHistogram(NAME, 'help', [0.001, 0.0025]);
    for (const us of [1_000, 2_500, 2_501]) histogram.observe(us, 0);
    const samples = samplesOf(textOf(histogram));
    const counts = ['0.001', '0.0025', '+Inf'].map((le) => samples.get(`${NAME}_bucket{le="${le}"}`));
    assert.deepEqual(counts, [1, 2, 3]);
    assert.equal(samples.get(`${NAME}_count`), 3);
    assert.equal(samples.get(`${NAME}_sum`), 0.006001);
  });

  test('a row beyond the last counts in the last; rows that counted nothing are left out', () => {
    const histogram = new BucketHistogram(NAME, 'help', [1], rowsOf(...LABELS));
    histogram.observe(5, 17);
    const samples = samplesOf(textOf(histogram));
    assert.deepEqual(
      [...samples.keys()].filter((name) => name.includes('_count')),
      [`${NAME}_count{model="c"}`],
    );
  });

  test('without labels it is told from the start', () => {
    assert.equal(samplesOf(textOf(new BucketHistogram(NAME, 'help', [1]))).get(`${NAME}_count`), 0);
  });
});
