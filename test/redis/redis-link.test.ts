import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { StateUnavailable } from '../../src/runtime/state-store.js';
import { RedisLink, RedisUnavailable, redisScript } from '../../src/server/redis/redis-link.js';
import { RedisStateStore } from '../../src/server/redis/redis-state-store.js';
import type { Logger } from '../../src/telemetry/logging.js';
import { RedisServer, withoutRedis } from './redis-server.js';

/** What was logged, one message after another. */
function recordingLogger(messages: string[]): Logger {
  const record = (_facts: object, message: string) => messages.push(message);
  return { info: record, warn: record, error: record } as unknown as Logger;
}

/** Longer than any pause of a busy machine. */
const COMMAND_TIMEOUT_MS = 20_000;
const SHORT_TIMEOUT_MS = 1_000;

function linkTo(url: string, logger: Logger, commandTimeoutMs = COMMAND_TIMEOUT_MS): RedisLink {
  return new RedisLink({
    url,
    connectTimeoutMs: 2_000,
    commandTimeoutMs,
    onFailure: 'open',
    logger,
  });
}

function storeOn(link: RedisLink, onFailure: 'open' | 'closed' = 'closed', keyPrefix = 't:'): RedisStateStore {
  const prefixCaches = { reuse: () => 3, clear: () => {}, figures: () => [] };
  return new RedisStateStore({ link, keyPrefix, ttlSecs: 60, onFailure, prefixCaches });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(10);
}

describe('state in Redis', { skip: withoutRedis }, () => {
  let redis: RedisServer;
  before(async () => {
    redis = await RedisServer.start();
  });
  after(() => redis.close());

  test('documents are found by every replica with the same prefix, with their age, until they are forgotten or their time is over', async (t) => {
    const links = [linkTo(redis.url, recordingLogger([])), linkTo(redis.url, recordingLogger([]))];
    t.after(() => {
      for (const link of links) link.close();
    });
    await Promise.all(links.map((link) => link.open()));
    const [first, second] = links.map((link) => storeOn(link));
    const stranger = storeOn(links[0], 'closed', 'other:');
    const text = 'a:b\u0000ö…😀';
    await first.apply([
      { key: 'a', document: text },
      { key: 'b', document: '' },
      { key: 'gone', document: 'x' },
      { key: 'gone', document: null },
      { key: 'brief', document: 'x', ttlSecs: 0.05 },
    ]);
    await sleep(100);
    const found = await second.recall(['b', 'none', 'a', 'gone', 'brief']);
    assert.deepEqual(
      found.map(({ document }) => document),
      ['', null, text, null, null],
    );
    assert.ok(found[2].ageMs >= 95 && found[2].ageMs < 60_000, `${found[2].ageMs}`);
    assert.equal(found[1].ageMs, 0);
    assert.deepEqual(await stranger.recall(['a']), [{ document: null, ageMs: 0 }]);
    assert.deepEqual(await first.recall([]), []);
    await first.apply([]);
    assert.equal(await first.reusePrefix({ model: 0, blocks: [1], ttlSecs: 1 }), 3);
  });

  test('documents are forgotten all at once, and those of another prefix are not', async (t) => {
    const link = linkTo(redis.url, recordingLogger([]));
    t.after(() => link.close());
    await link.open();
    const store = storeOn(link, 'open', 't[a-z]*:');
    const stranger = storeOn(link, 'open', 'tab:');
    const keys = Array.from({ length: 2_500 }, (_, index) => `k${index}`);
    await store.apply(keys.map((key) => ({ key, document: key })));
    await stranger.apply([{ key: 'k0', document: 'theirs' }]);
    await store.clear();
    const left = (await store.recall(keys)).filter(({ document }) => document !== null);
    assert.equal(left.length, 0);
    assert.equal((await stranger.recall(['k0']))[0].document, 'theirs');
    link.close();
    await assert.rejects(store.clear(), StateUnavailable);
  });

  test('what Redis says no to fails without ending the connection', async (t) => {
    const messages: string[] = [];
    const link = linkTo(redis.url, recordingLogger(messages));
    t.after(() => link.close());
    await link.open();
    await assert.rejects(link.command(['NO-SUCH-COMMAND']), RedisUnavailable);
    await assert.rejects(link.run(redisScript('return redis.call("GET")'), [], []), RedisUnavailable);
    assert.equal(link.reachable, true);
    assert.equal(await link.run(redisScript('return ARGV[1] .. KEYS[1]'), ['k'], ['v']), 'vk');
  });

  test('a Redis that is full is one that cannot be used, in the log and in health, until it takes something again', async (t) => {
    const messages: string[] = [];
    const own = await RedisServer.start();
    const link = linkTo(own.url, recordingLogger(messages));
    t.after(async () => {
      link.close();
      await own.close();
    });
    await link.open();
    const closed = storeOn(link, 'closed');
    await closed.apply([{ key: 'a', document: 'x' }]);
    assert.equal(link.works, true);
    await link.command(['CONFIG', 'SET', 'maxmemory', '1']);
    for (let turn = 0; turn < 3; turn++)
      await assert.rejects(closed.apply([{ key: 'b', document: 'y' }]), StateUnavailable);
    assert.equal((await closed.recall(['a']))[0].document, 'x', 'it goes on to read');
    assert.equal(link.works, false);
    assert.equal(link.reachable, true);
    assert.deepEqual(messages, ['Redis does not do what it is asked']);
    await link.command(['CONFIG', 'SET', 'maxmemory', '0']);
    while (!link.works) {
      await closed.apply([{ key: 'b', document: 'y' }]);
      await sleep(100);
    }
    assert.deepEqual(messages, ['Redis does not do what it is asked', 'Redis does what it is asked again']);
  });

  test('a Redis that dies is passed over or fails requests, as configured; it is said once, and so is that it is back', async (t) => {
    const messages: string[] = [];
    const own = await RedisServer.start();
    const link = linkTo(own.url, recordingLogger(messages));
    t.after(async () => {
      link.close();
      await own.close();
    });
    await link.open();
    const open = storeOn(link, 'open');
    const closed = storeOn(link, 'closed');
    await open.apply([{ key: 'a', document: 'x' }]);
    await own.kill();
    await until(() => !link.reachable);
    assert.deepEqual(await open.recall(['a', 'b']), [
      { document: null, ageMs: 0 },
      { document: null, ageMs: 0 },
    ]);
    await open.apply([{ key: 'a', document: 'y' }]);
    await assert.rejects(closed.recall(['a']), StateUnavailable);
    await assert.rejects(closed.apply([{ key: 'a', document: 'y' }]), StateUnavailable);
    await sleep(300);
    assert.deepEqual(messages, ['Redis cannot be reached']);
    await own.start();
    await until(() => link.reachable);
    await open.apply([{ key: 'a', document: 'z' }]);
    assert.equal((await closed.recall(['a']))[0].document, 'z');
    assert.deepEqual(messages, ['Redis cannot be reached', 'Redis is back']);
  });

  test('a Redis that hangs costs one command its time limit, and nobody after it waits', async (t) => {
    const messages: string[] = [];
    const own = await RedisServer.start();
    const link = linkTo(own.url, recordingLogger(messages), SHORT_TIMEOUT_MS);
    t.after(async () => {
      own.wake();
      link.close();
      await own.close();
    });
    await link.open();
    own.hang();
    await assert.rejects(link.command(['GET', 'a']), RedisUnavailable);
    assert.equal(link.reachable, false);
    const from = performance.now();
    for (let turn = 0; turn < 100; turn++) await assert.rejects(link.command(['GET', 'a']), RedisUnavailable);
    assert.ok(performance.now() - from < (100 * SHORT_TIMEOUT_MS) / 2);
    own.wake();
    await until(() => link.reachable);
    assert.equal(await link.command(['GET', 'a']), null);
    assert.deepEqual(messages, ['Redis cannot be reached', 'Redis is back']);
  });

  test('a node starts without Redis, and has it when it is there', async (t) => {
    const messages: string[] = [];
    const own = await RedisServer.start();
    await own.kill();
    const link = linkTo(own.url, recordingLogger(messages));
    t.after(async () => {
      link.close();
      await own.close();
    });
    await link.open();
    assert.equal(link.reachable, false);
    await own.start();
    await until(() => link.reachable);
    assert.deepEqual(messages, ['Redis cannot be reached', 'Redis is back']);
  });

  test('a password that is wrong is a Redis that cannot be reached, and is not shown', async (t) => {
    const facts: object[] = [];
    const record = (fact: object) => facts.push(fact);
    const logger = { info: record, warn: record } as unknown as Logger;
    const link = linkTo(`redis://:secret-word@127.0.0.1:${redis.port}`, logger);
    t.after(() => link.close());
    await link.open();
    assert.equal(link.reachable, false);
    assert.equal(facts.length, 1);
    assert.doesNotMatch(JSON.stringify(facts), /secret-word/);
  });
});
