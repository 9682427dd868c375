/** The journal of a real simulator, read while requests go on. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { Failure } from '../../../src/kernel/failure.js';
import { JournalTail } from '../../../src/load/oracle/journal-tail.js';
import { AT_ONCE, chatRequest, postChat, sharedSimulator } from '../../http/chat-client.js';

type Running = Parameters<typeof postChat>[0];

async function ask(simulator: Running, keys: readonly string[]): Promise<void> {
  for (const key of keys)
    await (await postChat(simulator, chatRequest({ max_tokens: 2 }), { 'x-llm-sim-request-id': key })).text();
}

const numbered = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `r${from + index}`);

describe('a tail of the journal', () => {
  const simulator = sharedSimulator({ config: { ...AT_ONCE, telemetry: { journal: { capacity: 50 } } } });

  test('has every request that ended since it began, once, in order', async () => {
    await ask(simulator(), ['before']);
    const tail = await JournalTail.open({ url: `${simulator().url}/` });
    await tail.poll();
    assert.equal(tail.entries.length, 0);
    await ask(simulator(), numbered(0, 20));
    await tail.poll();
    await ask(simulator(), numbered(20, 40));
    await tail.poll();
    await tail.poll();
    assert.deepEqual(
      tail.entries.map(({ requestId }) => requestId),
      numbered(0, 60),
    );
    assert.equal(tail.lost, 0);
    const [entry] = tail.entries;
    assert.deepEqual(
      [entry?.model, entry?.status, entry?.outcome, entry?.result, entry?.isStream],
      ['gpt-4o', 200, 'finished', 'success', false],
    );
    assert.ok(entry !== undefined && entry.endedUs >= entry.arrivedUs);
  });

  test('says how many were overwritten before it read them', async () => {
    const tail = await JournalTail.open({ url: simulator().url });
    await ask(simulator(), numbered(0, 70));
    await tail.poll();
    assert.deepEqual([tail.entries.length, tail.lost], [50, 20]);
    assert.equal(tail.entries[0]?.requestId, 'r20');
  });

  test('waits for what has not ended, and no longer than it may', async () => {
    const tail = await JournalTail.open({ url: simulator().url });
    const asked = ask(simulator(), ['late']);
    assert.equal(await tail.pollUntil((entries) => entries.length === 1, 10_000), true);
    await asked;
    assert.equal(await tail.pollUntil((entries) => entries.length === 2, 1), false);
  });
});

describe('an upstream without a journal for us', () => {
  const simulator = sharedSimulator({ config: { ...AT_ONCE, admin: { api_key: 'secret' } } });
  const refused = async (upstream: Parameters<typeof JournalTail.open>[0], words: RegExp, hint: RegExp) =>
    assert.rejects(JournalTail.open(upstream), (error) => {
      assert.ok(error instanceof Failure);
      assert.equal(error.code, 'UPSTREAM_UNREADABLE');
      assert.match(error.message, words);
      assert.match(error.hint, hint);
      return true;
    });

  test('asks for its key', async () => {
    await refused({ url: simulator().url }, /401/, /admin\.api_key/);
    await refused({ url: simulator().url, adminKey: 'wrong' }, /401/, /admin\.api_key/);
    const tail = await JournalTail.open({ url: simulator().url, adminKey: 'secret' });
    assert.deepEqual(tail.entries, []);
  });

  test('may be no simulator, or not there', async () => {
    const other = createServer((_, response) => response.end('{"entries": 5}'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await refused({ url }, /gives no journal: 200/, /simulator/);
    await new Promise((resolve) => other.close(resolve));
    await refused({ url }, /ECONNREFUSED/, /does it run/);
  });
});
