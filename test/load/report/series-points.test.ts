/** Thinning a long run keeps its totals and its worst moments, and pictures leave out what there is none of. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seriesCharts, thinningNote } from '../../../src/load/report/series-charts.js';
import { secondsPerPoint, seriesPoints } from '../../../src/load/report/series-points.js';
import { exampleSecond } from './example-result.js';

const series = fc
  .tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 5_000 }))
  .map(([first, count]) => Array.from({ length: count }, (_, index) => exampleSecond(first + index)));

describe('points of a series', () => {
  test('are a picture full at most, ascending, and hold every request and the worst tail', () => {
    fc.assert(
      fc.property(series, (seconds) => {
        const width = secondsPerPoint(seconds);
        const points = seriesPoints(seconds);
        assert.ok(points.length <= 301, `${points.length}`);
        assert.ok(points.every(({ second }, index) => index === 0 || second - points[index - 1]!.second === width));
        const counted = points.reduce((sum, { second, finishedRate }) => {
          const held = seconds.filter((each) => each.second >= second && each.second < second + width).length;
          return sum + finishedRate * held;
        }, 0);
        const expected = seconds.reduce((sum, { finished }) => sum + finished, 0);
        assert.ok(Math.abs(counted - expected) < 1e-6 * expected);
        assert.equal(
          Math.max(...points.map(({ delays }) => delays.ttft_p99_ms)),
          Math.max(...seconds.map(({ ttft_p99_ms }) => ttft_p99_ms!)),
        );
        assert.equal(
          Math.max(...points.map(({ inFlight }) => inFlight)),
          Math.max(...seconds.map((each) => each.in_flight)),
        );
      }),
      { numRuns: 20 },
    );
  });

  test('of a short run are its seconds, with gaps where nothing ended', () => {
    const points = seriesPoints([exampleSecond(0), exampleSecond(1), exampleSecond(2)]);
    assert.deepEqual(
      points.map(({ second, delays }) => [second, Number.isNaN(delays.e2e_p50_ms)]),
      [
        [0, true],
        [1, true],
        [2, false],
      ],
    );
    assert.equal(points[1]!.delays.ttft_p50_ms, exampleSecond(1).ttft_p50_ms);
  });

  test('weigh a median by the requests of its second', () => {
    const seconds = Array.from({ length: 600 }, (_, second) => ({
      ...exampleSecond(second),
      finished: second % 2 === 0 ? 3 : 1,
      ttft_p50_ms: second % 2 === 0 ? 100 : 200,
    }));
    assert.equal(secondsPerPoint(seconds), 2);
    for (const { delays } of seriesPoints(seconds)) assert.equal(delays.ttft_p50_ms, 125);
  });
});

describe('pictures of a series', () => {
  test('are none for no second, and always have the errors', () => {
    assert.deepEqual(seriesCharts([]), []);
    const quiet = { ...exampleSecond(0), errors: 0, itl_p50_ms: null, itl_p99_ms: null };
    const pictures = seriesCharts([quiet]).join('\n');
    assert.match(pictures, /Errors over time/);
    assert.doesNotMatch(pictures, /Inter-token|NaN|Infinity/);
  });

  test('say it when a point is more than a second', () => {
    const long = Array.from({ length: 1_000 }, (_, second) => exampleSecond(second));
    assert.match(thinningNote(long)!, /4 seconds/);
    assert.equal(thinningNote(long.slice(0, 300)), undefined);
  });
});
