/**
 * The primary process of a node: starts the acceptors, replaces one that dies, answers scrapes for the whole node, and drains it.
 *
 *   starting ──all ready──▶ serving ──drain()──▶ draining ──all gone──▶ stopped
 *       └──one fails──▶ stopped (start() rejects)
 *
 * Serves no requests itself but the metrics port's, so nothing here can stall a stream.
 */
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import { Failure } from '../kernel/failure.js';
import type { ListenAddress } from '../server/transport/contract.js';
import type { Logger } from '../telemetry/logging.js';
import { acceptorCount } from './acceptor-count.js';
import type { ToAcceptor, ToPrimary } from './messages.js';
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
  readonly #acceptors = new Map<number, Worker>();
  #address: ListenAddress;
  #pauseMs = RESPAWN_PAUSE_FIRST_MS;
  #stopping = false;

  constructor(options: PrimaryOptions) {
    const { host, port, workers } = options.snapshot.configuration.server;
    this.#options = options;
    this.#processes = acceptorCount(workers, availableParallelism());
    this.#address = { host, port };
  }

  /** Resolves when every acceptor serves. Rejects with the first one's Failure, leaving nothing behind. */
  async start(): Promise<NodeDescription> {
    const { server, telemetry } = this.#options.snapshot.configuration;
    const { enabled, prometheus_port: metricsPort } = telemetry.metrics;
    this.#address = await probePort(this.#address);
    try {
      const metricsAddress = enabled
        ? await this.#metricsServer.listen({ host: server.host, port: metricsPort })
        : undefined;
      cluster.setupPrimary({ exec: acceptorEntry(), args: [], serialization: 'advanced' });
      const [first] = await Promise.all(Array.from({ length: this.#processes }, () => this.#spawn()));
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
    const exits = [...this.#acceptors.values()].map((worker) => once(worker, 'exit'));
    for (const worker of this.#acceptors.values()) send(worker, { kind: 'drain', timeoutMs });
    const kill = setTimeout(() => this.#killAll(), timeoutMs + KILL_GRACE_MS);
    await Promise.all(exits);
    clearTimeout(kill);
    await this.#metricsServer.close();
  }

  /** Ends everything at once. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const exits = [...this.#acceptors.values()].map((worker) => once(worker, 'exit'));
    this.#killAll();
    await Promise.all(exits);
    await this.#metricsServer.close();
  }

  #killAll(): void {
    for (const worker of this.#acceptors.values()) worker.process.kill('SIGKILL');
  }

  /** Forks an acceptor and resolves with its `ready`. An acceptor that dies later is replaced. */
  #spawn(): Promise<Extract<ToPrimary, { kind: 'ready' }>> {
    const worker = cluster.fork();
    this.#acceptors.set(worker.id, worker);
    return new Promise((resolve, reject) => {
      let readyMs = 0;
      let failure: Failure | undefined;
      worker.on('message', (message: ToPrimary) => {
        if (message.kind === 'loaded') {
          const { snapshot } = this.#options;
          send(worker, { kind: 'start', snapshot, address: this.#address, processes: this.#processes });
        } else if (message.kind === 'ready') {
          readyMs = performance.now();
          resolve(message);
        } else if (message.kind === 'failed')
          failure = new Failure(message.code, message.message, { hint: message.hint });
        else this.#receive(worker, message);
      });
      worker.on('exit', (code, signal) => {
        this.#acceptors.delete(worker.id);
        void this.#aggregator.retire(worker.id);
        reject(failure ?? unexpectedExit(code, signal));
        if (readyMs > 0 && !this.#stopping) this.#replace(worker, code, signal, readyMs, failure);
      });
    });
  }

  #replace(worker: Worker, code: number, signal: string, readyMs: number, failure: Failure | undefined): void {
    const { logger } = this.#options;
    if (performance.now() - readyMs > HEALTHY_AFTER_MS) this.#pauseMs = RESPAWN_PAUSE_FIRST_MS;
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(pauseMs * 2, RESPAWN_PAUSE_MAX_MS);
    const cause = failure?.message ?? unexpectedExit(code, signal).message;
    logger.error({ acceptor_pid: worker.process.pid, cause, pause_ms: pauseMs }, 'acceptor lost; starting another');
    setTimeout(() => this.#respawn(), pauseMs).unref();
  }

  #respawn(): void {
    if (this.#stopping) return;
    this.#spawn().catch((cause: Error) => {
      if (this.#stopping) return;
      this.#options.logger.error(
        { cause: cause.message, pause_ms: this.#pauseMs },
        'acceptor did not start; trying again',
      );
      setTimeout(() => this.#respawn(), this.#pauseMs).unref();
      this.#pauseMs = Math.min(this.#pauseMs * 2, RESPAWN_PAUSE_MAX_MS);
    });
  }

  #receive(worker: Worker, message: ToPrimary): void {
    if (message.kind === 'metrics') this.#aggregator.receive(worker.id, message.id, message.snapshot);
    else if (message.kind === 'want_node_metrics') {
      void this.#collectMetrics().then((text) => send(worker, { kind: 'node_metrics', id: message.id, text }));
    } else if (message.kind === 'drained' && message.cut > 0) {
      this.#options.logger.warn(
        { acceptor_pid: worker.process.pid, cut: message.cut },
        'requests were cut at the end of the drain',
      );
    }
  }

  #collectMetrics(): Promise<string> {
    const sources = [...this.#acceptors.values()].map((worker) => ({
      id: worker.id,
      send: (message: ToAcceptor) => send(worker, message),
    }));
    return this.#aggregator.collect(sources);
  }
}

/** A message to a process that is just leaving is lost, and that is fine: its exit says the rest. */
function send(worker: Worker, message: ToAcceptor): void {
  if (worker.isConnected()) worker.send(message, undefined, undefined, () => {});
}

function unexpectedExit(code: number | null, signal: string | null): Failure {
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  return new Failure('START_FAILED', `an acceptor process ended with ${how}`, {
    hint: 'its own output above says why; out of memory and kill from outside are the usual reasons',
  });
}

function acceptorEntry(): string {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`./acceptor-process.${ending}`, import.meta.url));
}
