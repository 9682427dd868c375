/**
 * The primary's watch on its node: takes in the acceptors' reports, judges them once a second, tells every acceptor the verdict, and
 * answers what is asked about the node as a whole.
 */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import { monotonicClock } from '../kernel/clock.js';
import { packageVersion } from '../kernel/package-root.js';
import { type LoadReport, REPORT_INTERVAL_US } from '../server/saturation/load-report.js';
import { ProcessMeter, type ProcessUse } from '../server/saturation/process-meter.js';
import { SaturationDesk } from '../server/saturation/saturation-desk.js';
import type { Verdict } from '../server/saturation/verdict.js';
import { type NodeStats, nodeStatsOf } from '../server/stats/node-stats.js';
import type { Logger } from '../telemetry/logging.js';
import { type MetricsSnapshot, mergeSnapshots, renderMetrics } from '../telemetry/metrics.js';

export interface NodeWatchOptions {
  readonly snapshot: ConfigurationSnapshot;
  readonly processes: number;
  readonly logger: Logger;
  /** What the acceptors have counted, each and those that have left. */
  readonly collect: () => Promise<readonly MetricsSnapshot[]>;
  /** Takes a verdict to every acceptor. */
  readonly tell: (verdict: Verdict) => void;
}

export class NodeWatch {
  readonly #options: NodeWatchOptions;
  readonly #desk: SaturationDesk;
  readonly #process = new ProcessMeter(monotonicClock);
  #use: ProcessUse;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: NodeWatchOptions) {
    this.#options = options;
    const { snapshot, processes, logger } = options;
    this.#desk = new SaturationDesk({ snapshot, processes, logger, clock: monotonicClock, onVerdict: options.tell });
    this.#use = this.#process.look();
  }

  /** The acceptors serve: from now on they have to report. */
  start(): void {
    this.#timer = setInterval(() => {
      this.#use = this.#process.look();
      this.#desk.judge();
    }, REPORT_INTERVAL_US / 1_000).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  report(place: number, report: LoadReport): void {
    this.#desk.report(place, report);
  }

  /** The acceptor of the place has left for good: nothing more is expected of it. */
  left(place: number): void {
    this.#desk.left(place);
  }

  get verdict(): Verdict {
    return this.#desk.verdict;
  }

  async metricsText(): Promise<string> {
    return renderMetrics([...(await this.#options.collect()), await this.#desk.metricsSnapshot()]);
  }

  async stats(): Promise<NodeStats> {
    return nodeStatsOf({
      version: packageVersion,
      uptimeSecs: process.uptime(),
      metrics: await mergeSnapshots(await this.#options.collect()),
      verdict: this.#desk.verdict,
      reports: this.#desk.reports(),
      primary: this.#use,
    });
  }
}
