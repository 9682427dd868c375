/**
 * The line that every request which got a place has in the log, at info, when its books are closed; and at debug one when it begins. What clients
 * made up stands in neither, but for the request's number, by which a client finds its own lines: paths are those of the documentation, models
 * those of the configuration.
 */
import { REQUEST_KEY_HEADER } from '../engine/request-headers.js';
import { endpoints } from '../providers/registry.js';
import type { Logger } from '../telemetry/logging.js';
import type { RequestOutcome } from '../telemetry/request-books.js';
import type { Exchange } from './transport/contract.js';

/** As much as the journal keeps of it. */
const REQUEST_ID_CHARS_MAX = 128;

/** What the books say of a request when they are closed. */
export interface AccessFacts {
  /** Its index in the registry. */
  readonly endpoint: number;
  /** Undefined for one that is not configured. */
  readonly model: string | undefined;
  /** 0 where there was no answer. */
  readonly status: number;
  readonly fault: string | undefined;
  readonly outcome: RequestOutcome;
  /** Of an outcome that is not `finished`; empty for none. */
  readonly cause: string;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
  readonly isStream: boolean;
  /** For a place. */
  readonly waitedUs: number;
  /** 0 where no token of a stream went out. */
  readonly ttftUs: number;
  readonly durationUs: number;
  /** 32 hexadecimal digits; undefined where nobody records it. */
  readonly traceId: string | undefined;
}

/** By index of the endpoint: what its lines begin with. */
const BEGINNINGS = endpoints.map(({ endpoint, provider }) => ({
  method: endpoint.method,
  path: endpoint.verb === undefined ? endpoint.paths[0] : `${endpoint.paths[0]}:${endpoint.verb}`,
  dialect: provider.dialect,
  endpoint: endpoint.name,
}));

export class AccessLog {
  readonly #logger: Logger;
  /** By slot. */
  readonly #requestIds: (string | undefined)[];

  constructor(capacity: number, logger: Logger) {
    this.#logger = logger;
    this.#requestIds = new Array<undefined>(capacity).fill(undefined);
  }

  /** Whether requests are logged at the moment: otherwise nothing of them needs to be told. */
  get isOn(): boolean {
    return this.#logger.isLevelEnabled('info');
  }

  /** Asks for its headers, which an exchange has only before its answer. */
  begun(slot: number, exchange: Exchange, endpoint: number): void {
    const requestId = this.isOn ? exchange.header(REQUEST_KEY_HEADER)?.slice(0, REQUEST_ID_CHARS_MAX) : undefined;
    this.#requestIds[slot] = requestId;
    if (!this.#logger.isLevelEnabled('debug')) return;
    const bodyBytes = exchange.body.reduce((sum, { byteLength }) => sum + byteLength, 0);
    this.#logger.debug({ ...BEGINNINGS[endpoint], request_id: requestId, body_bytes: bodyBytes }, 'request begins');
  }

  ended(slot: number, facts: AccessFacts): void {
    const { durationUs, isStream, ttftUs, waitedUs } = facts;
    const requestId = this.#requestIds[slot];
    this.#logger.info(
      {
        ...BEGINNINGS[facts.endpoint],
        model: facts.model,
        status: facts.status || undefined,
        stream: isStream || undefined,
        fault: facts.fault,
        outcome: facts.outcome,
        cause: facts.cause || undefined,
        prompt_tokens: facts.promptTokens,
        cached_tokens: facts.cachedTokens || undefined,
        completion_tokens: facts.completionTokens,
        queue_ms: waitedUs === 0 ? undefined : roundMs(waitedUs),
        ttft_ms: ttftUs === 0 ? undefined : roundMs(ttftUs),
        duration_ms: roundMs(durationUs),
        request_id: requestId,
        trace_id: facts.traceId,
      },
      'request',
    );
  }
}

const roundMs = (us: number): number => Math.round(us / 10) / 100;
