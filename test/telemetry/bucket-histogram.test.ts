/** BucketHistogram counts as prom-client's own Histogram does, and lives in its registries. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Histogram, Registry } from 'prom-client';
import { BucketHistogram } from '../../src/telemetry/bucket-histogram.js';
import { samplesOf } from '../process/prometheus.js';

const NAME = 'h_seconds';
const LABELS = ['a', 'b', 'c'];

function textOf(histogram: unknown): Promise<string> {
  const registry = new Registry();
  registry.registerMetric(histogram as Histogram);
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
  test('that grows keeps what every row has counted, and the last row stays the last', async () => {
    const grown = new BucketHistogram(NAME, 'help', [0.001], { name: 'model', values: ['a', 'b', 'other'] });
    const whole = new BucketHistogram(NAME, 'help', [0.001], { name: 'model', values: ['a', 'b', 'c', 'd', 'other'] });
    const observe = (row: number, wholeRow: number): void => {
      grown.observe(500 * (wholeRow + 1), row);
      whole.observe(500 * (wholeRow + 1), wholeRow);
    };
    for (const [row, wholeRow] of [
      [0, 0],
      [1, 1],
      [2, 4],
      [0xffff, 4],
    ] as const)
      observe(row, wholeRow);
    grown.grow(['a', 'b', 'c', 'd', 'other']);
    for (const row of [0, 2, 3, 0xffff]) observe(row, Math.min(row, 4));
    assertSameSamples(await textOf(grown), await textOf(whole));
  });

  test('gives the same samples as prom-client for the same values, with a label and without', async () => {
    await fc.assert(
      fc.asyncProperty(boundsUs, valuesUs, fc.boolean(), async (bounds, values, labelled) => {
        const buckets = bounds.sort((left, right) => left - right).map((us) => us / 1e6);
        const label = labelled ? { name: 'model', values: LABELS } : undefined;
        const ours = new BucketHistogram(NAME, 'help', buckets, label);
        const labelNames = labelled ? ['model'] : [];
        const theirs = new Histogram({ name: NAME, help: 'help', buckets, labelNames, registers: [] });
        for (const [valueUs, row] of values) {
          ours.observe(valueUs, row);
          if (labelled) theirs.observe({ model: LABELS[row] as string }, valueUs / 1e6);
          else theirs.observe(valueUs / 1e6);
        }
        assertSameSamples(await textOf(ours), await textOf(theirs));
      }),
      // A bound whose product with a million is a little below the whole number.
      { examples: [[[4_082], [[4_082, 0]], false]] },
    );
  });

  test('a value on a bound belongs to that bucket, one above the last to +Inf alone', async () => {
    const histogram = new BucketHistogram(NAME, 'help', [0.001, 0.0025]);
    for (const us of [1_000, 2_500, 2_501]) histogram.observe(us, 0);
    const samples = samplesOf(await textOf(histogram));
    const counts = ['0.001', '0.0025', '+Inf'].map((le) => samples.get(`${NAME}_bucket{le="${le}"}`));
    assert.deepEqual(counts, [1, 2, 3]);
    assert.equal(samples.get(`${NAME}_count`), 3);
    assert.equal(samples.get(`${NAME}_sum`), 0.006001);
  });

  test('a row beyond the last counts in the last; rows that counted nothing are left out', async () => {
    const histogram = new BucketHistogram(NAME, 'help', [1], { name: 'model', values: LABELS });
    histogram.observe(5, 17);
    const samples = samplesOf(await textOf(histogram));
    assert.deepEqual(
      [...samples.keys()].filter((name) => name.includes('_count')),
      [`${NAME}_count{model="c"}`],
    );
  });

  test('a registry can reset it', async () => {
    const registry = new Registry();
    const histogram = new BucketHistogram(NAME, 'help', [1]);
    registry.registerMetric(histogram as unknown as Histogram);
    histogram.observe(5, 0);
    registry.resetMetrics();
    assert.equal(samplesOf(await registry.metrics()).get(`${NAME}_count`), 0);
  });
});
