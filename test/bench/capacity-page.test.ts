/** The capacity page: every figure has its place, ratios are of rounds, goals are judged, and what was not measured says so. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { PartName } from '../../bench/capacity/part.js';
import type { ReplyFigures } from '../../bench/capacity/reply-run.js';
import type { Measured, ResultOf } from '../../bench/capacity/results.js';
import type { StreamFigures } from '../../bench/capacity/stream-figures.js';
import { drawCharts } from '../../scripts/capacity/charts.js';
import { capacityPage } from '../../scripts/capacity/page.js';
import type { CapacityResults } from '../../scripts/capacity/results-read.js';

const template = readFileSync(new URL('../../scripts/generators/capacity.template.md', import.meta.url), 'utf8');

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

function measured<Part extends PartName>(part: Part, result: ResultOf[Part]): Measured<Part> {
  return {
    part,
    transport: 'uws',
    date: '2026-01-02T03:04:05.678Z',
    seconds: 77,
    machine: {
      cores: 2,
      cpu: 'Some CPU',
      memoryGb: 8,
      system: 'linux 6.1',
      node: 'v24.0.0',
      pinned: true,
      loadAverage: 0.25,
      commit: 'abc1234',
      openFilesMax: 20_000,
    },
    extent: {
      streams: [1_000],
      pairs: 3,
      windowMs: 2_000,
      settleMs: 600,
      rateSettleMs: 3_000,
      soakMinutes: 30,
      isQuick: false,
    },
    result,
  };
}

function run(chunksPerSecond: number, cpuUsPerChunk: number): StreamFigures {
  return {
    chunksPerSecond,
    cpuUsPerChunk,
    wholeCpuUsPerChunk: 9.87,
    slipP50Ms: 0.5,
    slipP99Ms: 1.25,
    slipP999Ms: 2,
    slipMaxMs: 3,
    residentBytesPerStream: 2_560,
    openMs: 1_234,
    serverCpuShare: 0.5,
    serverWaitShare: 0.01,
    clientCpuShare: 0.4,
    complete: 1_000,
    broken: 0,
  };
}

const round = (simulator: StreamFigures, baseline: StreamFigures, limit: StreamFigures) => ({
  simulator,
  baseline,
  limit,
});

/** The table row that begins so, as cells. */
function cellsOf(page: string, start: string): string[] {
  const line = page.split('\n').find((one) => one.startsWith(`| ${start}`));
  assert.ok(line !== undefined, `no row begins with ${start}`);
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

describe('the capacity page', () => {
  test('says of every section that it was not measured when nothing was', () => {
    const page = capacityPage(template, nothing);
    assert.equal(page.match(/^Not measured yet\.$/gm)?.length, 8);
    // But for the marks of commands that are not run by tests.
    assert.doesNotMatch(page, /<!-- (?!takes:|needs:)/);
    assert.deepEqual(drawCharts(nothing), []);
  });

  test('shows capacity per stream and a dash for a limit that no rate holds', () => {
    const capacity = [
      { limitMs: 5, rate: 81_500, cpuUsPerChunk: 7.126, slipP99Ms: 3, clientCpuShare: 0.95 },
      { limitMs: 20, rate: null, cpuUsPerChunk: null, slipP99Ms: null, clientCpuShare: null },
    ];
    const trials = [{ rate: 81_500, delivered: 1, p99Ms: 3, cpuUsPerChunk: 7.1, clientCpuShare: 0.95, broken: 0 }];
    const row = { streams: 1_000, acceptors: 1, clients: 1, usual: run(5_000, 12.344), capacity, trials };
    const paced = [measured('paced', { gridStep: 1.12, rows: [row] })];
    const page = capacityPage(template, { ...nothing, paced });
    assert.deepEqual(cellsOf(page, '1,000 | 1 '), ['1,000', '1', '81,500', '81.5', '7.13', '–', '–', '–']);
    assert.deepEqual(cellsOf(page, '1,000 | 1.23'), [
      ...['1,000', '1.23', '12.34', '9.87', '0.5', '1.25', '–', '–', '2.5', '1,000', '0', '40 %'],
    ]);
    assert.match(page, /With 1,000 streams the load client had its core full/);
    assert.match(
      cellsOf(page, 'paced, uws').join(),
      /2026-01-02 03:04,abc1234,v24\.0\.0,2 × Some CPU, 8 GB, linux 6\.1,20,000,0\.3/,
    );
    const charts = drawCharts({ ...nothing, paced });
    assert.deepEqual(
      charts.map(({ name }) => name),
      ['rate.svg', 'memory.svg', 'slip-uws.svg'],
    );
    for (const { name } of charts) assert.ok(page.includes(`(capacity/${name})`), `${name} is not on the page`);
  });

  test('tells what a warm-up takes once from what a stream takes, and draws both kinds of servers', () => {
    const warmed = { ...run(5_000, 12), warmUpResidentBytes: 28 * 2 ** 20, freshResidentBytesPerStream: 31_232 };
    const held = { rate: 50_000, cpuUsPerChunk: 7, slipP99Ms: 3, clientCpuShare: 0.5 };
    const capacity = [5, 20].map((limitMs) => ({ limitMs, ...held }));
    const rowOf = (usual: StreamFigures) => ({ streams: 1_000, acceptors: 1, clients: 1, usual, capacity, trials: [] });
    const paced = (usual: StreamFigures) => [measured('paced', { gridStep: 1.12, rows: [rowOf(usual)] })];
    const page = capacityPage(template, { ...nothing, paced: paced(warmed) });
    assert.deepEqual(cellsOf(page, '1,000 | 1.23').slice(6, 9), ['28.0', '2.5', '30.5']);
    const legend = (usual: StreamFigures) =>
      drawCharts({ ...nothing, paced: paced(usual) })
        .find(({ name }) => name === 'memory.svg')
        ?.content.match(/uws, \w+/g);
    assert.deepEqual(legend(warmed), ['uws, warmed', 'uws, fresh']);
    assert.deepEqual(legend(run(5_000, 12)), ['uws, fresh']);
  });

  test('compares within rounds, takes the median of the ratios, and judges it by the goal', () => {
    const saturated = [
      round(run(90_000, 5), run(100_000, 4), run(150_000, 3)),
      round(run(190_000, 5), run(200_000, 4), run(250_000, 3)),
      round(run(80_000, 5), run(100_000, 4), run(100_000, 3)),
    ];
    const paced = [round(run(40_000, 8), run(40_000, 6), run(40_000, 5))];
    const syscalls = { events: 1_000, sends: 1_004, sendsPerEvent: 1.004 };
    const ratios = [
      measured('ratios', { streams: 5_000, frameBytes: 264, saturated, paced, pacedRate: 40_000, syscalls }),
    ];
    const rounds = [
      { simulator: 80_000, baseline: 100_000 },
      { simulator: null, baseline: 100_000 },
      { simulator: 90_000, baseline: 100_000 },
    ];
    const headroom = [measured('headroom', { streams: 5_000, limitMs: 5, gridStep: 1.06, rounds })];
    const page = capacityPage(template, { ...nothing, ratios, headroom });
    const row = (start: string) => cellsOf(page, start).slice(1);
    assert.deepEqual(row('saturated chunk rate / bare'), ['0.90 (0.80–0.95)', '≥ 0.90', 'yes']);
    assert.deepEqual(row('saturated chunk rate / C'), ['0.76 (0.60–0.80)', '≥ 0.70', 'yes']);
    assert.deepEqual(row('capacity at p99'), ['0.85 (0.80–0.90)', '≥ 0.85', 'yes']);
    assert.deepEqual(row('CPU per chunk / C'), ['1.60', '≤ 1.35', 'no']);
    assert.deepEqual(row('CPU per chunk / bare'), ['1.33', '–', '–']);
    assert.deepEqual(row('send system calls'), ['1.004', '≤ 1.01', 'yes']);
    assert.deepEqual(row('bare server in C'), ['150,000', '3.00', '5.00', '1.25', '40 %']);
  });

  test('shows whole replies on one core and on all, and says where the client was the limit', () => {
    const figures = (
      repliesPerSecond: number,
      cpuUsPerReply: number,
      serverCpuShare: number,
      clientCpuShare: number,
    ) => ({
      ...{ repliesPerSecond, p50Ms: 1.5, p99Ms: 3.25, cpuUsPerReply, serverCpuShare, clientCpuShare },
    });
    const row = (name: string, simulator: ReplyFigures, bare: ReplyFigures, rateRatios: readonly number[]) => ({
      ...{ name, replyBytes: 800, simulator, bare, rateRatios, cpuRatios: [2] },
    });
    const result = {
      connections: 50,
      rows: [
        row('OpenAI chat, 50 tokens', figures(20_000, 50, 1, 0.3), figures(40_000, 25, 1, 0.5), [0.5, 0.4, 0.6]),
        row('Anthropic count_tokens', figures(24_000, 40, 1, 0.3), figures(42_000, 24, 1, 0.5), [0.57]),
      ],
      unpinned: [row('OpenAI chat, 50 tokens', figures(33_000, 47, 1.6, 0.4), figures(41_000, 24, 1, 0.97), [0.8])],
    };
    const page = capacityPage(template, { ...nothing, replies: [measured('replies', result)] });
    const one = page.slice(page.indexOf('One core for the server'), page.indexOf('All 2 cores'));
    const all = page.slice(page.indexOf('All 2 cores'));
    assert.deepEqual(cellsOf(one, 'OpenAI chat').slice(1), [
      ...['20,000', '1.5', '3.25', '50', '100 %', '40,000', '25', '100 %', '0.50 (0.40–0.60)', '≥ 0.50', '50 %'],
    ]);
    assert.deepEqual(cellsOf(one, 'Anthropic count_tokens').slice(9, 11), ['0.57', '–']);
    assert.deepEqual(cellsOf(all, 'OpenAI chat').slice(4, 10), ['47', '160 %', '41,000', '24', '100 %', '0.80']);
    assert.doesNotMatch(one, /The client had its core full/);
    assert.match(all, /The client had its core full/);
  });

  test('leaves the comparison with C open where there was none', () => {
    const saturated = [{ simulator: run(90_000, 5), baseline: run(100_000, 4) }];
    const ratios = [
      measured('ratios', { streams: 5_000, frameBytes: 264, saturated, paced: saturated, pacedRate: 40_000 }),
    ];
    const page = capacityPage(template, { ...nothing, ratios });
    assert.deepEqual(cellsOf(page, 'saturated chunk rate / C').slice(1), ['–', '≥ 0.70', '–']);
    assert.deepEqual(cellsOf(page, 'send system calls').slice(1), ['–', '≤ 1.01', '–']);
    assert.doesNotMatch(page, /^\| bare server in C/m);
  });

  test('refuses a template without a place for a section', () => {
    assert.throws(() => capacityPage(template.replace('<!-- soak -->', ''), nothing), /no place|has no/);
  });
});
