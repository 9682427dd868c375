/**
 * Nothing is lost, whatever clients do: after any mix of good and bad requests, started = finished + aborted + failed, no request and
 * no connection stays open, and the next request is answered.
 */
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import fc from 'fast-check';
import type { Simulator } from '../../src/index.js';
import { chatRequest, chunksOf, complete, type Json, postChat, sharedSimulator } from './chat-client.js';
import { parseExposition } from './prometheus.js';
import { RawClient, request, waitUntil } from './transport/raw-client.js';

const RUNS = { numRuns: 40, seed: 20_251_123 };
const PATH = '/v1/chat/completions';
/** Deeper than any recursion goes. */
const DEPTH = 100_000;

/** Short delays, so that clients leave before, during and after an answer. */
const QUICK = {
  ttft: { distribution: 'constant', value_ms: 4 },
  itl: { distribution: 'constant', value_ms: 1 },
};

const booksOf = async (simulator: Simulator) => {
  const { sum } = parseExposition(await simulator.metrics());
  return {
    started: sum('llm_simulator_requests_started_total'),
    ended: sum('llm_simulator_requests_ended_total'),
    aborted: sum('llm_simulator_requests_ended_total', { outcome: 'aborted' }),
    failed: sum('llm_simulator_requests_ended_total', { outcome: 'failed' }),
    active: sum('llm_simulator_active_requests'),
    queued: sum('llm_simulator_queue_depth'),
    connections: sum('llm_simulator_active_connections'),
  };
};

/** Waits until nothing is open and checks that the books balance. */
async function assertSettled(simulator: Simulator): Promise<void> {
  let books = await booksOf(simulator);
  const refresh = setInterval(async () => {
    books = await booksOf(simulator);
  }, 5);
  await waitUntil(() => books.active === 0 && books.queued === 0 && books.connections === 0, 'everything to end');
  clearInterval(refresh);
  assert.equal(books.started, books.ended);
}

const json = fc.json({ maxDepth: 6 });
const garbage = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  json.map((text) => Buffer.from(text)),
  json.map((text) => Buffer.from(text.slice(0, -1))),
  fc
    .constantFrom('{"__proto__":{"model":"gpt-4o"}}', '{"constructor":1}', '-0', '1e999', '\ud800', '\u0000')
    .map(Buffer.from),
);
/** A valid request one of whose fields is anything at all. */
const nearlyValid = fc
  .tuple(
    fc.constantFrom('model', 'messages', 'stream', 'n', 'max_tokens', 'stop', 'seed', 'user', '__proto__'),
    fc.jsonValue(),
  )
  .map(([field, value]) =>
    Buffer.from(JSON.stringify(chatRequest({ max_tokens: 5 })).replace('{', `{"${field}":${JSON.stringify(value)},`)),
  );
const valid = fc
  .record({ stream: fc.boolean(), n: fc.integer({ min: 1, max: 4 }), max_tokens: fc.integer({ min: 1, max: 20 }) })
  .map((fields) => Buffer.from(JSON.stringify(chatRequest(fields))));
const body = fc.oneof(garbage, nearlyValid, valid);

const framed = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`POST ${PATH} HTTP/1.1\r\nHost: t\r\nContent-Length: ${bytes.length}\r\n\r\n`), bytes]);

describe('whatever clients send', () => {
  const simulator = sharedSimulator({ config: { providers: { 'gpt-4o': { latency: QUICK } } } });

  afterEach(async () => {
    await assertSettled(simulator());
    assert.equal(
      (await complete(simulator(), chatRequest({ max_tokens: 3 }), { connection: 'close' })).usage.completion_tokens,
      3,
    );
  });

  test('every body is answered, and a body of no use with a 4xx', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(body, { minLength: 1, maxLength: 8 }), async (bodies) => {
        const client = await RawClient.connect(simulator().port);
        for (const [index, bytes] of bodies.entries()) {
          client.send(framed(bytes));
          const response = (await client.responses(index + 1))[index];
          assert.ok(response.status === 200 || (response.status >= 400 && response.status < 500), bytes.toString());
        }
        client.destroy();
      }),
      RUNS,
    );
  });

  test('deep nesting, huge numbers and long names are the client’s error, not ours', async () => {
    const arrays = `${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`;
    const objects = `${'{"a":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`;
    const toolWith = (parameters: string) => `{"type":"function","function":{"name":"f","parameters":${parameters}}}`;
    const withField = (field: string) => JSON.stringify(chatRequest({ max_tokens: 1 })).replace('{', `{${field},`);
    for (const [text, status] of [
      [arrays, 400],
      [objects, 400],
      [withField(`"metadata":${arrays}`), 400],
      [withField(`"metadata":${objects}`), 400],
      [withField(`"moderation":{"model":"m","policy":${objects}}`), 400],
      [withField(`"tools":${arrays}`), 400],
      [withField(`"tools":[${toolWith(`{"type":"object","properties":${objects}}`)}]`), 400],
      [withField(`"tools":[${toolWith(`{"type":"object","properties":{},"x":${arrays}}`)}]`), 400],
      [withField(`"n":${'9'.repeat(400)}`), 400],
      [withField(`"${'x'.repeat(1e5)}":1`), 400],
      [JSON.stringify(chatRequest({ model: 'm'.repeat(1e6) })), 404],
    ] as const) {
      const response = await postChat(simulator(), text, { connection: 'close' });
      const reply = await response.text();
      assert.equal(response.status, status, `${text.slice(0, 200)} → ${reply.slice(0, 200)}`);
    }
  });

  test('raw bytes on the socket harm nobody', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 300 }).map((piece) => Buffer.from(piece)),
      fc.tuple(valid, fc.nat()).map(([piece, cut]) => framed(piece).subarray(0, cut % framed(piece).length)),
      fc.tuple(valid, valid).map((pieces) => Buffer.concat(pieces.map(framed))),
      fc.string().map((text) => Buffer.from(`${text} ${PATH} HTTP/1.1\r\nHost: t\r\n\r\n`)),
      fc.string().map((path) => Buffer.from(`GET /${path} HTTP/1.1\r\nHost: t\r\n\r\n`)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, fc.nat(10), async (piece, waitMs) => {
        const client = await RawClient.connect(simulator().port);
        client.send(piece);
        await new Promise((resolve) => setTimeout(resolve, waitMs));
        client.destroy();
      }),
      RUNS,
    );
  });

  test('clients that leave at any moment are booked, and their streams end', async () => {
    const before = await booksOf(simulator());
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(valid, fc.nat(30)), { minLength: 5, maxLength: 20 }), async (clients) => {
        await Promise.all(
          clients.map(async ([bytes, leaveMs]) => {
            const client = await RawClient.connect(simulator().port);
            client.send(framed(bytes));
            await new Promise((resolve) => setTimeout(resolve, leaveMs));
            client.destroy();
          }),
        );
      }),
      { ...RUNS, numRuns: 15 },
    );
    await assertSettled(simulator());
    const after = await booksOf(simulator());
    assert.ok(after.aborted > before.aborted, 'some left before the end');
    assert.ok(after.ended - after.aborted > before.ended - before.aborted, 'some stayed');
    assert.equal(after.failed, before.failed);
  });
});

describe('a client that never reads', () => {
  const STREAMS = 20;
  const simulator = sharedSimulator({
    config: {
      simulation: { time_scale: 0 },
      server: { stall_limit_secs: 1 },
      providers: { 'gpt-4o': { max_output_tokens: 60_000 } },
    },
  });

  test('is closed after the stall limit with the outcome aborted, and costs bounded memory meanwhile', async () => {
    const fields: Json = { stream: true, n: 4, max_tokens: 15_000 };
    const clients: RawClient[] = [];
    const rssBefore = process.memoryUsage().rss;
    for (let i = 0; i < STREAMS; i++) {
      const client = await RawClient.connect(simulator().port);
      client.socket.pause();
      client.send(request('POST', PATH, [], JSON.stringify(chatRequest(fields))));
      clients.push(client);
    }
    let rssMax = rssBefore;
    const watch = setInterval(() => {
      rssMax = Math.max(rssMax, process.memoryUsage().rss);
    }, 20);
    let books = await booksOf(simulator());
    while (books.aborted < STREAMS) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      books = await booksOf(simulator());
    }
    clearInterval(watch);
    assert.deepEqual([books.started, books.aborted, books.active], [STREAMS, STREAMS, 0]);
    // Unread, the events of these streams would be 14 MB each. Their plans are half a megabyte; the rest is the threads' own.
    assert.ok(rssMax - rssBefore < 200e6, `grew by ${Math.round((rssMax - rssBefore) / 1e6)} MB`);
    for (const client of clients) client.destroy();
    await assertSettled(simulator());
    assert.equal((await complete(simulator(), chatRequest({ max_tokens: 3 }))).usage.completion_tokens, 3);
  });

  test('but reads on before the limit gets everything', async () => {
    const response = await postChat(simulator(), chatRequest({ stream: true, n: 4, max_tokens: 15_000 }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const chunks = chunksOf(await response.text());
    assert.equal(chunks.length, 4 * (1 + 15_000 + 1));
  });
});
