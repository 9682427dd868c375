/** A node of one acceptor and no primary, as the library starts it: judges itself, and answers for itself. */
import { packageVersion } from '../kernel/package-root.js';
import { type MetricsSnapshot, mergeSnapshots, renderMetrics } from '../telemetry/metrics.js';
import { createNodeServices, type NodeServices } from './control/node-services.js';
import type { AdminCommand, AdminReply } from './control/operation.js';
import type { NodeLink } from './node-link.js';
import type { LoadReport } from './saturation/load-report.js';
import { SaturationDesk, type SaturationDeskOptions } from './saturation/saturation-desk.js';
import { type NodeStats, nodeStatsOf } from './stats/node-stats.js';

export interface LoneNodeOptions extends Omit<SaturationDeskOptions, 'processes'> {
  /** The acceptor's own metrics. */
  readonly metricsSnapshot: () => Promise<MetricsSnapshot>;
  /** Those of its serving engines, if it has any. */
  readonly engineMetrics: (() => Promise<MetricsSnapshot>) | undefined;
  /** From the clock's time to µs since the node's start. */
  readonly nodeTimeOffsetUs: number;
  /** Has what operators changed hold from the acceptor's next request on. */
  readonly steer: (steering: string | undefined) => void;
}

export class LoneNode implements NodeLink {
  readonly #options: LoneNodeOptions;
  readonly #desk: SaturationDesk;
  readonly #services: NodeServices;
  readonly #startedUs: number;

  constructor(options: LoneNodeOptions) {
    this.#options = options;
    this.#desk = new SaturationDesk({ ...options, processes: 1 });
    this.#startedUs = options.clock.nowUs();
    this.#services = createNodeServices({
      logger: options.logger,
      snapshot: () => options.snapshot,
      nowUs: () => options.clock.nowUs() + options.nodeTimeOffsetUs,
      stats: () => this.#stats(),
      spreadSteering: async (steering) => options.steer(steering),
    });
  }

  report(report: LoadReport): void {
    this.#desk.report(0, report);
    this.#desk.judge();
  }

  async metricsText(): Promise<string> {
    return renderMetrics([...(await this.#collect()), await this.#desk.metricsSnapshot()]);
  }

  /** What has to hold from the acceptor's first request on. */
  get steering(): string | undefined {
    return this.#services.steering.text;
  }

  /** No timer runs any more. */
  close(): void {
    this.#services.steering.close();
  }

  administer(command: AdminCommand): Promise<AdminReply> {
    return this.#services.control.administer(command);
  }

  async #stats(): Promise<NodeStats> {
    const { clock } = this.#options;
    return nodeStatsOf({
      version: packageVersion,
      uptimeSecs: (clock.nowUs() - this.#startedUs) / 1e6,
      metrics: await mergeSnapshots(await this.#collect()),
      verdict: this.#desk.verdict,
      reports: this.#desk.reports(),
    });
  }

  async #collect(): Promise<MetricsSnapshot[]> {
    const { engineMetrics, metricsSnapshot } = this.#options;
    const engines = engineMetrics === undefined ? [] : [engineMetrics()];
    return Promise.all([metricsSnapshot(), this.#services.metricsSnapshot(), ...engines]);
  }
}
