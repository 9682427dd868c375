/** What a browser's page of another origin gets, and the trace context that comes back to every client. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Simulator, startSimulator } from '../../src/index.js';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const PREFLIGHT = {
  origin: 'https://app.example',
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'authorization,content-type,x-stainless-lang',
};
const chatBody = (stream: boolean) =>
  JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 2, stream });

interface Case {
  readonly story: string;
  readonly cors: object;
  readonly origin: string;
  readonly allowed: string | null;
}

const CASES: readonly Case[] = [
  { story: 'off', cors: { enabled: false }, origin: 'https://app.example', allowed: null },
  { story: 'on for every origin', cors: { enabled: true }, origin: 'https://app.example', allowed: '*' },
  {
    story: 'on for one origin, asked from it',
    cors: { enabled: true, allowed_origins: ['https://app.example'] },
    origin: 'https://app.example',
    allowed: 'https://app.example',
  },
  {
    story: 'on for one origin, asked from another',
    cors: { enabled: true, allowed_origins: ['https://app.example'] },
    origin: 'https://evil.example',
    allowed: null,
  },
];

for (const { story, cors, origin, allowed } of CASES) {
  describe(`server.cors ${story}`, () => {
    let simulator: Simulator;
    before(async () => {
      simulator = await startSimulator({ config: { server: { cors }, simulation: { time_scale: 0 } } });
    });
    after(() => simulator.stop());

    const post = (path: string, body: string) =>
      fetch(`${simulator.url}${path}`, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json' },
        body,
      });

    test('says so on every kind of answer', async () => {
      const answers = [
        await post('/v1/chat/completions', chatBody(false)),
        await post('/v1/chat/completions', chatBody(true)),
        await post('/v1/chat/completions', '{'),
        await post('/v1/nowhere', '{}'),
        await fetch(`${simulator.url}/health`, { headers: { origin } }),
      ];
      for (const answer of answers) {
        await answer.arrayBuffer();
        assert.equal(answer.headers.get('access-control-allow-origin'), allowed, answer.url);
      }
    });

    test('answers the question that comes before a request', async () => {
      const response = await fetch(`${simulator.url}/v1/chat/completions`, {
        method: 'OPTIONS',
        headers: { ...PREFLIGHT, origin },
      });
      assert.equal(response.headers.get('access-control-allow-origin'), allowed);
      if ('enabled' in cors && cors.enabled === false) assert.equal(response.status, 405);
      else {
        assert.equal(response.status, 204);
        assert.match(response.headers.get('access-control-allow-methods') ?? '', /\bPOST\b/);
        assert.equal(response.headers.get('access-control-allow-headers'), PREFLIGHT['access-control-request-headers']);
        assert.equal(response.headers.get('access-control-max-age'), '600');
      }
    });
  });
}

describe('a traceparent', () => {
  let simulator: Simulator;
  before(async () => {
    simulator = await startSimulator({ config: { simulation: { time_scale: 0 } } });
  });
  after(() => simulator.stop());

  const echoOf = async (traceparent: string, path: string, init: RequestInit = {}) => {
    const response = await fetch(`${simulator.url}${path}`, { ...init, headers: { traceparent } });
    await response.arrayBuffer();
    return response.headers.get('traceparent');
  };

  test('comes back with replies, streams and errors', async () => {
    assert.equal(await echoOf(TRACEPARENT, '/v1/models'), TRACEPARENT);
    assert.equal(await echoOf(TRACEPARENT, '/v1/nowhere'), TRACEPARENT);
    const stream = { method: 'POST', body: chatBody(true) };
    assert.equal(await echoOf(TRACEPARENT, '/v1/chat/completions', stream), TRACEPARENT);
  });

  test('that is none does not', async () => {
    assert.equal(await echoOf('00-xyz', '/v1/models'), null);
  });
});
