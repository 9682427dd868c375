/**
 * Judges a node by the reports of its acceptors: merges their windows, decides, and remembers since when. Has no clock and no timer of
 * its own; the primary of a node drives it, or the one server of a library.
 *
 * Invariants: a reason begins when its figure passes the limit, and ends when it is at or below four fifths of it, so a verdict does not
 * flicker; one late chunk among fewer than a hundred never makes a verdict, and fewer than twenty chunks make none. The same goes for
 * connections.
 */
import type { Clock } from '../../kernel/clock.js';
import { countDelays, countDelaysAbove, type DelayCounts, mergeDelays } from '../../telemetry/delay-histogram.js';
import { type PressureLimits, pressureOf } from '../backpressure/pressure.js';
import { type LoadReport, REPORT_INTERVAL_US } from './load-report.js';
import { firstVerdict, SATURATION_REASONS, type SaturationReason, summarizeDelays, type Verdict } from './verdict.js';

const LATE_SHARE = 0.01;
const OBSERVATIONS_MIN = 20;
const LATE_MIN = 2;
/** Probes of one main thread in a full window: a process that has run for less has not been late in the time before. */
const LOOP_PROBES_MIN = 500;
/** What ends a reason, as a part of what begins it. */
const END_SHARE = 0.8;
/** From here on what waits is stuck, whatever the limit. */
const STUCK_US = 1_000_000;
const STALLED_AFTER_US = 3_000_000;

export interface JudgeOptions {
  readonly slipLimitUs: number;
  /** False when nothing has a planned time (time_scale 0): then nothing can be late. */
  readonly timed: boolean;
  readonly pressure: PressureLimits;
  /** How many acceptors the node has. */
  readonly processes: number;
  readonly clock: Clock;
  /** The time of day, ms since 1970. */
  readonly wallMs: () => number;
}

interface Heard {
  /** When the place was heard of last; a place that never was counts from the start. Infinity for one that nobody waits for. */
  atUs: number;
  report: LoadReport | undefined;
}

export class SaturationJudge {
  #options: JudgeOptions;
  readonly #heard: Heard[];
  #judgedUs: number;
  #verdict: Verdict;

  constructor(options: JudgeOptions) {
    this.#options = options;
    const nowUs = options.clock.nowUs();
    this.#judgedUs = nowUs;
    this.#heard = Array.from({ length: options.processes }, () => ({ atUs: nowUs, report: undefined }));
    this.#verdict = firstVerdict(options.slipLimitUs);
  }

  /** These limits hold from the next judgement on. */
  reconfigure(limits: Pick<JudgeOptions, 'slipLimitUs' | 'timed' | 'pressure'>): void {
    this.#options = { ...this.#options, ...limits };
  }

  /** The present verdict. */
  get verdict(): Verdict {
    return this.#verdict;
  }

  /** The last report of every place that has sent one. */
  reports(): { readonly place: number; readonly report: LoadReport }[] {
    return this.#heard.flatMap(({ report }, place) => (report === undefined ? [] : [{ place, report }]));
  }

  /** @param place the acceptor's number, below the number of processes */
  report(place: number, report: LoadReport): void {
    const heard = this.#heard[place];
    heard.atUs = this.#options.clock.nowUs();
    heard.report = report;
  }

  /** The place's acceptor has left for good: what it said is over, and it is not missed. */
  left(place: number): void {
    this.#heard[place] = { atUs: Number.POSITIVE_INFINITY, report: undefined };
  }

  /** Decides anew; to be called about once per REPORT_INTERVAL_US. */
  judge(): Verdict {
    const nowUs = this.#options.clock.nowUs();
    this.#excuseOwnPause(nowUs);
    const stalledPlaces = this.#heard.flatMap(({ atUs }, place) => (nowUs - atUs > STALLED_AFTER_US ? [place] : []));
    // What a stalled process said last is over.
    const reports = this.reports().flatMap(({ place, report }) => (stalledPlaces.includes(place) ? [] : [report]));
    const figures = {
      slip: mergeDelays(reports.map(({ slip }) => slip)),
      starts: mergeDelays(reports.map(({ starts }) => starts)),
      accepts: mergeDelays(reports.map(({ accepts }) => accepts)),
      oldestDueUs: Math.max(0, ...reports.map(({ oldestDueUs }) => oldestDueUs)),
      oldestUnplannedUs: Math.max(0, ...reports.map(({ oldestUnplannedUs }) => oldestUnplannedUs)),
    };
    const stuckUs = Math.max(STUCK_US, this.#options.slipLimitUs);
    const holds: { readonly [reason in SaturationReason]: boolean } = {
      slip: this.#isLate('slip', figures.slip),
      late_starts: this.#isLate('late_starts', figures.starts),
      overdue: figures.oldestDueUs > this.#limit('overdue', stuckUs),
      worker_backlog: figures.oldestUnplannedUs > this.#limit('worker_backlog', stuckUs),
      accept_queue: this.#isLate('accept_queue', figures.accepts),
      event_loop: reports.some(({ loopLag }) => this.#isLoopLate(loopLag)),
      refusing: reports.some(({ refusing }) => refusing),
      no_files: reports.some(({ lacksFiles }) => lacksFiles),
      stalled: stalledPlaces.length > 0,
    };
    const reasons = SATURATION_REASONS.filter((reason) => holds[reason]);
    const lags = reports.map(({ loopLag }) => summarizeDelays(loopLag)).sort((left, right) => right.p99Us - left.p99Us);
    this.#verdict = {
      reasons,
      sinceMs: reasons.length === 0 ? undefined : (this.#verdict.sinceMs ?? this.#options.wallMs()),
      slipLimitUs: this.#options.slipLimitUs,
      slip: summarizeDelays(figures.slip),
      starts: summarizeDelays(figures.starts),
      accepts: summarizeDelays(figures.accepts),
      loopLag: lags[0] ?? summarizeDelays(mergeDelays([])),
      oldestDueUs: figures.oldestDueUs,
      oldestUnplannedUs: figures.oldestUnplannedUs,
      stalledPlaces,
      pressure: this.#pressureOf(reports),
    };
    return this.#verdict;
  }

  /** After a pause of our own (a suspended machine) reports may be here unread: nobody is called stalled before they have been read. */
  #excuseOwnPause(nowUs: number): void {
    const pausedUs = nowUs - this.#judgedUs - REPORT_INTERVAL_US;
    this.#judgedUs = nowUs;
    if (pausedUs < REPORT_INTERVAL_US) return;
    for (const heard of this.#heard) heard.atUs = Math.max(heard.atUs, nowUs - REPORT_INTERVAL_US);
  }

  #pressureOf(reports: readonly LoadReport[]): Verdict['pressure'] {
    const loads = reports.map((report) => report.process);
    return pressureOf(loads, this.#options.pressure, this.#verdict.pressure);
  }

  #limit(reason: SaturationReason, limitUs: number): number {
    return this.#verdict.reasons.includes(reason) ? limitUs * END_SHARE : limitUs;
  }

  #isLate(reason: SaturationReason, delays: DelayCounts): boolean {
    const { slipLimitUs, timed } = this.#options;
    if (!timed) return false;
    const count = countDelays(delays);
    if (count < OBSERVATIONS_MIN) return false;
    const late = countDelaysAbove(delays, this.#limit(reason, slipLimitUs));
    return late >= LATE_MIN && late > count * LATE_SHARE;
  }

  #isLoopLate(lag: DelayCounts): boolean {
    const { slipLimitUs, timed } = this.#options;
    if (!timed) return false;
    const late = countDelaysAbove(lag, this.#limit('event_loop', slipLimitUs));
    return late > Math.max(LOOP_PROBES_MIN, countDelays(lag)) * LATE_SHARE;
  }
}
