/**
 * The way in: every request that a transport has received whole passes here, gets a slot and is handed to a worker, or is answered at
 * once because it cannot be served. Looks at the request line and a few headers only; bodies are the workers' business.
 */
import type { Clock } from '../kernel/clock.js';
import type { HttpProblem, Provider } from '../providers/contract.js';
import { endpoints, providers } from '../providers/registry.js';
import type { RenderPool } from '../runtime/render-pool.js';
import { encodeRequestHead } from '../runtime/render-request.js';
import { NO_MODEL } from '../runtime/response-plan.js';
import type { StreamTable } from '../runtime/stream-table.js';
import type { TimingWheel } from '../runtime/timing-wheel.js';
import type { AcceptorMetrics } from '../telemetry/metrics.js';
import type { RequestLedger } from './request-ledger.js';
import type { RouteTable } from './routes.js';
import { AWAITING_PLAN, type Pacer } from './streaming/pacer.js';
import type { Ticker } from './streaming/ticker.js';
import type { Exchange, RequestHandler } from './transport/contract.js';

/** A load generator numbers its requests with it. */
const REQUEST_KEY_HEADER = 'x-llm-sim-request-id';
const EMPTY = new Uint8Array(0);

export interface AdmissionOptions {
  readonly table: StreamTable<Exchange>;
  readonly wheel: TimingWheel;
  readonly clock: Clock;
  readonly pool: RenderPool;
  readonly pacer: Pacer;
  readonly ticker: Ticker;
  readonly ledger: RequestLedger;
  readonly metrics: AcceptorMetrics;
  readonly routes: RouteTable;
  readonly requestTimeoutUs: number;
  readonly bodyBytesMax: number;
}

export class Admission implements RequestHandler {
  readonly #options: AdmissionOptions;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  onRequest(exchange: Exchange): void {
    if (exchange.problem === 'body_too_large') {
      this.#refuse(exchange, { kind: 'body_too_large', bytesMax: this.#options.bodyBytesMax }, true);
      return;
    }
    if (exchange.problem === 'too_many_connections') {
      this.#refuse(exchange, { kind: 'too_many_connections' }, true);
      return;
    }
    const { method, path } = exchange;
    const route = this.#options.routes.find(method, path);
    switch (route.kind) {
      case 'endpoint':
        this.#admit(exchange, route.endpoint, route.pathParameter);
        break;
      case 'local':
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

  /** A worker thread is gone: its requests get the provider's own server error. */
  onThreadLost(lane: number): void {
    const { table, pacer } = this.#options;
    for (let slot = 0; slot < table.capacity; slot++) {
      if (table.state[slot] === AWAITING_PLAN && table.workerIndex[slot] === lane)
        pacer.cut(slot, { kind: 'internal' });
    }
  }

  #admit(exchange: Exchange, endpoint: number, pathParameter: string | undefined): void {
    const { table, wheel, pool, ticker, ledger, requestTimeoutUs } = this.#options;
    const slot = ledger.open(exchange, endpoint);
    if (slot < 0) {
      this.#refuse(exchange, { kind: 'overloaded' });
      return;
    }
    table.state[slot] = AWAITING_PLAN;
    const requestKey = exchange.header(REQUEST_KEY_HEADER);
    const head = encodeRequestHead({ slot, generation: table.generation[slot], endpoint, requestKey, pathParameter });
    const body = endpoints[endpoint].endpoint.takesBody ? exchange.body : EMPTY;
    const lane = pool.submit(body.length === 0 ? [head] : [head, body]);
    if (lane < 0) {
      this.#options.pacer.cut(slot, { kind: 'overloaded' });
      return;
    }
    table.workerIndex[slot] = lane;
    wheel.schedule(slot, table.startUs[slot] + requestTimeoutUs);
    ticker.wake();
  }

  #refuse(exchange: Exchange, problem: HttpProblem, close = false): void {
    const reply = this.#providerOf(exchange).httpError(problem);
    this.#options.metrics.requestAnswered(NO_MODEL, 'error', 0);
    this.#options.metrics.error(String(reply.status));
    exchange.respond(reply.status, reply.headers, Buffer.from(reply.body), close);
  }

  /** Whose words to use for a request that reached no endpoint. */
  #providerOf(_exchange: Exchange): Provider {
    return providers[0];
  }
}
