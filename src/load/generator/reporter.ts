/**
 * What a thread tells the main thread: records in small lots, so that handing them over never holds up the reading of answers for long,
 * and five times a second how it stands.
 *
 * Invariant: every record, start and arrival behind the warm-up that was not sent is told once, the last of them before end() returns.
 */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { RequestRecord, ThreadReport } from '../contract.js';

const REPORT_EVERY_MS = 200;
/** Copying a record for another thread takes some 10 µs: fewer than a millisecond of them at a time. */
const RECORDS_MAX = 64;
/** How often the event loop is asked for; a sample is the time between two askings. */
const SAMPLE_EVERY_MS = 10;

export class Reporter {
  readonly #warmUpUs: number;
  readonly #tell: (report: ThreadReport) => void;
  readonly #loopDelay: IntervalHistogram;
  readonly #timer: NodeJS.Timeout;
  #records: RequestRecord[] = [];
  #inFlight = 0;
  #started = 0;
  #notSent = 0;
  #cut = 0;

  /** @param warmUpSecs of the plan: what is not sent within it does not count */
  constructor(warmUpSecs: number, tell: (report: ThreadReport) => void) {
    this.#warmUpUs = warmUpSecs * 1e6;
    this.#tell = tell;
    this.#loopDelay = monitorEventLoopDelay({ resolution: SAMPLE_EVERY_MS });
    this.#loopDelay.enable();
    this.#timer = setInterval(() => this.#report(), REPORT_EVERY_MS);
  }

  /** Requests that were started and have no record. */
  get cut(): number {
    return this.#cut;
  }

  started(): void {
    this.#started++;
    this.#inFlight++;
  }

  finished(record: RequestRecord): void {
    this.#inFlight--;
    this.#records.push(record);
    if (this.#records.length >= RECORDS_MAX) this.#report();
  }

  wasCut(): void {
    this.#inFlight--;
    this.#cut++;
  }

  /** @param intendedUs when it was to be sent, from the run's start */
  notSent(intendedUs: number): void {
    if (intendedUs >= this.#warmUpUs) this.#notSent++;
  }

  /** Tells the rest. */
  end(): void {
    clearInterval(this.#timer);
    this.#loopDelay.disable();
    this.#report();
  }

  #report(): void {
    const records = this.#records;
    this.#records = [];
    this.#tell({
      records,
      inFlight: this.#inFlight,
      started: this.#started,
      notSent: this.#notSent,
      loopDelayP99Us: this.#loopDelayP99Us(),
    });
    this.#started = 0;
    this.#notSent = 0;
  }

  /** Since the last report that had samples; a report between two samples says 0. */
  #loopDelayP99Us(): number {
    if (this.#loopDelay.count === 0) return 0;
    const delayUs = this.#loopDelay.percentile(99) / 1_000 - SAMPLE_EVERY_MS * 1_000;
    this.#loopDelay.reset();
    return Math.max(0, Math.round(delayUs));
  }
}
