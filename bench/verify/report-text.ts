/** The verification in words and figures, for a terminal, and the same figures for a program. */
import type { MachineFacts } from '../streams/machine.js';
import { type Check, PERCENTILES } from './judgement.js';
import type { PaceEstimate } from './pace.js';
import type { CaseResult, StageResult } from './verify-stage.js';

/** The share of disturbed time from which on a broken bound may be the machine's doing. */
const REMARKABLE_SHARE = 0.2;

const HEADINGS = [
  'model',
  'role',
  'times',
  'configured',
  'measured',
  'planned',
  'KS',
  'bound',
  'slip p50',
  'p99',
  'max',
  'pace %',
  'verdict',
];

export function formatReport(machine: MachineFacts, results: readonly StageResult[]): string {
  return [machineLine(machine), ...results.map(formatStage), summary(results)].join('\n\n');
}

export function machineLine(machine: MachineFacts): string {
  const pinned = machine.pinned ? 'server and client pinned to a core each' : 'not pinned';
  return `${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}, load ${machine.loadAverage.toFixed(2)}, ${pinned}, commit ${machine.commit ?? 'unknown'}`;
}

export function stageLines({ stage, attempts, transport }: StageResult): string[] {
  const { relative, absoluteMs } = stage.tolerance;
  return [
    `${stage.name}: ${stage.description}`,
    `allowed: ${relative * 100} % + ${absoluteMs} ms; transport ${transport}`,
    ...attempts.map(
      (facts, index) =>
        `attempt ${index + 1}: ${facts.seconds.toFixed(1)} s, ${Math.round(facts.chunksPerSecond)} tokens/s, disturbed ${percent(facts.disturbedShare)} of the time (longest wait for a core ${ms(facts.longestWaitMs)} ms), client itself late by at most ${ms(facts.clientLateMs.p50)} / ${ms(facts.clientLateMs.p99)} / ${ms(facts.clientLateMs.max)} ms (p50 / p99 / max); ${facts.pace.map(paceText).join(', ')}${defectsText(facts.defects)}`,
    ),
  ];
}

function paceText({ of, error, low, high }: PaceEstimate): string {
  return `pace of ${of} off by ${percent(error)} (${percent(low)} to ${percent(high)})`;
}

function defectsText(defects: { readonly [kind: string]: number }): string {
  const kinds = Object.entries(defects).map(([kind, count]) => `${count} × ${kind}`);
  return kinds.length === 0 ? '' : `; broken replies: ${kinds.join(', ')}`;
}

function formatStage(result: StageResult): string {
  const rows = result.cases.map(caseCells);
  const widths = HEADINGS.map((heading, column) => Math.max(heading.length, ...rows.map((row) => row[column]!.length)));
  const lines = [HEADINGS, ...rows].map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column]!, column))
      .join('  ')
      .trimEnd(),
  );
  return [...stageLines(result), `percentiles are p50 / p95 / p99 in ms`, '', ...lines].join('\n');
}

/** Words to the left, figures to the right. */
function pad(cell: string, width: number, column: number): string {
  return column < 2 || column === HEADINGS.length - 1 ? cell.padEnd(width) : cell.padStart(width);
}

export function caseCells(result: CaseResult): string[] {
  const { figures, model, role, verdict } = result;
  const times =
    figures.times === figures.timesMeasured ? `${figures.times}` : `${figures.times} of ${figures.timesMeasured}`;
  return [
    model.name,
    role.toUpperCase(),
    times,
    figures.configuredMs.map(ms).join(' / '),
    figures.measuredMs.map(ms).join(' / '),
    figures.plannedMs.map(ms).join(' / '),
    share(figures.ksBeyond),
    share(figures.ksBound),
    ms(figures.slipMs.p50),
    ms(figures.slipMs.p99),
    ms(figures.slipMs.max),
    figures.rateError === undefined
      ? ''
      : Number.isNaN(figures.rateError)
        ? NONE
        : (figures.rateError * 100).toFixed(3),
    verdict,
  ];
}

export const caseHeadings = HEADINGS;

export function checkText({ name, value, bound, unit }: Check): string {
  const figure = (x: number): string =>
    unit === 'share' ? x.toFixed(4) : unit === 'ms' ? `${x.toFixed(3)} ms` : String(x);
  return `${name}: ${figure(value)}, allowed ${figure(bound)}`;
}

export function summary(results: readonly StageResult[]): string {
  const cases = results.flatMap((result) => result.cases);
  const of = (verdict: CaseResult['verdict']) => cases.filter((result) => result.verdict === verdict);
  const broken = of('broken').flatMap((result) =>
    result.broken.map(
      (check) => `  ${result.stage.name}, ${result.model.name}, ${result.role.toUpperCase()}: ${checkText(check)}`,
    ),
  );
  return [
    `${cases.length} cases: ${of('holds').length} hold, ${of('broken').length} broken, ${of('not judged').length} not judged`,
    ...results.map(({ stage, pace }) => `pace of all replies together, ${stage.name}: ${pace}`),
    ...broken,
    ...results.flatMap(remark),
  ].join('\n');
}

/** Lateness that the machine may have caused says little about the simulator. */
function remark({ stage, attempts, cases, pace }: StageResult): string[] {
  const disturbed = Math.max(...attempts.map(({ disturbedShare }) => disturbedShare));
  const isBroken = pace === 'broken' || cases.some(({ verdict }) => verdict === 'broken');
  if (!isBroken || disturbed < REMARKABLE_SHARE) return [];
  return [
    `remark: during ${stage.name}, server or client waited for a core in ${percent(disturbed)} of the time; measure again on a machine with nothing else to do`,
  ];
}

export function figuresOf(machine: MachineFacts, results: readonly StageResult[]): object {
  return {
    date: new Date(),
    machine,
    percentiles: PERCENTILES,
    stages: results.map(({ stage, transport, attempts, cases, pace }) => ({
      name: stage.name,
      description: stage.description,
      streams: stage.streams,
      tolerance: stage.tolerance,
      transport,
      attempts,
      pace,
      cases: cases.map(({ model, role, attempt, verdict, figures, checks }) => ({
        model: model.name,
        role,
        distribution: model[role],
        attempt,
        verdict,
        ...figures,
        checks,
      })),
    })),
  };
}

/** Of no times there are no figures. */
const NONE = '–';

function share(value: number): string {
  return Number.isFinite(value) ? value.toFixed(4) : NONE;
}

function ms(value: number): string {
  if (Number.isNaN(value)) return NONE;
  return value >= 1_000 ? value.toFixed(0) : value >= 100 ? value.toFixed(1) : value.toFixed(2);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
