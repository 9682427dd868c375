/** However the wait of a request ends, its books are closed, and nobody else is kept from a place. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../chat-client.js';
import { describeTransports } from '../transport/harness.js';
import { FullServer } from './full-server.js';

describeTransports('a request that waits for a place', ({ name: transport }) => {
  let full: FullServer;
  afterEach(() => full.stop());
  const start = async (concurrency: Json, server: Json = {}): Promise<void> => {
    full = await FullServer.start({ max_concurrent_requests: 1, ...concurrency }, { transport }, server);
  };

  test('is aborted when its client leaves, and keeps no place in the queue', async () => {
    await start({ queue_size: 1 });
    await full.hold();
    for (let round = 1; round <= 3; round++) {
      const controller = new AbortController();
      full.chat('a', {}, { signal: controller.signal }).catch(() => {});
      await full.until({ queued: 1 });
      controller.abort();
      await full.until({ queued: 0, aborted: round, active: 1 });
    }
  });

  test('gets the timeout that it would get from a worker, counted from its arrival', async () => {
    await start({}, { request_timeout_secs: 0.3 });
    await full.hold();
    const response = await full.chat('a');
    assert.equal(response.status, 504);
    await full.until({ queued: 0, failed: 1, active: 1 });
  });

  test('is cut at the end of a drain with the provider’s own words', async () => {
    await start({});
    const held = await full.hold();
    const waiting = full.chat('a');
    await full.until({ queued: 1 });
    assert.equal(await full.server.drain(0), 2);
    const response = await waiting;
    assert.equal(response.status, 503);
    assert.match(await response.text(), /shutting down/);
    assert.match(await held.text, /"error"/);
  });

  test('is served while a drain lasts, where a place becomes free', async () => {
    await start({});
    const held = await full.hold();
    const waiting = full.chat('a');
    await full.until({ queued: 1 });
    const drained = full.server.drain(60_000);
    held.leave();
    assert.equal((await waiting).status, 200);
    assert.equal(await drained, 0);
  });

  test('is refused at once where none may wait, or its body does not fit', async () => {
    await start({ queue_size: 0 });
    await full.hold();
    assert.equal((await full.chat('a')).status, 503);
    assert.equal((await full.books()).started, 1);
    await full.stop();
    await start({ max_queue_bytes: 1_024 });
    const held = await full.hold();
    const large = { messages: [{ role: 'user', content: 'x'.repeat(1_024) }] };
    assert.equal((await full.chat('a', large)).status, 503);
    const small = full.chat('a');
    await full.until({ queued: 1 });
    const words = { messages: [{ role: 'user', content: 'x'.repeat(900) }] };
    assert.equal((await full.chat('b', words)).status, 503, 'together with the first they are too large');
    held.leave();
    assert.equal((await small).status, 200);
    assert.equal((await full.chat('b', words)).status, 200, 'what has left the queue counts no more');
  });

  test('is answered or booked, whoever comes and leaves', async () => {
    await start({ max_concurrent_requests: 3, queue_size: 6 });
    const client = fc.record({ key: fc.constantFrom('a', 'b', 'c'), stream: fc.boolean(), leaveMs: fc.nat(60) });
    let answered = 0;
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(client, { minLength: 10, maxLength: 40 }), async (clients) => {
        await Promise.all(
          clients.map(async ({ key, leaveMs, stream }) => {
            asked++;
            const signal = leaveMs < 30 ? AbortSignal.timeout(leaveMs) : undefined;
            const response = await full.chat(key, { stream, max_tokens: 20 }, { signal }).catch(() => undefined);
            if (response === undefined) return;
            assert.ok(response.status === 200 || response.status === 503);
            await response.text().then(
              () => answered++,
              () => {},
            );
          }),
        );
      }),
      { numRuns: 15, seed: 6 },
    );
    const books = await full.until({ active: 0, queued: 0 });
    assert.equal(books.started, books.finished + books.aborted + books.failed);
    assert.ok(books.waited > 0 && answered > 0 && answered <= asked);
    assert.equal((await full.chat('a')).status, 200);
  });
});
