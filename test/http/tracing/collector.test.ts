/**
 * A real OpenTelemetry Collector understands what it is sent. LLM_SIM_TEST_COLLECTOR names the program, which scripts/otel-collector-check builds;
 * without it the tests are skipped.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { startSimulator } from '../../../src/index.js';
import { eventually, temporaryFile } from '../../process/program.js';
import { chatRequest, postChat } from '../chat-client.js';
import { callerSpan } from './traced-simulator.js';

const collector = process.env.LLM_SIM_TEST_COLLECTOR;

/** As OTLP has it in JSON. */
interface Attribute {
  readonly key: string;
  readonly value: { readonly [kind: string]: unknown };
}
interface CollectedSpan {
  readonly traceId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly traceState?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly events: readonly { readonly name: string; readonly timeUnixNano: string }[];
  readonly status: { readonly code?: number };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

const configurationOf = (grpc: number, http: number) => `
receivers:
  otlp: { protocols: { grpc: { endpoint: "127.0.0.1:${grpc}" }, http: { endpoint: "127.0.0.1:${http}" } } }
exporters: { lines: }
service:
  telemetry: { metrics: { level: none } }
  pipelines: { traces: { receivers: [otlp], exporters: [lines] } }
`;

describe('a real collector', { skip: collector === undefined && 'LLM_SIM_TEST_COLLECTOR names none' }, () => {
  const ports = { grpc: 0, 'http/protobuf': 0 };
  let child: ChildProcess;
  let said = '';
  let written = '';
  const spans = (): CollectedSpan[] =>
    written
      .split('\n')
      .slice(0, -1)
      .flatMap((line) => JSON.parse(line).resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans)
      .flatMap(({ spans: some }) => some);

  before(async () => {
    ports.grpc = await freePort();
    ports['http/protobuf'] = await freePort();
    const file = temporaryFile('collector.yaml', configurationOf(ports.grpc, ports['http/protobuf']));
    child = spawn(collector as string, ['--config', file], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout?.on('data', (text) => {
      written += text;
    });
    child.stderr?.on('data', (text) => {
      said += text;
    });
    await eventually(
      () => said.includes('Everything is ready') || undefined,
      () => said,
    );
  });
  after(() => child?.kill('SIGKILL'));

  for (const [index, protocol] of (['grpc', 'http/protobuf'] as const).entries()) {
    test(`takes spans over ${protocol}`, async () => {
      const tracing = { enabled: true, otlp_endpoint: `http://127.0.0.1:${ports[protocol]}`, otlp_protocol: protocol };
      const faults = { rules: [{ name: 'x', fault: 'disconnect', match: { headers: { 'x-case': 'break' } } }] };
      const config = { simulation: { time_scale: 0 }, faults, telemetry: { tracing } };
      const simulator = await startSimulator({ config });
      const [right, broken] = [callerSpan(index * 2 + 1), callerSpan(index * 2 + 2)];
      const body = chatRequest({ stream: true, temperature: 0.5 });
      await (await postChat(simulator, body, { traceparent: right.traceparent, tracestate: 'a=1' })).text();
      const breaking = await postChat(simulator, body, { traceparent: broken.traceparent, 'x-case': 'break' });
      await breaking.text().catch(() => undefined);
      await simulator.drain();
      await simulator.stop();
      const found = (traceId: string) =>
        eventually(
          () => spans().find((span) => span.traceId === traceId),
          () => said,
        );
      const span = await found(right.traceId);
      assert.equal(span.parentSpanId, right.spanId);
      assert.equal(span.name, 'chat gpt-4o');
      assert.equal(span.kind, 2);
      assert.equal(span.traceState, 'a=1');
      assert.deepEqual(span.status, {});
      const values = Object.fromEntries(span.attributes.map(({ key, value }) => [key, value]));
      assert.deepEqual(values['gen_ai.request.temperature'], { doubleValue: 0.5 });
      assert.deepEqual(values['gen_ai.request.stream'], { boolValue: true });
      assert.deepEqual(values['http.response.status_code'], { intValue: '200' });
      assert.deepEqual(values['gen_ai.operation.name'], { stringValue: 'chat' });
      assert.deepEqual(
        span.events.map(({ name }) => name),
        ['llm_simulator.first_token'],
      );
      assert.ok(BigInt(span.startTimeUnixNano) <= BigInt(span.events[0].timeUnixNano));
      assert.ok(BigInt(span.events[0].timeUnixNano) <= BigInt(span.endTimeUnixNano));
      assert.equal((await found(broken.traceId)).status.code, 2);
    });
  }
});
