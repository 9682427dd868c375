/** The sections about whole replies, several processes, the start, the soak, and what it was all measured on. */
import type { PartName } from '../../bench/capacity/part.js';
import type { RepliesRow } from '../../bench/capacity/replies.js';
import type { Measured } from '../../bench/capacity/results.js';
import { transportTitles } from './results-read.js';
import { CLIENT_BUSY_SHARE } from './stream-sections.js';
import { count, figure, fixed, percent, range, table } from './table.js';

const REPLIES_GOAL = 0.5;
const MB = 2 ** 20;

export function machineSection(all: readonly Measured<PartName>[]): string {
  const rows = all.map(({ date, extent, machine, part, seconds, transport }) => [
    `${part}, ${transport}`,
    date.slice(0, 16).replace('T', ' '),
    machine.commit ?? 'unknown',
    machine.node,
    `${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB, ${machine.system}`,
    count(machine.openFilesMax),
    machine.loadAverage.toFixed(1),
    part === 'soak' ? `${figure(extent.soakMinutes)} min` : `${extent.pairs} × ${figure(extent.windowMs / 1_000)} s`,
    `${seconds} s`,
  ]);
  const head = [
    'Part',
    'date, UTC',
    'commit',
    'Node',
    'machine',
    'files per process',
    'load before',
    'runs × window',
    'took',
  ];
  return table(head, rows);
}

export function repliesSection(measured: readonly Measured<'replies'>[]): string {
  return measured
    .map(({ machine, result, transport }) =>
      [
        `### ${transportTitles[transport]}`,
        'One core for the server:',
        ...repliesTable(result.rows),
        `All ${machine.cores} cores for server and client:`,
        ...repliesTable(result.unpinned),
      ].join('\n\n'),
    )
    .join('\n\n');
}

/** The table, and a remark where the client was the limit. */
function repliesTable(rows: readonly RepliesRow[]): string[] {
  const head = [
    'Request',
    'replies/s',
    'p50 ms',
    'p99 ms',
    'CPU µs/reply',
    'server CPU',
    'bare replies/s',
    'bare CPU µs/reply',
    'bare CPU',
    'replies/s, ratio',
    'goal',
    'client CPU, bare',
  ];
  const cells = rows.map(({ bare, name, rateRatios, simulator }) => [
    name,
    count(simulator.repliesPerSecond),
    figure(simulator.p50Ms),
    figure(simulator.p99Ms),
    figure(simulator.cpuUsPerReply),
    percent(simulator.serverCpuShare),
    count(bare.repliesPerSecond),
    figure(bare.cpuUsPerReply),
    percent(bare.serverCpuShare),
    range(rateRatios),
    name.includes('chat') ? `≥ ${REPLIES_GOAL.toFixed(2)}` : '–',
    percent(bare.clientCpuShare),
  ]);
  const isBusy = rows.some(({ bare }) => bare.clientCpuShare > CLIENT_BUSY_SHARE);
  const remark =
    'The client had its core full while it asked the bare handler, which would answer more: compare the CPU time per reply.';
  return [table(head, cells), ...(isBusy ? [remark] : [])];
}

export function scalingSection(measured: readonly Measured<'scaling'>[]): string {
  const head = [
    'Acceptors',
    'chunks/s, saturated',
    'against 1',
    'server CPU',
    'busiest client',
    'replies/s',
    'against 1',
    'server CPU',
    'busiest client',
  ];
  return measured
    .map(({ machine, result, transport }) => {
      const [one] = result.rows;
      const rows = result.rows.map(({ acceptors, replies, streams }) => [
        String(acceptors),
        count(streams.chunksPerSecond),
        fixed(streams.chunksPerSecond / one.streams.chunksPerSecond, 2),
        percent(streams.serverCpuShare),
        percent(streams.clientCpuShare),
        count(replies.repliesPerSecond),
        fixed(replies.repliesPerSecond / one.replies.repliesPerSecond, 2),
        percent(replies.serverCpuShare),
        percent(replies.clientCpuShare),
      ]);
      return [
        `### ${transportTitles[transport]}`,
        `${count(result.openStreams)} streams; whole replies of "${result.endpoint}". The machine has ${machine.cores} cores for servers ` +
          'and clients together.',
        table(head, rows),
      ].join('\n\n');
    })
    .join('\n\n');
}

export function startupSection(measured: readonly Measured<'startup'>[]): string {
  const head = [
    'Transport, acceptors',
    'first answer ms',
    'slowest',
    'ready ms',
    'slowest',
    'RSS MB',
    'PSS MB',
    'processes',
    'starts',
  ];
  const rows = measured.flatMap(({ result, transport }) =>
    result.rows.map((row) => [
      `${transport}, ${row.acceptors}`,
      count(row.firstAnswerMs),
      count(row.firstAnswerMsMax),
      count(row.readyMs),
      count(row.readyMsMax),
      fixed(row.residentBytes === null ? null : row.residentBytes / MB, 0),
      fixed(row.proportionalBytes === null ? null : row.proportionalBytes / MB, 0),
      String(row.processes),
      String(row.starts),
    ]),
  );
  return table(head, rows);
}

export function soakSection(measured: readonly Measured<'soak'>[]): string {
  return measured
    .map(({ result, transport }) => {
      const listed = (counts: { readonly [name: string]: number }) =>
        Object.entries(counts)
          .sort(([left], [right]) => (left < right ? -1 : 1))
          .map(([name, number]) => `${name} ${count(number)}`)
          .join(', ');
      const rows = result.slopes.map(({ allowed, grows, high, low, mean, perHour, series }) => [
        series,
        figure(mean),
        figure(perHour),
        `${figure(low)} … ${figure(high)}`,
        figure(allowed),
        grows ? '**grows**' : 'no growth',
      ]);
      const head = ['Series', 'mean', 'slope per hour', '99 % interval', 'allowed', 'verdict'];
      return [
        `### ${transportTitles[transport]}`,
        `${figure(result.minutes)} minutes, ${count(result.requests)} requests (${result.requestsPerSecond}/s) to ${result.acceptors} acceptors; ` +
          `slopes of what follows ${figure(result.warmUpMinutes)} minutes of warm-up. Replies as clients saw them: ${listed(result.ends)}; ` +
          `status ${listed(result.statuses)}.`,
        table(head, rows),
        `![Memory over the soak](capacity/soak-memory-${transport}.svg)`,
        `![Lateness and load over the soak](capacity/soak-load-${transport}.svg)`,
      ].join('\n\n');
    })
    .join('\n\n');
}
