/** What a collector sees of requests, over both protocols: spans joined to their callers', named and described as docs/tracing.md says. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SpanKind } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { Simulator } from '../../../src/index.js';
import { packageVersion } from '../../../src/kernel/package-root.js';
import { endpoints } from '../../../src/providers/registry.js';
import { tracedEndpoints } from '../../../src/server/tracing/operations.js';
import { AT_ONCE, chatRequest, postChat } from '../chat-client.js';
import { parseEvents } from '../event-stream.js';
import { asks, CREDENTIALS, pathOf } from '../provider-answers.js';
import { VALID_BODIES } from '../valid-bodies.js';
import type { ReceivedSpan } from './otlp-decoding.js';
import { callerSpan, tracedSimulator } from './traced-simulator.js';

const PROMPT = 'canary-in-the-prompt-91ae';
const KEY = 'sk-canary-key-3c55';
const SERVER = 2;

/** @param index of the endpoint in the registry */
async function askEndpoint(simulator: Simulator, index: number, traceparent: string): Promise<void> {
  const { endpoint, provider } = endpoints[index];
  const [body] = endpoint.takesBody === false ? [] : (VALID_BODIES[asks(endpoint)] ?? []);
  const response = await fetch(simulator.url + pathOf(endpoint), {
    method: endpoint.method,
    headers: { 'content-type': 'application/json', ...CREDENTIALS[provider.name], traceparent },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await response.arrayBuffer();
}

function assertOfEndpoint({ attributes, flags, kind, name, spanId }: ReceivedSpan, index: number): void {
  const { method } = endpoints[index].endpoint;
  const { name: endpoint, operation, provider, route } = tracedEndpoints[index];
  assert.match(spanId, /^(?!0{16})[0-9a-f]{16}$/);
  assert.equal(kind, SERVER);
  assert.equal(flags & 1, 1, 'sampled');
  assert.equal(flags & 0x300, 0x300, 'the parent is known to be remote');
  assert.equal(attributes['http.request.method'], method);
  assert.equal(attributes['http.route'], route);
  assert.equal(attributes['llm_simulator.endpoint'], endpoint);
  assert.equal(attributes['gen_ai.operation.name'], operation);
  assert.equal(attributes['gen_ai.provider.name'], operation === undefined ? undefined : provider);
  const asked = [operation, attributes['gen_ai.request.model']].filter((word) => word !== undefined).join(' ');
  assert.equal(name, operation === undefined ? `${method} ${route}` : asked);
}

for (const protocol of ['grpc', 'http/protobuf'] as const) {
  describe(`spans over ${protocol}`, () => {
    const traced = tracedSimulator(protocol, AT_ONCE, {
      headers: { 'x-collector-key': 'open-sesame' },
      service_name: 'upstream',
      resource_attributes: { 'deployment.environment.name': 'ci' },
    });
    const spanOf = async (traceId: string): Promise<ReceivedSpan> => {
      const [span, ...others] = await traced().receiver.waitFor(1, (one) => one.traceId === traceId);
      assert.deepEqual(others, []);
      return span;
    };

    test('there is one for every endpoint, which joins its caller’s', async () => {
      const callers = endpoints.map((_, index) => callerSpan(index + 1));
      for (const [index, { traceparent }] of callers.entries())
        await askEndpoint(traced().simulator, index, traceparent);
      for (const [index, { traceId, spanId }] of callers.entries()) {
        const span = await spanOf(traceId);
        assert.equal(span.parentSpanId, spanId);
        assertOfEndpoint(span, index);
      }
    });

    test('one of a streamed chat says what the client can check', async () => {
      const { simulator } = traced();
      const { spanId, traceId, traceparent } = callerSpan(1_001);
      const body = chatRequest({
        messages: [{ role: 'user', content: PROMPT }],
        stream: true,
        stream_options: { include_usage: true },
        temperature: 0.25,
        top_p: 0.5,
        seed: 7,
        n: 2,
        max_completion_tokens: 20,
      });
      const startMs = Date.now();
      const response = await fetch(`${simulator.url}/v1/chat/completions?api_key=${KEY}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${KEY}`,
          'x-llm-sim-request-id': 'seen',
          tracestate: 'vendor=a:b, other=1',
          traceparent,
        },
        body: JSON.stringify(body),
      });
      const events = parseEvents(await response.text()).map(({ data }) => data);
      const chunks = events.slice(0, -1).map((data) => JSON.parse(data));
      const endMs = Date.now();
      const { usage } = chunks.at(-1);
      const span = await spanOf(traceId);
      assert.equal(span.name, 'chat gpt-4o');
      assert.equal(span.parentSpanId, spanId);
      assert.equal(span.traceState, 'vendor=a:b,other=1');
      assert.equal(span.status, 0);
      const expected = {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.request.stream': true,
        'gen_ai.request.temperature': 0.25,
        'gen_ai.request.top_p': 0.5,
        'gen_ai.request.seed': 7,
        'gen_ai.request.choice.count': 2,
        'gen_ai.request.max_tokens': 20,
        'gen_ai.response.model': 'gpt-4o',
        'gen_ai.response.id': chunks[0].id,
        'gen_ai.response.finish_reasons': chunks
          .flatMap(({ choices }) => choices)
          .filter(({ finish_reason: reason }) => reason !== null)
          .sort((left, right) => left.index - right.index)
          .map(({ finish_reason: reason }) => reason),
        'gen_ai.usage.input_tokens': usage.prompt_tokens,
        'gen_ai.usage.output_tokens': usage.completion_tokens,
        'http.response.status_code': 200,
        'url.path': '/v1/chat/completions',
        'url.scheme': 'http',
        'server.address': '127.0.0.1',
        'server.port': simulator.port,
        'llm_simulator.outcome': 'finished',
        'llm_simulator.seed': 42,
        'llm_simulator.request.key': 'seen',
        'llm_simulator.chunks': events.length,
      };
      for (const [name, value] of Object.entries(expected)) assert.deepEqual(span.attributes[name], value, name);
      const [first, ...others] = span.events;
      assert.equal(first.name, 'llm_simulator.first_token');
      assert.deepEqual(others, []);
      assert.ok(span.startNs <= first.atNs && first.atNs <= span.endNs);
      // The system's time has whole milliseconds, and the simulator's may be off by 5.
      const ms = (ns: bigint) => Number(ns / 1_000n) / 1_000;
      assert.ok(ms(span.startNs) > startMs - 10 && ms(span.endNs) < endMs + 10);
      const all = JSON.stringify(traced().receiver.spans, (_, value) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      for (const secret of [PROMPT, KEY]) assert.ok(!all.includes(secret), secret);
    });

    test('says who sends it, and sends what the collector asks for', async () => {
      const { receiver, simulator } = traced();
      const { traceId, traceparent } = callerSpan(1_002);
      await (await postChat(simulator, chatRequest(), { traceparent })).text();
      const { resource, scope } = await spanOf(traceId);
      assert.equal(resource['service.name'], 'upstream');
      assert.equal(resource['deployment.environment.name'], 'ci');
      assert.equal(resource['service.version'], packageVersion);
      assert.equal(resource['process.pid'], process.pid);
      assert.match(String(resource['service.instance.id']), /^[0-9a-f-]{36}$/);
      assert.deepEqual(scope, { name: 'llm-simulator', version: packageVersion });
      assert.equal(receiver.headers['x-collector-key'], 'open-sesame');
    });

    test('are of the trace that OpenTelemetry’s own tracer began', async () => {
      const provider = new NodeTracerProvider();
      const parent = provider.getTracer('client').startSpan('ask', { kind: SpanKind.CLIENT });
      const { spanId, traceFlags, traceId } = parent.spanContext();
      const traceparent = `00-${traceId}-${spanId}-0${traceFlags}`;
      await (await postChat(traced().simulator, chatRequest({ stream: true }), { traceparent })).text();
      parent.end();
      assert.equal((await spanOf(traceId)).parentSpanId, spanId);
    });

    test('begin a trace of their own where the caller names none, or none that is valid', async () => {
      const { receiver, simulator } = traced();
      const { traceId } = callerSpan(1_003);
      const before = receiver.spans.length;
      const headers = { 'x-llm-sim-request-id': 'alone' };
      await (await postChat(simulator, chatRequest(), headers)).text();
      const invalid = { ...headers, traceparent: `00-${traceId}-0000000000000000-01`, tracestate: 'a=1' };
      await (await postChat(simulator, chatRequest(), invalid)).text();
      const own = await receiver.waitFor(2, (one) => one.attributes['llm_simulator.request.key'] === 'alone');
      assert.ok(receiver.spans.length >= before + 2);
      for (const span of own) {
        assert.equal(span.parentSpanId, '');
        assert.equal(span.traceState, '');
        assert.notEqual(span.traceId, traceId);
      }
    });

    test('of replies in every dialect name the reply', async () => {
      const { simulator } = traced();
      const messages = [{ role: 'user', content: 'hi' }];
      const contents = [{ role: 'user', parts: [{ text: 'hi' }] }];
      const gemini = '/v1beta/models/gemini-2.5-flash';
      const azure = '/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21';
      const asked = [
        ['/v1/chat/completions', { model: 'gpt-4o', messages }],
        [azure, { messages }],
        [azure, { messages, stream: true }],
        ['/v1/completions', { model: 'gpt-3.5-turbo-instruct', prompt: 'hi' }],
        ['/v1/responses', { model: 'gpt-4o', input: 'hi' }],
        ['/v1/responses', { model: 'gpt-4o', input: 'hi', stream: true }],
        ['/v1/messages', { model: 'claude-sonnet-4-5', max_tokens: 50, messages }],
        ['/v1/messages', { model: 'claude-sonnet-4-5', max_tokens: 50, messages, stream: true }],
        [`${gemini}:generateContent`, { contents, generationConfig: { maxOutputTokens: 50, topK: 3 } }],
        [`${gemini}:streamGenerateContent?alt=sse`, { contents }],
        [`${gemini}:streamGenerateContent`, { contents }],
      ] as const;
      const texts: string[] = [];
      for (const [index, [path, body]] of asked.entries()) {
        const { traceparent } = callerSpan(2_000 + index);
        const headers = { 'anthropic-version': '2023-06-01', 'x-api-key': 'k', traceparent };
        const answer = await fetch(simulator.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
        texts.push(await answer.text());
      }
      for (const [index, [path, body]] of asked.entries()) {
        const { traceId } = callerSpan(2_000 + index);
        const text = texts[index];
        const { attributes } = await spanOf(traceId);
        const id = attributes['gen_ai.response.id'];
        assert.ok(typeof id === 'string' && text.includes(`"${id}"`), `${path}: ${id}`);
        assert.equal(attributes['gen_ai.request.stream'], /stream/i.test(path) || 'stream' in body || undefined, path);
        assert.ok(Array.isArray(attributes['gen_ai.response.finish_reasons']), path);
        assert.ok((attributes['gen_ai.usage.output_tokens'] as number) > 0, path);
        if (path.endsWith(':generateContent')) {
          assert.equal(attributes['gen_ai.request.max_tokens'], 50);
          assert.equal(attributes['gen_ai.request.top_k'], 3);
        }
      }
    });

    test('bound what a client says', async () => {
      const { simulator } = traced();
      const { traceId, traceparent } = callerSpan(1_004);
      const body = { ...chatRequest({ model: 'x'.repeat(5_000) }), temperature: 'hot', top_p: null, n: [1], seed: 1.5 };
      const headers = { traceparent, 'user-agent': 'u'.repeat(2_000), 'x-llm-sim-request-id': 'k'.repeat(2_000) };
      await (await postChat(simulator, body, headers)).text();
      const span = await spanOf(traceId);
      assert.equal(span.name, `chat ${'x'.repeat(128)}`);
      for (const value of Object.values(span.attributes)) assert.ok(String(value).length <= 256);
      assert.deepEqual(
        Object.keys(span.attributes).filter((name) => /temperature|top_p|choice|seed$/.test(name)),
        ['llm_simulator.seed'],
      );
    });
  });
}
