/** A node of one acceptor and no primary, as the library starts it: judges itself, and answers for itself. */
import { type NextGeneration, type NextGenerationJob, nextGeneration } from '../config/next-generation.js';
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import { packageVersion } from '../kernel/package-root.js';
import type { SessionTurn } from '../runtime/session-mark.js';
import type { KeptState } from '../runtime/state-store.js';
import { type MetricsSnapshot, mergeSnapshots } from '../telemetry/metric-family.js';
import type { AcceptorFigures } from '../telemetry/metrics.js';
import { moduleLogger } from '../telemetry/module-logger.js';
import { type Scrape, type ScrapeWish, scrapeOf } from '../telemetry/scrape.js';
import type { AcceptorAnswer, AcceptorQuestion } from './control/acceptor-poll.js';
import { createNodeServices, type NodeServices } from './control/node-services.js';
import type { AdminCommand, AdminReply } from './control/operation.js';
import type { AcceptorReset } from './control/reset-operations.js';
import type { GenerationDesk } from './generations/generation-desk.js';
import type { Reconfigured } from './generations/reconfigured.js';
import type { NodeLimits } from './limits/node-limits.js';
import type { NodeLink } from './node-link.js';
import { ConfigurationDesk, type SpreadGeneration } from './reload/configuration-desk.js';
import { LoadThread } from './reload/load-thread.js';
import type { LoadReport } from './saturation/load-report.js';
import { SaturationDesk, type SaturationDeskOptions } from './saturation/saturation-desk.js';
import type { Verdict } from './saturation/verdict.js';
import type { ConfigurationSource, SimulatorServerOptions } from './simulator-options.js';
import { NodeRates } from './stats/node-rates.js';
import { type CountedStats, nodeStatsOf } from './stats/node-stats.js';

export interface LoneNodeOptions extends Omit<SaturationDeskOptions, 'processes'> {
  /** What the acceptor has counted. */
  readonly figures: () => Promise<AcceptorFigures>;
  /** Has the acceptor forget what it has of the parts. */
  readonly reset: (parts: readonly AcceptorReset[]) => void;
  /** What requests leave behind for later ones. */
  readonly state: KeptState | undefined;
  readonly limits: NodeLimits | undefined;
  /** The metrics of its serving engines, if it has any. */
  readonly engineMetrics: (() => Promise<MetricsSnapshot>) | undefined;
  /** From the clock's time to µs since the node's start. */
  readonly nodeTimeOffsetUs: number;
  readonly source: ConfigurationSource | undefined;
  readonly nodeParts: readonly Reconfigured[] | undefined;
  readonly spread: SpreadGeneration;
  readonly transport: string;
  /** Has what operators changed hold from the acceptor's next request on. */
  readonly steer: (steering: string | undefined) => void;
  /** The acceptor's answer to what the node asks all of them. */
  readonly answer: (question: AcceptorQuestion) => AcceptorAnswer;
}

/** The acceptor that is the whole node. */
export interface LoneServer {
  readonly generations: GenerationDesk;
  figures(): Promise<AcceptorFigures>;
  reset(parts: readonly AcceptorReset[]): void;
  takeVerdict(verdict: Verdict): void;
  steer(steering: string | undefined): void;
  answer(question: AcceptorQuestion): AcceptorAnswer;
}

/** @param server not asked for anything before it is whole */
export function loneNodeOf(server: LoneServer, options: SimulatorServerOptions): LoneNode {
  const { clock, engineMetrics, keptLimits, keptState, logger, nodeParts, nodeTimeOffsetUs, snapshot, source } =
    options;
  return new LoneNode({
    snapshot,
    source,
    nodeParts,
    transport: options.transport.name,
    spread: {
      prepare: (texts) => server.generations.prepare(texts),
      commit: async (generation) => server.generations.commit(generation),
      abandon: (generation) => server.generations.abandon(generation),
    },
    nodeTimeOffsetUs,
    clock,
    logger,
    figures: () => server.figures(),
    reset: (parts) => server.reset(parts),
    state: keptState,
    limits: keptLimits,
    engineMetrics,
    onVerdict: (verdict) => server.takeVerdict(verdict),
    steer: (steering) => server.steer(steering),
    answer: (question) => server.answer(question),
  });
}

export class LoneNode implements NodeLink {
  readonly health = 'ok';
  readonly #options: LoneNodeOptions;
  readonly #desk: SaturationDesk;
  readonly #rates: NodeRates;
  readonly #loadThread = new LoadThread();
  readonly configuration: ConfigurationDesk;
  readonly #services: NodeServices;
  readonly #startedUs: number;

  constructor(options: LoneNodeOptions) {
    this.#options = options;
    this.#desk = new SaturationDesk({ ...options, logger: moduleLogger(options.logger, 'saturation'), processes: 1 });
    this.#rates = new NodeRates(options.clock);
    this.#startedUs = options.clock.nowUs();
    this.configuration = this.#createConfiguration();
    this.#services = createNodeServices({
      askAcceptors: async (question) => {
        const own = question(0);
        return new Map(own === undefined ? [] : [[0, options.answer(own)]]);
      },
      logger: options.logger,
      // There is no other process.
      spreadLogLevels: async () => {},
      configuration: this.configuration,
      transport: () => options.transport,
      nowUs: () => options.clock.nowUs() + options.nodeTimeOffsetUs,
      stats: () => this.#stats(),
      state: options.state,
      limits: options.limits,
      spreadReset: async (parts) => options.reset(parts),
      clearStats: () => this.#rates.clear(),
      spreadSteering: async (steering) => options.steer(steering),
    });
  }

  #createConfiguration(): ConfigurationDesk {
    const services = { reconfigure: (next: ConfigurationSnapshot) => this.#services.reconfigure(next) };
    const { logger, nodeParts = [], snapshot, source, spread, transport } = this.#options;
    return new ConfigurationDesk({
      snapshot,
      request: source?.request,
      randomSeed: source?.randomSeed ?? 0,
      transport: () => transport,
      spread,
      parts: [...nodeParts, this.#desk, services],
      load: (job) => this.#load(job),
      logger: moduleLogger(logger, 'config'),
    });
  }

  report(report: LoadReport): void {
    this.#desk.report(0, report);
    this.#rates.report(0, report);
    this.#desk.judge();
  }

  reportTurns(turns: readonly SessionTurn[]): void {
    this.#services.sessions.take(turns);
  }

  async scrape(wish: ScrapeWish): Promise<Scrape> {
    const { metrics } = await this.#options.figures();
    return scrapeOf([metrics, ...(await this.#nodeMetrics())], wish);
  }

  /** What has to hold from the acceptor's first request on. */
  get steering(): string | undefined {
    return this.#services.steering.text;
  }

  /** No timer runs any more. */
  async close(): Promise<void> {
    this.#services.steering.close();
    await this.#loadThread.close();
  }

  administer(command: AdminCommand): Promise<AdminReply> {
    return this.#services.control.administer(command);
  }

  async #stats(): Promise<CountedStats> {
    const { clock, figures, state } = this.#options;
    const { delays, metrics } = await figures();
    return nodeStatsOf({
      version: packageVersion,
      uptimeSecs: (clock.nowUs() - this.#startedUs) / 1e6,
      metrics: mergeSnapshots([metrics, ...(await this.#nodeMetrics())]),
      delays,
      rates: this.#rates.read(),
      state: await state?.figures(),
      modelNames: this.configuration.snapshot.modelNames,
      verdict: this.#desk.verdict,
      reports: this.#desk.reports(),
    });
  }

  /** What is counted besides the acceptor's. */
  async #nodeMetrics(): Promise<MetricsSnapshot[]> {
    const { engineMetrics } = this.#options;
    const engines = engineMetrics === undefined ? [] : [engineMetrics()];
    return Promise.all([this.#desk.metricsSnapshot(), this.#services.metricsSnapshot(), ...engines]);
  }

  /** An object that a program hands in may hold what cannot cross to a thread, and is checked where it is. */
  async #load(job: NextGenerationJob): Promise<NextGeneration> {
    return job.request.object === undefined ? this.#loadThread.load(job) : nextGeneration(job);
  }
}
