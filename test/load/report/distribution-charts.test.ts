/** Histograms lose no value and invent none; percentile curves put each further nine at the same distance. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { histogramChart, histogramPoints, percentileChart } from '../../../src/load/report/distribution-charts.js';

const bins = fc
  .array(
    fc.record({
      gap: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 500, noNaN: true })),
      width: fc.oneof(fc.constant(0.001), fc.double({ min: 0.001, max: 2_000, noNaN: true })),
      count: fc.integer({ min: 0, max: 1_000_000 }),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((steps) => {
    let at = 0;
    return steps.map(({ gap, width, count }) => {
      const from_ms = at + gap;
      at = from_ms + width;
      return { from_ms, to_ms: at, count };
    });
  });

describe('a histogram', () => {
  test('shares sum to 100 %, over ascending edges that hold every value', () => {
    fc.assert(
      fc.property(bins, (given) => {
        const filled = given.filter(({ count }) => count > 0);
        const points = histogramPoints(given);
        assert.equal(points === undefined, filled.length === 0);
        if (points === undefined) return;
        const sum = points.reduce((total, [, share]) => total + share, 0);
        assert.ok(Math.abs(sum - 100) < 1e-6, `${sum} %`);
        assert.ok(points.every(([, share]) => share >= 0));
        assert.ok(points.every(([edge], index) => index === 0 || edge > points[index - 1]![0]));
        const below = filled
          .filter(({ to_ms }) => to_ms <= points[0]![0])
          .reduce((total, { count }) => total + count, 0);
        const all = filled.reduce((total, { count }) => total + count, 0);
        assert.ok(points[0]![0] === 0.001 || 2 * below <= all);
        assert.ok(points[0]![1] >= (100 * below) / all - 1e-6, `${below} of ${all} below the first edge`);
        assert.ok(points.at(-1)![0] >= filled.at(-1)!.to_ms);
      }),
    );
  });

  test('keeps values where they are', () => {
    const points = histogramPoints([
      { from_ms: 10, to_ms: 20, count: 30 },
      { from_ms: 100, to_ms: 110, count: 70 },
    ])!;
    const below = points.filter(([edge]) => edge < 50).reduce((sum, [, share]) => sum + share, 0);
    assert.ok(Math.abs(below - 30) < 1e-9);
  });

  test('deals a wide bin to those it covers by their widths', () => {
    const points = histogramPoints([{ from_ms: 1, to_ms: 1_000, count: 10 }])!;
    for (const [index, [edge, share]] of points.slice(0, -1).entries()) {
      const width = points[index + 1]![0] - edge;
      assert.ok(Math.abs(share - (100 * width) / 999) < 1e-6, `${share} % at ${edge}`);
    }
  });

  test('does not stretch over decades for values far below the median: the first bar holds them, and it says so', () => {
    const given = [
      { from_ms: 0, to_ms: 0.001, count: 6 },
      { from_ms: 15, to_ms: 25, count: 94 },
    ];
    const points = histogramPoints(given)!;
    assert.equal(points[0]![0], 15 / 20);
    assert.ok(Math.abs(points[0]![1] - 6) < 1e-9);
    assert.match(
      histogramChart('t', { percentiles: [], bins: given }, 0)!,
      />6\.0 % below 0\.750 ms, in the first bar</,
    );
    assert.doesNotMatch(histogramChart('t', { percentiles: [], bins: given.slice(1) }, 0)!, /first bar/);
  });

  test('draws values that are all 0, or all alike', () => {
    for (const bin of [
      { from_ms: 0, to_ms: 0, count: 5 },
      { from_ms: 20, to_ms: 20, count: 5 },
    ]) {
      assert.doesNotMatch(histogramChart('t', { percentiles: [], bins: [bin] }, 0)!, /NaN|Infinity/);
    }
    assert.equal(histogramChart('t', { percentiles: [], bins: [] }, 0), undefined);
  });
});

describe('percentile curves', () => {
  const plot = {
    bins: [],
    percentiles: [
      { percentile: 0, ms: 1 },
      { percentile: 90, ms: 10 },
      { percentile: 99, ms: 100 },
      { percentile: 99.9, ms: 1_000 },
    ],
  };

  test('each nine takes the same room, and ticks say percentiles', () => {
    const svg = percentileChart('t', [{ name: 'TTFT', plot }])!;
    const path = / d="(M[^"]*)"/.exec(svg.slice(svg.lastIndexOf('<svg ')))![1]!;
    const places = [...path.matchAll(/([\d.]+),([\d.]+)/g)].map(([, x]) => Number(x));
    assert.equal(places.length, 4);
    const steps = places.slice(1).map((x, index) => x - places[index]!);
    for (const step of steps) assert.ok(Math.abs(step - steps[0]!) < 0.02, `${steps}`);
    for (const label of ['0', '90', '99', '99.9']) assert.ok(svg.includes(`>${label}</text>`), label);
  });

  test('leave out what is far below the median, 0 among it', () => {
    const percentiles = [{ percentile: 0, ms: 0 }, { percentile: 1, ms: 0.01 }, ...plot.percentiles.slice(1)];
    const svg = percentileChart('t', [{ name: 'ITL', plot: { bins: [], percentiles } }])!;
    assert.equal(/ d="(M[^"]*)"/.exec(svg.slice(svg.lastIndexOf('<svg ')))![1]!.match(/,/g)!.length, 3);
    assert.ok(!svg.includes('>0.01</text>'));
  });

  test('leaves out a delay without values, and the picture when none has any', () => {
    const empty = { percentiles: [], bins: [] };
    const svg = percentileChart('t', [
      { name: 'TTFT', plot: empty },
      { name: 'E2E', plot },
    ])!;
    assert.doesNotMatch(svg, /TTFT/);
    assert.equal(percentileChart('t', [{ name: 'TTFT', plot: empty }]), undefined);
  });
});
