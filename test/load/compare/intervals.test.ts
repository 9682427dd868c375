/** Intervals of quantiles: they hold as often as they promise, for any distribution, and are no wider than they need to be. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../../../src/engine/rng.js';
import type { RandomSource } from '../../../src/kernel/random-source.js';
import { quantileInterval, quantileOf } from '../../../src/load/compare/intervals.js';

const KEY = new Uint32Array([1, 2, 3, 4]);
const SAMPLES = 2_000;

interface Shape {
  readonly name: string;
  /** Its quantile function: also how it is drawn from. */
  readonly invert: (p: number) => number;
}

const SHAPES: readonly Shape[] = [
  { name: 'uniform', invert: (p) => p },
  { name: 'exponential', invert: (p) => -Math.log1p(-p) },
  { name: 'Cauchy, which has no mean', invert: (p) => Math.tan(Math.PI * (p - 0.5)) },
  { name: 'two heaps far apart', invert: (p) => (p < 0.7 ? p : 1_000 + p) },
];

function coverage(shape: Shape, n: number, p: number, random: RandomSource): number {
  const truth = shape.invert(p);
  let held = 0;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const values = Float64Array.from({ length: n }, () => shape.invert(random.nextUnit())).sort();
    const { high = Number.POSITIVE_INFINITY, low = Number.NEGATIVE_INFINITY } = quantileInterval(values, p);
    if (low <= truth && truth <= high) held += 1;
  }
  return held / SAMPLES;
}

describe('an interval of 95 %', () => {
  for (const shape of SHAPES) {
    for (const [n, p] of [
      [20, 0.5],
      [300, 0.5],
      [300, 0.9],
      [500, 0.99],
    ] as const) {
      test(`holds for ${n} values of a distribution that is ${shape.name}, at ${p}`, () => {
        const held = coverage(shape, n, p, seededRandom(7, KEY, n));
        // Five standard deviations of a share of 2,000 draws; the binomial steps make it hold a little too often.
        assert.ok(held >= 0.95 - 5 * Math.sqrt((0.95 * 0.05) / SAMPLES), `held in ${held}`);
        assert.ok(held < 0.995, `is too wide: held in ${held}`);
      });
    }
  }
});

test('the ranks are those of the tables of the sign test', () => {
  const values = Float64Array.from({ length: 20 }, (_, index) => index + 1);
  assert.deepEqual(quantileInterval(values, 0.5), { value: 10.5, low: 6, high: 15 });
  const ten = Float64Array.from({ length: 10 }, (_, index) => index + 1);
  assert.deepEqual(quantileInterval(ten, 0.5), { value: 5.5, low: 2, high: 9 });
});

test('a bound that the sample is too small for is left open', () => {
  const five = Float64Array.of(1, 2, 3, 4, 5);
  assert.deepEqual(quantileInterval(five, 0.5), { value: 3 });
  assert.deepEqual(
    Object.keys(
      quantileInterval(
        Float64Array.from({ length: 50 }, (_, i) => i),
        0.99,
      ),
    ),
    ['value', 'low'],
  );
  assert.ok(Number.isNaN(quantileInterval(new Float64Array(0), 0.5).value));
});

test('a large sample has a narrow interval, at any size that doubles can hold', () => {
  const values = Float64Array.from({ length: 200_000 }, (_, index) => index / 200_000);
  const { high = 0, low = 0, value } = quantileInterval(values, 0.5);
  assert.ok(low < 0.5 && high > 0.5 && high - low < 0.005, `${low} to ${high}`);
  assert.equal(value, quantileOf(values, 0.5));
});
