/** Clients that do not read cost bounded memory, delay nobody, and are closed after the stall limit; one that reads on gets every byte. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request as ask, type ClientRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, test } from 'node:test';
import { chatRequest, chunksOf } from '../chat-client.js';
import { parseExposition } from '../prometheus.js';
import { describeTransports } from '../transport/harness.js';
import { FullServer } from './full-server.js';

const SLOW_READERS = 5;
/** 14 MB of events: more than any kernel here buffers. */
const LONG = { stream: true, n: 4, max_tokens: 15_000 };
const LONG_CHUNKS = 4 * (1 + 15_000 + 1);
/** What the process itself may have of a stream whose client does not read: 16 KB of a socket's buffer, and one frame. */
const BUFFERED_BYTES_MAX = 16 * 1024 + 256 * 1024;

/** What the kernel takes of a connection over loopback at most: its sender's buffer, and its receiver's. */
function kernelBytesMax(): number {
  const largest = (name: string) => Number(readFileSync(`/proc/sys/net/ipv4/${name}`, 'utf8').trim().split(/\s+/)[2]);
  return largest('tcp_wmem') + largest('tcp_rmem');
}

describeTransports('a client that does not read its stream', ({ name: transport }) => {
  let full: FullServer;
  const clients: ClientRequest[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await full.stop();
  });

  const start = async (stallLimitSecs: number): Promise<void> => {
    full = await FullServer.start({}, { transport }, { stall_limit_secs: stallLimitSecs });
  };
  /** A client that has the head of its answer, and reads no more until somebody takes its body. */
  const slowReader = (key: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = { 'x-llm-sim-request-id': key };
      const options = { host: '127.0.0.1', port: full.port, path: '/v1/chat/completions', method: 'POST', headers };
      const client = ask({ ...options, agent: false }, resolve).on('error', reject);
      client.end(JSON.stringify(chatRequest(LONG)));
      clients.push(client);
    });
  const chunks = async (): Promise<number> =>
    parseExposition(await (await fetch(`${full.url}/metrics`)).text()).sum('llm_simulator_chunks_total');

  /** Waits until the streams have stopped: they have more to say and say nothing. */
  const untilPaused = async (): Promise<void> => {
    let before = -1;
    for (let now = await chunks(); now === 0 || now !== before; now = await chunks()) {
      before = now;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  };

  test('is closed after the stall limit, with that for a reason and bounded bytes on their way to it', async () => {
    await start(1);
    for (let index = 0; index < SLOW_READERS; index++) await slowReader(`slow ${index}`);
    const books = await full.until({ aborted: SLOW_READERS, active: 0 });
    assert.deepEqual([books.started, books.finished, books.failed], [SLOW_READERS, 0, 0]);
    const entries = await full.journal();
    assert.equal(entries.length, SLOW_READERS);
    for (const { bytes, cause, chunks: written } of entries) {
      assert.equal(cause, 'stalled');
      assert.ok((written as number) < LONG_CHUNKS);
      assert.ok((bytes as number) < kernelBytesMax() + BUFFERED_BYTES_MAX, `${bytes} bytes were taken for it`);
    }
  });

  test('delays no other stream meanwhile', async () => {
    await start(3_600);
    for (let index = 0; index < SLOW_READERS; index++) await slowReader(`slow ${index}`);
    await untilPaused();
    const response = await full.chat('reader', LONG);
    assert.equal(chunksOf(await response.text()).length, LONG_CHUNKS);
    const { active, aborted } = await full.books();
    assert.deepEqual([active, aborted], [SLOW_READERS, 0]);
  });

  test('gets every byte of it when it reads on', async () => {
    await start(3_600);
    const headers = { 'x-llm-sim-request-id': 'one' };
    const unhindered = await (await full.chat('reader', LONG, { headers })).text();
    const slow = await slowReader('one');
    await untilPaused();
    assert.equal((await full.books()).active, 1);
    // uWebSockets.js opens a stream with a line feed of its own.
    assert.equal((await text(slow)).trimStart(), unhindered.trimStart());
  });
});
