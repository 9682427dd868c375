/** Charts: what is asked for is in the picture, at the right place, and the same figures give the same bytes. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type LineChart, lineChart, type Point } from '../../../src/load/report/plots/line-chart.js';

const base: LineChart = {
  title: 'Title <&>',
  x: { label: 'x', domain: [0, 10] },
  y: { label: 'y', domain: [0, 100] },
  series: [
    {
      name: 'one',
      points: [
        [0, 0],
        [10, 100],
      ],
    },
  ],
};

const with1 = (change: Partial<LineChart>): string => lineChart({ ...base, ...change });

/** The numbers in the path of the only series, as positions. */
function places(svg: string): number[] {
  const inner = svg.slice(svg.lastIndexOf('<svg '));
  return [.../ d="([^"]*)"/.exec(inner)![1].matchAll(/-?[\d.]+/g)].map(Number);
}

describe('a chart', () => {
  test('places points in proportion to the plot', () => {
    const svg = with1({
      series: [
        {
          name: 'one',
          points: [
            [0, 0],
            [5, 50],
            [10, 100],
          ],
        },
      ],
    });
    const [width, height] = [...svg.slice(svg.lastIndexOf('<svg ')).matchAll(/(?:width|height)="([\d.]+)"/g)].map(
      (match) => Number(match[1]),
    );
    assert.deepEqual(places(svg), [0, height, width / 2, height / 2, width, 0]);
  });

  test('places points by their logarithm on a logarithmic axis, with round labels', () => {
    const svg = with1({
      x: { label: 'x', scale: 'log', domain: [1, 100] },
      series: [
        {
          name: 'one',
          points: [
            [1, 0],
            [10, 50],
            [100, 100],
          ],
        },
      ],
    });
    const [first, , middle, , last] = places(svg);
    assert.equal(first, 0);
    assert.ok(Math.abs(middle - last / 2) < 0.02, `${middle} of ${last}`);
    for (const label of ['1', '2', '5', '10', '20', '50', '100']) assert.ok(svg.includes(`>${label}</text>`), label);
  });

  test('refuses a logarithmic axis with zero on it, naming the axis', () => {
    assert.throws(() => with1({ y: { label: 'rate', scale: 'log' } }), /"rate" cannot show 0/);
  });

  test('interrupts a line where a value is missing', () => {
    const gap: Point[] = [
      [0, 0],
      [1, 10],
      [2, Number.NaN],
      [3, 30],
      [4, 40],
    ];
    const svg = with1({ series: [{ name: 'one', points: gap }] });
    assert.equal(/ d="([^"]*)"/.exec(svg.slice(svg.lastIndexOf('<svg ')))![1].match(/M/g)?.length, 2);
  });

  test('escapes what it is given and names every series', () => {
    const svg = with1({
      series: [
        { name: 'a < b', points: [] },
        { name: 'second', points: [[1, 1]], shape: 'points' },
      ],
    });
    assert.ok(svg.includes('Title &lt;&amp;&gt;') && svg.includes('a &lt; b') && svg.includes('>second<'));
    assert.doesNotMatch(svg, /<&|a < b|NaN|undefined|Infinity/);
  });

  test('survives no data, one value and values that are not finite', () => {
    for (const points of [
      [],
      [[3, 3]],
      [
        [Number.NaN, 1],
        [Number.POSITIVE_INFINITY, 2],
      ],
    ] as Point[][]) {
      for (const scale of ['linear', 'log'] as const) {
        const svg = lineChart({
          title: 't',
          x: { label: 'x', scale },
          y: { label: 'y', scale },
          series: [{ name: 's', points }],
        });
        assert.doesNotMatch(svg, /NaN|Infinity/);
      }
    }
  });

  test('fills bars down to the axis, and styles fills in no other chart', () => {
    const svg = with1({
      series: [
        {
          name: 'one',
          shape: 'bars',
          points: [
            [0, 50],
            [5, 100],
            [10, 0],
          ],
        },
      ],
    });
    const inner = svg.slice(svg.lastIndexOf('<svg '));
    const height = Number(/ height="([\d.]+)"/.exec(inner)![1]);
    const fill = / class="llm-fill llm-s0" d="([^"]*)"/.exec(inner)![1];
    assert.ok(fill.endsWith('Z') && fill.includes(`,${height}`), fill);
    assert.match(svg, /\.llm-fill\{/);
    assert.doesNotMatch(with1({}), /llm-fill/);
  });

  test('labels ticks as it is told, and leaves its style to the page when told so', () => {
    const svg = with1({ x: { label: 'x', domain: [0, 10], tickLabel: (value) => `<${value}>` }, carriesStyle: false });
    assert.ok(svg.includes('>&lt;10&gt;</text>'));
    assert.doesNotMatch(svg, /<style/);
    assert.match(with1({}), /<style>/);
  });

  test('gives the same bytes for the same figures, whatever was drawn before', () => {
    const first = with1({});
    with1({ title: 'another', series: [] });
    assert.equal(with1({}), first);
    assert.doesNotMatch(first, /\d\.\d{3,}(?![^<]*<\/style>)/, 'at most two decimals');
  });
});
