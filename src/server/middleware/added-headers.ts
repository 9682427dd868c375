/**
 * Headers that a request brings on whatever answers it: the trace that it belongs to, handed back so that a client can tell which
 * answer is whose, and what a browser has to see before it lets a page of another origin read the answer.
 * Source: W3C Trace Context, section 3.2; WHATWG Fetch, "CORS protocol".
 */
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import { type HeaderPairs, NO_HEADERS } from '../transport/contract.js';

type Cors = ConfigurationSnapshot['configuration']['server']['cors'];

interface HeaderReader {
  header(name: string): string | undefined;
}

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const METHODS = 'GET, POST, PATCH, DELETE, OPTIONS';

export class AddedHeaders {
  readonly #cors: Cors;
  readonly #everyOrigin: boolean;
  readonly #origins: ReadonlySet<string>;

  constructor(cors: Cors) {
    this.#cors = cors;
    this.#everyOrigin = cors.allowed_origins.includes('*');
    this.#origins = new Set(cors.allowed_origins);
  }

  /** What to add to the answer. */
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
