/**
 * A run as it goes on, in three lines of a terminal that are drawn again once a second: progress, rates, and percentiles of the last
 * seconds. Where no terminal reads, nothing is written at all. It is a sink beside the measures and keeps figures of its own, since what a
 * person watches is the last seconds and not the run.
 *
 *    12.0 s of 60.0 s  [####................]  20 %
 *    101 requests/s, 4,851 tokens/s, 210 in flight, 3 failed (0.1 %)
 *    TTFT 211.4 / 640.2 ms, ITL 20.1 / 31.0 ms, E2E 2,210 / 4,801 ms (p50 / p99 of the last 5 s)
 */
import type { RequestRecord, RunProgress, RunSink } from '../contract.js';
import { countText, delayText, rateText, shareText } from './figure-text.js';
import { RecentValues } from './recent-values.js';

/** As much of a terminal's stream as is needed: process.stderr is one. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface LiveView extends RunSink {
  /** Takes the lines away, so that the report stands where they were. May be called at any time, and again. */
  close(): void;
}

/** Ticks that percentiles are of. */
const WINDOW_TICKS = 5;
const BAR_WIDTH = 20;
const COLUMNS_DEFAULT = 80;
const SHARES = [0.5, 0.99];

const CLEAR_LINE = '\u001b[2K';
const LINE_UP = '\u001b[1A';

export function liveView(terminal: Terminal): LiveView {
  return terminal.isTTY === true ? new DrawnView(terminal) : { record() {}, close() {} };
}

class DrawnView implements LiveView {
  readonly #terminal: Terminal;
  readonly #ttft = new RecentValues(WINDOW_TICKS);
  readonly #itl = new RecentValues(WINDOW_TICKS);
  readonly #e2e = new RecentValues(WINDOW_TICKS);
  #finished = 0;
  #tokens = 0;
  #errors = 0;
  #lastTickSecs = 0;
  #linesDrawn = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  record(record: RequestRecord): void {
    this.#finished++;
    this.#tokens += record.usage?.outputTokens ?? 0;
    if (record.outcome !== 'complete') {
      if (record.outcome !== 'cancelled') this.#errors++;
      return;
    }
    const { chunkTimesUs, sentUs, intendedUs, endUs, stream } = record;
    const lateUs = sentUs - intendedUs;
    this.#e2e.add((lateUs + endUs) / 1_000);
    if (!stream || chunkTimesUs.length === 0) return;
    this.#ttft.add((lateUs + chunkTimesUs[0]!) / 1_000);
    for (let at = 1; at < chunkTimesUs.length; at++) this.#itl.add((chunkTimesUs[at]! - chunkTimesUs[at - 1]!) / 1_000);
  }

  tick(progress: RunProgress): void {
    const secs = progress.elapsedSecs - this.#lastTickSecs;
    const perSecond = (count: number): string => rateText(secs > 0 ? count / secs : 0);
    this.#draw([
      progressLine(progress),
      ratesLine(progress, perSecond(this.#finished), perSecond(this.#tokens), this.#errors),
      this.#delaysLine(),
    ]);
    this.#lastTickSecs = progress.elapsedSecs;
    this.#finished = 0;
    this.#tokens = 0;
    for (const values of [this.#ttft, this.#itl, this.#e2e]) values.turn();
  }

  close(): void {
    this.#terminal.write(this.#home());
    this.#linesDrawn = 0;
  }

  #delaysLine(): string {
    const named = [
      ['TTFT', this.#ttft],
      ['ITL', this.#itl],
      ['E2E', this.#e2e],
    ] as const;
    const texts = named.flatMap(([name, values]) => {
      const quantiles = values.quantiles(SHARES);
      return quantiles === undefined ? [] : [`${name} ${quantiles.map(delayText).join(' / ')} ms`];
    });
    if (texts.length === 0) return 'no complete request in the last seconds';
    return `${texts.join(', ')} (p50 / p99 of the last ${WINDOW_TICKS} s)`;
  }

  #draw(lines: readonly string[]): void {
    // One column less than there are: some terminals begin a new line after the last.
    const width = Math.max(1, (this.#terminal.columns || COLUMNS_DEFAULT) - 1);
    this.#terminal.write(`${this.#home()}${lines.map((line) => line.slice(0, width)).join('\n')}\n`);
    this.#linesDrawn = lines.length;
  }

  /** Clears what was drawn and puts the cursor where it began. */
  #home(): string {
    return `${LINE_UP}${CLEAR_LINE}`.repeat(this.#linesDrawn) + (this.#linesDrawn === 0 ? '' : '\r');
  }
}

function progressLine({ elapsedSecs, totalSecs, started, finished }: RunProgress): string {
  const elapsed = `${elapsedSecs.toFixed(1)} s`;
  if (totalSecs === undefined || totalSecs <= 0)
    return `${elapsed}, ${countText(finished)} of ${countText(started)} done`;
  if (elapsedSecs > totalSecs)
    return `${elapsed}, all sent after ${totalSecs.toFixed(1)} s: waiting for the last answers`;
  const share = elapsedSecs / totalSecs;
  const full = Math.round(share * BAR_WIDTH);
  const bar = `${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}`;
  return `${elapsed} of ${totalSecs.toFixed(1)} s  [${bar}]  ${Math.floor(100 * share)} %`;
}

function ratesLine(
  { inFlight, finished, notSent }: RunProgress,
  requests: string,
  tokens: string,
  errors: number,
): string {
  const parts = [
    `${requests} requests/s`,
    `${tokens} tokens/s`,
    `${countText(inFlight)} in flight`,
    errors === 0 ? 'none failed' : `${countText(errors)} failed (${shareText(errors / Math.max(finished, errors))})`,
  ];
  if (notSent > 0) parts.push(`${countText(notSent)} not sent`);
  return parts.join(', ');
}
