/** What the threads of a run have told so far: added up, and handed on to the sinks. */
import { machineClock } from '../../kernel/clock.js';
import type { LoadPlan, RunProgress, RunSink, ThreadReport } from '../contract.js';
import type { SharedCounters } from './shared-counters.js';

export interface TallyTotals {
  /** From the run's start to its last answer. */
  readonly elapsedSecs: number;
  readonly started: number;
  /** Requests with a record. */
  readonly finished: number;
  /** Arrivals behind the warm-up that found the bound of requests in flight reached. */
  readonly notSent: number;
  /** The largest of what the threads reported, each a 99th percentile of a fifth of a second. */
  readonly loopDelayMaxUs: number;
}

export class Tally {
  /** Rejects with what a sink has thrown; nothing is handed to sinks from then on. */
  readonly failed: Promise<never>;
  #fail: ((cause: unknown) => void) | undefined;
  readonly #totalSecs: number | undefined;
  readonly #counters: SharedCounters;
  readonly #sinks: readonly RunSink[];
  readonly #clock = machineClock();
  #originUs = 0;
  #overUs: number | undefined;
  #started = 0;
  #finished = 0;
  #notSent = 0;
  /** Since the last tick. */
  #loopDelayUs = 0;
  #loopDelayMaxUs = 0;

  constructor(plan: LoadPlan, counters: SharedCounters, sinks: readonly RunSink[]) {
    this.#totalSecs = plan.durationSecs;
    this.#counters = counters;
    this.#sinks = sinks;
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
  }

  /** Returns the run's start by the machine's clock, so much from now. */
  begin(leadUs: number): number {
    this.#originUs = this.#clock.nowUs() + leadUs;
    return this.#originUs;
  }

  /** The run was over then, from its start; closing connections takes a while longer. */
  end(overUs: number): void {
    this.#overUs = overUs;
  }

  take(report: ThreadReport): void {
    this.#started += report.started;
    this.#finished += report.records.length;
    this.#notSent += report.notSent;
    this.#loopDelayUs = Math.max(this.#loopDelayUs, report.loopDelayP99Us);
    this.#loopDelayMaxUs = Math.max(this.#loopDelayMaxUs, report.loopDelayP99Us);
    this.#toSinks((sink) => {
      for (const record of report.records) sink.record(record);
    });
  }

  tick(): void {
    const progress: RunProgress = {
      elapsedSecs: this.#elapsedSecs(),
      ...(this.#totalSecs !== undefined && { totalSecs: this.#totalSecs }),
      started: this.#started,
      finished: this.#finished,
      inFlight: this.#counters.inFlight,
      notSent: this.#notSent,
      loopDelayP99Us: this.#loopDelayUs,
    };
    this.#loopDelayUs = 0;
    this.#toSinks((sink) => sink.tick?.(progress));
  }

  totals(): TallyTotals {
    return {
      elapsedSecs: this.#elapsedSecs(),
      started: this.#started,
      finished: this.#finished,
      notSent: this.#notSent,
      loopDelayMaxUs: this.#loopDelayMaxUs,
    };
  }

  #elapsedSecs(): number {
    return Math.max(0, this.#overUs ?? this.#clock.nowUs() - this.#originUs) / 1e6;
  }

  #toSinks(call: (sink: RunSink) => void): void {
    if (this.#fail === undefined) return;
    try {
      for (const sink of this.#sinks) call(sink);
    } catch (cause) {
      this.#fail(cause);
      this.#fail = undefined;
    }
  }
}
