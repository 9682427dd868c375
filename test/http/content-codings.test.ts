/** Bodies that come compressed: gzip is read, whatever else is refused in the provider's words. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { assertValid, type SchemaProvider } from '../schemas/published-schema.js';
import { AT_ONCE, chatRequest, sharedSimulator } from './chat-client.js';

const BODY_BYTES_MAX = 64 * 1024;
const SAYS = { messages: [{ role: 'user', content: 'Say something.' }] };

interface Case {
  readonly provider: SchemaProvider;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

const CASES: readonly Case[] = [
  { provider: 'openai', path: '/v1/chat/completions', headers: {}, body: chatRequest({ max_tokens: 8 }) },
  {
    provider: 'anthropic',
    path: '/v1/messages',
    headers: { 'anthropic-version': '2023-06-01', 'x-api-key': 'any' },
    body: { model: 'claude-3-opus', max_tokens: 8, ...SAYS },
  },
  {
    provider: 'gemini',
    path: '/v1beta/models/gemini-2.5-flash:generateContent',
    headers: { 'x-goog-api-key': 'any' },
    body: { contents: [{ parts: [{ text: 'Say something.' }] }] },
  },
];

describe('content codings', () => {
  const simulator = sharedSimulator({ config: { ...AT_ONCE, server: { max_body_bytes: BODY_BYTES_MAX } } });

  const send = (asked: Case, body: Uint8Array | string, coding?: string, more: Record<string, string> = {}) =>
    fetch(simulator().url + asked.path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...asked.headers,
        ...more,
        ...(coding !== undefined && { 'content-encoding': coding }),
      },
      body: typeof body === 'string' ? body : Buffer.from(body),
    });

  for (const asked of CASES) {
    const text = JSON.stringify(asked.body);

    test(`${asked.provider}: a body in gzip has the answer of the plain one`, async () => {
      const key = { 'x-llm-sim-request-id': '7' };
      const plain = await send(asked, text, undefined, key);
      assert.equal(plain.status, 200);
      const answer = await plain.text();
      for (const coding of ['gzip', 'GZIP', 'x-gzip']) {
        const zipped = await send(asked, gzipSync(text), coding, key);
        assert.equal(zipped.status, 200);
        assert.equal(await zipped.text(), answer);
      }
      assert.equal(await (await send(asked, text, 'identity', key)).text(), answer);
    });

    const refused: readonly (readonly [what: string, body: Uint8Array, coding: string, status: number])[] = [
      ['deflate', deflateSync(text), 'deflate', 415],
      ['Brotli', brotliCompressSync(text), 'br', 415],
      ['Zstandard', Buffer.from(text), 'zstd', 415],
      ['gzip twice', gzipSync(gzipSync(text)), 'gzip, gzip', 415],
      ['a coding that nobody knows', Buffer.from(text), 'x'.repeat(5_000), 415],
      ['plain text that is called gzip', Buffer.from(text), 'gzip', 400],
      ['gzip that is cut off', gzipSync(text).subarray(0, -5), 'gzip', 400],
      ['gzip with something behind it', Buffer.concat([gzipSync(text), Buffer.from('{}')]), 'gzip', 400],
      ['gzip of nothing', gzipSync(''), 'gzip', 400],
      ['nothing that is called gzip', Buffer.alloc(0), 'gzip', 400],
      ['a bomb', gzipSync(Buffer.alloc(50 * 1024 * 1024, ' ')), 'gzip', 413],
      ['one byte too much', gzipSync(`${text}${' '.repeat(BODY_BYTES_MAX + 1 - text.length)}`), 'gzip', 413],
    ];
    for (const [what, body, coding, status] of refused) {
      test(`${asked.provider}: ${what} is refused`, async () => {
        const response = await send(asked, body, coding);
        assert.equal(response.status, status);
        assert.equal(response.headers.get('accept-encoding'), status === 415 ? 'gzip' : null);
        const answer = await response.text();
        assert.ok(answer.length < 4_000);
        assertValid(asked.provider, 'ErrorResponse', JSON.parse(answer));
      });
    }

    test(`${asked.provider}: as much as the limit is read`, async () => {
      const body = gzipSync(`${text}${' '.repeat(BODY_BYTES_MAX - text.length)}`);
      assert.equal((await send(asked, body, 'gzip')).status, 200);
    });
  }

  test('equal requests count as equal, compressed or not', async () => {
    const [asked] = CASES;
    const text = JSON.stringify({ ...asked!.body, user: 'counted' });
    const answers = new Set<string>();
    for (const coding of [undefined, 'gzip', undefined, 'gzip']) {
      answers.add(await (await send(asked!, coding === undefined ? text : gzipSync(text), coding)).text());
    }
    assert.equal(answers.size, 4, 'each is one of the occurrences of one request');
  });
});
