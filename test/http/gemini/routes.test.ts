/** Which requests are Gemini's, who may make them, and what is said to those that reach no endpoint. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertValid } from '../../schemas/published-schema.js';
import { AT_ONCE, type Json, sharedSimulator } from '../chat-client.js';
import { parseEvents } from '../event-stream.js';
import { startServer } from '../server-harness.js';
import { asking, KEY, messageOf, post } from './gemini-client.js';

const FLASH = 'models/gemini-2.5-flash:generateContent';

describe('paths that providers share', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });
  const get = async (path: string, headers: Readonly<Record<string, string>> = {}) =>
    (await fetch(simulator().url + path, { headers })).json() as Promise<Json>;

  test('list the models of the provider that the request is for', async () => {
    const bearer = { authorization: 'Bearer sk-any' };
    assert.ok('models' in (await get('/v1/models', KEY)));
    assert.ok('models' in (await get('/v1/models?key=any')));
    assert.ok('models' in (await get('/v1beta/models', bearer)));
    assert.equal((await get('/v1/models', bearer)).object, 'list');
    assert.ok('has_more' in (await get('/v1/models', { 'x-api-key': 'any', 'anthropic-version': '2023-06-01' })));
  });

  test('leave OpenAI its models with colons in their names', async () => {
    const response = await fetch(`${simulator().url}/v1/models/ft:gpt-4o:acme`, {
      headers: { authorization: 'Bearer a' },
    });
    assertValid('openai', 'ErrorResponse', await response.json());
  });

  test('mean Gemini where a verb follows the model', async () => {
    const response = await fetch(`${simulator().url}/v1/${FLASH}`, {
      method: 'POST',
      headers: { authorization: 'Bearer any' },
      body: JSON.stringify(asking()),
    });
    assert.equal(response.status, 200);
    assertValid('gemini', 'GenerateContentResponse', await response.json());
  });
});

describe('requests for Gemini that reach no endpoint', () => {
  const simulator = sharedSimulator({ config: { ...AT_ONCE, server: { max_body_bytes: 1024 } } });

  for (const path of [
    '/v1beta/none',
    '/v1beta',
    '/v1/models/gemini-2.5-flash:predict',
    '/v1beta/models/x:noSuchVerb',
    '/v1/none?key=any',
  ]) {
    test(`are not found: ${path}`, async () => {
      const response = await fetch(simulator().url + path, { method: 'POST', body: '{}' });
      assertValid('gemini', 'ErrorResponse', await response.clone().json());
      assert.equal(await messageOf(response, 404), 'Method not found.');
    });
  }

  test('have another method', async () => {
    const response = await fetch(`${simulator().url}/v1beta/cachedContents/x`, { method: 'PUT', body: '{}' });
    assert.equal(response.headers.get('allow'), 'GET, PATCH, DELETE');
    assert.equal(await messageOf(response, 405), 'Method PUT is not allowed here.');
  });

  test('are too large', async () => {
    const response = await post(simulator(), FLASH, 'x'.repeat(2_000));
    assert.equal(await messageOf(response, 413), 'Request payload size exceeds the limit: 1024 bytes.');
  });
});

describe('API keys', () => {
  const simulator = sharedSimulator({ config: { ...AT_ONCE, server: { api_keys: ['good'] } } });
  const ask = (query: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${simulator().url}/v1beta/${FLASH}${query}`, { method: 'POST', headers, body: JSON.stringify(asking()) });

  test('come in a header, in the query, or as a token', async () => {
    const allowed = [
      await ask('', { 'x-goog-api-key': 'good' }),
      await ask('?key=good'),
      await ask('?%24key=good'),
      await ask('', { authorization: 'Bearer good' }),
    ];
    assert.deepEqual(
      allowed.map(({ status }) => status),
      [200, 200, 200, 200],
    );
  });

  test('are missing', async () => {
    const message = await messageOf(await ask(''), 403);
    assert.match(message, /^Method doesn't allow unregistered callers/);
  });

  test('are not valid', async () => {
    const response = await ask('?key=bad');
    const { error } = (await response.clone().json()) as { error: { details: Json[] } };
    assertValid('gemini', 'ErrorResponse', { error });
    assert.equal(await messageOf(response, 400), 'API key not valid. Please pass a valid API key.');
    assert.equal(error.details[0].reason, 'API_KEY_INVALID');
  });
});

describe('models', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });
  const get = (path: string) => fetch(`${simulator().url}/v1beta/${path}`, { headers: KEY });

  test('come in pages that together are all of them', async () => {
    const page = async (query: string) => {
      const list = (await (await get(`models?${query}`)).json()) as {
        models: { name: string }[];
        nextPageToken?: string;
      };
      assertValid('gemini', 'ListModelsResponse', list);
      return list;
    };
    const all = (await page('pageSize=1000')).models;
    const collected = [];
    let token: string | undefined = '';
    while (token !== undefined) {
      const { models, nextPageToken } = await page(`pageSize=5&pageToken=${encodeURIComponent(token)}`);
      assert.ok(models.length > 0 && models.length <= 5);
      collected.push(...models);
      token = nextPageToken;
    }
    assert.deepEqual(collected, all);
  });

  test('have a size and a token of a page that make sense', async () => {
    assert.equal(
      await messageOf(await get('models?pageSize=many'), 400),
      `Invalid value at 'page_size' (TYPE_INT32), "many"`,
    );
    for (const token of ['nonsense', btoa('models-from-x'), btoa('models-from-99999'), '%00']) {
      assert.equal(await messageOf(await get(`models?pageToken=${token}`), 400), 'Invalid page token.');
    }
  });

  test('that are not there', async () => {
    assert.equal(
      await messageOf(await get('models/none'), 404),
      'Model is not found: models/none for api version v1beta',
    );
  });
});

/** Never ends within the time of a test. */
const ENDLESS = {
  providers: {
    'gemini-2.5-flash': {
      latency: {
        ttft: { distribution: 'constant', value_ms: 0 },
        itl: { distribution: 'constant', value_ms: 600_000 },
      },
    },
  },
};

for (const [layout, query] of [
  ['events', '?alt=sse'],
  ['an array', ''],
]) {
  test(`a stream of ${layout} that is cut short ends with the error, in its own layout`, async () => {
    const { server, port } = await startServer({ config: ENDLESS });
    const url = `http://127.0.0.1:${port}/v1beta/models/gemini-2.5-flash:streamGenerateContent${query}`;
    const generationConfig = { thinkingConfig: { thinkingBudget: 0 } };
    const response = await fetch(url, {
      method: 'POST',
      headers: KEY,
      body: JSON.stringify(asking({ generationConfig })),
    });
    const decoder = new TextDecoder();
    let text = '';
    for await (const bytes of response.body!) {
      text += decoder.decode(bytes, { stream: true });
      if (text.includes('"responseId"')) await server.drain(0);
    }
    await server.stop();
    const chunks = query === '' ? JSON.parse(text) : parseEvents(text).map(({ data }) => JSON.parse(data));
    assert.equal(chunks.length, 2);
    assertValid('gemini', 'GenerateContentResponse', chunks[0]);
    assertValid('gemini', 'ErrorResponse', chunks[1]);
    assert.equal(chunks[1].error.status, 'UNAVAILABLE');
  });
}
