/**
 * A run's figures as tables of text, which the terminal and the page show alike. Cells are plain text, not made safe for either: that is
 * the work of who shows them.
 */
import type { DelayFigures, Figures, RunResult } from '../result.js';
import { countText, delayText, rateText, shareText } from './figure-text.js';

export interface FigureTable {
  readonly head: readonly string[];
  /** The first cell names the row; the others are figures. */
  readonly rows: readonly (readonly string[])[];
}

const DELAY_HEAD = ['ms', 'count', 'mean', 'p50', 'p75', 'p90', 'p95', 'p99', 'p99.9', 'max'];

/** The delays of all requests, and the generator's own lateness; delays without a value are left out. */
export function delayTable({ total, lateness }: Pick<RunResult, 'total' | 'lateness'>): FigureTable {
  const named: [string, DelayFigures][] = [
    ['TTFT', total.ttft],
    ['ITL', total.itl],
    ['TPOT', total.tpot],
    ['E2E', total.e2e],
    ['sent late', lateness],
  ];
  return {
    head: DELAY_HEAD,
    rows: named.filter(([, { count }]) => count > 0).map(([name, figures]) => delayRow(name, figures)),
  };
}

function delayRow(name: string, figures: DelayFigures): string[] {
  const { count, mean_ms, p50_ms, p75_ms, p90_ms, p95_ms, p99_ms, p99_9_ms, max_ms } = figures;
  const delays = [mean_ms, p50_ms, p75_ms, p90_ms, p95_ms, p99_ms, p99_9_ms, max_ms];
  return [name, countText(count), ...delays.map(delayText)];
}

/** A row for each entry of the mix; delays are 50th and 99th percentiles in milliseconds. */
export function mixTable(byMix: RunResult['by_mix']): FigureTable {
  const entries = Object.entries(byMix);
  const withGoodput = entries.some(([, { goodput_share }]) => goodput_share !== undefined);
  const goodput = (share: number | undefined) => (withGoodput ? [shareText(share)] : []);
  return {
    head: [
      'mix',
      'requests',
      'errors',
      ...(withGoodput ? ['goodput'] : []),
      'TTFT p50',
      'p99',
      'ITL p50',
      'p99',
      'E2E p50',
      'p99',
      'tokens out/s',
    ],
    rows: entries.map(([name, figures]) => [
      name,
      countText(figures.requests),
      countText(figures.errors),
      ...goodput(figures.goodput_share),
      ...[figures.ttft, figures.itl, figures.e2e].flatMap(middleAndTail),
      rateText(figures.output_token_rate),
    ]),
  };
}

function middleAndTail({ count, p50_ms, p99_ms }: DelayFigures): string[] {
  return count === 0 ? [delayText(null), delayText(null)] : [delayText(p50_ms), delayText(p99_ms)];
}

/** How requests failed, most frequent first; without rows when none did. */
export function outcomeTable(total: Pick<Figures, 'requests' | 'errors_by_outcome'>): FigureTable {
  return errorTable('how they ended', total.requests, total.errors_by_outcome);
}

/** The same errors by status, or by the system's word where there was none. */
export function errorKindTable(total: Pick<Figures, 'requests' | 'errors_by_kind'>): FigureTable {
  return errorTable('status or cause', total.requests, total.errors_by_kind);
}

function errorTable(
  name: string,
  requests: number,
  counts: { readonly [kind: string]: number | undefined },
): FigureTable {
  const rows = Object.entries(counts)
    .map(([kind, count = 0]) => ({ kind, count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ kind, count }) => [kind, countText(count), shareText(requests === 0 ? null : count / requests)]);
  return { head: [name, 'errors', 'of requests'], rows };
}

/** The run in a few lines, each with what it is about first. */
export function summaryRows({ total, elapsed_secs, not_sent, cut }: RunResult): [name: string, text: string][] {
  const { requests, complete, cancelled, errors, error_rate, request_rate, goodput_share, goodput_rate } = total;
  const perUser = total.tokens_per_second_per_user;
  const rows: [string, string][] = [
    ['requests', `${countText(requests)} in ${elapsed_secs.toFixed(1)} s, ${rateText(request_rate)} per second`],
    ['', `${countText(complete)} complete, ${countText(cancelled)} cancelled, ${countText(errors)} failed`],
    ['errors', shareText(error_rate)],
    [
      'tokens',
      `${countText(total.input_tokens)} in, ${countText(total.output_tokens)} out, ${rateText(total.output_token_rate)} out per second`,
    ],
  ];
  if (perUser.mean > 0) {
    rows.push([
      'per stream',
      `${rateText(perUser.p50)} tokens per second in the median, ${rateText(perUser.p05)} at the 5th percentile`,
    ]);
  }
  if (goodput_share !== undefined) {
    rows.push(['goodput', `${shareText(goodput_share)} within every objective, ${rateText(goodput_rate)} per second`]);
  }
  if (not_sent > 0) rows.push(['not sent', `${countText(not_sent)}: the bound of requests in flight was reached`]);
  if (cut > 0)
    rows.push(['cut', `${countText(cut)}: in flight when the time to finish was over, and in no other figure`]);
  return rows;
}
