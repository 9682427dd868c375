/** Spans of a node of two processes: every traced request of either gives one, and they add up in the node's metrics. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parseExposition } from '../http/prometheus.js';
import { type Receiver, startReceiver } from '../http/tracing/otlp-receiver.js';
import { callerSpan } from '../http/tracing/traced-simulator.js';
import { SimulatorProcess } from '../process/simulator-process.js';

const REQUESTS = 60;

describe('a node of two acceptors', () => {
  let receiver: Receiver;
  let node: SimulatorProcess;
  before(async () => {
    receiver = await startReceiver('grpc');
    const tracing = `{ enabled: true, sample_rate: 1, otlp_endpoint: "${receiver.endpoint}" }`;
    const yaml = `server: { workers: 2, lame_duck_secs: 0 }\nsimulation: { time_scale: 0 }\ntelemetry: { tracing: ${tracing} }\n`;
    // Variables of OpenTelemetry's own, which say otherwise, count for nothing.
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      OTEL_SERVICE_NAME: 'other',
      OTEL_SDK_DISABLED: 'true',
    };
    node = await SimulatorProcess.start({ yaml, env });
  });
  after(async () => {
    node?.signal('SIGKILL');
    await receiver?.close();
  });

  test('exports the spans of both, at the latest when it leaves', async () => {
    const body = JSON.stringify({ model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'hi' }] });
    const callers = Array.from({ length: REQUESTS }, (_, index) => callerSpan(index + 1));
    await Promise.all(
      callers.map(async ({ traceparent }) => {
        const headers = { traceparent, connection: 'close' };
        await (await fetch(`${node.url}/v1/chat/completions`, { method: 'POST', headers, body })).text();
      }),
    );
    await receiver.waitFor(REQUESTS);
    const last = callerSpan(REQUESTS + 1);
    const headers = { traceparent: last.traceparent };
    await (await fetch(`${node.url}/v1/chat/completions`, { method: 'POST', headers, body })).text();
    const { samples } = parseExposition(await (await fetch(node.metricsUrl)).text());
    const named = (name: string) =>
      samples.filter((sample) => sample.name === `llm_simulator_trace_spans_${name}_total`);
    assert.equal(named('exported').length, 1);
    assert.deepEqual(
      named('dropped')
        .map(({ labels, value }) => [labels.reason, value])
        .sort(),
      [
        ['export_failed', 0],
        ['queue_full', 0],
        ['thread_lost', 0],
      ],
    );
    assert.equal((await node.end()).code, 0);
    assert.equal(receiver.spans.length, REQUESTS + 1);
    assert.deepEqual(
      new Map(receiver.spans.map(({ parentSpanId, traceId }) => [traceId, parentSpanId])),
      new Map([...callers, last].map(({ spanId, traceId }) => [traceId, spanId])),
    );
    const processes = new Set(receiver.spans.map(({ resource }) => resource['process.pid']));
    assert.ok(processes.size >= 1 && processes.size <= 2);
    assert.deepEqual(
      new Set(receiver.spans.map(({ resource }) => resource['service.name'])),
      new Set(['llm-simulator']),
    );
  });
});
