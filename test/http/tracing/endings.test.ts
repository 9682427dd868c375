/** Spans of requests that do not end well: faults in every dialect, refusals, limits, clients that leave, cuts. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AT_ONCE, chatRequest, postChat } from '../chat-client.js';
import { ask, PROVIDERS } from '../faults/asked.js';
import type { ReceivedSpan } from './otlp-decoding.js';
import { callerSpan, type Traced, tracedSimulator } from './traced-simulator.js';

const ERROR = 2;
const UNSET = 0;
const HOUR_MS = 3_600_000;
const constant = (valueMs: number) => ({ distribution: 'constant', value_ms: valueMs });

async function spanOf({ receiver }: Traced, traceId: string): Promise<ReceivedSpan> {
  const [span, ...others] = await receiver.waitFor(1, (one) => one.traceId === traceId);
  assert.deepEqual(others, []);
  return span;
}

const eventNames = ({ events }: ReceivedSpan) => events.map(({ name }) => name.replace('llm_simulator.', ''));

describe('spans of faults', () => {
  const traced = tracedSimulator('http/protobuf', {
    simulation: { ...AT_ONCE.simulation, request_overrides: { fault: true } },
  });

  const cases = [
    ['server_error', false, { status: ERROR, code: 500, errorType: '500', events: ['fault'] }],
    ['rate_limit', false, { status: UNSET, code: 429, errorType: undefined, events: ['fault'] }],
    ['overloaded', false, { status: ERROR, code: undefined, errorType: undefined, events: ['fault'] }],
    ['reset_before', false, { status: ERROR, code: undefined, errorType: 'reset_before', events: ['fault'] }],
    ['disconnect', true, { status: ERROR, code: 200, errorType: 'disconnect', events: ['first_token', 'fault'] }],
    ['error_event', true, { status: ERROR, code: 200, errorType: 'error_event', events: ['first_token', 'fault'] }],
    [
      'malformed_json',
      true,
      { status: ERROR, code: 200, errorType: 'malformed_json', events: ['first_token', 'fault'] },
    ],
    ['slow_headers', true, { status: UNSET, code: 200, errorType: undefined, events: ['first_token', 'fault'] }],
  ] as const;
  for (const [fault, stream, expected] of cases) {
    test(fault, async () => {
      const first = cases.findIndex(([name]) => name === fault) * PROVIDERS.length + 1;
      for (const [index, provider] of PROVIDERS.entries()) {
        const { traceparent } = callerSpan(first + index);
        const header = fault === 'reset_before' ? `${fault};manner=fin` : fault; // Not every transport can reset.
        const asked = ask(traced().simulator, provider, header, { stream, headers: { traceparent } });
        await asked.then((response) => response.arrayBuffer()).catch(() => undefined);
      }
      for (const [index, provider] of PROVIDERS.entries()) {
        const { spanId, traceId } = callerSpan(first + index);
        const span = await spanOf(traced(), traceId);
        const { attributes } = span;
        assert.equal(span.parentSpanId, spanId);
        assert.equal(attributes['llm_simulator.fault'], fault, provider);
        assert.equal(span.status, expected.status, provider);
        if (fault === 'overloaded') assert.match(String(attributes['error.type']), /^5\d\d$/);
        else assert.equal(attributes['error.type'], expected.errorType, provider);
        if (expected.code !== undefined) assert.equal(attributes['http.response.status_code'], expected.code, provider);
        assert.deepEqual(eventNames(span), expected.events, provider);
        assert.deepEqual(span.events.at(-1)?.attributes, { 'llm_simulator.fault': fault });
      }
    });
  }
});

describe('spans of what is refused, left or cut', () => {
  const slow = { latency: { ttft: constant(HOUR_MS), itl: constant(1) } };
  const traced = tracedSimulator('grpc', {
    simulation: { concurrency: { max_concurrent_requests: 1, queue_size: 1 } },
    server: { request_timeout_secs: 1 },
    providers: { 'gpt-4o': slow, 'gpt-4o-mini': { latency: { ttft: constant(0), itl: constant(0) } } },
  });

  test('a full server’s 503, a request that waited, and a client that left', async () => {
    const { simulator } = traced();
    const [leaving, waiting, refused] = [1, 2, 3].map((number) => callerSpan(number));
    const controller = new AbortController();
    const stream = await fetch(`${simulator.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { traceparent: leaving.traceparent },
      body: JSON.stringify(chatRequest({ stream: true })),
      signal: controller.signal,
    });
    const answered = postChat(simulator, chatRequest({ model: 'gpt-4o-mini' }), { traceparent: waiting.traceparent });
    const until = async () => (await (await fetch(`${simulator.url}/metrics`)).text()).includes('queue_depth 1');
    while (!(await until())) await new Promise((resolve) => setTimeout(resolve, 5));
    const full = await postChat(simulator, chatRequest(), { traceparent: refused.traceparent });
    assert.equal(full.status, 503);
    await full.text();
    controller.abort();
    await stream.text().catch(() => undefined);
    assert.equal((await answered).status, 200);
    await (await answered).text();

    const gone = await spanOf(traced(), leaving.traceId);
    assert.deepEqual(eventNames(gone), ['client_gone']);
    assert.equal(gone.status, UNSET);
    assert.equal(gone.attributes['llm_simulator.cause'], 'client_closed');
    assert.equal(gone.attributes['gen_ai.usage.output_tokens'], undefined);
    const waited = await spanOf(traced(), waiting.traceId);
    const [left] = waited.events;
    assert.equal(left.name, 'llm_simulator.queue_left');
    const waitMs = waited.attributes['llm_simulator.queue_wait_ms'] as number;
    assert.ok(waitMs > 0);
    assert.ok(Math.abs(Number(left.atNs - waited.startNs) / 1e6 - waitMs) < 0.01);
    const turnedAway = await spanOf(traced(), refused.traceId);
    assert.equal(turnedAway.name, 'chat');
    assert.equal(turnedAway.parentSpanId, refused.spanId);
    assert.equal(turnedAway.status, ERROR);
    assert.equal(turnedAway.attributes['error.type'], '503');
    assert.equal(turnedAway.attributes['llm_simulator.outcome'], 'refused');
    assert.equal(turnedAway.attributes['llm_simulator.cause'], 'overloaded');
  });

  test('a path that nobody has', async () => {
    const { traceId, traceparent } = callerSpan(4);
    await (await fetch(`${traced().simulator.url}/v1/nowhere?secret=1`, { headers: { traceparent } })).text();
    const span = await spanOf(traced(), traceId);
    assert.equal(span.name, 'GET');
    assert.equal(span.attributes['http.response.status_code'], 404);
    assert.equal(span.attributes['url.path'], '/v1/nowhere');
    assert.equal(span.status, UNSET);
  });

  test('a reply that comes too late', async () => {
    const { traceId, traceparent } = callerSpan(5);
    const response = await postChat(traced().simulator, chatRequest(), { traceparent });
    await response.text();
    const span = await spanOf(traced(), traceId);
    assert.deepEqual(eventNames(span), ['cut']);
    assert.equal(span.status, ERROR);
    assert.equal(span.attributes['http.response.status_code'], response.status);
    assert.equal(span.attributes['error.type'], 'timeout');
  });
});

describe('spans under rate limits and scenarios', () => {
  const traced = tracedSimulator('http/protobuf', {
    ...AT_ONCE,
    rate_limits: {
      enabled: true,
      default_tier: 'all',
      tiers: { all: { limits: [{ models: ['*'], requests_per_minute: 1 }] } },
    },
    scenarios: { calm: { steps: [{ latency_factor: 1 }] } },
  });

  test('name the limit that was reached, and the scenarios that were active', async () => {
    const { simulator } = traced();
    const [first, second] = [callerSpan(1), callerSpan(2)];
    await (await postChat(simulator, chatRequest(), { traceparent: first.traceparent })).text();
    await (await fetch(`${simulator.url}/admin/scenarios/calm/activate`, { method: 'POST' })).text();
    const response = await postChat(simulator, chatRequest(), { traceparent: second.traceparent });
    assert.equal(response.status, 429);
    await response.text();
    const span = await spanOf(traced(), second.traceId);
    assert.equal(span.attributes['llm_simulator.rate_limit'], 'requests_per_minute');
    assert.deepEqual(span.attributes['llm_simulator.scenarios'], ['calm']);
    assert.deepEqual(eventNames(span), ['rate_limited']);
    assert.equal(span.status, UNSET);
    assert.equal(span.attributes['gen_ai.request.model'], 'gpt-4o');
    assert.equal((await spanOf(traced(), first.traceId)).attributes['llm_simulator.scenarios'], undefined);
  });
});
