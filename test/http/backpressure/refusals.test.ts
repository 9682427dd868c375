/** What a client is told that is turned away: in its provider's words, with the time after which it is worth coming back. */
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { RawClient, request } from '../transport/raw-client.js';
import { FullServer } from './full-server.js';

interface Dialect {
  readonly name: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly full: number;
  /** A part of the body of either refusal. */
  readonly overloaded: RegExp;
  readonly tooMany: RegExp;
}

const DIALECTS: readonly Dialect[] = [
  {
    name: 'openai',
    path: '/v1/chat/completions',
    headers: {},
    full: 503,
    overloaded: /"type":"service_unavailable"/,
    tooMany: /"code":"rate_limit_exceeded"/,
  },
  {
    name: 'azure',
    path: '/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21',
    headers: { 'api-key': 'k' },
    full: 503,
    overloaded: /"code":"NoCapacity"/,
    tooMany: /"code":"RateLimitReached"/,
  },
  {
    name: 'anthropic',
    path: '/v1/messages',
    headers: { 'x-api-key': 'k', 'anthropic-version': '2023-06-01' },
    full: 529,
    overloaded: /"type":"overloaded_error"/,
    tooMany: /"type":"rate_limit_error","message":"Number of concurrent connections has exceeded your rate limit/,
  },
  {
    name: 'gemini',
    path: '/v1beta/models/gemini-2.5-flash:generateContent',
    headers: { 'x-goog-api-key': 'k' },
    full: 503,
    overloaded: /"status": "UNAVAILABLE"/,
    tooMany: /"status": "RESOURCE_EXHAUSTED"/,
  },
];

function assertRetryAfter(headers: Headers): void {
  const secs = headers.get('retry-after') ?? '';
  assert.match(secs, /^\d+$/);
  assert.ok(Number(secs) >= 1 && Number(secs) <= 60, secs);
}

describe('a client that is turned away', () => {
  let full: FullServer;
  afterEach(() => full.stop());

  for (const dialect of DIALECTS) {
    const ask = (): Promise<Response> =>
      fetch(full.url + dialect.path, { method: 'POST', headers: dialect.headers, body: '{}' });

    test(`because the queue is full is told so in the words of ${dialect.name}`, async () => {
      full = await FullServer.start({ max_concurrent_requests: 1, queue_size: 0 });
      await full.hold();
      const response = await ask();
      assert.equal(response.status, dialect.full);
      assertRetryAfter(response.headers);
      assert.match(await response.text(), dialect.overloaded);
      assert.equal(response.headers.get('x-llm-sim-backpressure'), '1.00');
      const [entry] = await full.journal();
      assert.deepEqual([entry?.outcome, entry?.cause], ['refused', 'overloaded']);
      assert.equal(entry?.retry_after_ms, Number(response.headers.get('retry-after')) * 1_000);
    });

    test(`because its address has too many connections is told so in the words of ${dialect.name}`, async () => {
      full = await FullServer.start({}, { transport: 'node' }, { max_connections_per_ip: 1 });
      const first = await RawClient.connect(full.port);
      first.send(request('GET', '/live'));
      assert.equal((await first.response()).status, 200);
      const response = await ask();
      assert.equal(response.status, 429);
      assertRetryAfter(response.headers);
      assert.match(await response.text(), dialect.tooMany);
      first.destroy();
    });
  }
});
