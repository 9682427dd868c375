/**
 * Which requests of one acceptor are traced, and what becomes of each: decided when the request gets its slot, put together once, when its books
 * are closed, from what the books and the plan say. A request that is not traced costs a look at its `traceparent`, and a random number
 * where it has none; with tracing off, a comparison.
 *
 *   opened ──▶ planned ──▶ closed ──▶ a record for the outlet
 *   refused ──────────────────────▶
 *
 * Invariants: nothing happens per chunk; every traced request gives one record; nothing of a prompt, an answer, a key or a query is in it.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import { faultNames } from '../../faults/registry.js';
import type { Clock } from '../../kernel/clock.js';
import { packageVersion } from '../../kernel/package-root.js';
import type { StreamTable } from '../../runtime/stream-table.js';
import type { Steering } from '../../scenarios/contract.js';
import { NO_STEERING, parseSteering, steeringAt } from '../../scenarios/steering-text.js';
import type { Logger } from '../../telemetry/logging.js';
import type { MetricsSnapshot } from '../../telemetry/metric-family.js';
import type { RequestEnd, RequestHead } from '../../telemetry/tracing/request-record.js';
import { SpanOutlet } from '../../telemetry/tracing/span-outlet.js';
import { TraceMetrics } from '../../telemetry/tracing/trace-metrics.js';
import { TraceSampler } from '../../telemetry/tracing/trace-sampler.js';
import type { Reconfigured } from '../generations/reconfigured.js';
import type { JournalEnd, JournalRefusal } from '../journal/journal.js';
import type { Exchange } from '../transport/contract.js';
import { describeTrace, openTrace } from './open-trace.js';
import { tracedEndpoints } from './operations.js';
import { WallTime } from './wall-time.js';

export interface RequestTracerOptions {
  readonly snapshot: ConfigurationSnapshot;
  readonly table: StreamTable<Exchange>;
  readonly clock: Clock;
  /** The acceptor's number. */
  readonly place: number;
  /** From the clock's time to µs since the node's start. */
  readonly nodeTimeOffsetUs: number;
  /** Where the spans go. */
  readonly outlet: Pick<SpanOutlet, 'add' | 'close' | 'configure' | 'counts' | 'flush'>;
}

/** What the books say of a request when they are closed. */
export interface TracedEnd extends JournalEnd {
  readonly endpoint: number;
  /** Whether its fault kept the client from the complete right answer. */
  readonly isSpoilt: boolean;
  /** On the acceptor's clock. */
  readonly endUs: number;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
}

export interface TracedRefusal extends Omit<JournalRefusal, 'provider'> {
  /** The endpoint's index; -1 where the request reached none. */
  readonly endpoint: number;
}

const NO_SCENARIOS: readonly string[] = [];
const NO_ENDPOINT = { name: undefined, operation: undefined, provider: undefined, route: undefined };

/** The tracer of an acceptor, which sends what it has to the collector that the configuration names. */
export function createTracer(
  options: Omit<RequestTracerOptions, 'outlet'> & { readonly logger: Logger },
): RequestTracer {
  const { logger, place } = options;
  const resource = {
    'service.version': packageVersion,
    'service.instance.id': randomUUID(),
    'host.name': hostname(),
    'process.pid': process.pid,
    'llm_simulator.process': place,
  };
  return new RequestTracer({ ...options, outlet: new SpanOutlet({ logger, version: packageVersion, resource }) });
}

export class RequestTracer implements Reconfigured {
  readonly #options: RequestTracerOptions;
  readonly #sampler = new TraceSampler();
  readonly #outlet: RequestTracerOptions['outlet'];
  readonly #metrics: TraceMetrics;
  readonly #wallTime: WallTime;
  readonly #scheme: 'http' | 'https';
  #isEnabled = false;
  /** By slot, from when tracing is first on. */
  #traces: (RequestHead | undefined)[] | undefined;
  #modelNames: readonly string[] = [];
  #seed = 0;
  #steering: Steering = NO_STEERING;

  constructor(options: RequestTracerOptions) {
    const { clock, outlet, snapshot } = options;
    this.#options = options;
    this.#outlet = outlet;
    this.#metrics = new TraceMetrics(() => outlet.counts);
    this.#wallTime = new WallTime(clock);
    this.#scheme = snapshot.configuration.server.tls.enabled ? 'https' : 'http';
    this.reconfigure(snapshot);
  }

  /** Whether requests are looked at: from when tracing is first on, since afterwards some that are open may be traced. */
  get isActive(): boolean {
    return this.#traces !== undefined;
  }

  reconfigure({ configuration, modelNames, seed }: ConfigurationSnapshot): void {
    const { tracing } = configuration.telemetry;
    this.#modelNames = modelNames;
    this.#seed = seed;
    this.#isEnabled = tracing.enabled;
    this.#sampler.setRate(tracing.sample_rate);
    if (tracing.enabled) this.#traces ??= new Array<undefined>(this.#options.table.capacity).fill(undefined);
    if (this.isActive) this.#outlet.configure(tracing);
  }

  /** What operators changed at run time, as JSON; holds from the next request on. Undefined for nothing. */
  steer(steering: string | undefined): void {
    this.#steering = parseSteering(steering);
  }

  /** A request got the slot. Asks for its headers, which an exchange has only before its answer. */
  opened(slot: number, exchange: Exchange): void {
    const traces = this.#traces;
    if (traces === undefined) return;
    traces[slot] = this.#isEnabled ? this.#begin(exchange, this.#options.table.startUs[slot]) : undefined;
  }

  isTraced(slot: number): boolean {
    return this.#traces?.[slot] !== undefined;
  }

  /** The trace's identifier where the slot's request is traced: 32 hexadecimal digits. */
  traceIdOf(slot: number): string | undefined {
    return this.#traces?.[slot]?.traceId;
  }

  /** A worker's plan has come for the slot, which may still be refused; it may come again. */
  planned(slot: number, plan: Uint8Array): void {
    const open = this.#traces?.[slot];
    if (open !== undefined) describeTrace(open, plan);
  }

  /** A limit of the provider's, by its name, has refused the slot's request. */
  limited(slot: number, limit: string): void {
    const open = this.#traces?.[slot];
    if (open !== undefined) open.limit = limit;
  }

  /** The slot's books are closed; its exchange is still in the table. */
  closed(slot: number, end: TracedEnd): void {
    const open = this.#traces?.[slot];
    if (this.#traces === undefined || open === undefined) return;
    this.#traces[slot] = undefined;
    const { place, table } = this.#options;
    const { name, operation, provider, route } = tracedEndpoints[end.endpoint];
    const offsetUs = this.#wallTime.offsetUs(end.endUs);
    const traced: RequestEnd = {
      operation,
      provider,
      endpoint: name,
      route,
      scheme: this.#scheme,
      status: end.status,
      arrivedUs: end.endUs - end.durationUs + offsetUs,
      waitedUs: end.waitedUs,
      firstTokenUs: end.firstByteUs === 0 ? 0 : end.firstByteUs + offsetUs,
      endUs: end.endUs + offsetUs,
      outcome: end.outcome,
      result: end.result,
      cause: end.cause,
      error: end.error,
      fault: faultNames[end.fault - 1],
      isSpoilt: end.isSpoilt,
      model: this.#modelNames[table.modelIndex[slot]],
      inputTokens: end.promptTokens,
      cachedTokens: end.cachedTokens,
      outputTokens: end.completionTokens,
      chunks: table.chunksWritten[slot],
      bytes: table.exchange[slot]?.sentBytes ?? 0,
      slipMaxUs: table.slipMaxUs[slot],
      process: place,
      seed: this.#seed,
    };
    this.#outlet.add({ head: open, end: traced });
  }

  /** A request got no slot and is about to be answered with an error. */
  refused(exchange: Exchange, { bytes, cause, endpoint, nowUs, status }: TracedRefusal): void {
    const head = this.#isEnabled ? this.#begin(exchange, nowUs) : undefined;
    if (head === undefined) return;
    const { name, operation, provider, route } = tracedEndpoints[endpoint] ?? NO_ENDPOINT;
    const endUs = nowUs + this.#wallTime.offsetUs(nowUs);
    const end: RequestEnd = {
      operation,
      provider,
      endpoint: name,
      route,
      scheme: this.#scheme,
      status,
      arrivedUs: endUs,
      waitedUs: 0,
      firstTokenUs: 0,
      endUs,
      outcome: 'refused',
      result: 'error',
      cause,
      error: String(status),
      fault: undefined,
      isSpoilt: false,
      model: undefined,
      inputTokens: 0,
      cachedTokens: 0,
      outputTokens: 0,
      chunks: 0,
      bytes: exchange.method === 'HEAD' ? 0 : bytes,
      slipMaxUs: 0,
      process: this.#options.place,
      seed: this.#seed,
    };
    this.#outlet.add({ head, end });
  }

  metricsSnapshot(): Promise<MetricsSnapshot> {
    return this.#metrics.snapshot();
  }

  /** Resolves when the spans of all requests that have ended are exported or given up, at the latest after the time. */
  flush(timeoutMs: number): Promise<void> {
    return this.#outlet.flush(timeoutMs);
  }

  /** Spans that are not out are lost. */
  close(): Promise<void> {
    return this.#outlet.close();
  }

  #begin(exchange: Exchange, arrivedUs: number): RequestHead | undefined {
    return openTrace(exchange, this.#sampler, () => this.#scenariosAt(arrivedUs));
  }

  #scenariosAt(arrivedUs: number): readonly string[] {
    if (this.#steering.scenarios.length === 0) return NO_SCENARIOS;
    const atUs = arrivedUs + this.#options.nodeTimeOffsetUs;
    return steeringAt(this.#steering, atUs).scenarios.map(({ name }) => name);
  }
}
