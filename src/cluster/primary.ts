/**
 * The primary process of a node: starts the acceptors, replaces one that dies, answers scrapes and probes for the whole node, and drains it.
 *
 *   starting ──all ready──▶ serving ──drain(), stop()──▶ stopping ──▶ all gone
 *       └──one ends, stop()──▶ stopping (start() rejects)
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
import { type Logger, setLogLevel } from '../telemetry/logging.js';
import type { MetricsSnapshot } from '../telemetry/metrics.js';
import { acceptorCount } from './acceptor-count.js';
import { AcceptorCrew } from './acceptor-crew.js';
import { AcceptorHandle, type Ready } from './acceptor-handle.js';
import { AcceptorPolls } from './acceptor-polls.js';
import { AcceptorService, type NodeParts } from './acceptor-service.js';
import { Acknowledgements } from './acknowledgements.js';
import { spreadGeneration } from './generation-spread.js';
import type { ToAcceptor } from './messages.js';
import { MetricsAggregator } from './metrics-aggregator.js';
import { MetricsServer } from './metrics-server.js';
import { NodeWatch } from './node-watch.js';
import { probePort } from './port-probe.js';
import { RespawnPause } from './respawn-pause.js';

/** How often the search for a free port starts over because somebody else took the one found before the acceptors had it. */
const FREE_PORT_ATTEMPTS = 3;
/** After the drain's own limit: what has not left by then is killed. */
const KILL_GRACE_MS = 2_000;
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
    metricsText: () => this.#watch.metricsText(),
    probed: () => this.#probed(),
  });
  readonly #crew = new AcceptorCrew();
  #address: ListenAddress;
  #transport: ProbedNode['facts']['transport'];
  readonly #pause = new RespawnPause();
  /** One for each acceptor that is to be replaced. They keep the process alive, as nothing else may while no acceptor lives. */
  readonly #respawns = new Set<NodeJS.Timeout>();
  #phase: 'starting' | 'serving' | 'stopping' = 'starting';

  constructor(options: PrimaryOptions) {
    const { host, port, workers } = options.snapshot.configuration.server;
    this.#options = options;
    this.#processes = acceptorCount(workers, availableParallelism());
    this.#address = { host, port };
    this.#state = createNodeState(options.snapshot, monotonicClock, options.logger);
    this.#engines = servingEnginesOf(options.snapshot, this.#clock);
    this.#watch = new NodeWatch({
      snapshot: options.snapshot,
      processes: this.#processes,
      logger: options.logger,
      collect: () => this.#aggregator.collect(this.#crew.serving),
      nodeMetrics: () => this.#nodeMetrics(),
      state: this.#state.store,
      tell: (verdict) => {
        const stateHealth = this.#state.health;
        this.#crew.send({ kind: 'verdict', verdict, stateHealth });
      },
    });
    this.#configuration = this.#createConfiguration(options);
    this.#services = createNodeServices({
      askAcceptors: (question) => this.#polls.askAll(this.#crew.askable, question),
      logger: options.logger,
      configuration: this.#configuration,
      transport: () => this.#transport?.name,
      nowUs: () => this.#clock.nowUs() - this.#startUs,
      stats: () => this.#watch.stats(),
      state: this.#state.store,
      limits: this.#state.limits,
      spreadSteering: (steering) => this.#tellAll((id) => ({ kind: 'steering', id, steering })),
      spreadReset: (parts) => this.#tellAll((id) => ({ kind: 'reset', id, parts })),
      clearStats: () => {
        this.#watch.clearRates();
        this.#aggregator.clearDelays();
      },
    });
    this.#crew.add(options.first);
  }

  #createConfiguration({ digest, logger, parts, randomSeed, request, snapshot }: PrimaryOptions): ConfigurationDesk {
    const services = { reconfigure: (next: ConfigurationSnapshot) => this.#services.reconfigure(next) };
    const logging = { reconfigure: (next: ConfigurationSnapshot) => setLogLevel(logger, next) };
    return new ConfigurationDesk({
      snapshot,
      request,
      digest,
      randomSeed,
      transport: () => this.#transport?.name,
      spread: spreadGeneration(this.#acknowledgements, () => this.#crew.started),
      parts: [logging, reconfiguredEngines(this.#engines), this.#state, this.#watch, services, ...parts],
      load: (job) => this.#loadThread.load(job),
      logger,
    });
  }

  /** The node's configuration, and its reload. */
  get configuration(): ConfigurationDesk {
    return this.#configuration;
  }

  /** Resolves when every acceptor serves. Rejects with the first one's Failure, leaving nothing behind. */
  async start(): Promise<NodeDescription> {
    const { server, telemetry } = this.#options.snapshot.configuration;
    const { enabled, prometheus_port: metricsPort } = telemetry.metrics;
    try {
      this.#address = await probePort(this.#address);
      await this.#state.open();
      const metricsAddress = enabled
        ? await this.#metricsServer.listen({ host: server.host, port: metricsPort })
        : undefined;
      const first = await this.#startAcceptors();
      this.#transport = { name: first.transport, reason: first.reason };
      this.#phase = 'serving';
      this.#watch.start();
      return {
        address: this.#address,
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

  /** Lets every acceptor finish what is open, for at most the time; then all are gone. */
  async drain(timeoutMs: number): Promise<void> {
    this.#endReplacing();
    this.#crew.drain(timeoutMs);
    const kill = setTimeout(() => this.#crew.kill(), timeoutMs + KILL_GRACE_MS);
    await this.#allGone();
    clearTimeout(kill);
  }

  /** Ends everything at once. */
  async stop(): Promise<void> {
    this.#endReplacing();
    this.#crew.kill();
    await this.#allGone();
  }

  #endReplacing(): void {
    this.#phase = 'stopping';
    for (const timer of this.#respawns) clearTimeout(timer);
    this.#respawns.clear();
  }

  async #allGone(): Promise<void> {
    await this.#crew.gone();
    this.#watch.stop();
    this.#engines.close();
    this.#state.close();
    this.#services.steering.close();
    await this.#loadThread.close();
    await this.#metricsServer.close();
  }

  /**
   * Starts all acceptors; resolves with the first one's `ready`. When the port was to be any free one and was lost to a stranger after
   * the probe had let go of it, another is looked for.
   */
  async #startAcceptors(): Promise<Ready> {
    const wanted = this.#options.snapshot.configuration.server.port;
    let first = this.#options.first;
    for (let attempt = 1; ; attempt++) {
      const others = Array.from({ length: this.#processes - 1 }, () => AcceptorHandle.fork());
      try {
        return await this.#serveAll([first, ...others]);
      } catch (cause) {
        const portLost = cause instanceof Failure && cause.code === 'PORT_IN_USE' && wanted === 0;
        if (!portLost || attempt === FREE_PORT_ATTEMPTS || this.#phase === 'stopping') throw cause;
        this.#crew.kill();
        await this.#crew.gone();
        this.#address = await probePort({ host: this.#address.host, port: wanted });
        first = AcceptorHandle.fork();
      }
    }
  }

  /** Rejects as soon as one of them ends, be it before or after its own `ready`. */
  async #serveAll(acceptors: readonly AcceptorHandle[]): Promise<Ready> {
    const ready = Promise.all(acceptors.map((acceptor) => this.#serve(acceptor)));
    const anyExit = Promise.race(acceptors.map((acceptor) => acceptor.exited));
    const [first] = await Promise.race([ready, anyExit.then((failure) => Promise.reject(failure))]);
    return first;
  }

  /** Has the acceptor serve. One that ends while the node serves is replaced. */
  #serve(acceptor: AcceptorHandle): Promise<Ready> {
    const service = this.#crew.serve(acceptor, (place) => new AcceptorService(acceptor, place, this.#nodeParts()));
    const { place } = service;
    acceptor.onMessage = (message) => service.receive(message);
    void acceptor.exited.then((failure) => {
      this.#crew.remove(acceptor);
      service.close();
      if (this.#phase === 'serving') this.#replace(acceptor, failure);
      else this.#watch.left(place);
    });
    return acceptor.start(() => ({
      kind: 'start',
      texts: this.#configuration.texts,
      next: this.#configuration.next,
      address: this.#address,
      processes: this.#processes,
      place,
      nodeStartUs: this.#startUs,
      stateHealth: this.#state.health,
      steering: this.#services.steering.text,
    }));
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
      logger: this.#options.logger,
    };
  }

  #replace(acceptor: AcceptorHandle, failure: Failure): void {
    const served = acceptor.readyMs > 0;
    const pauseMs = this.#pause.after(served ? performance.now() - acceptor.readyMs : 0);
    const facts = { acceptor_pid: acceptor.pid, cause: failure.message, pause_ms: pauseMs };
    this.#options.logger.error(
      facts,
      served ? 'acceptor lost; starting another' : 'acceptor did not start; trying again',
    );
    const timer = setTimeout(() => {
      this.#respawns.delete(timer);
      // When it does not start, its exit has it replaced.
      this.#serve(AcceptorHandle.fork()).catch(() => {});
    }, pauseMs);
    this.#respawns.add(timer);
  }

  #probed(): ProbedNode {
    const { threads } = this.#options.snapshot.configuration.server;
    const serving = this.#crew.serving.length;
    const active = this.#phase === 'serving' && serving === this.#processes ? 'serving' : 'starting';
    return {
      facts: { version: packageVersion, transport: this.#transport, processes: this.#processes, threads },
      uptimeSecs: process.uptime(),
      phase: this.#phase === 'stopping' ? 'draining' : active,
      verdict: this.#watch.verdict,
      state: this.#state.health,
      generation: this.#configuration.snapshot.generation,
    };
  }

  /** What the node's engines and the node itself have counted. */
  #nodeMetrics(): Promise<MetricsSnapshot[]> {
    return Promise.all([this.#services.metricsSnapshot(), this.#engines.metricsSnapshot()]);
  }

  /** Resolves when every acceptor that has been told what to serve has taken the message in. */
  #tellAll(message: (id: number) => ToAcceptor): Promise<void> {
    return this.#acknowledgements.tell(this.#crew.started, message, TELL_TIMEOUT_MS);
  }
}
