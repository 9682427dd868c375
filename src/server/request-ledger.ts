/**
 * The books on requests: every request that got a slot is opened once and closed once, whatever happens to it, and closing is what
 * frees the slot, stops its timer, counts it and writes its log line. Nothing else releases a slot.
 *
 * Invariant: started = finished + aborted + failed + open.
 */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import { faultKinds, faultNames } from '../faults/registry.js';
import type { Clock } from '../kernel/clock.js';
import { endpoints } from '../providers/registry.js';
import { ENDING_COMPLETE } from '../runtime/plan-delivery.js';
import { NO_MODEL } from '../runtime/plan-layout.js';
import {
  planCachedTokens,
  planCompletionTokens,
  planEnding,
  planFault,
  planPromptTokens,
  planStatus,
} from '../runtime/plan-reader.js';
import type { SessionTurn } from '../runtime/session-mark.js';
import type { StreamTable } from '../runtime/stream-table.js';
import type { TimingWheel } from '../runtime/timing-wheel.js';
import type { Logger } from '../telemetry/logging.js';
import type { AcceptorMetrics } from '../telemetry/metrics.js';
import type { RequestOutcome } from '../telemetry/request-books.js';
import { parseTraceParent } from '../telemetry/tracing/trace-parent.js';
import { AccessLog } from './access-log.js';
import type { Reconfigured } from './generations/reconfigured.js';
import type { Journal, JournalEnd } from './journal/journal.js';
import type { SessionOutbox } from './sessions/session-outbox.js';
import type { RequestTracer, TracedEnd } from './tracing/request-tracer.js';
import type { Exchange } from './transport/contract.js';

const NO_PARAMETERS: readonly string[] = [];

export interface RequestLedgerOptions {
  readonly table: StreamTable<Exchange>;
  readonly wheel: TimingWheel;
  readonly clock: Clock;
  readonly metrics: AcceptorMetrics;
  readonly logger: Logger;
  readonly modelNames: readonly string[];
  readonly journal: Journal | undefined;
  readonly sessions: SessionOutbox;
  readonly tracer: Pick<RequestTracer, 'isActive' | 'opened' | 'isTraced' | 'traceIdOf' | 'closed'>;
  /** Called for every slot that is about to be freed. */
  readonly onClose: (slot: number, outcome: RequestOutcome) => void;
}

export class RequestLedger implements Reconfigured {
  readonly #options: RequestLedgerOptions;
  readonly #endpoint: Uint16Array;
  readonly #parameters: (readonly string[])[];
  readonly #status: Uint16Array;
  readonly #promptTokens: Uint32Array;
  readonly #cachedTokens: Uint32Array;
  readonly #completionTokens: Uint32Array;
  /** The kind's place in the registry, from 1; 0 for none. */
  readonly #fault: Uint16Array;
  /** Whether the client gets anything but the complete right answer of a reply that carries a fault. */
  readonly #spoilt: Uint8Array;
  readonly #firstByteUs: Float64Array;
  /** That the caller records; undefined for most requests. */
  readonly #traceIds: (string | undefined)[];
  /** Whether the answer is a stream whose head has gone out. */
  readonly #streams: Uint8Array;
  #openStreams = 0;
  #modelNames: readonly string[];
  readonly #accessLog: AccessLog;

  constructor(options: RequestLedgerOptions) {
    this.#options = options;
    const { capacity } = options.table;
    this.#endpoint = new Uint16Array(capacity);
    this.#parameters = new Array<readonly string[]>(capacity).fill(NO_PARAMETERS);
    this.#status = new Uint16Array(capacity);
    this.#promptTokens = new Uint32Array(capacity);
    this.#cachedTokens = new Uint32Array(capacity);
    this.#completionTokens = new Uint32Array(capacity);
    this.#fault = new Uint16Array(capacity);
    this.#spoilt = new Uint8Array(capacity);
    this.#firstByteUs = new Float64Array(capacity);
    this.#traceIds = new Array<undefined>(capacity).fill(undefined);
    this.#streams = new Uint8Array(capacity);
    this.#modelNames = options.modelNames;
    this.#accessLog = new AccessLog(capacity, options.logger);
  }

  reconfigure({ modelNames }: ConfigurationSnapshot): void {
    this.#modelNames = modelNames;
  }

  /** Gives the exchange a slot; -1 when none is free. */
  open(exchange: Exchange, endpoint: number, parameters: readonly string[]): number {
    const { table, clock, journal, metrics, tracer } = this.#options;
    const slot = table.acquire();
    if (slot < 0) return slot;
    exchange.slot = slot;
    table.exchange[slot] = exchange;
    table.startUs[slot] = clock.nowUs();
    table.modelIndex[slot] = NO_MODEL;
    this.#endpoint[slot] = endpoint;
    this.#parameters[slot] = parameters;
    this.#status[slot] = 0;
    this.#promptTokens[slot] = 0;
    this.#cachedTokens[slot] = 0;
    this.#completionTokens[slot] = 0;
    this.#fault[slot] = 0;
    this.#spoilt[slot] = 0;
    this.#firstByteUs[slot] = 0;
    this.#streams[slot] = 0;
    journal?.opened(slot, exchange, endpoint);
    if (tracer.isActive) tracer.opened(slot, exchange);
    this.#traceIds[slot] = tracer.traceIdOf(slot) ?? recordedTraceId(exchange);
    this.#accessLog.begun(slot, exchange, endpoint);
    metrics.requestStarted();
    return slot;
  }

  /** The endpoint's index in the registry. */
  endpointOf(slot: number): number {
    return this.#endpoint[slot];
  }

  /** The values of the path's parameters. */
  parametersOf(slot: number): readonly string[] {
    return this.#parameters[slot];
  }

  /** Takes what the plan says about the request, for its counters and its log line. */
  describe(slot: number, plan: Uint8Array): void {
    this.#status[slot] = planStatus(plan);
    this.#promptTokens[slot] = planPromptTokens(plan);
    this.#cachedTokens[slot] = planCachedTokens(plan);
    this.#completionTokens[slot] = planCompletionTokens(plan);
    const fault = planFault(plan);
    this.#fault[slot] = fault;
    this.#spoilt[slot] = fault > 0 && (faultKinds[fault - 1].breaks || planEnding(plan) !== ENDING_COMPLETE) ? 1 : 0;
  }

  /** The request is answered with an error that no plan holds. @param headers as [name, value, …] */
  refused(slot: number, status: number, headers: readonly string[]): void {
    this.#options.journal?.answered(slot, headers);
    this.#status[slot] = status;
    this.#promptTokens[slot] = 0;
    this.#cachedTokens[slot] = 0;
    this.#completionTokens[slot] = 0;
    this.#fault[slot] = 0;
    this.#spoilt[slot] = 0;
  }

  /** How many streams have begun and not ended. */
  get openStreams(): number {
    return this.#openStreams;
  }

  /** The head of a stream goes out. */
  streamBegun(slot: number): void {
    this.#streams[slot] = 1;
    this.#openStreams++;
  }

  /** The first byte of the answer's content went out. */
  firstByte(slot: number, nowUs: number): void {
    this.#firstByteUs[slot] = nowUs;
  }

  /**
   * Closes the books on the slot and frees it.
   * @param cause for `failed` and `aborted`: a fixed word that names why
   */
  close(slot: number, outcome: RequestOutcome, cause = ''): void {
    const { table, wheel, clock, journal, metrics, onClose, sessions, tracer } = this.#options;
    const waitedUs = table.waitedUs[slot];
    const endUs = clock.nowUs();
    const durationUs = endUs - table.startUs[slot] + waitedUs;
    const modelIndex = table.modelIndex[slot];
    const status = this.#status[slot];
    const fault = this.#fault[slot] === 0 ? undefined : faultNames[this.#fault[slot] - 1];
    const success = outcome === 'finished' && status < 400 && this.#spoilt[slot] === 0;
    metrics.requestEnded(outcome);
    this.#openStreams -= this.#streams[slot];
    if (fault !== undefined) metrics.fault(fault);
    const result = success ? 'success' : outcome === 'aborted' ? 'aborted' : 'error';
    metrics.requestAnswered(modelIndex, result, durationUs);
    if (success && modelIndex !== NO_MODEL) {
      metrics.tokens(modelIndex, this.#promptTokens[slot], this.#completionTokens[slot]);
      if (this.#cachedTokens[slot] > 0) metrics.cachedTokens(modelIndex, this.#cachedTokens[slot]);
    }
    const error = result === 'error' ? errorOf(outcome, cause, status, fault) : '';
    if (error !== '') metrics.error(error);
    const firstByteUs = this.#firstByteUs[slot];
    const end = {
      status,
      outcome,
      result,
      cause,
      error,
      fault: this.#fault[slot],
      firstByteUs,
      waitedUs,
      durationUs,
    } as const;
    journal?.closed(slot, end);
    if (tracer.isTraced(slot)) tracer.closed(slot, { ...end, ...this.#counts(slot), endUs });
    if (sessions.holds(slot)) sessions.closed(slot, this.#turn(slot, success));
    this.#measure(slot, end);
    if (this.#accessLog.isOn) this.#log(slot, end);
    const exchange = table.exchange[slot];
    if (exchange !== undefined) exchange.slot = -1;
    this.#parameters[slot] = NO_PARAMETERS;
    wheel.cancel(slot);
    onClose(slot, outcome);
    table.release(slot);
  }

  /** What else a trace says of the request. */
  #counts(slot: number): Omit<TracedEnd, keyof JournalEnd | 'endUs'> {
    return {
      endpoint: this.#endpoint[slot],
      isSpoilt: this.#spoilt[slot] === 1,
      promptTokens: this.#promptTokens[slot],
      cachedTokens: this.#cachedTokens[slot],
      completionTokens: this.#completionTokens[slot],
    };
  }

  /** What is told of a request under OpenTelemetry's names, and of its trace. */
  #measure(slot: number, { cause, durationUs, error, result }: JournalEnd): void {
    const { metrics, table } = this.#options;
    const model = table.modelIndex[slot];
    const endpoint = this.#endpoint[slot];
    const ttftUs = this.#ttftUs(slot);
    metrics.genAi.answered(endpoint, model, result === 'success' ? '' : error || cause, durationUs);
    if (result === 'success' && ttftUs > 0) {
      const furtherTokens = this.#completionTokens[slot] - 1;
      const tpotUs = furtherTokens > 0 ? (durationUs - ttftUs) / furtherTokens : -1;
      if (tpotUs >= 0) metrics.timePerToken(model, tpotUs);
      metrics.genAi.streamed(endpoint, model, ttftUs, tpotUs);
    }
    const traceId = this.#traceIds[slot];
    if (traceId !== undefined) metrics.traced(traceId, model, ttftUs, durationUs, Date.now() / 1_000);
  }

  #log(slot: number, end: JournalEnd): void {
    this.#accessLog.ended(slot, {
      endpoint: this.#endpoint[slot],
      model: this.#modelNames[this.#options.table.modelIndex[slot]],
      status: end.status,
      fault: faultNames[end.fault - 1],
      outcome: end.outcome,
      cause: end.cause,
      promptTokens: this.#promptTokens[slot],
      cachedTokens: this.#cachedTokens[slot],
      completionTokens: this.#completionTokens[slot],
      isStream: this.#streams[slot] === 1,
      waitedUs: end.waitedUs,
      ttftUs: this.#ttftUs(slot),
      durationUs: end.durationUs,
      traceId: this.#traceIds[slot],
    });
  }

  /** From the arrival to the first token; 0 where none went out. */
  #ttftUs(slot: number): number {
    const { table } = this.#options;
    const firstByteUs = this.#firstByteUs[slot];
    return firstByteUs === 0 ? 0 : firstByteUs - table.startUs[slot] + table.waitedUs[slot];
  }

  #turn(slot: number, success: boolean): Omit<SessionTurn, 'mark'> {
    return {
      provider: endpoints[this.#endpoint[slot]].provider.name,
      model: this.#modelNames[this.#options.table.modelIndex[slot]] ?? null,
      success,
      promptTokens: this.#promptTokens[slot],
      completionTokens: this.#completionTokens[slot],
    };
  }
}

/** What a request that got no right answer is counted as: why it was cut, else its status, else the fault that spoilt it. */
function errorOf(outcome: RequestOutcome, cause: string, status: number, fault = ''): string {
  if (outcome === 'failed') return cause;
  return status >= 400 ? String(status) : fault;
}

/** That of a caller which records it. */
function recordedTraceId(exchange: Exchange): string | undefined {
  const parent = parseTraceParent(exchange.header('traceparent'));
  return parent?.isSampled === true ? parent.traceId : undefined;
}
