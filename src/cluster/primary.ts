/**
 * The primary process of a node: starts the acceptors, replaces one that dies, answers scrapes for the whole node, and drains it.
 *
 *   starting ──all ready──▶ serving ──drain()──▶ draining ──all gone──▶ stopped
 *       └──one fails──▶ stopped (start() rejects)
 *
 * Serves no requests itself but the metrics port's, so nothing here can stall a stream.
 */
import { availableParallelism } from 'node:os';
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import type { Failure } from '../kernel/failure.js';
import type { ListenAddress } from '../server/transport/contract.js';
import type { Logger } from '../telemetry/logging.js';
import { acceptorCount } from './acceptor-count.js';
import { AcceptorHandle } from './acceptor-handle.js';
import type { ToPrimary } from './messages.js';
import { MetricsAggregator } from './metrics-aggregator.js';
import { MetricsServer } from './metrics-server.js';
import { probePort } from './port-probe.js';

const RESPAWN_PAUSE_FIRST_MS = 50;
const RESPAWN_PAUSE_MAX_MS = 5_000;
/** An acceptor that served for so long dies "for the first time" again. */
const HEALTHY_AFTER_MS = 30_000;
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
  readonly #metricsServer = new MetricsServer(() => this.#collectMetrics());
  readonly #acceptors = new Set<AcceptorHandle>();
  #address: ListenAddress;
  #pauseMs = RESPAWN_PAUSE_FIRST_MS;
  #stopping = false;

  constructor(options: PrimaryOptions) {
    const { host, port, workers } = options.snapshot.configuration.server;
    this.#options = options;
    this.#processes = acceptorCount(workers, availableParallelism());
    this.#address = { host, port };
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
      const others = Array.from({ length: this.#processes - 1 }, () => AcceptorHandle.fork());
      const [first] = await Promise.all([this.#options.first, ...others].map((acceptor) => this.#serve(acceptor)));
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
    this.#stopping = true;
    for (const acceptor of this.#acceptors) acceptor.send({ kind: 'drain', timeoutMs });
    const kill = setTimeout(() => this.#killAll(), timeoutMs + KILL_GRACE_MS);
    await this.#allGone();
    clearTimeout(kill);
  }

  /** Ends everything at once. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#killAll();
    await this.#allGone();
  }

  #killAll(): void {
    for (const acceptor of this.#acceptors) acceptor.kill();
  }

  async #allGone(): Promise<void> {
    await Promise.all([...this.#acceptors].map((acceptor) => acceptor.exited));
    await this.#metricsServer.close();
  }

  /** Has the acceptor serve. One that dies after it was ready is replaced. */
  async #serve(acceptor: AcceptorHandle): Promise<Extract<ToPrimary, { kind: 'ready' }>> {
    this.#acceptors.add(acceptor);
    acceptor.onMessage = (message) => this.#receive(acceptor, message);
    void acceptor.exited.then((failure) => {
      this.#acceptors.delete(acceptor);
      void this.#aggregator.retire(acceptor.id);
      if (acceptor.readyMs > 0 && !this.#stopping) this.#replace(acceptor, failure);
    });
    const { snapshot } = this.#options;
    return acceptor.start({ kind: 'start', snapshot, address: this.#address, processes: this.#processes });
  }

  #replace(acceptor: AcceptorHandle, failure: Failure): void {
    const { logger } = this.#options;
    if (performance.now() - acceptor.readyMs > HEALTHY_AFTER_MS) this.#pauseMs = RESPAWN_PAUSE_FIRST_MS;
    const pauseMs = this.#nextPauseMs();
    const facts = { acceptor_pid: acceptor.pid, cause: failure.message, pause_ms: pauseMs };
    logger.error(facts, 'acceptor lost; starting another');
    setTimeout(() => this.#respawn(), pauseMs).unref();
  }

  #respawn(): void {
    if (this.#stopping) return;
    this.#serve(AcceptorHandle.fork()).catch((cause: Error) => {
      if (this.#stopping) return;
      const pauseMs = this.#nextPauseMs();
      const facts = { cause: cause.message, pause_ms: pauseMs };
      this.#options.logger.error(facts, 'acceptor did not start; trying again');
      setTimeout(() => this.#respawn(), pauseMs).unref();
    });
  }

  #nextPauseMs(): number {
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(pauseMs * 2, RESPAWN_PAUSE_MAX_MS);
    return pauseMs;
  }

  #receive(acceptor: AcceptorHandle, message: ToPrimary): void {
    if (message.kind === 'metrics') this.#aggregator.receive(acceptor.id, message.id, message.snapshot);
    else if (message.kind === 'want_node_metrics') {
      void this.#collectMetrics().then((text) => acceptor.send({ kind: 'node_metrics', id: message.id, text }));
    } else if (message.kind === 'drained' && message.cut > 0) {
      const facts = { acceptor_pid: acceptor.pid, cut: message.cut };
      this.#options.logger.warn(facts, 'requests were cut at the end of the drain');
    }
  }

  #collectMetrics(): Promise<string> {
    return this.#aggregator.collect([...this.#acceptors].filter((acceptor) => acceptor.readyMs > 0));
  }
}
