/**
 * Hands traced requests to a thread that makes spans of them and exports them, so that nothing here ever waits for a collector, or for the
 * work of encoding. The thread starts when tracing is first on and is replaced when the settings change; without tracing there is none.
 *
 *   add(request) ──▶ gathered, up to GATHERED_MAX or for GATHER_MS ──▶ thread ──▶ collector
 *        └── too many are on their way: dropped, and counted
 *
 * Invariants: records on their way, gathered or in a thread, are at most PENDING_SPANS_MAX; added = exported + dropped + on their way.
 */
import type { Logger } from '../logging.js';
import { ExportComplaints } from './export-complaints.js';
import { ExportThread } from './export-thread.js';
import type { TracedRequest } from './request-record.js';
import { type ExportTask, sendsAlike, type TracingSettings } from './tracing-settings.js';

/** Twice what OpenTelemetry's own queue holds: at 400 traced requests a second, ten seconds of a collector that does not answer; some 8 MB. */
export const PENDING_SPANS_MAX = 4_096;
/** Handing over takes some 5 µs each, in one go: less than a stream's client can notice. */
const GATHERED_MAX = 32;
const GATHER_MS = 200;
/** How long a thread that is replaced may take to send what it has. */
const END_MS_MAX = 5_000;
/** A thread that has ended by itself is followed by another, but not by one a moment. */
const RESTART_PAUSE_MS = 10_000;

export type SpanLoss = 'queue_full' | 'export_failed' | 'thread_lost';

export interface SpanCounts {
  readonly exported: number;
  readonly dropped: { readonly [loss in SpanLoss]: number };
}

export interface SpanOutletOptions extends Omit<ExportTask, 'settings'> {
  readonly logger: Logger;
}

export class SpanOutlet {
  readonly #options: SpanOutletOptions;
  readonly #complaints: ExportComplaints;
  #settings: TracingSettings | undefined;
  #thread: ExportThread | undefined;
  #startedMs = Number.NEGATIVE_INFINITY;
  /** Threads that send what they have before they end. */
  readonly #leaving = new Set<ExportThread>();
  #gathered: TracedRequest[] = [];
  #due: NodeJS.Timeout | undefined;
  #exported = 0;
  readonly #dropped: { [loss in SpanLoss]: number } = { queue_full: 0, export_failed: 0, thread_lost: 0 };

  constructor(options: SpanOutletOptions) {
    this.#options = options;
    this.#complaints = new ExportComplaints(options.logger);
  }

  get counts(): SpanCounts {
    return { exported: this.#exported, dropped: this.#dropped };
  }

  /** Sends as the settings have it from now on; what is on its way goes the old way. */
  configure(settings: TracingSettings): void {
    const before = this.#settings;
    this.#settings = settings;
    const isSame = before?.enabled === settings.enabled && sendsAlike(before, settings);
    if (isSame) return;
    this.#handOver();
    const last = this.#thread;
    this.#thread = settings.enabled ? this.#start(settings) : undefined;
    if (last === undefined) return;
    this.#leaving.add(last);
    last.end(END_MS_MAX);
  }

  add(request: TracedRequest): void {
    if (this.#pending >= PENDING_SPANS_MAX) {
      this.#dropped.queue_full++;
      return;
    }
    this.#gathered.push(request);
    if (this.#gathered.length >= GATHERED_MAX) this.#handOver();
    else this.#due ??= setTimeout(() => this.#handOver(), GATHER_MS).unref();
  }

  /** Resolves when what was added is exported or dropped, at the latest after the time. */
  async flush(timeoutMs: number): Promise<void> {
    this.#handOver();
    await Promise.all(this.#threads().map((thread) => thread.flush(timeoutMs)));
  }

  /** Ends at once; what is on its way is lost, and counted. */
  async close(): Promise<void> {
    const threads = this.#threads();
    this.#settings = undefined;
    this.#thread = undefined;
    this.#handOver();
    await Promise.all(threads.map((thread) => thread.kill()));
  }

  get #pending(): number {
    let pending = this.#gathered.length + (this.#thread?.pending ?? 0);
    for (const thread of this.#leaving) pending += thread.pending;
    return pending;
  }

  #threads(): ExportThread[] {
    return this.#thread === undefined ? [...this.#leaving] : [...this.#leaving, this.#thread];
  }

  #handOver(): void {
    clearTimeout(this.#due);
    this.#due = undefined;
    if (this.#gathered.length === 0) return;
    const thread = this.#thread ?? this.#restarted();
    if (thread === undefined) this.#dropped.thread_lost += this.#gathered.length;
    else thread.send(this.#gathered);
    this.#gathered = [];
  }

  /** Another thread for one that has ended by itself; undefined where it is too soon for that, or nothing is to be sent. */
  #restarted(): ExportThread | undefined {
    if (this.#settings?.enabled !== true || performance.now() - this.#startedMs < RESTART_PAUSE_MS) return undefined;
    this.#thread = this.#start(this.#settings);
    return this.#thread;
  }

  #start(settings: TracingSettings): ExportThread {
    const { resource, version } = this.#options;
    this.#startedMs = performance.now();
    const thread: ExportThread = new ExportThread(
      { settings, resource, version },
      {
        onSent: (exported, dropped, failure) => this.#sent(exported, dropped, failure),
        onGone: (lost, cause) => {
          this.#dropped.thread_lost += lost;
          this.#leaving.delete(thread);
          if (this.#thread === thread) this.#thread = undefined;
          if (cause !== undefined) this.#complaints.failed(cause, lost);
        },
      },
    );
    return thread;
  }

  #sent(exported: number, dropped: number, failure: string | undefined): void {
    this.#exported += exported;
    this.#dropped.export_failed += dropped;
    if (failure === undefined) this.#complaints.exported();
    else this.#complaints.failed(failure, dropped);
  }
}
