/** The sections about streams: capacity, what a chunk's time goes into, and the ratios to bare servers. */

import type { HeadroomResult } from '../../bench/capacity/headroom.js';
import { memoryOf } from '../../bench/capacity/memory-figures.js';
import type { PacedRow } from '../../bench/capacity/paced.js';
import type { RatiosResult, Round } from '../../bench/capacity/ratios.js';
import type { Measured } from '../../bench/capacity/results.js';
import type { Subject } from '../../bench/streams/servers.js';
import type { TransportName } from '../../src/server/transport/contract.js';
import { transportTitles } from './results-read.js';
import { count, figure, fixed, middle, NOTHING, percent, range, table } from './table.js';

/** From here on the client may be what is slow. */
export const CLIENT_BUSY_SHARE = 0.9;

export function capacitySection(measured: readonly Measured<'paced'>[]): string {
  return measured
    .map(({ result, transport }) => {
      const [low, high] = [
        table(
          [
            'Open streams',
            'acceptors',
            'chunks/s, p99 slip < 5 ms',
            'tokens/s per stream',
            'CPU µs/chunk',
            'chunks/s, p99 slip < 20 ms',
            'tokens/s per stream',
            'CPU µs/chunk',
          ],
          result.rows.map(capacityCells),
        ),
        table(
          [
            'Open streams, 5 tokens/s each',
            'opened in s',
            'CPU µs/chunk',
            'with opening',
            'p50 slip ms',
            'p99 slip ms',
            'warm-up MB',
            'KB/stream, warmed',
            'KB/stream, fresh',
            'complete',
            'broken',
            'client CPU',
          ],
          result.rows.map(usualCells),
        ),
      ];
      return [`### ${transportTitles[transport]}`, low, high, ...busyClients(result.rows)].join('\n\n');
    })
    .join('\n\n');
}

function capacityCells({ acceptors, capacity, streams }: PacedRow): string[] {
  const of = capacity.flatMap(({ cpuUsPerChunk, rate }) => [
    count(rate),
    rate === null ? NOTHING : figure(rate / streams),
    fixed(cpuUsPerChunk, 2),
  ]);
  return [count(streams), String(acceptors), ...of];
}

function usualCells({ streams, usual }: PacedRow): string[] {
  const { freshBytesPerStream, warmedBytesPerStream, warmUpBytes } = memoryOf(usual);
  const inUnits = (bytes: number | null, unitBytes: number) => fixed(bytes === null ? null : bytes / unitBytes, 1);
  return [
    count(streams),
    fixed(usual.openMs / 1_000, 2),
    fixed(usual.cpuUsPerChunk, 2),
    fixed(usual.wholeCpuUsPerChunk, 2),
    figure(usual.slipP50Ms),
    figure(usual.slipP99Ms),
    inUnits(warmUpBytes, 2 ** 20),
    inUnits(warmedBytesPerStream, 1_024),
    inUnits(freshBytesPerStream, 1_024),
    count(usual.complete),
    count(usual.broken),
    percent(usual.clientCpuShare),
  ];
}

function busyClients(rows: readonly PacedRow[]): string[] {
  const busy = rows.filter(({ capacity }) =>
    capacity.some(({ clientCpuShare }) => clientCpuShare !== null && clientCpuShare > CLIENT_BUSY_SHARE),
  );
  if (busy.length === 0) return [];
  const which = busy.map(({ streams }) => count(streams)).join(', ');
  return [
    `With ${which} streams the load client had its core full at the highest rate: the simulator may hold more than is shown.`,
  ];
}

export function partsSection(measured: readonly Measured<'parts'>[]): string {
  const parts = measured[0].result.rows.map(({ part }) => part);
  const head = measured.flatMap(({ transport }) => [`${transport}, pacing`, `${transport}, with opening`]);
  const cells = (pick: (result: Measured<'parts'>['result']) => readonly [number, number]) =>
    measured.flatMap(({ result }) => pick(result).map((us) => fixed(us, 2)));
  const rows = parts.map((part) => [
    part,
    ...cells(({ rows: all }) => {
      const row = all.find((one) => one.part === part);
      return [row?.pacingUs ?? 0, row?.wholeUs ?? 0];
    }),
  ]);
  const { streams, tokens, tokensPerSecond } = measured[0].result;
  return [
    `${count(streams)} streams of ${tokens} tokens at ${figure(tokensPerSecond)} tokens/s each:`,
    table(
      ['CPU µs per chunk', ...head],
      [
        ...rows,
        ['**sum: measured without the profiler**', ...cells(({ pacingUs, wholeUs }) => [pacingUs, wholeUs])],
        ['measured with it', ...cells((result) => [result.profiledPacingUs, result.profiledWholeUs])],
      ],
    ),
  ].join('\n\n');
}

/** What the project aims at: the least or the greatest that the median of a ratio may be. */
interface Goal {
  readonly text: string;
  readonly value: (figures: RatioFigures) => readonly number[];
  readonly atLeast?: number;
  readonly atMost?: number;
  /** 2 when absent. */
  readonly decimals?: number;
}

interface RatioFigures {
  readonly result: RatiosResult;
  /** Undefined when it was not measured. */
  readonly headroom: HeadroomResult | undefined;
}

const saturatedOfC: { readonly [transport in TransportName]: number } = { node: 0.6, uws: 0.7 };

function goalsOf(transport: TransportName): Goal[] {
  const rate =
    (under: Subject) =>
    ({ result }: RatioFigures) =>
      ratios(result.saturated, under, ({ chunksPerSecond }) => chunksPerSecond);
  const cpu =
    (under: Subject) =>
    ({ result }: RatioFigures) =>
      ratios(result.paced, under, ({ cpuUsPerChunk }) => cpuUsPerChunk);
  return [
    { text: 'saturated chunk rate / bare server', value: rate('baseline'), atLeast: 0.9 },
    { text: 'saturated chunk rate / C', value: rate('limit'), atLeast: saturatedOfC[transport] },
    { text: 'capacity at p99 slip < 5 ms / bare server', value: headroomRatios, atLeast: 0.85 },
    { text: 'CPU per chunk / bare server', value: cpu('baseline') },
    { text: 'CPU per chunk / C', value: cpu('limit'), ...(transport === 'uws' && { atMost: 1.35 }) },
    {
      text: 'send system calls per event',
      value: ({ result: { syscalls } }) => (syscalls === undefined ? [] : [syscalls.sendsPerEvent]),
      atMost: 1.01,
      decimals: 3,
    },
  ];
}

export function ratiosSection(
  measured: readonly Measured<'ratios'>[],
  headrooms: readonly Measured<'headroom'>[],
): string {
  return measured
    .map(({ result, transport }) => {
      const headroom = headrooms.find((one) => one.transport === transport)?.result;
      const rows = goalsOf(transport).map((goal) => goalCells(goal, { result, headroom }));
      return [
        `### ${transportTitles[transport]}`,
        `${count(result.streams)} streams, events of ${result.frameBytes} bytes; paced runs at ${count(result.pacedRate)} chunks/s.`,
        table(['Ratio', 'median (range)', 'goal', 'reached'], rows),
        table(
          [
            'Server',
            'saturated chunks/s',
            'CPU µs/chunk, saturated',
            'CPU µs/chunk, paced',
            'p99 slip ms, paced',
            'client CPU, saturated',
          ],
          (['simulator', 'baseline', 'limit'] as const).flatMap((subject) => subjectCells(subject, result)),
        ),
      ].join('\n\n');
    })
    .join('\n\n');
}

function goalCells({ atLeast, atMost, decimals, text, value }: Goal, figures: RatioFigures): string[] {
  const values = value(figures);
  const median = middle(values);
  const goal =
    atLeast !== undefined ? `≥ ${atLeast.toFixed(2)}` : atMost !== undefined ? `≤ ${atMost.toFixed(2)}` : NOTHING;
  const isReached = median >= (atLeast ?? Number.NEGATIVE_INFINITY) && median <= (atMost ?? Number.POSITIVE_INFINITY);
  const reached = values.length === 0 || goal === NOTHING ? NOTHING : isReached ? 'yes' : 'no';
  return [text, range(values, decimals), goal, reached];
}

const subjectNames: { readonly [subject in Subject]: string } = {
  simulator: 'simulator',
  baseline: 'bare server, same transport',
  limit: 'bare server in C',
};

function subjectCells(subject: Subject, { paced, saturated }: RatiosResult): string[][] {
  const middleOf = (rounds: readonly Round[], figureOf: (run: NonNullable<Round[Subject]>) => number | null) =>
    middle(rounds.flatMap((round) => (round[subject] === undefined ? [] : (figureOf(round[subject]) ?? []))));
  const rate = middleOf(saturated, ({ chunksPerSecond }) => chunksPerSecond);
  if (!Number.isFinite(rate)) return [];
  return [
    [
      subjectNames[subject],
      count(rate),
      fixed(
        middleOf(saturated, ({ cpuUsPerChunk }) => cpuUsPerChunk),
        2,
      ),
      fixed(
        middleOf(paced, ({ cpuUsPerChunk }) => cpuUsPerChunk),
        2,
      ),
      figure(middleOf(paced, ({ slipP99Ms }) => slipP99Ms)),
      percent(middleOf(saturated, ({ clientCpuShare }) => clientCpuShare)),
    ],
  ];
}

/** simulator / other, round by round. */
function ratios(
  rounds: readonly Round[],
  under: Subject,
  figureOf: (run: NonNullable<Round[Subject]>) => number | null,
): number[] {
  return rounds.flatMap((round) => {
    const above = round.simulator === undefined ? null : figureOf(round.simulator);
    const below = round[under] === undefined ? null : figureOf(round[under]);
    return above === null || below === null || below === 0 ? [] : [above / below];
  });
}

function headroomRatios({ headroom }: RatioFigures): number[] {
  return (headroom?.rounds ?? []).flatMap(({ baseline, simulator }) =>
    baseline === null || simulator === null ? [] : [simulator / baseline],
  );
}
