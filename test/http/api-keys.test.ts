/** server.api_keys: who may use the API, whichever way the key is sent. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Simulator, startSimulator } from '../../src/index.js';
import { assertValid } from '../schemas/published-schema.js';

const CHAT = JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 2 });

describe('with server.api_keys', () => {
  let simulator: Simulator;
  before(async () => {
    simulator = await startSimulator({
      config: { server: { api_keys: ['sk-good', 'sk-other'] }, simulation: { time_scale: 0 } },
    });
  });
  after(() => simulator.stop());

  const chat = (headers: Record<string, string>, body = CHAT) =>
    fetch(`${simulator.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });

  test('a listed key is let in', async () => {
    for (const key of ['sk-good', 'sk-other']) {
      const response = await chat({ authorization: `Bearer ${key}` });
      assert.equal(response.status, 200);
      await response.arrayBuffer();
    }
  });

  test('no key, another key and another form are refused before the body is looked at', async () => {
    const refusals: [Record<string, string>, RegExp, string | null][] = [
      [{}, /^You didn't provide an API key/, null],
      [{ authorization: 'Basic c2stZ29vZA==' }, /^You didn't provide an API key/, null],
      [
        { authorization: 'Bearer sk-wrong-key-1234' },
        /^Incorrect API key provided: [^ ]*\*+[^ ]*\. You can find/,
        'invalid_api_key',
      ],
    ];
    for (const [headers, message, code] of refusals) {
      const response = await chat(headers, 'not json');
      assert.equal(response.status, 401);
      assert.match(response.headers.get('x-request-id') ?? '', /^req_/);
      const body = (await response.json()) as { error: { message: string; code: string | null } };
      assertValid('openai', 'ErrorResponse', body);
      assert.match(body.error.message, message);
      assert.equal(body.error.code, code);
      assert.ok(!JSON.stringify(body).includes('sk-wrong-key-1234'), 'the key is not repeated whole');
    }
  });

  test('operations need no key', async () => {
    assert.equal((await fetch(`${simulator.url}/health`)).status, 200);
  });
});

test('the keys never appear in a message about the configuration', async () => {
  await assert.rejects(
    startSimulator({ config: { server: { api_keys: ['sk-secret', 7] } } }),
    (error: Error) => !error.message.includes('sk-secret') && /server\.api_keys\[1\]/.test(error.message),
  );
});
