/** Azure's paths and versions: which request is answered, and what the gateway says to the others. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AT_ONCE, complete, type Json, sharedSimulator } from '../chat-client.js';
import { CHAT_PATH, MESSAGES, post, postJson, VERSION } from './azure-client.js';

const CHAT = { messages: MESSAGES, max_tokens: 5 };
const NOT_FOUND = { error: { code: '404', message: 'Resource not found' } };
const NO_DEPLOYMENT = 'DeploymentNotFound';

describe('Azure', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  const refusal = async (path: string, body: unknown = CHAT) => {
    const response = await post(simulator(), path, body);
    return { status: response.status, body: (await response.json()) as { error: { code: string; message: string } } };
  };

  for (const [what, path, body] of [
    ['a deployment', CHAT_PATH, CHAT],
    ['a preview version', '/openai/deployments/gpt-4o/chat/completions?api-version=2025-04-01-preview', CHAT],
    ['a deployment that extends a model by a version', CHAT_PATH.replace('gpt-4o', 'gpt-4o-2024-08-06'), CHAT],
    ['the spelling without a dot', CHAT_PATH.replace('gpt-4o', 'gpt-35-turbo'), CHAT],
    ['the undated path', '/openai/v1/chat/completions', { ...CHAT, model: 'gpt-4o' }],
    ['the undated path with preview', '/openai/v1/chat/completions?api-version=preview', { ...CHAT, model: 'gpt-4o' }],
    [
      'the undated path with latest',
      '/openai/v1/chat/completions?api-version=latest',
      { ...CHAT, model: 'gpt-35-turbo' },
    ],
  ] as const) {
    test(`answers ${what}`, async () => {
      const response = await post(simulator(), path, body);
      assert.equal(response.status, 200);
      assert.equal(((await response.json()) as Json).object, 'chat.completion');
    });
  }

  test('takes the model from the path and not from the body', async () => {
    const reply = await postJson(simulator(), CHAT_PATH, { ...CHAT, model: 'gpt-4' });
    assert.equal(reply.model, 'gpt-4o-simulated');
  });

  test('answers as OpenAI does but for what it adds', async () => {
    const key = { 'x-llm-sim-request-id': '1' };
    const body = { model: 'gpt-4o', ...CHAT };
    const plain = await complete(simulator(), body, key);
    const response = await post(simulator(), '/openai/v1/chat/completions', body, key);
    const { prompt_filter_results, choices, ...reply } = (await response.json()) as Json;
    const bare = (choices as Json[]).map(({ content_filter_results, ...choice }) => choice);
    assert.deepEqual({ ...reply, choices: bare }, plain);
    assert.ok(prompt_filter_results);
  });

  for (const [what, path] of [
    ['no version', '/openai/deployments/gpt-4o/chat/completions'],
    ['an empty version', '/openai/deployments/gpt-4o/chat/completions?api-version='],
    ['a version that is no date', '/openai/deployments/gpt-4o/chat/completions?api-version=preview'],
    ['a version before the first', '/openai/deployments/gpt-4o/chat/completions?api-version=2021-01-01'],
    ['a path that does not exist', `/openai/deployments/gpt-4o/chat?api-version=${VERSION}`],
    ['moderations, which Azure lacks', '/openai/v1/moderations'],
  ] as const) {
    test(`has no resource for ${what}`, async () => {
      assert.deepEqual(await refusal(path), { status: 404, body: NOT_FOUND });
    });
  }

  test('refuses a dated version of the undated path', async () => {
    const { status, body } = await refusal(`/openai/v1/chat/completions?api-version=${VERSION}`);
    assert.deepEqual([status, body.error.code, body.error.message], [400, 'BadRequest', 'API version not supported']);
  });

  test('has no deployment of an unknown name, on either path', async () => {
    for (const [path, body] of [
      [CHAT_PATH.replace('gpt-4o', 'nobody'), CHAT],
      ['/openai/v1/chat/completions', { ...CHAT, model: 'nobody' }],
    ] as const) {
      const { status, body: reply } = await refusal(path, body);
      assert.deepEqual([status, reply.error.code], [404, NO_DEPLOYMENT]);
    }
  });

  test('says which operation a deployment does not do', async () => {
    const { status, body } = await refusal(CHAT_PATH.replace('gpt-4o', 'text-embedding-3-small'));
    assert.deepEqual([status, body.error.code], [400, 'OperationNotSupported']);
    assert.match(
      body.error.message,
      /^The chatCompletion operation does not work with the specified model, text-embed/,
    );
  });

  test("judges a request in OpenAI's words", async () => {
    for (const body of [{}, { messages: [] }, { ...CHAT, temperature: 3 }, [], 'text', null]) {
      const { status, body: reply } = await refusal(CHAT_PATH, body);
      assert.equal(status, 400, JSON.stringify(body));
      assert.equal((reply.error as unknown as Json).type, 'invalid_request_error');
    }
    const { status, body } = await refusal('/openai/v1/chat/completions', { ...CHAT, model: 5 });
    assert.equal(status, 400);
    assert.ok('param' in body.error);
  });

  test('lists models as its own API does, and as OpenAI does on the undated path', async () => {
    const list = async (path: string) =>
      ((await (await fetch(simulator().url + path)).json()) as { data: Json[] }).data;
    const dated = await list(`/openai/models?api-version=${VERSION}`);
    const undated = await list('/openai/v1/models');
    assert.deepEqual(
      dated.map(({ id }) => id),
      undated.map(({ id }) => id),
    );
    const [model] = dated.filter(({ id }) => id === 'gpt-4o');
    assert.equal((model.capabilities as Json).chat_completion, true);
    assert.equal(model.status, 'succeeded');
    const one = await fetch(`${simulator().url}/openai/models/gpt-4o?api-version=${VERSION}`);
    assert.deepEqual(await one.json(), model);
    assert.equal((await fetch(`${simulator().url}/openai/models/nobody?api-version=${VERSION}`)).status, 404);
    assert.equal((await fetch(`${simulator().url}/openai/models`)).status, 404);
  });
});

describe('Azure with API keys', () => {
  const simulator = sharedSimulator({ config: { ...AT_ONCE, server: { api_keys: ['secret'] } } });

  for (const [what, headers, status] of [
    ['the key in its own header', { 'api-key': 'secret' }, 200],
    ['the key as a bearer token', { authorization: 'Bearer secret' }, 200],
    ['another key', { 'api-key': 'wrong' }, 401],
    ['no key', {}, 401],
  ] as const) {
    test(`${status === 200 ? 'takes' : 'refuses'} ${what}`, async () => {
      const response = await fetch(`${simulator().url}${CHAT_PATH}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(CHAT),
      });
      assert.equal(response.status, status);
      if (status === 401) {
        const { error } = (await response.json()) as { error: Json };
        assert.equal(error.code, '401');
        assert.match(String(error.message), what === 'no key' ? /^Unauthorized\. / : /^Access denied due to invalid /);
      }
    });
  }
});
