/** From measurements to what is printed: ratios of pairs, medians, and a Markdown table. */
import { demandPerSecond, type LoadCase } from './load-case.js';
import type { Measurement } from './load-run.js';
import type { MachineFacts } from './machine.js';

export interface Pair {
  readonly simulator: Measurement;
  readonly baseline: Measurement;
}

export interface CaseResult {
  readonly load: LoadCase;
  readonly pairs: readonly Pair[];
}

/** The median of the pairs' ratios simulator/baseline, and the range they cover. */
export interface RatioSummary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly pairs: readonly number[];
}

export interface CaseSummary {
  readonly chunksPerSecond: RatioSummary | undefined;
  readonly cpuUsPerChunk: RatioSummary | undefined;
}

/** From here on the client may be what is slow. */
const CLIENT_BUSY_SHARE = 0.9;
/** A saturated case that gets this share of its demand did not saturate the server. */
const DEMAND_MET_SHARE = 0.9;

export function summarize({ pairs }: CaseResult): CaseSummary {
  return {
    chunksPerSecond: ratioOf(pairs, ({ chunksPerSecond }) => chunksPerSecond),
    cpuUsPerChunk: ratioOf(pairs, ({ cpuUsPerChunk }) => cpuUsPerChunk),
  };
}

export function brokenStreams(results: readonly CaseResult[]): number {
  return results.flatMap(measurementsOf).reduce((broken, { totals }) => broken + totals.broken, 0);
}

export function formatReport(machine: MachineFacts, transport: string, results: readonly CaseResult[]): string {
  return [describeMachine(machine, transport), '', table(results), '', ...results.flatMap(remarks)].join('\n');
}

export function describeMachine(machine: MachineFacts, transport: string): string {
  const pinned = machine.pinned ? 'server on core 0, client on core 1' : 'nothing pinned';
  const commit = machine.commit === undefined ? '' : `, commit ${machine.commit}`;
  return (
    `${machine.cores} cores of ${machine.cpu}, ${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}, ` +
    `transport ${transport}${commit}; ${pinned}; load average before the runs ${machine.loadAverage.toFixed(1)}`
  );
}

const COLUMNS = [
  'case',
  'server',
  'chunks/s',
  'CPU µs/chunk',
  'with opening',
  'slip p50 ms',
  'slip p99 ms',
  'KB/stream',
  'complete',
  'broken',
  'server CPU',
  'waiting',
  'client CPU',
];

function table(results: readonly CaseResult[]): string {
  const rows = results.flatMap((result) => [
    row(result, 'simulator'),
    row(result, 'baseline'),
    ratioRow(summarize(result)),
  ]);
  const all = [COLUMNS, ...rows];
  const widths = COLUMNS.map((_, column) => Math.max(...all.map((cells) => cells[column].length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(COLUMNS), rule, ...rows.map(line)].join('\n');
}

/** Medians over the pairs; streams are added up. */
function row({ load, pairs }: CaseResult, subject: keyof Pair): string[] {
  const runs = pairs.map((pair) => pair[subject]);
  const middle = (figure: (run: Measurement) => number | undefined, format: (value: number) => string) => {
    const values = runs.map(figure).filter((value) => value !== undefined);
    return values.length === 0 ? '-' : format(median(values));
  };
  const total = (figure: (run: Measurement) => number) => count(runs.reduce((sum, run) => sum + figure(run), 0));
  const isPaced = load.kind === 'paced';
  const slip = (figure: (run: Measurement) => number) => (isPaced ? middle(figure, (ms) => ms.toFixed(2)) : '-');
  return [
    `${count(load.streams)} ${load.kind}`,
    subject,
    middle((run) => run.chunksPerSecond, count),
    middle(
      (run) => run.cpuUsPerChunk,
      (us) => us.toFixed(2),
    ),
    middle(
      (run) => run.wholeCpuUsPerChunk,
      (us) => us.toFixed(2),
    ),
    slip((run) => run.window.slip.p50Ms),
    slip((run) => run.window.slip.p99Ms),
    middle(
      (run) => run.residentBytesPerStream,
      (bytes) => (bytes / 1_024).toFixed(1),
    ),
    isPaced ? total((run) => run.totals.complete) : '-',
    total((run) => run.totals.broken),
    middle((run) => run.serverCpuShare, percent),
    middle((run) => run.serverWaitShare, percent),
    middle((run) => run.window.clientCpuShare, percent),
  ];
}

function ratioRow({ chunksPerSecond, cpuUsPerChunk }: CaseSummary): string[] {
  const cells = COLUMNS.map(() => '');
  cells[1] = 'ratio';
  cells[2] = formatRatio(chunksPerSecond);
  cells[3] = formatRatio(cpuUsPerChunk);
  return cells;
}

function remarks(result: CaseResult): string[] {
  const { load } = result;
  const runs = measurementsOf(result);
  const name = `${count(load.streams)} ${load.kind}`;
  const lines: string[] = [];
  const defects = runs.flatMap(({ subject, totals }) =>
    Object.entries(totals.defects).map(([defect, number]) => `${number} × ${defect} (${subject})`),
  );
  if (defects.length > 0) lines.push(`! ${name}: broken streams: ${defects.join(', ')}`);
  const unsaturated = runs.some((run) => run.chunksPerSecond > DEMAND_MET_SHARE * demandPerSecond(load));
  if (load.kind === 'saturated' && unsaturated)
    lines.push(
      `! ${name}: a server kept up with ${count(demandPerSecond(load))} chunks/s, so its limit was not reached`,
    );
  if (runs.some(({ window }) => window.clientCpuShare > CLIENT_BUSY_SHARE)) {
    lines.push(`! ${name}: the load client's core was nearly full: the server may be better than these figures say`);
  }
  return lines;
}

function measurementsOf({ pairs }: CaseResult): Measurement[] {
  return pairs.flatMap(({ simulator, baseline }) => [simulator, baseline]);
}

function ratioOf(pairs: readonly Pair[], figure: (run: Measurement) => number | undefined): RatioSummary | undefined {
  const ratios = pairs.flatMap(({ simulator, baseline }) => {
    const above = figure(simulator);
    const below = figure(baseline);
    return above === undefined || below === undefined || below === 0 ? [] : [above / below];
  });
  if (ratios.length === 0) return undefined;
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios), pairs: ratios };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function formatRatio(ratio: RatioSummary | undefined): string {
  if (ratio === undefined) return '-';
  return `${ratio.median.toFixed(2)} (${ratio.min.toFixed(2)}-${ratio.max.toFixed(2)})`;
}

const count = (value: number): string => Math.round(value).toLocaleString('en-US');
const percent = (share: number): string => `${Math.round(share * 100)} %`;
