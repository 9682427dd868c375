/** What the journal says an answer asked its client to wait is what the client was asked. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chatRequest, sharedSimulator } from './chat-client.js';
import { admin } from './sessions/admin-client.js';

const MESSAGES = [{ role: 'user', content: 'hi' }];
const REQUESTS: { readonly [provider: string]: readonly [path: string, body: object] } = {
  openai: ['/v1/chat/completions', chatRequest()],
  azure: ['/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21', { messages: MESSAGES }],
  anthropic: ['/v1/messages', { model: 'claude-sonnet-4-5', max_tokens: 5, messages: MESSAGES }],
  gemini: [
    '/v1beta/models/gemini-2.5-flash:generateContent',
    { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
  ],
};

const post = (url: string, body: object, headers: { readonly [name: string]: string }) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', ...headers },
    body: JSON.stringify(body),
  });

function askedMs(headers: Headers): number | null {
  const ms = headers.get('retry-after-ms');
  if (ms !== null) return Number(ms);
  const secs = headers.get('retry-after');
  return secs === null ? null : Number(secs) * 1_000;
}

describe('retry_after_ms', () => {
  const simulator = sharedSimulator({
    config: {
      simulation: { time_scale: 0 },
      faults: {
        rules: [
          {
            name: 'wait',
            fault: { kind: 'rate_limit', retry_after_secs: 7 },
            match: { headers: { 'x-case': 'wait' } },
          },
          { name: 'fail', fault: 'server_error', match: { headers: { 'x-case': 'fail' } } },
        ],
      },
      rate_limits: {
        enabled: true,
        default_tier: 'all',
        tiers: { all: { limits: [{ models: ['gpt-4o-mini'], requests_per_minute: 1 }] } },
      },
    },
  });
  const entryOf = async (id: string) => (await admin(simulator().url, `/journal?request_id=${id}`)).document.entries[0];

  for (const [provider, [path, body]] of Object.entries(REQUESTS)) {
    test(`of a fault is what ${provider}'s headers say`, async () => {
      const key = `wait-${provider}`;
      const response = await post(simulator().url + path, body, { 'x-case': 'wait', 'x-llm-sim-request-id': key });
      await response.text();
      assert.equal(response.status, 429);
      assert.equal((await entryOf(key)).retry_after_ms, askedMs(response.headers));
      assert.equal(askedMs(response.headers), 7_000);
    });
  }

  test('of a limit that is used up is what the headers say', async () => {
    const body = chatRequest({ model: 'gpt-4o-mini', max_tokens: 1 });
    let response: Response | undefined;
    for (const key of ['limit-1', 'limit-2']) {
      response = await post(`${simulator().url}/v1/chat/completions`, body, { 'x-llm-sim-request-id': key });
      await response.text();
    }
    assert.equal(response?.status, 429);
    const entry = await entryOf('limit-2');
    assert.equal(entry.limited_by, 'requests_per_minute');
    assert.equal(entry.retry_after_ms, askedMs(response.headers));
    assert.ok(entry.retry_after_ms > 0);
  });

  test('is null of errors that ask for no wait, and of successes', async () => {
    for (const [key, status] of [
      ['fail', 500],
      ['fine', 200],
    ] as const) {
      const headers = { 'x-case': key, 'x-llm-sim-request-id': key };
      const response = await post(`${simulator().url}/v1/chat/completions`, chatRequest({ max_tokens: 1 }), headers);
      await response.text();
      assert.deepEqual([response.status, (await entryOf(key)).retry_after_ms], [status, null]);
    }
  });
});
