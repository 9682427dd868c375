/** What goes wrong outside a request's fields, in Anthropic's envelope: keys, models, limits, routes, and the faults that rules ask for. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Simulator } from '../../../src/index.js';
import { assertValid } from '../../schemas/published-schema.js';
import { AT_ONCE, sharedSimulator } from '../chat-client.js';
import { type Json, KEYS, messageRequest, NEW_KEYS, post } from './messages-client.js';

interface Expected {
  readonly status: number;
  readonly type: string;
  readonly message: string | RegExp;
}

/** Fails unless the reply is the error, identified in header and body and with the advice whether to try again. */
async function assertError(response: Response, { status, type, message }: Expected): Promise<Json> {
  const text = await response.text();
  assert.equal(response.status, status, text);
  const body = JSON.parse(text);
  assertValid('anthropic', 'ErrorResponse', body);
  assert.equal(body.error.type, type);
  if (typeof message === 'string') assert.equal(body.error.message, message);
  else assert.match(body.error.message, message);
  assert.match(body.request_id, /^req_[0-9a-f]{32}$/);
  assert.equal(response.headers.get('request-id'), body.request_id);
  assert.equal(response.headers.get('content-type'), 'application/json');
  assert.equal(response.headers.get('x-should-retry'), String(status === 429 || status >= 500));
  assert.ok(response.headers.has('anthropic-organization-id'));
  return body.error;
}

const get = (simulator: Simulator, path: string, headers: Readonly<Record<string, string>> = KEYS) =>
  fetch(simulator.url + path, { headers });

describe('an Anthropic error', () => {
  const simulator = sharedSimulator({
    config: {
      ...AT_ONCE,
      server: { max_body_bytes: 100_000 },
      replies: { generator: 'echo' },
      providers: {
        'claude-3-opus': { context_window_tokens: 1_000, max_output_tokens: 500 },
        'claude-opus-4-1': { context_window_tokens: 1_000, max_output_tokens: 500 },
        'claude-sonnet-4-5': { context_window_tokens: 1_000, max_output_tokens: 500 },
      },
    },
  });

  test('tells of a model that nobody knows', async () => {
    const expected = { status: 404, type: 'not_found_error', message: 'model: claude-x' };
    await assertError(await post(simulator(), messageRequest({ model: 'claude-x' })), expected);
    await assertError(await post(simulator(), messageRequest({ model: 'claude-x', stream: true })), expected);
    await assertError(await get(simulator(), '/v1/models/claude-x'), expected);
  });

  test('tells of a model that does not chat', async () => {
    await assertError(await post(simulator(), messageRequest({ model: 'text-embedding-3-small' })), {
      status: 404,
      type: 'not_found_error',
      message: 'model: text-embedding-3-small',
    });
  });

  test('tells of an output limit', async () => {
    await assertError(await post(simulator(), messageRequest({ model: 'claude-3-opus-20240229', max_tokens: 501 })), {
      status: 400,
      type: 'invalid_request_error',
      message: 'max_tokens: 501 > 500, which is the maximum allowed number of output tokens for claude-3-opus-20240229',
    });
  });

  test('tells of a prompt that is too long, by its tokens', async () => {
    const messages = [{ role: 'user', content: 'word '.repeat(1_200) }];
    const error = await assertError(
      await post(simulator(), messageRequest({ model: 'claude-3-opus', max_tokens: 5, messages })),
      {
        status: 400,
        type: 'invalid_request_error',
        message: /^prompt is too long: \d+ tokens > 1000 maximum$/,
      },
    );
    const counted = await post(
      simulator(),
      { model: 'claude-3-opus', messages },
      { path: '/v1/messages/count_tokens' },
    );
    const { input_tokens: tokens } = (await counted.json()) as { input_tokens: number };
    assert.equal(error.message, `prompt is too long: ${tokens} tokens > 1000 maximum`);
  });

  describe('or none, when prompt and max_tokens together exceed the context window', () => {
    const messages = [{ role: 'user', content: 'word '.repeat(700) }];
    const body = (model: string) => messageRequest({ model, max_tokens: 500, messages });
    const stopReason = async (request: Json) => {
      const response = await post(simulator(), request);
      const text = await response.text();
      assert.equal(response.status, 200, text);
      return JSON.parse(text).stop_reason;
    };

    test('depends on the model', async () => {
      await assertError(await post(simulator(), body('claude-opus-4-1')), {
        status: 400,
        type: 'invalid_request_error',
        message:
          /^input length and `max_tokens` exceed context limit: \d+ \+ 500 > 1000, decrease input length or `max_tokens` and try again$/,
      });
      assert.equal(await stopReason(body('claude-3-opus')), 'max_tokens');
      assert.equal(await stopReason(body('claude-sonnet-4-5')), 'model_context_window_exceeded');
    });
  });

  test('tells of a body that is not JSON', async () => {
    await assertError(await post(simulator(), '{"model":'), {
      status: 400,
      type: 'invalid_request_error',
      message: 'The request body is not valid JSON.',
    });
  });

  test('tells of a body that is too large', async () => {
    await assertError(await post(simulator(), messageRequest({ system: 'x'.repeat(100_000) })), {
      status: 413,
      type: 'request_too_large',
      message: 'Request exceeds the maximum size',
    });
  });

  test('tells of a missing version', async () => {
    const { 'anthropic-version': _, ...keys } = KEYS;
    await assertError(await post(simulator(), messageRequest(), { headers: keys }), {
      status: 400,
      type: 'invalid_request_error',
      message: 'anthropic-version: header is required',
    });
  });

  test('tells of a route or a method that does not exist', async () => {
    await assertError(await get(simulator(), '/v1/nowhere'), {
      status: 404,
      type: 'not_found_error',
      message: 'Not found',
    });
    await assertError(await get(simulator(), '/v1/messages/batches'), {
      status: 404,
      type: 'not_found_error',
      message: 'Not found',
    });
    const response = await get(simulator(), '/v1/messages');
    assert.equal(response.headers.get('allow'), 'POST');
    await assertError(response, { status: 405, type: 'invalid_request_error', message: 'Method Not Allowed' });
  });

  test('names its cause by a code where it has one', async () => {
    const body = messageRequest({ thread: { type: 'continue', previous_message_id: 'msg_1' } });
    const error = await assertError(await post(simulator(), body, { headers: NEW_KEYS }), {
      status: 404,
      type: 'not_found_error',
      message: /previous_message_id/,
    });
    assert.deepEqual(error.details, { error_code: 'thread_not_found' });
  });
});

describe('an API key', () => {
  const simulator = sharedSimulator({ config: { ...AT_ONCE, server: { api_keys: ['sk-ant-good'] } } });
  const version = { 'anthropic-version': '2023-06-01' };

  test('is required', async () => {
    await assertError(await post(simulator(), messageRequest(), { headers: version }), {
      status: 401,
      type: 'authentication_error',
      message: 'x-api-key header is required',
    });
  });

  test('has to be one that is listed', async () => {
    const bad: readonly Readonly<Record<string, string>>[] = [
      { 'x-api-key': 'sk-ant-bad' },
      { authorization: 'Bearer sk-ant-bad' },
      { 'x-api-key': 'sk-ant-bad', authorization: 'Bearer sk-ant-good' },
    ];
    for (const key of bad) {
      await assertError(await post(simulator(), messageRequest(), { headers: { ...version, ...key } }), {
        status: 401,
        type: 'authentication_error',
        message: 'invalid x-api-key',
      });
    }
  });

  test('comes in either header', async () => {
    const good: readonly Readonly<Record<string, string>>[] = [
      { 'x-api-key': 'sk-ant-good' },
      { authorization: 'Bearer sk-ant-good' },
    ];
    for (const key of good) {
      const response = await post(simulator(), messageRequest({ max_tokens: 5 }), { headers: { ...version, ...key } });
      assert.equal(response.status, 200);
    }
  });
});

describe('a fault by rule', () => {
  const FAULTS = [
    ['authentication', 401, 'authentication_error'],
    ['permission', 403, 'permission_error'],
    ['rate_limit', 429, 'rate_limit_error'],
    ['server_error', 500, 'api_error'],
    ['timeout', 504, 'timeout_error'],
    ['overloaded', 529, 'overloaded_error'],
  ] as const;
  const rules = FAULTS.map(([kind]) => ({ match: { last_message: `^${kind}$` }, reply: { fault: { kind } } }));
  const simulator = sharedSimulator({ config: { ...AT_ONCE, replies: { rules } } });

  for (const [kind, status, type] of FAULTS) {
    test(`${kind} is a ${status}, streamed or not`, async () => {
      for (const stream of [false, true]) {
        const body = messageRequest({ messages: [{ role: 'user', content: kind }], stream });
        const response = await post(simulator(), body);
        if (status === 429) assert.equal(response.headers.get('retry-after'), '60');
        if (status === 529) assert.equal(response.headers.get('retry-after'), '1');
        await assertError(response, { status, type, message: /./ });
      }
    });
  }
});
