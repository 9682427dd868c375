/**
 * The primary's watch on its node: takes in the acceptors' reports, judges them once a second, tells every acceptor the verdict, and
 * answers what is asked about the node as a whole.
 */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import { monotonicClock } from '../kernel/clock.js';
import { packageVersion } from '../kernel/package-root.js';
import type { KeptState } from '../runtime/state-store.js';
import type { Reconfigured } from '../server/generations/reconfigured.js';
import { type LoadReport, REPORT_INTERVAL_US } from '../server/saturation/load-report.js';
import { ProcessMeter, type ProcessUse } from '../server/saturation/process-meter.js';
import { SaturationDesk } from '../server/saturation/saturation-desk.js';
import type { Verdict } from '../server/saturation/verdict.js';
import { NodeRates } from '../server/stats/node-rates.js';
import { type CountedStats, nodeStatsOf } from '../server/stats/node-stats.js';
import type { Logger } from '../telemetry/logging.js';
import { type MetricsSnapshot, mergeSnapshots } from '../telemetry/metric-family.js';
import type { AcceptorFigures } from '../telemetry/metrics.js';
import { type Scrape, type ScrapeWish, scrapeOf } from '../telemetry/scrape.js';

/** So often the figures are collected even when nobody asks, because those of an acceptor that dies are as old as its last answer. */
const COLLECT_INTERVAL_MS = 5_000;

export interface NodeWatchOptions {
  readonly snapshot: ConfigurationSnapshot;
  readonly processes: number;
  readonly logger: Logger;
  /** What the acceptors have counted, each and those that have left. */
  readonly collect: () => Promise<readonly AcceptorFigures[]>;
  /** What is counted in the primary. */
  readonly nodeMetrics: () => Promise<readonly MetricsSnapshot[]>;
  readonly state: Pick<KeptState, 'figures'>;
  /** Takes a verdict to every acceptor. */
  readonly tell: (verdict: Verdict) => void;
}

export class NodeWatch implements Reconfigured {
  readonly #options: NodeWatchOptions;
  readonly #desk: SaturationDesk;
  readonly #rates = new NodeRates(monotonicClock);
  readonly #process = new ProcessMeter(monotonicClock);
  #modelNames: readonly string[];
  #use: ProcessUse;
  #timer: NodeJS.Timeout | undefined;
  #collecting: NodeJS.Timeout | undefined;

  constructor(options: NodeWatchOptions) {
    this.#options = options;
    const { snapshot, processes, logger } = options;
    this.#desk = new SaturationDesk({ snapshot, processes, logger, clock: monotonicClock, onVerdict: options.tell });
    this.#modelNames = snapshot.modelNames;
    this.#use = this.#process.look();
  }

  reconfigure(snapshot: ConfigurationSnapshot): void {
    this.#modelNames = snapshot.modelNames;
    this.#desk.reconfigure(snapshot);
  }

  /** The acceptors serve: from now on they have to report. */
  start(): void {
    this.#timer = setInterval(() => {
      this.#use = this.#process.look();
      this.#desk.judge();
    }, REPORT_INTERVAL_US / 1_000).unref();
    this.#collecting = setInterval(() => void this.#options.collect(), COLLECT_INTERVAL_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    clearInterval(this.#collecting);
  }

  report(place: number, report: LoadReport): void {
    this.#desk.report(place, report);
    this.#rates.report(place, report);
  }

  /** The acceptor of the place has left for good: nothing more is expected of it. */
  left(place: number): void {
    this.#desk.left(place);
  }

  get verdict(): Verdict {
    return this.#desk.verdict;
  }

  async scrape(wish: ScrapeWish): Promise<Scrape> {
    return scrapeOf(await this.#allMetrics(await this.#options.collect()), wish);
  }

  async stats(): Promise<CountedStats> {
    const { state } = this.#options;
    const figures = await this.#options.collect();
    return nodeStatsOf({
      version: packageVersion,
      uptimeSecs: process.uptime(),
      metrics: mergeSnapshots(await this.#allMetrics(figures)),
      delays: figures.flatMap(({ delays }) => delays),
      rates: this.#rates.read(),
      state: await state.figures(),
      modelNames: this.#modelNames,
      verdict: this.#desk.verdict,
      reports: this.#desk.reports(),
      primary: this.#use,
    });
  }

  /** Forgets what the rates are made of. */
  clearRates(): void {
    this.#rates.clear();
  }

  async #allMetrics(acceptors: readonly AcceptorFigures[]): Promise<MetricsSnapshot[]> {
    const ofNode = [await this.#desk.metricsSnapshot(), ...(await this.#options.nodeMetrics())];
    return [...acceptors.map(({ metrics }) => metrics), ...ofNode];
  }
}
