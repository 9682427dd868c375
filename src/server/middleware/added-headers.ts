/**
 * Headers that stand on whatever answers a request: the trace that it belongs to, handed back so that a client can tell which answer is
 * whose, what a browser has to see before it lets a page of another origin read the answer, why the node is saturated while it is, and that
 * it is under pressure while it is.
 * Source: W3C Trace Context, section 3.2; WHATWG Fetch, "CORS protocol".
 */
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import type { PressureSign } from '../backpressure/pressure-sign.js';
import type { Reconfigured } from '../generations/reconfigured.js';
import { type Exchange, type HeaderPairs, NO_HEADERS } from '../transport/contract.js';

type Cors = ConfigurationSnapshot['configuration']['server']['cors'];

interface HeaderReader {
  header(name: string): string | undefined;
}

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const METHODS = 'GET, POST, PATCH, DELETE, OPTIONS';

/** Says that what is measured now is not what was planned, and why: reasons separated by commas. */
const SATURATED_HEADER = 'x-llm-sim-saturated';
/** Says that fewer requests would be better, and which share of the places is taken: 0.01 … 1.00, rounded down. */
const BACKPRESSURE_HEADER = 'x-llm-sim-backpressure';

export class AddedHeaders implements Reconfigured {
  #cors: Cors;
  #everyOrigin: boolean;
  #origins: ReadonlySet<string>;
  readonly #pressure: Pick<PressureSign, 'now' | 'occupancy'> | undefined;
  /** Made anew when the verdict changes rather than per answer. */
  #saturated: HeaderPairs = NO_HEADERS;

  constructor(cors: Cors, pressure?: Pick<PressureSign, 'now' | 'occupancy'>) {
    this.#pressure = pressure;
    this.#cors = cors;
    this.#everyOrigin = cors.allowed_origins.includes('*');
    this.#origins = new Set(cors.allowed_origins);
  }

  reconfigure({ configuration }: ConfigurationSnapshot): void {
    const { cors } = configuration.server;
    this.#cors = cors;
    this.#everyOrigin = cors.allowed_origins.includes('*');
    this.#origins = new Set(cors.allowed_origins);
  }

  /** @param reasons why the node is saturated; empty when it is not */
  saturation(reasons: readonly string[]): void {
    this.#saturated = reasons.length === 0 ? NO_HEADERS : [SATURATED_HEADER, reasons.join(', ')];
  }

  /** To be called right before the answer begins: adds what is true of the server at that moment. */
  begin(exchange: Pick<Exchange, 'addedHeaders'>): void {
    if (this.#saturated.length > 0) exchange.addedHeaders = [...exchange.addedHeaders, ...this.#saturated];
    if (this.#pressure?.now) {
      const share = (Math.floor(this.#pressure.occupancy * 100) / 100).toFixed(2);
      exchange.addedHeaders = [...exchange.addedHeaders, BACKPRESSURE_HEADER, share];
    }
  }

  /** What the request brings on. */
  of(request: HeaderReader): HeaderPairs {
    const traceparent = request.header('traceparent');
    const trace =
      traceparent !== undefined && TRACEPARENT.test(traceparent) ? ['traceparent', traceparent] : NO_HEADERS;
    if (!this.#cors.enabled) return trace;
    return [...trace, ...this.#originHeaders(request), 'access-control-expose-headers', '*'];
  }

  /** The answer's headers for a preflight request; undefined when it is none, or nothing of the kind is answered. */
  preflight(method: string, request: HeaderReader): HeaderPairs | undefined {
    if (!this.#cors.enabled || method !== 'OPTIONS') return undefined;
    if (request.header('access-control-request-method') === undefined) return undefined;
    const asked = request.header('access-control-request-headers');
    return [
      'access-control-allow-methods',
      METHODS,
      ...(asked === undefined ? [] : ['access-control-allow-headers', asked]),
      'access-control-max-age',
      String(this.#cors.max_age_secs),
    ];
  }

  #originHeaders(request: HeaderReader): HeaderPairs {
    if (this.#everyOrigin) return ['access-control-allow-origin', '*'];
    const origin = request.header('origin');
    if (origin === undefined || !this.#origins.has(origin)) return ['vary', 'origin'];
    return ['access-control-allow-origin', origin, 'vary', 'origin'];
  }
}
