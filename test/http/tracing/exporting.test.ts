/** Which requests are traced, what happens without a collector, and that settings change without a restart. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startSimulator } from '../../../src/index.js';
import { AT_ONCE, chatRequest, postChat } from '../chat-client.js';
import { parseExposition } from '../prometheus.js';
import { startReceiver } from './otlp-receiver.js';
import { callerSpan, tracedSimulator, tracingTo } from './traced-simulator.js';

const EXPORTED = 'llm_simulator_trace_spans_exported_total';
const DROPPED = 'llm_simulator_trace_spans_dropped_total';

describe('sampling', () => {
  const RATE = 0.2;
  const traced = tracedSimulator('http/protobuf', AT_ONCE, { sample_rate: RATE });

  test('takes its share of requests without a parent, all of a sampled caller’s, and none of another’s', async () => {
    const { receiver, simulator } = traced();
    const get = async (headers: Record<string, string>) => {
      await (await fetch(`${simulator.url}/v1/models`, { headers: { authorization: 'Bearer k', ...headers } })).text();
    };
    const alone = 2_000;
    const parented = 100;
    for (let request = 0; request < alone; request += 20)
      await Promise.all(Array.from({ length: 20 }, () => get({ 'x-llm-sim-request-id': 'alone' })));
    for (let request = 1; request <= parented; request++) {
      await get({ traceparent: callerSpan(request, false).traceparent });
      await get({ traceparent: callerSpan(request + parented).traceparent });
    }
    const joined = await receiver.waitFor(parented, (span) => span.parentSpanId !== '');
    assert.deepEqual(
      new Set(joined.map(({ traceId }) => traceId)),
      new Set(Array.from({ length: parented }, (_, index) => callerSpan(index + 1 + parented).traceId)),
    );
    // Five standard deviations: one run in 1.7 million would fail by chance.
    const deviation = Math.sqrt(alone * RATE * (1 - RATE));
    const own = receiver.spans.filter(({ parentSpanId }) => parentSpanId === '').length;
    assert.ok(Math.abs(own - alone * RATE) < 5 * deviation, `${own} of ${alone}`);
  });
});

describe('without tracing', () => {
  test('nothing is sent, and a traceparent changes no byte of a reply', async (t) => {
    const receiver = await startReceiver('http/protobuf');
    t.after(() => receiver.close());
    const config = (enabled: boolean) => ({
      ...AT_ONCE,
      telemetry: { tracing: { ...tracingTo(receiver), enabled } },
    });
    const bodies = [];
    for (const enabled of [false, true]) {
      const simulator = await startSimulator({ config: config(enabled), seed: 1 });
      t.after(() => simulator.stop());
      const { traceparent } = callerSpan(1);
      const headers = { 'x-llm-sim-request-id': '1', traceparent };
      const response = await postChat(simulator, chatRequest({ stream: true }), headers);
      const sent = [...response.headers].filter(([name]) => name !== 'date');
      bodies.push([sent, await response.text()]);
      assert.equal(receiver.spans.length, 0, 'none before tracing is on');
      if (enabled) await receiver.waitFor(1);
    }
    assert.deepEqual(bodies[0], bodies[1]);
  });
});

describe('a collector that is down', () => {
  for (const protocol of ['grpc', 'http/protobuf'] as const) {
    test(`costs nothing but spans, which are counted (${protocol})`, async (t) => {
      const gone = await startReceiver(protocol);
      const { endpoint } = gone;
      await gone.close();
      const tracing = { ...tracingTo(gone), export_timeout_secs: 0.5 };
      const simulator = await startSimulator({ config: { ...AT_ONCE, telemetry: { tracing } } });
      t.after(() => simulator.stop());
      const requests = 20;
      for (let request = 0; request < requests; request++) {
        const response = await postChat(simulator, chatRequest());
        assert.equal(response.status, 200);
        await response.text();
      }
      const counted = async () => parseExposition(await simulator.metrics());
      while ((await counted()).sum(DROPPED) < requests) await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal((await counted()).sum(DROPPED, { reason: 'export_failed' }), requests);
      assert.equal((await counted()).sum(EXPORTED), 0);
      const back = await startReceiver(protocol, Number(new URL(endpoint).port));
      t.after(() => back.close());
      const { traceId, traceparent } = callerSpan(1);
      await (await postChat(simulator, chatRequest(), { traceparent })).text();
      await back.waitFor(1, (span) => span.traceId === traceId);
      while ((await counted()).sum(EXPORTED) < 1) await new Promise((resolve) => setTimeout(resolve, 50));
    });
  }
});

describe('a reload', () => {
  test('turns tracing on, sends elsewhere, and turns it off', async (t) => {
    const receivers = [await startReceiver('grpc'), await startReceiver('http/protobuf')];
    const simulator = await startSimulator({ config: AT_ONCE });
    t.after(() => Promise.all([simulator.stop(), ...receivers.map((receiver) => receiver.close())]));
    const asked = async (number: number) => {
      const { traceId, traceparent } = callerSpan(number);
      await (await postChat(simulator, chatRequest(), { traceparent })).text();
      return traceId;
    };
    await asked(1);
    for (const [index, receiver] of receivers.entries()) {
      const outcome = await simulator.reload({ ...AT_ONCE, telemetry: { tracing: tracingTo(receiver) } });
      assert.deepEqual(outcome.needsRestart, []);
      const traceId = await asked(index + 2);
      await receiver.waitFor(1, (span) => span.traceId === traceId);
    }
    await simulator.reload(AT_ONCE);
    await asked(4);
    await simulator.drain();
    assert.deepEqual(
      receivers.map(({ spans }) => spans.map(({ traceId }) => traceId)),
      [[callerSpan(2).traceId], [callerSpan(3).traceId]],
    );
  });
});

describe('a drain', () => {
  test('sends what is left before it is over', async (t) => {
    const receiver = await startReceiver('grpc');
    t.after(() => receiver.close());
    const config = { ...AT_ONCE, telemetry: { tracing: tracingTo(receiver) } };
    const requests = 50;
    // A machine that is busy with other things may not manage in the time that a drain has for it.
    for (let attempt = 1, sent = 0; sent < requests; attempt++) {
      assert.ok(attempt <= 5, `${sent} of ${requests} spans were sent`);
      const simulator = await startSimulator({ config });
      t.after(() => simulator.stop());
      const before = receiver.spans.length;
      for (let request = 0; request < requests; request++) await (await postChat(simulator, chatRequest())).text();
      await simulator.drain();
      sent = receiver.spans.length - before;
      assert.equal(parseExposition(await simulator.metrics()).sum(EXPORTED), sent);
      await simulator.stop();
    }
  });
});
