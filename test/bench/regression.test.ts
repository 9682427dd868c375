/** Slopes with intervals: a trend is found, chance is not taken for one, and neighbours that depend on each other do not narrow the interval. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { slopeOf, studentT } from '../../bench/capacity/regression.js';

const STEP_SECONDS = 5;
const HOUR_OF_STEPS = 3_600 / STEP_SECONDS;

/** Uniform from -1 to 1, the same each time. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

const seriesOf = (valueAt: (index: number) => number): number[] =>
  Array.from({ length: 300 }, (_, index) => valueAt(index));

describe('a slope', () => {
  test('of a straight line is exact, per hour', () => {
    const slope = slopeOf(
      seriesOf((index) => 100 + (12 * index) / HOUR_OF_STEPS),
      STEP_SECONDS,
    )!;
    for (const value of [slope.perHour, slope.low, slope.high]) assert.ok(Math.abs(value - 12) < 1e-6, String(value));
  });

  test('of a trend within noise is inside its interval, which is above zero', () => {
    const draw = noise(1);
    const slope = slopeOf(
      seriesOf((index) => 100 + (20 * index) / HOUR_OF_STEPS + draw()),
      STEP_SECONDS,
    )!;
    assert.ok(slope.low > 0 && slope.low < 20 && slope.high > 20, JSON.stringify(slope));
  });

  test('of noise has zero in its interval in 97 of 100 cases at least', () => {
    let outside = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const draw = noise(seed * 7_919);
      const slope = slopeOf(
        seriesOf(() => 100 + draw()),
        STEP_SECONDS,
      )!;
      if (slope.low > 0 || slope.high < 0) outside++;
    }
    assert.ok(outside <= 3, `${outside} of 100`);
  });

  test('of a saw tooth, as a heap between collections is, has zero in its interval', () => {
    const slope = slopeOf(
      seriesOf((index) => 50 + (index % 11)),
      STEP_SECONDS,
    )!;
    assert.ok(slope.low < 0 && slope.high > 0, JSON.stringify(slope));
  });

  test('needs four values', () => {
    assert.equal(slopeOf([1, 2, 3], STEP_SECONDS), undefined);
  });

  test("uses Student's distribution as tables have it", () => {
    for (const [freedom, quantile] of [
      [6, 3.707],
      [10, 3.169],
      [22, 2.819],
      [60, 2.66],
    ] as const) {
      assert.ok(Math.abs(studentT(freedom) / quantile - 1) < 0.01, `${freedom}: ${studentT(freedom)}`);
    }
  });
});
