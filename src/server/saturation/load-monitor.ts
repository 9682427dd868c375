/**
 * An acceptor's watch on itself: probes its event loop, and once a second makes a report of how late it was, what waits, and what its
 * process uses. Judging is somebody else's: a node has several acceptors and one verdict.
 *
 *   StreamMeter ──slip──────┐
 *   LoopProbe ───lag────────┤
 *   AcceptQueueMeter ─waits─┼──▶ LoadMonitor ──LoadReport, every second──▶ the node's judge
 *   Admission ─refusals─────┘
 */
import type { Clock } from '../../kernel/clock.js';
import type { StreamTable } from '../../runtime/stream-table.js';
import type { AcceptorGauges } from '../../telemetry/acceptor-gauges.js';
import { DelayWindow, WINDOW_SECS } from '../../telemetry/delay-window.js';
import type { AcceptorMetrics } from '../../telemetry/metrics.js';
import type { StreamMeter } from '../streaming/stream-meter.js';
import { AcceptQueueMeter } from './accept-queue.js';
import type { FileShortage } from './file-shortage.js';
import { type LoadReport, REPORT_INTERVAL_US } from './load-report.js';
import { LoopProbe } from './loop-probe.js';
import { ProcessMeter } from './process-meter.js';
import { whatWaits } from './waiting.js';

export interface LoadMonitorOptions {
  readonly clock: Clock;
  readonly table: StreamTable<unknown>;
  readonly meter: StreamMeter;
  readonly metrics: AcceptorMetrics;
  readonly gauges: AcceptorGauges;
  /** Of the configuration that new requests get. */
  readonly generation: () => number;
  readonly onReport: (report: LoadReport) => void;
  readonly files: Pick<FileShortage, 'look'>;
}

export class LoadMonitor {
  readonly #options: LoadMonitorOptions;
  readonly #loopLag: DelayWindow;
  readonly #acceptQueue: AcceptQueueMeter;
  readonly #probe: LoopProbe;
  readonly #process: ProcessMeter;
  #lastRefusalUs = Number.NEGATIVE_INFINITY;
  #lackedFilesUs = Number.NEGATIVE_INFINITY;
  #reportDueUs = 0;

  constructor(options: LoadMonitorOptions) {
    this.#options = options;
    const { clock, metrics } = options;
    this.#loopLag = new DelayWindow(clock.nowUs());
    this.#acceptQueue = new AcceptQueueMeter(clock);
    this.#process = new ProcessMeter(clock);
    const onLag = (lagUs: number, nowUs: number): void => {
      this.#loopLag.observe(lagUs, nowUs);
      metrics.loopLag.observe(lagUs, 0);
    };
    this.#probe = new LoopProbe(clock, onLag, (nowUs) => this.#reportWhenDue(nowUs));
  }

  /** Reports at once and then once a second, until stop(). */
  start(): void {
    this.#reportWhenDue(this.#options.clock.nowUs());
    this.#probe.start();
  }

  stop(): void {
    this.#probe.stop();
  }

  /** A connection was accepted, in a turn of the loop that accepts no other. */
  accepted(): void {
    this.#acceptQueue.accepted();
  }

  /** A request was turned away because a limit of the simulator's own was reached. */
  refused(): void {
    this.#lastRefusalUs = this.#options.clock.nowUs();
  }

  #reportWhenDue(nowUs: number): void {
    if (nowUs < this.#reportDueUs) return;
    // From now rather than from when it was due: a process that was held up owes no report for each second of it.
    this.#reportDueUs = nowUs + REPORT_INTERVAL_US;
    const { files, gauges, generation, meter, metrics, onReport, table } = this.#options;
    const use = this.#process.look();
    if (files.look(this.#process.lacksFiles)) this.#lackedFilesUs = nowUs;
    const report: LoadReport = {
      slip: meter.slip.read(nowUs),
      starts: meter.starts.read(nowUs),
      accepts: this.#acceptQueue.read(nowUs),
      loopLag: this.#loopLag.read(nowUs),
      ...whatWaits(table, meter, nowUs),
      refusing: nowUs - this.#lastRefusalUs < WINDOW_SECS * 1e6,
      lacksFiles: nowUs - this.#lackedFilesUs < WINDOW_SECS * 1e6,
      process: {
        ...use,
        activeRequests: gauges.activeRequests(),
        waitingRequests: gauges.waitingRequests(),
        renderingRequests: gauges.renderingRequests(),
        connections: gauges.connections(),
        generation: generation(),
      },
      totals: metrics.totals,
    };
    onReport(report);
  }
}
