/** The sizing page: figures come from the measurement and the manifests, and what was not measured says so. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Measured } from '../../bench/capacity/results.js';
import { drawCharts } from '../../scripts/autoscaling/charts.js';
import { loadShapes } from '../../scripts/autoscaling/load-shapes.js';
import { sizingPage } from '../../scripts/autoscaling/page.js';
import { measuredPod } from '../../scripts/autoscaling/pod-figures.js';
import { allRuns, readBase, variantsOf } from '../../scripts/autoscaling/runs.js';
import type { CapacityResults } from '../../scripts/capacity/results-read.js';

const template = readFileSync(
  new URL('../../scripts/generators/kubernetes-sizing.template.md', import.meta.url),
  'utf8',
);
const base = readBase();

const nothing: CapacityResults = {
  startup: [],
  paced: [],
  parts: [],
  replies: [],
  scaling: [],
  ratios: [],
  headroom: [],
  soak: [],
};

const measurement = {
  transport: 'uws',
  date: '2026-01-02T03:04:05.678Z',
  seconds: 1,
  machine: { cpu: 'Some CPU', node: 'v24.0.0', commit: 'abc1234' },
} as const;

function paced(rate: number | null): Measured<'paced'> {
  const capacity = [
    { limitMs: 5, rate, cpuUsPerChunk: rate === null ? null : 12.5, slipP99Ms: 4, clientCpuShare: 0.5 },
  ];
  const row = {
    streams: 1_000,
    acceptors: 1,
    clients: 1,
    usual: { residentBytesPerStream: 5_120 },
    capacity,
    trials: [],
  };
  return { ...measurement, part: 'paced', result: { gridStep: 1.12, rows: [row] } } as unknown as Measured<'paced'>;
}

const startup = {
  ...measurement,
  part: 'startup',
  result: {
    rows: [
      { acceptors: 1, readyMs: 1_100, proportionalBytes: 90 * 2 ** 20 },
      { acceptors: 2, readyMs: 1_600, proportionalBytes: 128 * 2 ** 20 },
    ],
  },
} as unknown as Measured<'startup'>;

describe('what a pod carries', () => {
  test('is what a core carried, times the CPUs of its limit', () => {
    const measured = measuredPod(
      { ...nothing, paced: [paced(60_000)], startup: [startup] },
      base.pod,
      base.streamsPerPod,
    );
    assert.equal(measured?.figures.chunksPerSecond, 120_000);
    assert.equal(measured?.figures.cpuSecsPerChunk, 12.5e-6);
    assert.equal(measured?.figures.idleBytes, 128 * 2 ** 20);
    assert.deepEqual([measured?.readyMs, measured?.drainSecs], [1_600, 35]);
  });

  test('is not known without a measurement, nor where no rate was held', () => {
    for (const results of [
      nothing,
      { ...nothing, paced: [paced(null)], startup: [startup] },
      { ...nothing, startup: [startup] },
    ])
      assert.equal(measuredPod(results, base.pod, base.streamsPerPod), undefined);
  });
});

describe('the page', () => {
  test('says what was not measured', () => {
    const page = sizingPage(template, base, undefined, []);
    assert.match(page, /Not measured yet\./);
    assert.doesNotMatch(page, /<!--/);
  });

  test('has every load under every variant, and its pictures', () => {
    const measured = measuredPod(
      { ...nothing, paced: [paced(60_000)], startup: [startup] },
      base.pod,
      base.streamsPerPod,
    )!;
    const runs = allRuns(base.autoscaler, measured);
    const page = sizingPage(template, base, measured, runs);
    assert.doesNotMatch(page, /<!--|Not measured|NaN|undefined/);
    for (const { name } of loadShapes)
      for (const variant of variantsOf(base.autoscaler))
        assert.ok(page.includes(`| ${name} | ${variant.name} | `), `${name}, ${variant.name}`);
    // 120,000 tokens/s over 50 each; 70 % of half a core over 50 · 12.5 µs.
    assert.match(page, /\| 50 tokens\/s each \| 2,400 \| 1,680 \| 560 \|/);
    const charts = drawCharts(runs, measured, base.streamsPerPod);
    assert.deepEqual(
      charts.map(({ name }) => page.includes(`(kubernetes-sizing/${name})`)),
      charts.map(() => true),
    );
    assert.equal(charts.length, 2 * loadShapes.length);
    for (const { content } of charts) assert.doesNotMatch(content, /NaN/);
  });

  test('a template without a place for a section is refused', () => {
    assert.throws(() => sizingPage('nothing', base, undefined, []), /has no <!-- source -->/);
  });
});
