/**
 * One acceptor, whole: transport, admission, worker pool, pacer and metrics put together for one configuration snapshot. Used by an
 * acceptor process and by the library alike; holds no process-wide state, so several can live in one process.
 *
 *   socket ─▶ transport ─▶ Admission ─▶ RenderPool ─▶ (worker thread)
 *   socket ◀─ transport ◀─ Pacer ◀─ StateDesk ◀────── plan
 */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import type { Clock } from '../kernel/clock.js';
import { packageVersion } from '../kernel/package-root.js';
import type { HttpProblem } from '../providers/contract.js';
import { OccurrenceCounter } from '../runtime/occurrence-counter.js';
import { RenderPool } from '../runtime/render-pool.js';
import type { StateStore } from '../runtime/state-store.js';
import { StreamTable } from '../runtime/stream-table.js';
import { TimingWheel } from '../runtime/timing-wheel.js';
import type { Logger } from '../telemetry/logging.js';
import { AcceptorMetrics, type MetricsSnapshot } from '../telemetry/metrics.js';
import { Admission } from './admission.js';
import { BatchDesk } from './batching/batch-desk.js';
import type { ConnectBatching } from './batching/serving.js';
import { adminHandlers } from './handlers/admin.js';
import { type NodeFacts, operationsHandlers } from './handlers/operations.js';
import { LoneNode } from './lone-node.js';
import { AddedHeaders } from './middleware/added-headers.js';
import type { NodeLink } from './node-link.js';
import { RequestLedger } from './request-ledger.js';
import { RouteTable } from './routes.js';
import { LoadMonitor } from './saturation/load-monitor.js';
import { firstVerdict, type Verdict } from './saturation/verdict.js';
import { StateDesk } from './state-desk.js';
import { FRAME_BYTES_MAX, Pacer } from './streaming/pacer.js';
import { StepGate } from './streaming/step-gate.js';
import { StreamMeter } from './streaming/stream-meter.js';
import { Ticker } from './streaming/ticker.js';
import type { Exchange, ListenAddress, Transport } from './transport/contract.js';
import type { SelectedTransport } from './transport/select.js';

/** Plans taken in per lane and tick, each of which sends its stream's headers: some milliseconds, then other sockets get their turn. */
const PLANS_PER_TICK = 32;
/** How much more than its even share of connections one of several acceptors may get. */
const UNEVENNESS = 1.25;
/** How often drain() looks whether the last stream has ended. */
const DRAIN_POLL_MS = 20;

export interface SimulatorServerOptions {
  readonly snapshot: ConfigurationSnapshot;
  readonly transport: SelectedTransport;
  readonly logger: Logger;
  readonly clock: Clock;
  /** How many acceptors share the node's limits. */
  readonly processes: number;
  /** Which of them this one is, from 0. */
  readonly place: number;
  /** The rest of the node; without it this acceptor is all there is. */
  readonly node?: NodeLink;
  /** What requests leave behind for later ones, over all processes of the node. */
  readonly state: StateStore;
  /** Ties this acceptor to the node's serving engines; undefined where no model is batched. */
  readonly batching: ConnectBatching | undefined;
  /** What the serving engines count, where this acceptor is all there is of the node. */
  readonly engineMetrics?: () => Promise<MetricsSnapshot>;
  /** The entry module of the worker threads. */
  readonly workerFilename: string;
}

/** What a worker thread gets besides its rings. */
export interface RenderData {
  readonly snapshot: ConfigurationSnapshot;
  readonly occurrences: SharedArrayBuffer;
  readonly processes: number;
  readonly place: number;
}

export class SimulatorServer {
  readonly #options: SimulatorServerOptions;
  readonly #table: StreamTable<Exchange>;
  readonly #transport: Transport;
  readonly #pool: RenderPool;
  readonly #pacer: Pacer;
  readonly #stateDesk: StateDesk;
  readonly #batchDesk: BatchDesk | undefined;
  readonly #admission: Admission;
  readonly #ticker: Ticker;
  readonly #metrics: AcceptorMetrics;
  readonly #node: NodeLink;
  readonly #monitor: LoadMonitor;
  readonly #addedHeaders: AddedHeaders;
  readonly #startedUs: number;
  #verdict: Verdict;
  #ready = false;

  constructor(options: SimulatorServerOptions) {
    this.#options = options;
    const { snapshot, clock, logger } = options;
    const { server, simulation } = snapshot.configuration;
    this.#startedUs = clock.nowUs();
    const modelNames = snapshot.models.map((model) => model.name);
    const table = new StreamTable<Exchange>(share(simulation.concurrency.max_concurrent_requests, options.processes));
    const wheel = new TimingWheel(table.capacity, this.#startedUs);
    this.#table = table;
    this.#metrics = new AcceptorMetrics(modelNames, this.#gauges(), packageVersion);
    this.#verdict = firstVerdict(simulation.slip_limit_ms * 1_000);
    this.#node = options.node ?? this.#createNode();
    this.#addedHeaders = new AddedHeaders(server.cors);
    const ledger = new RequestLedger({
      table,
      wheel,
      clock,
      metrics: this.#metrics,
      logger,
      modelNames,
      onClose: (slot) => this.#batchDesk?.ended(slot),
    });
    this.#pool = this.#createPool();
    this.#transport = this.#createTransport();
    const meter = new StreamMeter({ table, ledger, metrics: this.#metrics, nowUs: this.#startedUs });
    this.#monitor = this.#createMonitor(meter);
    this.#pacer = new Pacer({
      table,
      wheel,
      clock,
      transport: this.#transport,
      ledger,
      meter,
      addedHeaders: this.#addedHeaders,
      stallLimitUs: server.stall_limit_secs * 1e6,
      requestTimeoutUs: server.request_timeout_secs * 1e6,
      gate: options.batching && new StepGate(table.capacity),
    });
    this.#ticker = new Ticker(this.#tickSource(wheel), clock);
    this.#batchDesk = options.batching && this.#createBatchDesk(table, options.batching);
    this.#stateDesk = this.#createStateDesk(table);
    this.#admission = new Admission({
      table,
      wheel,
      pool: this.#pool,
      pacer: this.#pacer,
      ticker: this.#ticker,
      ledger,
      metrics: this.#metrics,
      routes: new RouteTable({ ...operationsHandlers(this.#operations()), ...adminHandlers(this.#admin()) }),
      addedHeaders: this.#addedHeaders,
      snapshot,
      requestTimeoutUs: server.request_timeout_secs * 1e6,
      bodyBytesMax: server.max_body_bytes,
      onLimit: () => this.#monitor.refused(),
    });
  }

  /** Starts the worker threads, then listens. Resolves with the real address when requests are served. */
  async start(address: ListenAddress): Promise<ListenAddress> {
    try {
      await this.#pool.start();
      const listening = await this.#transport.listen(address);
      this.#ready = true;
      this.#monitor.start();
      return listening;
    } catch (cause) {
      await this.stop();
      throw cause;
    }
  }

  get activeRequests(): number {
    return this.#table.inUse;
  }

  /** The node's verdict, which the server says wherever it answers. Without a node of its own it takes its own. */
  takeVerdict(verdict: Verdict): void {
    this.#verdict = verdict;
    this.#addedHeaders.saturation(verdict.reasons);
  }

  /** The node's metrics in Prometheus' text format. */
  metricsText(): Promise<string> {
    return this.#node.metricsText();
  }

  /** This acceptor's part of the metrics. */
  metricsSnapshot(): Promise<MetricsSnapshot> {
    return this.#metrics.snapshot();
  }

  /**
   * Takes no new connections, lets what is open finish, and cuts what is left after the time with the provider's own error.
   * @returns how many requests had to be cut
   */
  async drain(timeoutMs: number): Promise<number> {
    this.#ready = false;
    this.#transport.stopAccepting();
    const deadlineUs = this.#options.clock.nowUs() + timeoutMs * 1_000;
    while (this.#table.inUse > 0 && this.#options.clock.nowUs() < deadlineUs) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
    }
    const left = this.#table.inUse;
    if (left > 0) this.#cutAll({ kind: 'shutting_down' });
    return left;
  }

  /** Ends everything at once. */
  async stop(): Promise<void> {
    this.#ready = false;
    this.#monitor.stop();
    this.#ticker.stop();
    await this.#transport.close();
    await this.#pool.close();
  }

  #cutAll(problem: HttpProblem): void {
    for (let slot = 0; slot < this.#table.capacity; slot++) {
      if (this.#table.state[slot] !== 0) this.#pacer.cut(slot, problem);
    }
  }

  #createNode(): LoneNode {
    const { clock, logger, snapshot } = this.#options;
    return new LoneNode({
      snapshot,
      clock,
      logger,
      metricsSnapshot: () => this.metricsSnapshot(),
      engineMetrics: this.#options.engineMetrics,
      onVerdict: (verdict) => this.takeVerdict(verdict),
    });
  }

  #createMonitor(meter: StreamMeter): LoadMonitor {
    return new LoadMonitor({
      clock: this.#options.clock,
      table: this.#table,
      meter,
      metrics: this.#metrics,
      gauges: this.#gauges(),
      onReport: (report) => this.#node.report(report),
    });
  }

  #createPool(): RenderPool {
    const { clock, logger, place, processes, snapshot, workerFilename } = this.#options;
    const data: RenderData = { snapshot, occurrences: OccurrenceCounter.allocate(), processes, place };
    return new RenderPool({
      filename: workerFilename,
      threads: snapshot.configuration.server.threads,
      data,
      clock,
      handler: {
        onPlan: (plan) => this.#stateDesk.take(Buffer.from(plan.buffer, plan.byteOffset, plan.byteLength)),
        onThreadLost: (lane, cause) => {
          logger.error(
            { lane, cause: cause.message },
            'worker thread lost; its requests fail and a fresh thread takes its place',
          );
          this.#admission.onThreadLost(lane);
        },
        onWake: () => this.#ticker.wake(),
        onDefect: (text) => logger.error({ cause: text }, 'a request could not be rendered'),
      },
    });
  }

  /** Everything that had to be settled before the plan is. */
  #begin(plan: Buffer): void {
    if (this.#batchDesk === undefined) this.#pacer.accept(plan);
    else this.#batchDesk.take(plan);
    this.#ticker.wake();
  }

  #createBatchDesk(table: StreamTable<Exchange>, connect: ConnectBatching): BatchDesk {
    return new BatchDesk({
      table,
      connect,
      onPlan: (plan) => {
        this.#pacer.accept(plan);
        this.#ticker.wake();
      },
      onRefused: (slot, problem) => this.#pacer.cut(slot, problem),
      onGrant: (slot, endUs) => this.#pacer.grant(slot, endUs),
      onSteps: () => this.#ticker.wake(),
    });
  }

  #createStateDesk(table: StreamTable<Exchange>): StateDesk {
    const { logger, state } = this.#options;
    return new StateDesk({
      store: state,
      table,
      onPlan: (plan) => this.#begin(plan),
      onRecalled: (slot, recalled) => this.#admission.renderAgain(slot, recalled),
      onFailed: (slot, problem, cause) => {
        logger.error(
          { cause: cause instanceof Error ? cause.message : String(cause) },
          'the state store failed a request',
        );
        this.#pacer.cut(slot, problem);
      },
    });
  }

  #createTransport(): Transport {
    const { server } = this.#options.snapshot.configuration;
    return this.#options.transport.create({
      limits: {
        bodyBytesMax: server.max_body_bytes,
        headerBytesMax: server.max_header_bytes,
        connectionsMax: share(server.max_connections, this.#options.processes),
        requestReceiveTimeoutMs: server.receive_timeout_secs * 1_000,
        keepAliveTimeoutMs: server.keep_alive_timeout_secs * 1_000,
      },
      handler: {
        onRequest: (exchange) => this.#admission.onRequest(exchange),
        onWritable: (exchange) => this.#admission.onWritable(exchange),
        onClose: (exchange) => this.#admission.onClose(exchange),
      },
      frameBytesMax: FRAME_BYTES_MAX,
    });
  }

  #tickSource(wheel: TimingWheel) {
    const table = this.#table;
    const pool = this.#pool;
    const pacer = this.#pacer;
    return {
      get entries() {
        return table.inUse;
      },
      nextDeadlineUs: () => wheel.nextDeadlineUs(),
      tick: () => {
        const drained = pool.drain(PLANS_PER_TICK);
        return pacer.tick() && drained;
      },
      prepareSleep: () => pool.declareAsleep(),
    };
  }

  #gauges() {
    return {
      activeRequests: () => this.#table.inUse,
      queuedRequests: () => this.#pool.outstanding,
      connections: () => this.#transport.connections,
    };
  }

  #admin() {
    return { configuration: this.#options.snapshot.configuration.admin, stats: () => this.#node.stats() };
  }

  #operations() {
    const { clock, processes, snapshot, transport } = this.#options;
    const facts: NodeFacts = {
      version: packageVersion,
      transport: transport.name,
      transportReason: transport.reason,
      processes,
      threads: snapshot.configuration.server.threads,
    };
    return {
      facts,
      uptimeSecs: () => (clock.nowUs() - this.#startedUs) / 1e6,
      isReady: () => this.#ready,
      verdict: () => this.#verdict,
      metricsText: () => this.metricsText(),
      metricsEnabled: snapshot.configuration.telemetry.metrics.enabled,
    };
  }
}

/**
 * One acceptor's part of a limit of the node. The kernel deals connections out unevenly (within some ten percent), so each of several
 * acceptors takes a quarter more than its share: nobody is refused below the limit, and the node may admit up to a quarter above it.
 */
function share(limit: number, processes: number): number {
  return processes === 1 ? limit : Math.ceil((limit / processes) * UNEVENNESS);
}
