/** A request's record as a span: what docs/tracing.md promises of names, attributes, events and status. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RequestRecord } from '../../../src/telemetry/tracing/request-record.js';
import { requestSpan } from '../../../src/telemetry/tracing/request-span.js';

const ARRIVED_US = 1_800_000_000_000_000;

/** A streamed chat that went well. */
const CHAT: RequestRecord = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  parentSpanId: undefined,
  traceState: undefined,
  operation: 'chat',
  provider: 'openai',
  endpoint: 'openai.chat.completions',
  route: '/v1/chat/completions',
  method: 'POST',
  path: '/v1/chat/completions',
  scheme: 'http',
  host: 'llm.example:8080',
  userAgent: undefined,
  status: 200,
  arrivedUs: ARRIVED_US,
  waitedUs: 0,
  firstTokenUs: ARRIVED_US + 250_000,
  endUs: ARRIVED_US + 900_000,
  outcome: 'finished',
  result: 'success',
  cause: '',
  error: '',
  fault: undefined,
  isSpoilt: false,
  limit: undefined,
  model: 'gpt-4o',
  inputTokens: 12,
  cachedTokens: 4,
  outputTokens: 30,
  chunks: 32,
  bytes: 6_000,
  slipMaxUs: 700,
  process: 1,
  seed: 42,
  identity: '00112233445566ff',
  requestKey: '17',
  session: undefined,
  scenarios: [],
  facts: {
    model: 'gpt-4o-latest',
    stream: true,
    responseId: 'chatcmpl-sim-1',
    finishReasons: ['stop'],
    temperature: 0.5,
  },
};

const span = (changes: Partial<RequestRecord>) => requestSpan({ ...CHAT, ...changes });
const eventsOf = (changes: Partial<RequestRecord>) =>
  span(changes).events.map(({ name, atUs }) => [name, atUs - ARRIVED_US]);

describe('requestSpan', () => {
  test('says everything of a streamed chat', () => {
    const { attributes, events, isError, name } = span({});
    assert.equal(name, 'chat gpt-4o-latest');
    assert.equal(isError, false);
    assert.deepEqual(attributes, {
      'http.request.method': 'POST',
      'http.route': '/v1/chat/completions',
      'url.path': '/v1/chat/completions',
      'url.scheme': 'http',
      'http.response.status_code': 200,
      'server.address': 'llm.example',
      'server.port': 8080,
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-latest',
      'gen_ai.request.stream': true,
      'gen_ai.request.temperature': 0.5,
      'gen_ai.response.model': 'gpt-4o',
      'gen_ai.response.id': 'chatcmpl-sim-1',
      'gen_ai.response.time_to_first_chunk': 0.25,
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 12,
      'gen_ai.usage.cache_read.input_tokens': 4,
      'gen_ai.usage.output_tokens': 30,
      'llm_simulator.endpoint': 'openai.chat.completions',
      'llm_simulator.outcome': 'finished',
      'llm_simulator.process': 1,
      'llm_simulator.seed': 42,
      'llm_simulator.request.identity': '00112233445566ff',
      'llm_simulator.request.key': '17',
      'llm_simulator.chunks': 32,
      'llm_simulator.response.body.size': 6_000,
      'llm_simulator.slip_max_ms': 0.7,
    });
    assert.deepEqual(
      events.map(({ name: event, atUs }) => [event, atUs - ARRIVED_US]),
      [['llm_simulator.first_token', 250_000]],
    );
  });

  test('is named after the operation, and after method and route where no model is asked', () => {
    assert.equal(span({ facts: {} }).name, 'chat');
    assert.equal(span({ operation: undefined, method: 'GET', route: '/v1/models' }).name, 'GET /v1/models');
    assert.equal(span({ operation: undefined, route: undefined }).name, 'POST');
    const plain = span({ operation: undefined }).attributes;
    assert.deepEqual(
      Object.keys(plain).filter((name) => name.startsWith('gen_ai.')),
      [],
    );
  });

  test('has the status ERROR for what went wrong on our side', () => {
    const outcomes: readonly (readonly [Partial<RequestRecord>, string | undefined])[] = [
      [{ status: 500, result: 'error', error: '500' }, '500'],
      [{ status: 503, outcome: 'refused', result: 'error', cause: 'overloaded', error: '503' }, '503'],
      [{ outcome: 'failed', result: 'error', cause: 'timeout', error: 'timeout' }, 'timeout'],
      [{ result: 'error', fault: 'disconnect', isSpoilt: true, error: 'disconnect' }, 'disconnect'],
      [{ status: 0, result: 'error', fault: 'reset_before', isSpoilt: true, error: 'reset_before' }, 'reset_before'],
      [{ status: 429, result: 'error', error: '429' }, undefined],
      [{ status: 400, result: 'error', error: '400' }, undefined],
      [{ outcome: 'aborted', result: 'aborted', cause: 'client_closed' }, undefined],
      [{ fault: 'slow_headers' }, undefined],
    ];
    for (const [changes, errorType] of outcomes) {
      const { attributes, isError } = span(changes);
      assert.equal(attributes['error.type'], errorType, JSON.stringify(changes));
      assert.equal(isError, errorType !== undefined);
    }
  });

  test('tells what happened, in the order of time', () => {
    assert.deepEqual(eventsOf({ waitedUs: 100_000 }), [
      ['llm_simulator.queue_left', 100_000],
      ['llm_simulator.first_token', 250_000],
    ]);
    assert.deepEqual(eventsOf({ fault: 'disconnect', isSpoilt: true }), [
      ['llm_simulator.first_token', 250_000],
      ['llm_simulator.fault', 900_000],
    ]);
    assert.deepEqual(eventsOf({ fault: 'drip' }), [
      ['llm_simulator.first_token', 250_000],
      ['llm_simulator.fault', 250_000],
    ]);
    assert.deepEqual(eventsOf({ outcome: 'aborted', cause: 'client_closed', firstTokenUs: 0 }), [
      ['llm_simulator.client_gone', 900_000],
    ]);
    assert.deepEqual(eventsOf({ outcome: 'aborted', cause: 'stalled', firstTokenUs: 0 }), [
      ['llm_simulator.client_stalled', 900_000],
    ]);
    assert.deepEqual(eventsOf({ outcome: 'failed', cause: 'timeout', firstTokenUs: 0 }), [
      ['llm_simulator.cut', 900_000],
    ]);
    assert.deepEqual(eventsOf({ status: 429, limit: 'requests', firstTokenUs: 0 }), [
      ['llm_simulator.rate_limited', 900_000],
    ]);
  });

  test('claims no end of an answer that did not come to it', () => {
    const broken = span({ outcome: 'aborted', result: 'aborted', cause: 'client_closed' }).attributes;
    assert.equal(broken['gen_ai.usage.output_tokens'], undefined);
    assert.equal(broken['gen_ai.response.finish_reasons'], undefined);
    assert.equal(broken['gen_ai.response.id'], 'chatcmpl-sim-1');
    const refused = span({ status: 429, result: 'error', error: '429' }).attributes;
    assert.equal(refused['gen_ai.response.model'], undefined);
    assert.equal(refused['gen_ai.usage.input_tokens'], undefined);
  });

  test('names no span after a method that any client may invent', () => {
    const asked = { method: 'PROPFIND', operation: undefined, route: undefined } as const;
    const { attributes, name } = span(asked);
    assert.equal(name, 'HTTP');
    assert.equal(attributes['http.request.method'], '_OTHER');
    assert.equal(attributes['http.request.method_original'], 'PROPFIND');
    assert.equal(span({ ...asked, route: '/v1/models' }).name, 'HTTP /v1/models');
    assert.equal(span({ ...asked, method: 'PATCH' }).attributes['http.request.method_original'], undefined);
  });

  test('reads the host header', () => {
    const serverOf = (host: string | undefined, scheme: 'http' | 'https' = 'http') => {
      const { attributes } = span({ host, scheme });
      return [attributes['server.address'], attributes['server.port']];
    };
    assert.deepEqual(serverOf('a.example'), ['a.example', 80]);
    assert.deepEqual(serverOf('a.example', 'https'), ['a.example', 443]);
    assert.deepEqual(serverOf('[::1]:8080'), ['::1', 8080]);
    assert.deepEqual(serverOf('::1'), [undefined, undefined]);
    assert.deepEqual(serverOf('a:b:c'), [undefined, undefined]);
    assert.deepEqual(serverOf(undefined), [undefined, undefined]);
  });
});
