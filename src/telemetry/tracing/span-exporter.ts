/**
 * Makes spans of requests and sends them, batch by batch, one batch at a time; the work of a thread of its own, because encoding a batch takes
 * milliseconds that no stream should wait for. OpenTelemetry's packages are loaded here and nowhere else.
 *
 *   take(requests) ──▶ queue ──a batch is full, or its oldest span a second old──▶ exporter ──▶ collector
 *
 * Invariant: every request taken is reported once, as exported or as dropped. How many wait here at most is the sender's business, which
 * learns from the reports how many are left.
 */
import {
  type Attributes,
  type Context,
  createTraceState,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { NodeTracerProvider, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import { type RequestRecord, recordOf, type TracedRequest } from './request-record.js';
import { requestSpan } from './request-span.js';
import type { FromExporter } from './span-messages.js';
import type { ExportTask, TracingSettings } from './tracing-settings.js';

/** As OpenTelemetry's batch processor has it. */
const BATCH_SPANS_MAX = 512;
const BATCH_AGE_MS_MAX = 1_000;
const FAILURE_CHARS_MAX = 300;

export class RequestSpanExporter {
  readonly #exporter: SpanExporter;
  readonly #provider: NodeTracerProvider;
  readonly #tracer: Tracer;
  readonly #report: (message: FromExporter) => void;
  readonly #queue: ReadableSpan[] = [];
  /** Where the next span belongs. */
  #place = { traceId: '', spanId: '' };
  #sending: Promise<void> | undefined;
  #due: NodeJS.Timeout | undefined;

  constructor(
    { resource, settings, version }: ExportTask,
    exporter: SpanExporter,
    report: (message: FromExporter) => void,
  ) {
    this.#exporter = exporter;
    this.#report = report;
    this.#provider = new NodeTracerProvider({
      resource: defaultResource().merge(
        resourceFromAttributes({
          ...resource,
          'service.name': settings.service_name,
          ...settings.resource_attributes,
        }),
      ),
      idGenerator: { generateTraceId: () => this.#place.traceId, generateSpanId: () => this.#place.spanId },
      spanProcessors: [
        {
          onStart: () => {},
          onEnd: (span) => this.#queue.push(span),
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    });
    this.#tracer = this.#provider.getTracer('llm-simulator', version);
  }

  take(requests: readonly TracedRequest[]): void {
    for (const request of requests) this.#add(recordOf(request));
    if (this.#queue.length >= BATCH_SPANS_MAX) this.#send();
    else this.#sendSoon();
  }

  /** Resolves when everything taken so far is reported. */
  async flush(): Promise<void> {
    while (this.#queue.length > 0 || this.#sending !== undefined) {
      this.#send();
      await this.#sending;
    }
  }

  /** Flushes; nothing is taken any more. */
  async end(): Promise<void> {
    await this.flush();
    clearTimeout(this.#due);
    await this.#exporter.shutdown();
    await this.#provider.shutdown();
  }

  #add(record: RequestRecord): void {
    const { attributes, events, isError, name } = requestSpan(record);
    this.#place = record;
    const options = {
      kind: SpanKind.SERVER,
      startTime: timeOf(record.arrivedUs),
      attributes: attributes as Attributes,
    };
    const span = this.#tracer.startSpan(name, options, contextOf(record));
    for (const event of events) span.addEvent(event.name, event.attributes as Attributes, timeOf(event.atUs));
    if (isError) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(timeOf(record.endUs));
  }

  #sendSoon(): void {
    this.#due ??= setTimeout(() => {
      this.#due = undefined;
      this.#send();
    }, BATCH_AGE_MS_MAX);
  }

  /** Unless a batch is on its way: then what waits goes when it is there. */
  #send(): void {
    if (this.#sending !== undefined || this.#queue.length === 0) return;
    clearTimeout(this.#due);
    this.#due = undefined;
    const batch = this.#queue.splice(0, BATCH_SPANS_MAX);
    this.#sending = this.#export(batch).then((failure) => {
      this.#sending = undefined;
      const { length } = batch;
      this.#report({
        kind: 'sent',
        exported: failure === undefined ? length : 0,
        dropped: failure === undefined ? 0 : length,
        ...(failure === undefined ? {} : { failure }),
      });
      if (this.#queue.length >= BATCH_SPANS_MAX) this.#send();
      else if (this.#queue.length > 0) this.#sendSoon();
    });
  }

  /** @returns why it failed */
  #export(batch: ReadableSpan[]): Promise<string | undefined> {
    return new Promise((resolve) => {
      try {
        this.#exporter.export(batch, ({ code, error }) => resolve(code === 0 ? undefined : reasonOf(error)));
      } catch (error) {
        resolve(reasonOf(error));
      }
    });
  }
}

function contextOf({ parentSpanId, traceId, traceState }: RequestRecord): Context {
  if (parentSpanId === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId: parentSpanId,
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
    ...(traceState === undefined ? {} : { traceState: createTraceState(traceState) }),
  });
}

/** Seconds and nanoseconds of unix µs, exact to the µs. */
function timeOf(us: number): [number, number] {
  const seconds = Math.floor(us / 1e6);
  return [seconds, Math.round(us - seconds * 1e6) * 1_000];
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error ?? 'unknown');
  return text.slice(0, FAILURE_CHARS_MAX);
}

/** The exporter for the settings' protocol, of which only the chosen one is loaded. */
export async function createExporter(settings: TracingSettings): Promise<SpanExporter> {
  const { export_timeout_secs: timeoutSecs, headers, otlp_endpoint: endpoint, otlp_protocol: protocol } = settings;
  const timeoutMillis = timeoutSecs * 1_000;
  if (protocol === 'http/protobuf') {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
    return new OTLPTraceExporter({ url: tracesUrl(endpoint), headers: { ...headers }, timeoutMillis });
  }
  const { Metadata } = await import('@grpc/grpc-js');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-grpc');
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return new OTLPTraceExporter({ url: endpoint, metadata, timeoutMillis });
}

const TRACES_PATH = 'v1/traces';

/** The endpoint is the base of all signals, as OTEL_EXPORTER_OTLP_ENDPOINT is; one that names the traces' own path already is taken as it is. */
function tracesUrl(endpoint: string): string {
  const url = new URL(endpoint);
  if (!url.pathname.endsWith(`/${TRACES_PATH}`)) url.pathname = `${url.pathname.replace(/\/$/, '')}/${TRACES_PATH}`;
  return url.href;
}
