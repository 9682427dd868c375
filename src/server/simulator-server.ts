/**
 * One acceptor, whole: transport, admission, worker pool, pacer and metrics put together for one configuration snapshot. Used by an
 * acceptor process and by the library alike; holds no process-wide state, so several can live in one process.
 *
 *   socket ─▶ transport ─▶ Admission ─▶ RenderPool ─▶ (worker thread)
 *   socket ◀─ transport ◀─ Pacer ◀─ PlanIntake ◀───── plan
 */
import type { Encoding } from '../content/tokenizers/load-tokenizer.js';
import { OccurrenceCounter } from '../runtime/occurrence-counter.js';
import type { RenderPool } from '../runtime/render-pool.js';
import { StreamTable } from '../runtime/stream-table.js';
import { TimingWheel } from '../runtime/timing-wheel.js';
import type { AcceptorFigures, AcceptorMetrics } from '../telemetry/metrics.js';
import { moduleLogger } from '../telemetry/module-logger.js';
import type { RequestBooks } from '../telemetry/request-books.js';
import { PLAIN_SCRAPE, type Scrape, type ScrapeWish } from '../telemetry/scrape.js';
import { AcceptorMeasures } from './acceptor-measures.js';
import { AcceptorRoutes } from './acceptor-routes.js';
import { createTransport } from './acceptor-transport.js';
import { Admission } from './admission.js';
import { PressureSign } from './backpressure/pressure-sign.js';
import { AcceptorAnswerer } from './control/acceptor-answers.js';
import type { AcceptorAnswer, AcceptorQuestion } from './control/acceptor-poll.js';
import type { AcceptorReset } from './control/reset-operations.js';
import { Departure } from './departure.js';
import { CertificateRenewal } from './generations/certificate-renewal.js';
import { GenerationDesk } from './generations/generation-desk.js';
import { type Generations, knownGenerations } from './generations/generations.js';
import { nodeFactsOf } from './handlers/operations.js';
import { InlinePlanner } from './inline-planner.js';
import { journalOf } from './journal/journal-of.js';
import { LimitSteering } from './limits/limit-steering.js';
import { certificateFiles, requestLimits } from './limits.js';
import { type LoneNode, loneNodeOf } from './lone-node.js';
import { AddedHeaders } from './middleware/added-headers.js';
import type { NodeLink } from './node-link.js';
import { PlanIntake } from './plan-intake.js';
import type { ConfigurationDesk } from './reload/configuration-desk.js';
import { RequestLedger } from './request-ledger.js';
import { FileShortage } from './saturation/file-shortage.js';
import { LoadMonitor } from './saturation/load-monitor.js';
import { firstVerdict, type Verdict } from './saturation/verdict.js';
import { SessionOutbox } from './sessions/session-outbox.js';
import type { SimulatorServerOptions } from './simulator-options.js';
import { Pacer } from './streaming/pacer.js';
import { StreamMeter } from './streaming/stream-meter.js';
import { Ticker } from './streaming/ticker.js';
import { tickSource } from './tick-source.js';
import { createTracer, type RequestTracer } from './tracing/request-tracer.js';
import type { Exchange, ListenAddress, Transport } from './transport/contract.js';
import { createWorkerPool } from './worker-pool.js';

/** How long a node that leaves waits for a collector: within what it has beyond its own time limit before it is killed. */
const SPAN_FLUSH_MS_MAX = 1_500;

export class SimulatorServer {
  readonly #options: SimulatorServerOptions;
  readonly #table: StreamTable<Exchange>;
  readonly #ledger: RequestLedger;
  readonly #transport: Transport;
  /** How often each equal request has come, for all worker threads. */
  readonly #occurrences = OccurrenceCounter.allocate();
  readonly #pool: RenderPool;
  readonly #inline: InlinePlanner;
  readonly #pacer: Pacer;
  readonly #intake: PlanIntake;
  readonly #admission: Admission;
  readonly #ticker: Ticker;
  readonly #metrics: AcceptorMetrics;
  readonly #measures: AcceptorMeasures;
  readonly #node: NodeLink;
  /** Where there is no other node. */
  readonly #lone: LoneNode | undefined;
  readonly #monitor: LoadMonitor;
  readonly #pressure: PressureSign;
  readonly #addedHeaders: AddedHeaders;
  readonly #limitSteering: LimitSteering;
  readonly #generations: Generations;
  /** Takes further generations of the configuration in. */
  readonly generations: GenerationDesk;
  readonly #startedUs: number;
  readonly #answerer: AcceptorAnswerer;
  readonly #sessions: SessionOutbox;
  readonly #departure: Departure;
  readonly #tracer: RequestTracer;
  #verdict: Verdict;

  constructor(options: SimulatorServerOptions) {
    this.#options = options;
    const { snapshot, clock, logger, state, batching, nodeTimeOffsetUs, place } = options;
    const { server, simulation } = snapshot.configuration;
    this.#startedUs = clock.nowUs();
    this.#generations = knownGenerations(options);
    const { modelNames } = snapshot;
    const limits = requestLimits(snapshot, options.processes);
    const table = new StreamTable<Exchange>(limits.placesMax + limits.waitingMax);
    const wheel = new TimingWheel(table.capacity, this.#startedUs);
    this.#table = table;
    this.#measures = new AcceptorMeasures({ place, modelNames, gauges: this.#gauges(), table, pool: () => this.#pool });
    this.#metrics = this.#measures.metrics;
    this.#verdict = firstVerdict(simulation.slip_limit_ms * 1_000);
    this.#lone = options.node === undefined ? loneNodeOf(this, options) : undefined;
    this.#node = options.node ?? (this.#lone as LoneNode);
    this.#pressure = new PressureSign(table, limits.placesMax, snapshot);
    this.#addedHeaders = new AddedHeaders(server.cors, this.#pressure);
    this.#limitSteering = new LimitSteering(snapshot, nodeTimeOffsetUs);
    const journal = journalOf(snapshot, { table, nodeTimeOffsetUs });
    this.#sessions = new SessionOutbox(table.capacity, (turns) => this.#node.reportTurns(turns));
    const sessions = this.#sessions;
    const tracer = createTracer({
      snapshot,
      table,
      clock,
      logger: moduleLogger(logger, 'tracing'),
      place,
      nodeTimeOffsetUs,
    });
    this.#tracer = tracer;
    this.#answerer = new AcceptorAnswerer({ journal, sessions, place, modelNames });
    this.#ledger = new RequestLedger({
      table,
      wheel,
      clock,
      metrics: this.#metrics,
      logger: moduleLogger(logger, 'http'),
      modelNames,
      journal,
      sessions,
      tracer,
      onClose: (slot, outcome) => {
        this.#intake.ended(slot, outcome);
        this.#admission.ended(slot);
      },
    });
    const ledger = this.#ledger;
    this.#pool = this.#createPool();
    // Less the request at hand, which has its slot already.
    const paced = () => table.inUse - 1 - this.#pool.outstanding - this.#admission.waiting;
    this.#inline = new InlinePlanner(options, this.#occurrences, table.capacity, paced);
    this.#transport = this.#createTransport();
    this.#departure = new Departure({
      transport: this.#transport,
      clock,
      activeRequests: () => table.inUse,
      cut: () => this.#pacer.cutAll({ kind: 'shutting_down' }),
    });
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
      generations: this.#generations,
    });
    this.#ticker = new Ticker(
      tickSource({
        table,
        wheel,
        pool: this.#pool,
        inline: this.#inline,
        pacer: this.#pacer,
        admission: () => this.#admission,
      }),
      clock,
    );
    this.#intake = new PlanIntake({
      table,
      journal,
      sessions,
      tracer,
      clock,
      ledger,
      metrics: this.#metrics,
      limits: options.limits,
      steering: this.#limitSteering,
      state,
      batching,
      snapshot,
      pacer: this.#pacer,
      ticker: this.#ticker,
      logger: moduleLogger(logger, 'state'),
      onRecalled: (slot, recalled, generation) => this.#admission.renderAgain(slot, recalled, generation),
    });
    const routes = this.#createRoutes();
    this.#admission = new Admission({
      table,
      wheel,
      pool: this.#pool,
      inline: this.#inline,
      onPlan: (plan) => this.#intake.take(plan),
      pacer: this.#pacer,
      ticker: this.#ticker,
      ledger,
      journal,
      tracer,
      clock,
      metrics: this.#metrics,
      routes: routes.table,
      addedHeaders: this.#addedHeaders,
      generations: this.#generations,
      bodyBytesMax: server.max_body_bytes,
      limits,
      connectionsOfAddressMax: server.max_connections_per_ip,
      nodeTimeOffsetUs: options.nodeTimeOffsetUs,
      onLimit: () => this.#monitor.refused(),
      logger: moduleLogger(logger, 'http'),
    });
    const configLog = moduleLogger(logger, 'config');
    this.generations = new GenerationDesk({
      generations: this.#generations,
      pool: this.#pool,
      parts: [
        ...(options.parts ?? []),
        this.#metrics,
        ledger,
        this.#addedHeaders,
        this.#pressure,
        this.#intake,
        this.#limitSteering,
        this.#answerer,
        tracer,
        routes,
        new CertificateRenewal({ snapshot, transport: this.#transport, logger: configLog, filesOf: certificateFiles }),
      ],
    });
    this.steer(this.#lone?.steering);
  }

  /** Starts the worker threads, then listens. Resolves with the real address when requests are served. */
  async start(address: ListenAddress): Promise<ListenAddress> {
    try {
      await this.#pool.start();
      this.#inline.warmUp(this.#generations.current);
      const listening = await this.#transport.listen(address);
      this.#departure.serving();
      this.#monitor.start();
      return listening;
    } catch (cause) {
      await this.stop();
      throw cause;
    }
  }

  /** The configuration of the node, where this acceptor is all there is of it. */
  get configuration(): ConfigurationDesk | undefined {
    return this.#lone?.configuration;
  }

  get activeRequests(): number {
    return this.#table.inUse;
  }

  /** The node's verdict, which the server says wherever it answers. Without a node of its own it takes its own. */
  takeVerdict(verdict: Verdict): void {
    this.#verdict = verdict;
    this.#addedHeaders.saturation(verdict.reasons);
    this.#pressure.takeNode(verdict.pressure);
  }

  /** What operators changed at run time, as JSON; holds from the next request on. Undefined for nothing. */
  steer(steering: string | undefined): void {
    this.#admission.steer(steering);
    this.#limitSteering.steer(steering);
    this.#tracer.steer(steering);
  }

  /** What the node asks of every acceptor. */
  answer(question: AcceptorQuestion): AcceptorAnswer {
    return this.#answerer.answer(question);
  }

  /** The node's metrics in Prometheus' text format. */
  async metricsText(): Promise<string> {
    return new TextDecoder().decode((await this.scrape(PLAIN_SCRAPE)).body);
  }

  /** The node's metrics. */
  scrape(wish: ScrapeWish): Promise<Scrape> {
    return this.#node.scrape(wish);
  }

  /** How many requests have come and how they ended. */
  get books(): RequestBooks {
    return this.#metrics.books;
  }

  /** What this acceptor has counted. */
  async figures(): Promise<AcceptorFigures> {
    return this.#measures.figures(await this.#tracer.metricsSnapshot());
  }

  /** Forgets what it has of the parts; holds from the next request on. */
  reset(parts: readonly AcceptorReset[]): void {
    if (parts.includes('occurrences')) OccurrenceCounter.clear(this.#occurrences);
    if (parts.includes('stats')) this.#metrics.clearDelays();
  }

  /** Serves as ever, but is not ready any more, and every answer asks its client to connect elsewhere next. Resolves after the time. */
  startLameDuck(ms: number): Promise<void> {
    return this.#departure.startLameDuck(ms);
  }

  /** Resolves when no new connection gets in, at the latest after the time; those that waited to be accepted are served. */
  stopAccepting(timeoutMs: number): Promise<void> {
    return this.#departure.stopAccepting(timeoutMs);
  }

  /**
   * Takes no new connections, lets what is open finish, and cuts what is left after the time with the provider's own error.
   * @param isGentle whether idle connections are closed in order as well, which takes up to half a second
   * @returns how many requests had to be cut
   */
  async drain(timeoutMs: number, isGentle = false): Promise<number> {
    const cut = await this.#departure.drain(timeoutMs, isGentle);
    this.#sessions.flush();
    await this.#tracer.flush(SPAN_FLUSH_MS_MAX);
    return cut;
  }

  /** Ends everything at once. */
  async stop(): Promise<void> {
    this.#departure.abandon();
    this.#monitor.stop();
    this.#measures.close();
    await this.#lone?.close();
    this.#ticker.stop();
    this.#intake.close();
    await this.#transport.close();
    await this.#pool.close();
    await this.#tracer.close();
  }

  #createMonitor(meter: StreamMeter): LoadMonitor {
    const { clock, logger } = this.#options;
    const onChange = (isShort: boolean): void => this.#transport.setFileShortage(isShort);
    return new LoadMonitor({
      clock,
      table: this.#table,
      meter,
      metrics: this.#metrics,
      gauges: this.#gauges(),
      generation: () => this.#generations.current.generation,
      onReport: (report) => {
        this.#admission.tellRate();
        this.#node.report(report);
      },
      files: new FileShortage({ clock, logger: moduleLogger(logger, 'saturation'), onChange }),
    });
  }

  #createPool(): RenderPool {
    return createWorkerPool(this.#options, this.#occurrences, () => this.#generations.texts(), {
      onLoaded: (loaded) => this.#inline.adopt(loaded as Encoding[]),
      onPlan: (plan) => this.#intake.take(plan),
      onThreadLost: (lane) => this.#admission.onThreadLost(lane),
      onWake: () => this.#ticker.wake(),
    });
  }

  #createTransport(): Transport {
    return createTransport(this.#options, {
      handler: () => this.#admission,
      onAccepted: () => this.#monitor.accepted(),
      onDropped: () => this.#metrics.connectionDropped(),
    });
  }

  #gauges() {
    return {
      activeRequests: () => this.#table.inUse,
      activeStreams: () => this.#ledger.openStreams,
      waitingRequests: () => this.#admission.waiting,
      renderingRequests: () => this.#pool.outstanding,
      backpressure: () => this.#pressure.now,
      connections: () => this.#transport.connections,
      generation: () => this.#generations.current.generation,
    };
  }

  #createRoutes(): AcceptorRoutes {
    const { clock, logger, snapshot } = this.#options;
    return new AcceptorRoutes(snapshot, {
      operations: {
        facts: nodeFactsOf(this.#options),
        uptimeSecs: () => (clock.nowUs() - this.#startedUs) / 1e6,
        phase: () => this.#departure.phase,
        verdict: () => this.#verdict,
        stateHealth: this.#options.stateHealth,
        nodeHealth: () => this.#node.health,
        generation: () => this.#generations.current.generation,
        scrape: (wish) => this.scrape(wish),
      },
      admin: { clock, logger: moduleLogger(logger, 'admin'), administer: (command) => this.#node.administer(command) },
    });
  }
}
