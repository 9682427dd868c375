/**
 * The primary process of a node: has its acceptors supervised, keeps what they share, answers scrapes and probes for the whole node, and drains
 * it.
 *
 * Serves no requests itself but the metrics port's, so nothing here can stall a stream.
 */
import { availableParallelism } from 'node:os';
import type { LoadRequest } from '../config/loader.js';
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import { machineClock, monotonicClock } from '../kernel/clock.js';
import { Failure } from '../kernel/failure.js';
import { packageVersion } from '../kernel/package-root.js';
import type { ServingEngines } from '../server/batching/serving-engines.js';
import { reconfiguredEngines, servingEnginesOf } from '../server/batching/serving-engines-of.js';
import { createNodeServices, type NodeServices } from '../server/control/node-services.js';
import type { Reconfigured } from '../server/generations/reconfigured.js';
import type { ProbedNode } from '../server/handlers/probes.js';
import { createNodeState, type NodeState } from '../server/node-state.js';
import { ConfigurationDesk } from '../server/reload/configuration-desk.js';
import { LoadThread } from '../server/reload/load-thread.js';
import type { ListenAddress } from '../server/transport/contract.js';
import type { Logger } from '../telemetry/logging.js';
import type { MetricsSnapshot } from '../telemetry/metric-family.js';
import { moduleLogger, reconfigureLogLevels } from '../telemetry/module-logger.js';
import { NodeMetrics } from '../telemetry/node-metrics.js';
import { ProcessMetrics } from '../telemetry/process-metrics.js';
import { acceptorCount } from './acceptor-count.js';
import type { AcceptorHandle } from './acceptor-handle.js';
import { AcceptorPolls } from './acceptor-polls.js';
import { AcceptorService, type NodeParts } from './acceptor-service.js';
import { AcceptorSupervisor } from './acceptor-supervisor.js';
import { Acknowledgements } from './acknowledgements.js';
import { spreadGeneration } from './generation-spread.js';
import type { ToAcceptor } from './messages.js';
import { MetricsAggregator } from './metrics-aggregator.js';
import { MetricsServer } from './metrics-server.js';
import { NodeDrain } from './node-drain.js';
import { NodeWatch } from './node-watch.js';

/** How long an acceptor may take to take in what operators change: its main thread is free within milliseconds unless it is frozen. */
const TELL_TIMEOUT_MS = 2_000;

export interface PrimaryOptions {
  readonly snapshot: ConfigurationSnapshot;
  /** What the snapshot was read from, and is read from again at a reload. */
  readonly request: LoadRequest;
  /** The one that the snapshot was made with. */
  readonly randomSeed: number;
  /** What the file held, see fileDigest(). */
  readonly digest: string | undefined;
  /** What else takes each further generation. */
  readonly parts: readonly Reconfigured[];
  readonly logger: Logger;
  /** How many log lines of this process could not be written. */
  readonly logLinesDropped: () => number;
  /** The first acceptor, forked while the configuration was read. */
  readonly first: AcceptorHandle;
}

export interface NodeDescription {
  readonly address: ListenAddress;
  readonly metricsAddress: ListenAddress | undefined;
  readonly transport: string;
  readonly transportReason: string;
  readonly processes: number;
  readonly threads: number;
}

export class Primary {
  readonly #options: PrimaryOptions;
  readonly #processes: number;
  readonly #aggregator = new MetricsAggregator();
  readonly #metrics: NodeMetrics;
  readonly #process = new ProcessMetrics('primary');
  readonly #acknowledgements = new Acknowledgements();
  readonly #polls = new AcceptorPolls();
  readonly #clock = machineClock();
  readonly #startUs = this.#clock.nowUs();
  readonly #state: NodeState;
  /** Where models are batched: one engine each for all acceptors. */
  readonly #engines: ServingEngines;
  readonly #watch: NodeWatch;
  readonly #loadThread = new LoadThread();
  readonly #configuration: ConfigurationDesk;
  readonly #services: NodeServices;
  readonly #metricsServer = new MetricsServer({
    scrape: (wish) => this.#watch.scrape(wish),
    probed: () => this.#probed(),
  });
  readonly #supervisor: AcceptorSupervisor;
  /** Resolves when the node, which has served, cannot go on: with why. What is still open is to be drained. */
  readonly givenUp: Promise<Failure>;
  #giveUp: (failure: Failure) => void = () => {};
  readonly #drain: NodeDrain;
  #transport: ProbedNode['facts']['transport'];

  constructor(options: PrimaryOptions) {
    const { workers } = options.snapshot.configuration.server;
    this.#options = options;
    this.#processes = acceptorCount(workers, availableParallelism());
    this.givenUp = new Promise((resolve) => {
      this.#giveUp = resolve;
    });
    this.#supervisor = this.#createSupervisor(options);
    this.#drain = new NodeDrain({
      supervisor: this.#supervisor,
      acknowledgements: this.#acknowledgements,
      logger: moduleLogger(options.logger, 'cluster'),
    });
    this.#metrics = new NodeMetrics({
      acceptors: () => this.#supervisor.crew.serving.length,
      silent: () => this.#aggregator.silent,
      logLinesDropped: () => this.#aggregator.logLinesDropped + options.logLinesDropped(),
    });
    this.#state = createNodeState(options.snapshot, monotonicClock, moduleLogger(options.logger, 'state'));
    this.#engines = servingEnginesOf(options.snapshot, this.#clock);
    this.#watch = new NodeWatch({
      snapshot: options.snapshot,
      processes: this.#processes,
      logger: moduleLogger(options.logger, 'saturation'),
      collect: () => this.#aggregator.collect(this.#supervisor.crew.serving),
      nodeMetrics: () => this.#nodeMetrics(),
      state: this.#state.store,
      tell: (verdict) => {
        const stateHealth = this.#state.health;
        this.#supervisor.crew.send({ kind: 'verdict', verdict, stateHealth });
      },
    });
    this.#configuration = this.#createConfiguration(options);
    this.#services = createNodeServices({
      askAcceptors: (question) => this.#polls.askAll(this.#supervisor.crew.askable, question),
      logger: options.logger,
      configuration: this.#configuration,
      transport: () => this.#transport?.name,
      nowUs: () => this.#clock.nowUs() - this.#startUs,
      stats: () => this.#watch.stats(),
      state: this.#state.store,
      limits: this.#state.limits,
      spreadSteering: (steering) => this.#tellAll((id) => ({ kind: 'steering', id, steering })),
      spreadReset: (parts) => this.#tellAll((id) => ({ kind: 'reset', id, parts })),
      spreadLogLevels: (levels) => this.#tellAll((id) => ({ kind: 'log_levels', id, levels })),
      clearStats: () => {
        this.#watch.clearRates();
        this.#aggregator.clearDelays();
      },
    });
  }

  #createSupervisor({ first, logger, snapshot }: PrimaryOptions): AcceptorSupervisor {
    const { host, port } = snapshot.configuration.server;
    return new AcceptorSupervisor({
      first,
      processes: this.#processes,
      address: { host, port },
      logger: moduleLogger(logger, 'cluster'),
      hasSpare: snapshot.configuration.server.spare_acceptor,
      silenceMaxMs: snapshot.configuration.server.frozen_after_secs * 1_000,
      serve: (acceptor, place) => new AcceptorService(acceptor, place, this.#nodeParts()),
      beginning: () => ({
        texts: this.#configuration.texts,
        next: this.#configuration.next,
        nodeStartUs: this.#startUs,
        stateHealth: this.#state.health,
        steering: this.#services.steering.text,
        logLevels: this.#services.logs.override,
      }),
      onLeft: (place) => this.#watch.left(place),
      onDeath: (cause) => this.#metrics.acceptorDied(cause),
      onGivenUp: (failure) => this.#giveUp(failure),
    });
  }

  #createConfiguration({ digest, logger, parts, randomSeed, request, snapshot }: PrimaryOptions): ConfigurationDesk {
    const services = { reconfigure: (next: ConfigurationSnapshot) => this.#services.reconfigure(next) };
    const logging = { reconfigure: (next: ConfigurationSnapshot) => reconfigureLogLevels(logger, next) };
    return new ConfigurationDesk({
      snapshot,
      request,
      digest,
      randomSeed,
      transport: () => this.#transport?.name,
      spread: spreadGeneration(this.#acknowledgements, () => this.#supervisor.crew.started),
      parts: [logging, reconfiguredEngines(this.#engines), this.#state, this.#watch, services, ...parts],
      load: (job) => this.#loadThread.load(job),
      logger: moduleLogger(logger, 'config'),
    });
  }

  /** The node's configuration, and its reload. */
  get configuration(): ConfigurationDesk {
    return this.#configuration;
  }

  /** Has everything in the log from debug on, in every process, and at the next call what was before. */
  toggleDebugLog(): Promise<void> {
    return this.#services.logs.toggleDebug();
  }

  /** Resolves when every acceptor serves. Rejects with the first one's Failure, leaving nothing behind. */
  async start(): Promise<NodeDescription> {
    const { server, telemetry } = this.#options.snapshot.configuration;
    const { enabled, prometheus_port: metricsPort } = telemetry.metrics;
    try {
      await this.#supervisor.findPort();
      await this.#state.open();
      const metricsAddress = enabled
        ? await this.#metricsServer.listen({ host: server.host, port: metricsPort }).catch(namingMetricsPort)
        : undefined;
      const first = await this.#supervisor.start();
      this.#transport = { name: first.transport, reason: first.reason };
      this.#watch.start();
      return {
        address: this.#supervisor.address,
        metricsAddress,
        transport: first.transport,
        transportReason: first.reason,
        processes: this.#processes,
        threads: server.threads,
      };
    } catch (cause) {
      await this.stop();
      throw cause;
    }
  }

  /** Serves as a lame duck for its time, then lets every acceptor finish what is open, for at most the other; then all are gone. */
  async drain(timeoutMs: number, lameDuckMs = 0): Promise<void> {
    await this.#drain.run({ lameDuckMs, timeoutMs });
    await this.#close();
  }

  /** Ends everything at once. */
  async stop(): Promise<void> {
    await this.#supervisor.kill();
    await this.#close();
  }

  async #close(): Promise<void> {
    this.#process.close();
    this.#watch.stop();
    this.#engines.close();
    this.#state.close();
    this.#services.steering.close();
    await this.#loadThread.close();
    await this.#metricsServer.close();
  }

  #nodeParts(): NodeParts {
    return {
      state: this.#state.store,
      limits: this.#state.limits,
      engines: this.#engines,
      watch: this.#watch,
      aggregator: this.#aggregator,
      acknowledgements: this.#acknowledgements,
      polls: this.#polls,
      sessions: this.#services.sessions,
      control: this.#services.control,
      logger: moduleLogger(this.#options.logger, 'cluster'),
    };
  }

  #probed(): ProbedNode {
    const { threads } = this.#options.snapshot.configuration.server;
    const { crew, phase } = this.#supervisor;
    const serving = crew.serving.length;
    const active = phase === 'serving' && serving === this.#processes ? 'serving' : 'starting';
    return {
      facts: { version: packageVersion, transport: this.#transport, processes: this.#processes, threads },
      uptimeSecs: process.uptime(),
      phase: phase === 'stopping' ? (this.#drain.phase ?? 'draining') : active,
      verdict: this.#watch.verdict,
      state: this.#state.health,
      node: 'ok',
      generation: this.#configuration.snapshot.generation,
    };
  }

  /** What the node's engines and the node itself have counted. */
  #nodeMetrics(): Promise<MetricsSnapshot[]> {
    return Promise.all([
      this.#metrics.snapshot(),
      this.#services.metricsSnapshot(),
      this.#engines.metricsSnapshot(),
      this.#process.snapshot(),
    ]);
  }

  /** Resolves when every acceptor that has been told what to serve has taken the message in. */
  #tellAll(message: (id: number) => ToAcceptor): Promise<void> {
    return this.#acknowledgements.tell(this.#supervisor.crew.started, message, TELL_TIMEOUT_MS);
  }
}

/** A second node on one machine meets the first one's metrics port, which nobody has given it by hand. */
function namingMetricsPort(cause: unknown): never {
  if (!(cause instanceof Failure)) throw cause;
  throw new Failure(cause.code, `the metrics port cannot be had: ${cause.message}`, {
    hint: `telemetry.metrics.prometheus_port sets it, 0 takes a free one; ${cause.hint}`,
    cause,
  });
}
