/**
 * The primary process of a node: starts the acceptors, replaces one that dies, answers scrapes for the whole node, and drains it.
 *
 *   starting ──all ready──▶ serving ──drain(), stop()──▶ stopping ──▶ all gone
 *       └──one ends, stop()──▶ stopping (start() rejects)
 *
 * Serves no requests itself but the metrics port's, so nothing here can stall a stream.
 */
import { availableParallelism } from 'node:os';
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import { machineClock, monotonicClock } from '../kernel/clock.js';
import { Failure } from '../kernel/failure.js';
import type { PrefixLookup } from '../runtime/prefix-cache.js';
import type { StateStore, StoredDocument } from '../runtime/state-store.js';
import type { EngineConnection, ServingEngines } from '../server/batching/serving-engines.js';
import { servingEnginesOf } from '../server/batching/serving-engines-of.js';
import type { LoadReport } from '../server/saturation/load-report.js';
import { stateStoreOf } from '../server/state-store-of.js';
import type { ListenAddress } from '../server/transport/contract.js';
import type { Logger } from '../telemetry/logging.js';
import type { MetricsSnapshot } from '../telemetry/metrics.js';
import { acceptorCount } from './acceptor-count.js';
import { AcceptorHandle, type Ready } from './acceptor-handle.js';
import type { NodeAnswer, ToPrimary } from './messages.js';
import { MetricsAggregator } from './metrics-aggregator.js';
import { MetricsServer } from './metrics-server.js';
import { NodeWatch } from './node-watch.js';
import { probePort } from './port-probe.js';
import { RespawnPause } from './respawn-pause.js';

/** How often the search for a free port starts over because somebody else took the one found before the acceptors had it. */
const FREE_PORT_ATTEMPTS = 3;
/** After the drain's own limit: what has not left by then is killed. */
const KILL_GRACE_MS = 2_000;

export interface PrimaryOptions {
  readonly snapshot: ConfigurationSnapshot;
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
  readonly #state: StateStore;
  /** Where models are batched: one engine each for all acceptors. */
  readonly #engines: ServingEngines | undefined;
  readonly #connections = new Map<AcceptorHandle, EngineConnection>();
  readonly #watch: NodeWatch;
  readonly #metricsServer = new MetricsServer(() => this.#watch.metricsText());
  readonly #acceptors = new Set<AcceptorHandle>();
  /** Each acceptor's number; one that takes a dead one's place takes its number too. */
  readonly #places = new Map<AcceptorHandle, number>();
  #address: ListenAddress;
  readonly #pause = new RespawnPause();
  /** One for each acceptor that is to be replaced. They keep the process alive, as nothing else may while no acceptor lives. */
  readonly #respawns = new Set<NodeJS.Timeout>();
  #phase: 'starting' | 'serving' | 'stopping' = 'starting';

  constructor(options: PrimaryOptions) {
    const { host, port, workers } = options.snapshot.configuration.server;
    this.#options = options;
    this.#processes = acceptorCount(workers, availableParallelism());
    this.#address = { host, port };
    this.#state = stateStoreOf(options.snapshot, monotonicClock);
    this.#engines = servingEnginesOf(options.snapshot, machineClock());
    this.#watch = new NodeWatch({
      snapshot: options.snapshot,
      processes: this.#processes,
      logger: options.logger,
      collect: () => this.#collectMetrics(),
      tell: (verdict) => {
        for (const acceptor of this.#acceptors) acceptor.send({ kind: 'verdict', verdict });
      },
    });
    this.#acceptors.add(options.first);
  }

  /** Resolves when every acceptor serves. Rejects with the first one's Failure, leaving nothing behind. */
  async start(): Promise<NodeDescription> {
    const { server, telemetry } = this.#options.snapshot.configuration;
    const { enabled, prometheus_port: metricsPort } = telemetry.metrics;
    try {
      this.#address = await probePort(this.#address);
      const metricsAddress = enabled
        ? await this.#metricsServer.listen({ host: server.host, port: metricsPort })
        : undefined;
      const first = await this.#startAcceptors();
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
    for (const acceptor of this.#acceptors) {
      if (acceptor.readyMs > 0) acceptor.send({ kind: 'drain', timeoutMs });
      else acceptor.kill();
    }
    const kill = setTimeout(() => this.#killAll(), timeoutMs + KILL_GRACE_MS);
    await this.#allGone();
    clearTimeout(kill);
  }

  /** Ends everything at once. */
  async stop(): Promise<void> {
    this.#endReplacing();
    this.#killAll();
    await this.#allGone();
  }

  #endReplacing(): void {
    this.#phase = 'stopping';
    for (const timer of this.#respawns) clearTimeout(timer);
    this.#respawns.clear();
  }

  #killAll(): void {
    for (const acceptor of this.#acceptors) acceptor.kill();
  }

  async #allGone(): Promise<void> {
    await Promise.all([...this.#acceptors].map((acceptor) => acceptor.exited));
    this.#watch.stop();
    this.#engines?.close();
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
        this.#killAll();
        await Promise.all([...this.#acceptors].map((acceptor) => acceptor.exited));
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
    this.#acceptors.add(acceptor);
    acceptor.onMessage = (message) => this.#receive(acceptor, message);
    const place = this.#freePlace();
    void acceptor.exited.then((failure) => {
      this.#forget(acceptor);
      if (this.#phase === 'serving') this.#replace(acceptor, failure);
      else this.#watch.left(place);
    });
    const { snapshot } = this.#options;
    this.#places.set(acceptor, place);
    if (this.#engines !== undefined) this.#connections.set(acceptor, connectEngines(this.#engines, acceptor, place));
    return acceptor.start({ kind: 'start', snapshot, address: this.#address, processes: this.#processes, place });
  }

  /** The acceptor is gone. What its channel may still bring would have nobody to be counted for. */
  #forget(acceptor: AcceptorHandle): void {
    acceptor.onMessage = () => {};
    this.#acceptors.delete(acceptor);
    this.#places.delete(acceptor);
    this.#connections.get(acceptor)?.close();
    this.#connections.delete(acceptor);
    this.#aggregator.retire(acceptor.id);
  }

  #freePlace(): number {
    const taken = new Set(this.#places.values());
    let place = 0;
    while (taken.has(place)) place++;
    return place;
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

  #receive(acceptor: AcceptorHandle, message: ToPrimary): void {
    switch (message.kind) {
      case 'metrics':
        this.#aggregator.receive(acceptor.id, message.id, message.snapshot);
        break;
      case 'ask_node':
        this.#answer(acceptor, message.id, message.question);
        break;
      case 'load':
        this.#takeReport(acceptor, message.report);
        break;
      case 'recall_state':
        this.#answerState(acceptor, message.id, this.#state.recall(message.keys));
        break;
      case 'change_state':
        this.#answerState(
          acceptor,
          message.id,
          this.#state.apply(message.changes).then(() => []),
        );
        break;
      case 'reuse_prefix':
        this.#answerPrefix(acceptor, message.id, message.lookup);
        break;
      case 'batch_enter':
        this.#connections.get(acceptor)?.enter(message.entry);
        break;
      case 'batch_leave':
        this.#connections.get(acceptor)?.leave(message.id, message.model);
        break;
      case 'drained':
        if (message.cut === 0) break;
        this.#options.logger.warn(
          { acceptor_pid: acceptor.pid, cut: message.cut },
          'requests were cut at the end of the drain',
        );
    }
  }

  #answer(acceptor: AcceptorHandle, id: number, question: 'metrics' | 'stats'): void {
    const work: Promise<NodeAnswer> = question === 'metrics' ? this.#watch.metricsText() : this.#watch.stats();
    work.then(
      (answer) => acceptor.send({ kind: 'node_answer', id, answer }),
      (cause: Error) => this.#options.logger.error({ cause: cause.message }, `the ${question} could not be added up`),
    );
  }

  #takeReport(acceptor: AcceptorHandle, report: LoadReport): void {
    const place = this.#places.get(acceptor);
    if (place !== undefined) this.#watch.report(place, report);
  }

  #answerState(acceptor: AcceptorHandle, id: number, work: Promise<readonly StoredDocument[]>): void {
    work.then(
      (documents) => acceptor.send({ kind: 'state', id, documents }),
      // The acceptor's own time limit answers the request.
      (cause: Error) => this.#options.logger.error({ cause: cause.message }, 'the state store failed'),
    );
  }

  #answerPrefix(acceptor: AcceptorHandle, id: number, lookup: PrefixLookup): void {
    this.#state.reusePrefix(lookup).then(
      (hits) => acceptor.send({ kind: 'prefix', id, hits }),
      (cause: Error) => this.#options.logger.error({ cause: cause.message }, 'the prefix cache failed'),
    );
  }

  /** What the acceptors have counted, and the node's engines. */
  async #collectMetrics(): Promise<readonly MetricsSnapshot[]> {
    const counted = await this.#aggregator.collect([...this.#acceptors].filter((acceptor) => acceptor.readyMs > 0));
    return this.#engines === undefined ? counted : [...counted, await this.#engines.metricsSnapshot()];
  }
}

function connectEngines(engines: ServingEngines, acceptor: AcceptorHandle, place: number): EngineConnection {
  return engines.connect(place, {
    onAnswer: (id, admitted) => acceptor.send({ kind: 'batch_answer', id, admitted }),
    onSteps: (steps) => acceptor.send({ kind: 'batch_steps', steps }),
  });
}
