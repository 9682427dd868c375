/**
 * What tracing costs per request. On the acceptor's main thread: a request that is not traced, one that is, from its opening to its end, and
 * the crossing of a batch of requests to the thread that exports (measured with the reading of them, which is the other thread's). On that
 * thread: making spans of them, and encoding those; sending comes on top.
 */
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { Bench } from 'tinybench';
import { loadConfiguration } from '../../src/config/loader.js';
import { createSnapshot } from '../../src/config/snapshot.js';
import { monotonicClock } from '../../src/kernel/clock.js';
import { endpoints } from '../../src/providers/registry.js';
import { PlanBuilder } from '../../src/runtime/response-plan.js';
import { StreamTable } from '../../src/runtime/stream-table.js';
import { RequestTracer } from '../../src/server/tracing/request-tracer.js';
import type { Exchange } from '../../src/server/transport/contract.js';
import type { TracedRequest } from '../../src/telemetry/tracing/request-record.js';
import { RequestSpanExporter } from '../../src/telemetry/tracing/span-exporter.js';

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0';
/** As many as cross at a time. */
const BATCH = 32;

const chat = endpoints.findIndex(({ endpoint }) => endpoint.name === 'openai.chat.completions');
const END = {
  status: 200,
  outcome: 'finished',
  result: 'success',
  cause: '',
  error: '',
  fault: 0,
  firstByteUs: 1,
  waitedUs: 0,
  durationUs: 2,
  endpoint: chat,
  isSpoilt: false,
  promptTokens: 12,
  cachedTokens: 0,
  completionTokens: 100,
} as const;

function exchangeOf(traceparent: string | undefined): Exchange {
  const headers = new Map([
    ['host', 'localhost:8080'],
    ['user-agent', 'OpenAI/JS 7.57.0'],
    ['x-llm-sim-request-id', 'load-000001'],
  ]);
  if (traceparent !== undefined) headers.set('traceparent', traceparent);
  const header = (name: string) => headers.get(name);
  return { method: 'POST', path: '/v1/chat/completions', query: '', sentBytes: 30_000, header } as unknown as Exchange;
}

function planOf(): Uint8Array {
  const builder = new PlanBuilder();
  builder.begin(0, 0);
  builder.stream(['content-type', 'text/event-stream'], 1);
  builder.traceFacts = JSON.stringify({
    model: 'gpt-4o',
    temperature: 0.7,
    maxTokens: 100,
    stream: true,
    responseId: 'chatcmpl-sim-0123456789abcdef01234567',
    finishReasons: ['stop'],
  });
  return Buffer.from(builder.finish());
}

export function register(bench: Bench): void {
  const configuration = loadConfiguration({
    object: { telemetry: { tracing: { enabled: true, sample_rate: 0 } } },
    environment: {},
  });
  const table = new StreamTable<Exchange>(1_000);
  const ended: TracedRequest[] = [];
  const tracer = new RequestTracer({
    snapshot: createSnapshot(configuration, 1, 0),
    table,
    clock: monotonicClock,
    place: 0,
    nodeTimeOffsetUs: 0,
    outlet: {
      add: (traced) => {
        ended[0] = traced;
      },
      close: async () => {},
      configure: () => {},
      counts: { exported: 0, dropped: { queue_full: 0, export_failed: 0, thread_lost: 0 } },
      flush: async () => {},
    },
  });
  const plan = planOf();
  let slot = 0;
  const request = (exchange: Exchange) => () => {
    slot = (slot + 1) % table.capacity;
    tracer.opened(slot, exchange);
    tracer.planned(slot, plan);
    if (tracer.isTraced(slot)) tracer.closed(slot, { ...END, endUs: monotonicClock.nowUs() });
  };
  bench.add('tracing: a request whose caller is not traced', request(exchangeOf(`${PARENT}0`)));
  bench.add('tracing: a request whose caller is', request(exchangeOf(`${PARENT}1`)));
  const crossing = Array.from({ length: BATCH }, () => {
    request(exchangeOf(`${PARENT}1`))();
    return ended[0];
  });
  bench.add(`tracing: ${BATCH} requests cross to the exporting thread`, () => {
    structuredClone(crossing);
  });
  const exporter = new RequestSpanExporter(
    { settings: configuration.telemetry.tracing, resource: {}, version: '0' },
    {
      export: (spans, done) => {
        ProtobufTraceSerializer.serializeRequest(spans);
        done({ code: 0 });
      },
      shutdown: async () => {},
    },
    () => {},
  );
  bench.add(`tracing: ${BATCH} spans are made of requests and encoded`, async () => {
    exporter.take(crossing);
    await exporter.flush();
  });
}
