/**
 * The way in: every request that a transport has received whole passes here, gets a slot and is handed to a worker, waits for a place, or is
 * answered at once because it cannot be served. Looks at the request line and a few headers only; bodies are the workers' business.
 *
 *   request ──place free──────────────────────────▶ worker
 *       ├──room in the queue──▶ WaitingRoom ──place──▶
 *       └──none────────────────▶ the provider's own error of overload, with retry-after
 *
 * Invariant: a request gets a place at once only while there would be one for everybody who waits, too.
 */
import type { Clock } from '../kernel/clock.js';
import type { HttpProblem } from '../providers/contract.js';
import { endpoints, providerOf } from '../providers/registry.js';
import { claimedBytes } from '../runtime/gzip-body.js';
import { NO_MODEL } from '../runtime/plan-layout.js';
import type { RenderPool } from '../runtime/render-pool.js';
import type { Recalled } from '../runtime/render-request.js';
import type { StreamTable } from '../runtime/stream-table.js';
import type { TimingWheel } from '../runtime/timing-wheel.js';
import type { Logger } from '../telemetry/logging.js';
import type { AcceptorMetrics } from '../telemetry/metrics.js';
import { ServiceRate } from './backpressure/service-rate.js';
import { memoryOf, waitingClientOf } from './backpressure/waiting-client.js';
import { NO_ROOM, ROOM, WaitingRoom } from './backpressure/waiting-room.js';
import { CONTENT_CODING_HEADER, contentCodingOf } from './content-coding.js';
import type { Generations } from './generations/generations.js';
import type { ServedGeneration } from './generations/served-generation.js';
import type { InlinePlanner } from './inline-planner.js';
import type { Journal } from './journal/journal.js';
import type { RequestLimits } from './limits.js';
import type { AddedHeaders } from './middleware/added-headers.js';
import { refusalOf } from './refusal.js';
import { RefusalLog } from './refusal-log.js';
import type { RequestLedger } from './request-ledger.js';
import type { RouteTable } from './routes.js';
import { AWAITING_PLACE, AWAITING_PLAN, type Pacer } from './streaming/pacer.js';
import type { Ticker } from './streaming/ticker.js';
import type { RequestTracer } from './tracing/request-tracer.js';
import type { Exchange, RequestHandler } from './transport/contract.js';

const EMPTY = new Uint8Array(0);
const NO_BODY: readonly Uint8Array[] = [];
/** Requests that get a place in one tick, each of which costs some 20 µs: then streams get their turn. */
const PLACES_PER_TICK = 32;

export interface AdmissionOptions {
  readonly table: StreamTable<Exchange>;
  readonly wheel: TimingWheel;
  readonly pool: RenderPool;
  readonly inline: Pick<InlinePlanner, 'plan' | 'ended'>;
  /** A plan was made here. */
  readonly onPlan: (plan: Uint8Array) => void;
  readonly pacer: Pacer;
  readonly ticker: Ticker;
  readonly ledger: RequestLedger;
  readonly journal: Journal | undefined;
  readonly tracer: RequestTracer;
  readonly clock: Clock;
  readonly metrics: AcceptorMetrics;
  readonly routes: RouteTable;
  readonly addedHeaders: AddedHeaders;
  readonly generations: Generations;
  readonly bodyBytesMax: number;
  readonly limits: RequestLimits;
  /** As configured for the node. */
  readonly connectionsOfAddressMax: number;
  /** From the clock's time to µs since the node's start. */
  readonly nodeTimeOffsetUs: number;
  /** A limit of the simulator's own has turned a request away. */
  readonly onLimit: () => void;
  readonly logger: Logger;
}

export class Admission implements RequestHandler {
  readonly #options: AdmissionOptions;
  readonly #placesMax: number;
  readonly #room: WaitingRoom;
  readonly #rate: ServiceRate;
  readonly #refusals: RefusalLog;
  #steering: string | undefined;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#placesMax = options.limits.placesMax;
    this.#room = new WaitingRoom(options.table.capacity, options.limits);
    this.#rate = new ServiceRate(options.clock.nowUs());
    this.#refusals = new RefusalLog(options.clock, options.logger);
  }

  /** How many requests wait for a place. */
  get waiting(): number {
    return this.#room.length;
  }

  /** From the next request on: what operators changed at run time, as JSON; undefined for nothing. */
  steer(steering: string | undefined): void {
    this.#steering = steering;
  }

  onRequest(exchange: Exchange): void {
    exchange.addedHeaders = this.#options.addedHeaders.of(exchange);
    if (exchange.problem === 'body_too_large') {
      this.#refuse(exchange, { kind: 'body_too_large', bytesMax: this.#options.bodyBytesMax }, { close: true });
      return;
    }
    if (exchange.problem === 'unknown_expectation') {
      this.#refuse(exchange, { kind: 'unknown_expectation' }, { close: true });
      return;
    }
    if (exchange.problem === 'too_many_of_address') {
      const cause = exchange.problem;
      this.#refuse(exchange, tooManyOfAddress(this.#options.connectionsOfAddressMax), { close: true, cause });
      return;
    }
    if (exchange.problem === 'too_many_connections') {
      this.#options.onLimit();
      this.#refuse(exchange, { kind: 'too_many_connections' }, { close: true });
      return;
    }
    const { method, path } = exchange;
    const preflight = this.#options.addedHeaders.preflight(method, exchange);
    if (preflight !== undefined) {
      this.#options.addedHeaders.begin(exchange);
      exchange.respond(204, preflight, EMPTY);
      return;
    }
    const route = this.#options.routes.find(exchange);
    switch (route.kind) {
      case 'endpoint':
        this.#admit(exchange, route.endpoint, route.parameters);
        break;
      case 'local':
        this.#options.addedHeaders.begin(exchange);
        route.handler(exchange);
        break;
      case 'wrong_method':
        this.#refuse(exchange, { kind: 'method_not_allowed', method, path, allowed: route.allowed });
        break;
      case 'unknown':
        this.#refuse(exchange, { kind: 'unknown_route', method, path });
        break;
    }
  }

  onWritable(exchange: Exchange): void {
    if (exchange.slot < 0) return;
    this.#options.pacer.resume(exchange.slot);
    this.#options.ticker.wake();
  }

  onClose(exchange: Exchange): void {
    if (exchange.slot >= 0) this.#options.ledger.close(exchange.slot, 'aborted', 'client_closed');
  }

  /** The slot's books are being closed: it frees a place, or leaves the queue. */
  ended(slot: number): void {
    const { inline, table, ticker } = this.#options;
    inline.ended(slot);
    if (table.state[slot] === AWAITING_PLACE) this.#room.leave(slot);
    else this.#rate.freed();
    if (this.#room.length > 0) ticker.wake();
  }

  /** To be called about once a second. */
  tellRate(): void {
    this.#rate.tell(this.#options.clock.nowUs());
    this.#refusals.tell();
  }

  /**
   * Gives free places to those who wait; false when it stopped before all places were given. While no thread serves nobody gets one: whoever
   * still waits shall not share the fate of what a thread takes along that does not come up. When one is ready, there is a tick.
   */
  giveFreePlaces(): boolean {
    const { pool, table } = this.#options;
    if (this.#room.length === 0 || !pool.isServing) return true;
    for (let given = 0; given < PLACES_PER_TICK; given++) {
      const waiting = this.#room.length;
      if (waiting === 0 || table.inUse - waiting >= this.#placesMax) return true;
      this.#givePlace(this.#room.next());
    }
    return false;
  }

  /** A worker thread is gone: its requests get the provider's own server error. */
  onThreadLost(lane: number): void {
    const { metrics, table, pacer } = this.#options;
    metrics.threadLost();
    for (let slot = 0; slot < table.capacity; slot++) {
      if (table.state[slot] === AWAITING_PLAN && table.workerIndex[slot] === lane)
        pacer.cut(slot, { kind: 'internal' });
    }
  }

  /**
   * The worker could not answer before it knew what earlier requests left: it gets the request again, with that.
   * @param generation of the configuration, under which the first round was
   */
  renderAgain(slot: number, recalled: Recalled, generation: number): void {
    const { generations, table, ticker } = this.#options;
    const exchange = table.exchange[slot] as Exchange;
    if (!this.#submit(exchange, slot, generations.of(generation), recalled)) this.#overload(slot);
    ticker.wake();
  }

  #admit(exchange: Exchange, endpoint: number, parameters: readonly string[]): void {
    const { generations, inline, ledger, onPlan, table, ticker, wheel } = this.#options;
    const coding = exchange.header(CONTENT_CODING_HEADER);
    if (coding !== undefined && contentCodingOf(coding) === 'unsupported' && takesBody(endpoint)) {
      this.#refuse(exchange, { kind: 'unsupported_coding', coding }, { endpoint });
      return;
    }
    if (table.inUse >= this.#placesMax) {
      this.#queue(exchange, endpoint, parameters);
      return;
    }
    const { current } = generations;
    const slot = ledger.open(exchange, endpoint, parameters);
    table.state[slot] = AWAITING_PLAN;
    wheel.schedule(slot, table.startUs[slot] + current.requestTimeoutUs);
    ticker.wake();
    if (coding === undefined) {
      const plan = inline.plan(exchange, current, this.#placed(slot, undefined));
      if (plan !== undefined) {
        onPlan(plan);
        return;
      }
    }
    if (!this.#submit(exchange, slot, current, undefined)) this.#overload(slot);
  }

  /** All places are taken. */
  #queue(exchange: Exchange, endpoint: number, parameters: readonly string[]): void {
    const { generations, ledger, onLimit, table, ticker, wheel } = this.#options;
    const client = waitingClientOf(exchange, endpoints[endpoint].provider);
    const bytes = memoryOf(exchange.body);
    const leaving = this.#room.roomFor(client, bytes);
    if (leaving === NO_ROOM) {
      onLimit();
      this.#refuse(exchange, this.#overloaded(), { endpoint });
      return;
    }
    if (leaving !== ROOM) this.#overload(leaving);
    const slot = ledger.open(exchange, endpoint, parameters);
    table.state[slot] = AWAITING_PLACE;
    this.#room.enter(slot, client, bytes);
    wheel.schedule(slot, table.startUs[slot] + generations.current.requestTimeoutUs);
    ticker.wake();
  }

  /** The slot's request has waited: its time begins now. */
  #givePlace(slot: number): void {
    const { clock, generations, metrics, table } = this.#options;
    const nowUs = clock.nowUs();
    const waitedUs = nowUs - table.startUs[slot];
    table.waitedUs[slot] = waitedUs;
    table.startUs[slot] = nowUs;
    table.state[slot] = AWAITING_PLAN;
    metrics.queueWait.observe(waitedUs, 0);
    if (!this.#submit(table.exchange[slot] as Exchange, slot, generations.current, undefined)) this.#overload(slot);
  }

  /** Neither a worker nor the queue can take the request, or keep it. */
  #overload(slot: number): void {
    this.#options.onLimit();
    this.#options.pacer.cut(slot, this.#overloaded());
  }

  #overloaded(): HttpProblem {
    const retryAfterSecs = this.#rate.retryAfterSecs(this.#room.length, this.#options.clock.nowUs());
    return { kind: 'overloaded', retryAfterSecs };
  }

  /** Hands the request to a worker; false when none can take it. */
  #submit(exchange: Exchange, slot: number, served: ServedGeneration, recalled: Recalled | undefined): boolean {
    const { ledger, pool, table } = this.#options;
    const index = ledger.endpointOf(slot);
    const head = served.heads.of(exchange, this.#placed(slot, recalled));
    const body = takesBody(index) ? exchange.body : NO_BODY;
    const isGzip = contentCodingOf(exchange.header(CONTENT_CODING_HEADER)) === 'gzip';
    const lane = pool.submit([head, ...body], isGzip ? claimedBytes(body) : 0);
    if (lane >= 0) table.workerIndex[slot] = lane;
    return lane >= 0;
  }

  #placed(slot: number, recalled: Recalled | undefined) {
    const { ledger, nodeTimeOffsetUs, table, tracer } = this.#options;
    return {
      slot,
      generation: table.generation[slot],
      endpoint: ledger.endpointOf(slot),
      parameters: ledger.parametersOf(slot),
      recalled,
      atUs: table.startUs[slot] - table.waitedUs[slot] + nodeTimeOffsetUs,
      steering: this.#steering,
      isTraced: tracer.isTraced(slot),
    };
  }

  #refuse(exchange: Exchange, problem: HttpProblem, manner: RefusalManner = {}): void {
    const { addedHeaders, clock, journal, metrics, tracer } = this.#options;
    const { cause = problem.kind, close = false, endpoint = -1 } = manner;
    const provider = providerOf(exchange);
    const { body, headers, status } = refusalOf(provider, problem);
    const bytes = Buffer.from(body);
    metrics.requestAnswered(NO_MODEL, 'error', 0);
    metrics.error(String(status));
    const refusal = { provider, status, cause, bytes: bytes.length, headers, nowUs: clock.nowUs() };
    journal?.refused(exchange, refusal);
    if (tracer.isActive) tracer.refused(exchange, { ...refusal, endpoint });
    this.#refusals.refused(exchange, provider, status, cause);
    addedHeaders.begin(exchange);
    exchange.respond(status, headers, bytes, close);
  }
}

interface RefusalManner {
  /** Whether the connection ends with it. */
  readonly close?: boolean;
  /** A fixed word that names why, where the problem's own does not. */
  readonly cause?: string;
  /** Which one was asked, where that is known. */
  readonly endpoint?: number;
}

/**
 * What a client gets that has too many connections itself: 429 rather than the 503 of a server that is full, because it is the client's to
 * mend, as Anthropic's API says of too many concurrent connections.
 */
function tooManyOfAddress(limit: number): HttpProblem {
  const refusal = { dimension: 'concurrent_requests', limit, used: limit, requested: 1, retryAfterUs: 1e6 } as const;
  return { kind: 'rate_limited', retryAfterSecs: 1, details: { refusal, report: { standings: [] } } };
}

function takesBody(endpoint: number): boolean {
  return endpoints[endpoint].endpoint.takesBody !== false;
}
