/** What happens to requests that come while as many are served as may be: they wait, each client in its turn. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { monotonicClock } from '../../../src/kernel/clock.js';
import type { Json } from '../chat-client.js';
import { describeTransports } from '../transport/harness.js';
import { FullServer } from './full-server.js';

const A_WHILE_US = 100e6;

describeTransports('a request that comes while all places are taken', ({ name: transport }) => {
  let full: FullServer;
  afterEach(() => full.stop());
  const start = async (concurrency: Json, server: Json = {}, clock = monotonicClock): Promise<void> => {
    full = await FullServer.start({ max_concurrent_requests: 1, ...concurrency }, { transport, clock }, server);
  };

  test('waits, then is answered with the same bytes as ever', async () => {
    await start({});
    const same = { key: 'a', fields: { stream: true } };
    const headers = { authorization: 'Bearer a', 'x-llm-sim-request-id': 'one' };
    const ask = () => full.chat(same.key, same.fields, { headers });
    const unhindered = await (await ask()).text();
    const held = await full.hold();
    const waiting = ask();
    const { active } = await full.until({ queued: 1 });
    assert.equal(active, 2);
    held.leave();
    assert.equal(await (await waiting).text(), unhindered);
    assert.deepEqual(await full.until({ active: 0 }), {
      started: 3,
      finished: 2,
      aborted: 1,
      failed: 0,
      active: 0,
      queued: 0,
      waited: 1,
    });
  });

  test('has its wait told apart from its time of service, and from lateness', async () => {
    let jumpedUs = 0;
    await start({}, {}, { nowUs: () => monotonicClock.nowUs() + jumpedUs });
    const held = await full.hold();
    const waiting = full.chat('a', { stream: true });
    await full.until({ queued: 1 });
    jumpedUs = A_WHILE_US;
    held.leave();
    await (await waiting).text();
    const [entry] = await full.journal();
    const times = ['queue_ms', 'ttft_ms', 'duration_ms'].map((key) => entry?.[key] as number);
    for (const ms of times) assert.ok(ms >= A_WHILE_US / 1e3, JSON.stringify(entry));
    assert.ok((entry?.slip_max_ms as number) < A_WHILE_US / 2e3, JSON.stringify(entry));
  });

  test('is not kept waiting by another client that has many', async () => {
    await start({ queue_size: 20 });
    const held = await full.hold();
    const order: string[] = [];
    const ask = async (key: string): Promise<void> => {
      await (await full.chat(key)).text();
      order.push(key);
    };
    const asked = Array.from({ length: 10 }, () => ask('many'));
    await full.until({ queued: 10 });
    asked.push(ask('one'));
    await full.until({ queued: 11 });
    held.leave();
    await Promise.all(asked);
    // The answers of a turn may overtake each other on their way: nine of ten were behind it.
    assert.ok(order.indexOf('one') <= 3, order.join(' '));
  });

  test('takes the place of the newest of a client that has more waiting, where the queue is full', async () => {
    await start({ queue_size: 3 });
    const held = await full.hold();
    const many: Promise<Response>[] = [];
    for (let queued = 1; queued <= 3; queued++) {
      many.push(full.chat('many'));
      await full.until({ queued });
    }
    const refused = await full.chat('many');
    assert.equal(refused.status, 503, 'a client has to stand behind its own');
    const one = full.chat('one');
    assert.equal((await many[2]!).status, 503);
    await full.until({ queued: 3, failed: 1 });
    const other = full.chat('other');
    assert.equal((await many[1]!).status, 503);
    await full.until({ queued: 3, failed: 2 });
    assert.equal((await full.chat('fourth')).status, 503, 'of those who have one each nobody makes room');
    held.leave();
    for (const response of await Promise.all([many[0]!, one, other])) assert.equal(response.status, 200);
  });
});
