/** The client sends what it is given, tells how each exchange ended, and does to a connection what the plan wants of a client. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import { machineClock } from '../../../src/kernel/clock.js';
import { createClient } from '../../../src/load/client/client.js';
import type { LoadClient } from '../../../src/load/client/contract.js';
import { sharedSimulator } from '../../http/chat-client.js';
import { certificateFilesOf } from '../../http/transport/harness.js';
import {
  chatTurn,
  closedPort,
  endOfChat,
  eventChunk,
  LAST_CHUNK,
  rawServer,
  STREAM_HEAD,
  textEvent,
} from './servers.js';

const FAST = { ttft: { distribution: 'constant', value_ms: 30 }, itl: { distribution: 'constant', value_ms: 10 } };

function clientOf(url: string, changes: { timeoutMs?: number; headers?: Record<string, string> } = {}): LoadClient {
  const client = createClient({
    target: { url, headers: changes.headers ?? {}, apiKey: '' },
    requestTimeoutMs: changes.timeoutMs ?? 30_000,
    originUs: machineClock().nowUs(),
  });
  after(() => client.close());
  return client;
}

describe('a stream of a simulator', () => {
  const simulator = sharedSimulator({
    config: { providers: { 'gpt-4o': { latency: { ...FAST, prefill_tokens_per_sec: null } } } },
  });

  test('is a record with its times in order', async () => {
    const client = clientOf(simulator().url);
    const intendedUs = client.nowUs();
    const record = await client.send(chatTurn(), { intendedUs });
    assert.equal(record.outcome, 'complete');
    assert.equal(record.status, 200);
    assert.equal(record.intendedUs, intendedUs);
    assert.ok(record.sentUs >= Math.floor(intendedUs));
    assert.ok(record.headersUs !== undefined && record.headersUs >= 0);
    const times = [...record.chunkTimesUs];
    assert.ok(times.length > 1);
    assert.deepEqual(
      times,
      times.toSorted((one, other) => one - other),
    );
    assert.ok(times[0] >= 30_000 && times[0] >= record.headersUs, `first content after ${times[0]} us`);
    assert.ok(record.endUs >= times.at(-1)!);
    // The planned time of the last content: nothing comes before it.
    assert.ok(times.at(-1)! >= 30_000 + (times.length - 1) * 10_000);
    assert.ok(record.usage !== undefined && record.usage.outputTokens > 0 && record.bytes > 500);
  });

  test('is kept with its events where they are wanted, and not elsewhere', async () => {
    const client = clientOf(simulator().url);
    const kept = await client.send(chatTurn(), { intendedUs: 0, capture: true });
    assert.equal(kept.capture?.events.at(-1), '[DONE]');
    assert.match(kept.capture?.headers['content-type'] ?? '', /event-stream/);
    assert.equal((await client.send(chatTurn(), { intendedUs: 0 })).capture, undefined);
  });

  test('is an error of HTTP with its status where the request is wrong', async () => {
    const client = clientOf(simulator().url);
    const record = await client.send(chatTurn({ body: '{}' }), { intendedUs: 0 });
    assert.deepEqual([record.outcome, record.status], ['http_error', 400]);
  });
});

describe('what is sent', () => {
  test('has the request, its headers, and those of the target before them', async () => {
    const server = await rawServer((socket) => socket.end('HTTP/1.1 204 No Content\r\n\r\n'));
    const client = clientOf(`${server.url}/gateway/`, {
      headers: { Authorization: 'Bearer of-the-target', 'x-a': '1' },
    });
    await client.send(chatTurn(), { intendedUs: 0 });
    const head = server.heads[0] ?? '';
    assert.match(head, /^POST \/gateway\/v1\/chat\/completions HTTP\/1\.1\r\n/);
    assert.match(head, /\r\nauthorization: Bearer of-the-target(\r\n|$)/i);
    assert.match(head, /\r\nx-a: 1(\r\n|$)/i);
    assert.match(head, /\r\nuser-agent: llm-simulator\/\d/i);
    assert.match(head, /\r\ncontent-type: application\/json/i);
    assert.doesNotMatch(head, /sk-any/);
  });

  test('goes over one connection in turn, over one each at once', async () => {
    const answer = STREAM_HEAD + textEvent('a') + endOfChat() + LAST_CHUNK;
    const server = await rawServer((socket) => socket.write(answer));
    const client = clientOf(server.url);
    const send = () => client.send(chatTurn(), { intendedUs: 0 });
    assert.equal((await send()).outcome, 'complete');
    assert.equal((await send()).outcome, 'complete');
    assert.equal(server.connections(), 1);
    await Promise.all(Array.from({ length: 20 }, send));
    assert.equal(server.connections(), 20);
    await Promise.all(Array.from({ length: 20 }, send));
    assert.equal(server.connections(), 20);
  });
});

describe('an exchange ends', () => {
  const outcomeOf = async (client: LoadClient, changes = {}) => {
    const record = await client.send(chatTurn(changes), { intendedUs: 0 });
    return [record.outcome, record.error];
  };

  test('as connect_failed where nobody listens', async () => {
    const client = clientOf(`http://127.0.0.1:${await closedPort()}`);
    assert.deepEqual(await outcomeOf(client), ['connect_failed', 'ECONNREFUSED']);
    // The connection is used again after that.
    assert.deepEqual(await outcomeOf(client), ['connect_failed', 'ECONNREFUSED']);
  });

  test('as connect_failed where the certificate is not to be trusted', async (t) => {
    const { certFile, keyFile } = certificateFilesOf('first');
    const server = createServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) });
    t.after(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = clientOf(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
    assert.deepEqual(await outcomeOf(client), ['connect_failed', 'DEPTH_ZERO_SELF_SIGNED_CERT']);
  });

  test('as no_answer where the connection ends before the head', async () => {
    const closing = await rawServer((socket) => socket.end());
    assert.deepEqual(await outcomeOf(clientOf(closing.url)), ['no_answer', 'other_side_closed']);
    const resetting = await rawServer((socket) => socket.resetAndDestroy());
    assert.deepEqual(await outcomeOf(clientOf(resetting.url)), ['no_answer', 'ECONNRESET']);
  });

  test('as broken_off where it ends within the body, by a close or by a reset', async () => {
    const closing = await rawServer((socket) => socket.end(STREAM_HEAD + textEvent('a')));
    assert.deepEqual(await outcomeOf(clientOf(closing.url)), ['broken_off', 'other_side_closed']);
    const resetting = await rawServer((socket) => {
      socket.write(STREAM_HEAD + textEvent('a'), () => setTimeout(() => socket.resetAndDestroy(), 50));
    });
    assert.deepEqual(await outcomeOf(clientOf(resetting.url)), ['broken_off', 'ECONNRESET']);
  });

  test('as broken_off where the framing of the body is wrong', async () => {
    const server = await rawServer((socket) => socket.write(`${STREAM_HEAD}${textEvent('a')}no size\r\n`));
    assert.deepEqual(await outcomeOf(clientOf(server.url)), ['broken_off', 'invalid_http']);
  });

  test('as timeout where it takes too long, before the head and behind it, and the server sees the client leave', async () => {
    const silent = await rawServer(() => {});
    assert.deepEqual(await outcomeOf(clientOf(silent.url, { timeoutMs: 60 })), ['timeout', undefined]);
    await silent.left;
    const slow = await rawServer((socket) => socket.write(STREAM_HEAD + textEvent('a')));
    const client = clientOf(slow.url, { timeoutMs: 120 });
    const record = await client.send(chatTurn(), { intendedUs: 0 });
    assert.deepEqual([record.outcome, record.chunkTimesUs.length], ['timeout', 1]);
    assert.ok(record.endUs >= 119_000);
    await slow.left;
  });

  test('as complete behind a head that is not the last one', async () => {
    const server = await rawServer((socket) =>
      socket.write(
        `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${STREAM_HEAD}${textEvent('a')}${endOfChat()}${LAST_CHUNK}`,
      ),
    );
    assert.deepEqual(await outcomeOf(clientOf(server.url)), ['complete', undefined]);
  });
});

describe('a client that leaves', () => {
  test('after a time, before the head or within the stream', async () => {
    const silent = await rawServer(() => {});
    const client = clientOf(silent.url);
    const record = await client.send(chatTurn({ cancelAfterMs: 40 }), { intendedUs: 0 });
    assert.equal(record.outcome, 'cancelled');
    assert.ok(record.endUs >= 39_000);
    await silent.left;
  });

  test('after chunks with content, and no later', async () => {
    const server = await rawServer((socket) => {
      socket.write(STREAM_HEAD);
      let count = 0;
      const timer = setInterval(() => socket.write(textEvent(`word${count++} `)), 10);
      socket.on('close', () => clearInterval(timer));
    });
    const record = await clientOf(server.url).send(chatTurn({ cancelAfterChunks: 3 }), { intendedUs: 0 });
    assert.deepEqual([record.outcome, record.chunkTimesUs.length], ['cancelled', 3]);
    await server.left;
  });

  test('after no chunk at all: when the head is there', async () => {
    const server = await rawServer((socket) => socket.write(STREAM_HEAD));
    const record = await clientOf(server.url).send(chatTurn({ cancelAfterChunks: 0 }), { intendedUs: 0 });
    assert.deepEqual([record.outcome, record.status, record.chunkTimesUs.length], ['cancelled', 200, 0]);
    await server.left;
  });

  test('by its signal, also when it was given before', async () => {
    const silent = await rawServer(() => {});
    const client = clientOf(silent.url);
    const controller = new AbortController();
    const sent = client.send(chatTurn(), { intendedUs: 0, signal: controller.signal });
    setTimeout(() => controller.abort(), 30);
    assert.equal((await sent).outcome, 'cancelled');
    const other = await rawServer((socket) => socket.end('HTTP/1.1 204 No Content\r\n\r\n'));
    const early = await clientOf(other.url).send(chatTurn(), { intendedUs: 0, signal: controller.signal });
    assert.equal(early.outcome, 'cancelled');
    assert.deepEqual(other.heads, []);
  });

  test('leaves a connection behind that the next request does not suffer from', async () => {
    let requests = 0;
    const server = await rawServer((socket) => {
      socket.write(STREAM_HEAD + textEvent('a'));
      if (++requests > 1) socket.write(endOfChat() + LAST_CHUNK);
    });
    const client = clientOf(server.url);
    assert.equal((await client.send(chatTurn({ cancelAfterChunks: 1 }), { intendedUs: 0 })).outcome, 'cancelled');
    assert.equal((await client.send(chatTurn(), { intendedUs: 0 })).outcome, 'complete');
  });

  test('by close(), with all that is under way', async () => {
    const silent = await rawServer(() => {});
    const client = clientOf(silent.url);
    const sent = Array.from({ length: 10 }, () => client.send(chatTurn(), { intendedUs: 0 }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await client.close();
    for (const record of await Promise.all(sent)) assert.equal(record.outcome, 'cancelled');
  });
});

describe('how an answer is read', () => {
  test('slowly, if the plan says so, and nothing is lost', async () => {
    const events = 400;
    const filler = 'x'.repeat(10_000);
    const server = await rawServer((socket) => {
      socket.write(STREAM_HEAD);
      for (let event = 0; event < events; event++) socket.write(textEvent(filler));
      socket.write(endOfChat() + LAST_CHUNK);
    });
    const client = clientOf(server.url);
    const record = await client.send(chatTurn({ bytesPerSecMax: 8_000_000 }), { intendedUs: 0 });
    assert.deepEqual([record.outcome, record.chunkTimesUs.length], ['complete', events]);
    const secs = (record.endUs - (record.headersUs ?? 0)) / 1e6;
    // The pace is kept to but for the read that is under way at the end.
    assert.ok(secs >= (record.bytes - 128 * 1024) / 8_000_000, `${record.bytes} bytes in ${secs} s`);
  });

  test('with one time for all that one read has brought', async () => {
    const server = await rawServer((socket) => {
      const together = STREAM_HEAD + textEvent('a') + textEvent('b') + textEvent('c');
      socket.write(together, () => setTimeout(() => socket.write(textEvent('d') + endOfChat() + LAST_CHUNK), 20));
    });
    const { chunkTimesUs } = await clientOf(server.url).send(chatTurn(), { intendedUs: 0 });
    const [first, second, third, fourth] = chunkTimesUs;
    assert.deepEqual([second, third], [first, first]);
    assert.ok(fourth - first >= 15_000);
  });

  test('whatever lies in it', async () => {
    const server = await rawServer((socket) => socket.write(STREAM_HEAD + eventChunk('{') + LAST_CHUNK));
    const record = await clientOf(server.url).send(chatTurn(), { intendedUs: 0 });
    assert.equal(record.outcome, 'malformed');
  });
});
