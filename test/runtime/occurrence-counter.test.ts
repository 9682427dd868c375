import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure } from '../../src/kernel/failure.js';
import { OccurrenceCounter } from '../../src/runtime/occurrence-counter.js';
import type { CountingPeerResult, CountingPeerTask } from './fixtures/counting-peer.js';
import { nextMessage, startWorker } from './fixtures/start-worker.js';

/** Only a hang takes this long. */
const HANG_GUARD = { timeout: 120_000 };

/** Spreads 0, 1, 2, … over 32 bits, a different way for each salt (the finaliser of MurmurHash3). */
function scatter(value: number, salt: number): number {
  let bits = Math.imul(value ^ salt, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

describe('an occurrence counter', () => {
  it('counts every key for itself, from 0', () => {
    const counter = new OccurrenceCounter(OccurrenceCounter.allocate());
    for (let round = 0; round < 3; round += 1) {
      for (let key = 0; key < 16_384; key += 1) {
        assert.equal(counter.next(scatter(key, 1), scatter(key, 2)), round);
      }
    }
  });

  it('tells keys apart that differ in one word only, 0 among them', () => {
    const counter = new OccurrenceCounter(OccurrenceCounter.allocate());
    const keys = [
      [0, 0],
      [0, 1],
      [2, 0],
      [0xffffffff, 0],
      [0, 0xffffffff],
      [0xffffffff, 0xffffffff],
    ] as const;
    for (const expected of [0, 1, 2]) {
      for (const [high, low] of keys) assert.equal(counter.next(high, low), expected, `${high} ${low}`);
    }
  });

  it('is one counter for everybody on the same buffer', () => {
    const buffer = OccurrenceCounter.allocate();
    assert.equal(new OccurrenceCounter(buffer).next(1, 2), 0);
    assert.equal(new OccurrenceCounter(buffer).next(1, 2), 1);
  });

  it('forgets the key touched longest ago when all places of a ninth key are taken', () => {
    const counter = new OccurrenceCounter(OccurrenceCounter.allocate(64));
    for (let key = 1; key <= 8; key += 1) counter.next(key, 5);
    assert.equal(counter.next(1, 5), 1);
    assert.equal(counter.next(9, 5), 0, 'takes the place of key 2');
    assert.equal(counter.next(9, 5), 1);
    for (const key of [1, 3, 4, 5, 6, 7, 8]) assert.equal(counter.next(key, 5), key === 1 ? 2 : 1, `key ${key}`);
    assert.equal(counter.next(2, 5), 0);
  });

  it('loses and doubles no count when four threads count at once', HANG_GUARD, async (t) => {
    const threads = 4;
    const rounds = 30_000;
    const counter = OccurrenceCounter.allocate(2 ** 20);
    const ownLow = Uint32Array.from({ length: 3_000 }, (_, key) => scatter(key, 3));
    const gate = new SharedArrayBuffer(4);
    new Int32Array(gate)[0] = threads;
    const results = await Promise.all(
      Array.from({ length: threads }, (_, thread) => {
        const task: CountingPeerTask = { counter, gate, rounds, ownLow, thread };
        return nextMessage(startWorker(t, './counting-peer.ts', task)) as Promise<CountingPeerResult>;
      }),
    );
    const seen = new Uint8Array(threads * rounds);
    for (const { common, ownKeysExact } of results) {
      assert.equal(ownKeysExact, true);
      for (const count of common) seen[count] += 1;
    }
    assert.ok(seen.every((times) => times === 1));
  });

  it('refuses sizes that are no power of two or out of bounds', () => {
    for (const entries of [0, 1, 32, 100, 2 ** 23, -64, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => OccurrenceCounter.allocate(entries), Failure, String(entries));
    }
  });
});
