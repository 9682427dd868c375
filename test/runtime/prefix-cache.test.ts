/** What a node remembers of prompts: the blocks of a model that were used lately, as many as fit. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { PrefixCache, PrefixCaches } from '../../src/runtime/prefix-cache.js';

const TTL_SECS = 300;

function cacheOf(capacityBlocks: number) {
  const clock = { nowMs: 5_000 };
  return { clock, cache: new PrefixCache(capacityBlocks, () => clock.nowMs) };
}

describe('a prefix cache', () => {
  test('has what a prompt shares with any before it, from the first block on and without a gap', () => {
    const { cache } = cacheOf(100);
    assert.equal(cache.reuse([1, 2, 3], TTL_SECS), 0);
    assert.equal(cache.reuse([1, 2, 3, 4], TTL_SECS), 3);
    assert.equal(cache.reuse([1, 2, 9, 4], TTL_SECS), 2);
    assert.equal(cache.reuse([8, 2, 3], TTL_SECS), 0);
    assert.equal(cache.reuse([], TTL_SECS), 0);
  });

  test('forgets a block that nobody used for its time, and counts the time anew with every use', () => {
    const { cache, clock } = cacheOf(100);
    cache.reuse([1, 2], TTL_SECS);
    clock.nowMs += TTL_SECS * 1_000 - 1;
    assert.equal(cache.reuse([1], TTL_SECS), 1);
    clock.nowMs += 1;
    assert.equal(cache.reuse([1, 2], TTL_SECS), 1, 'the second was not used meanwhile');
    clock.nowMs += TTL_SECS * 1_000;
    assert.equal(cache.reuse([1, 2], TTL_SECS), 0);
  });

  test('keeps a block as long as the request that wanted it longest', () => {
    const { cache, clock } = cacheOf(100);
    cache.reuse([1], 86_400);
    cache.reuse([1], TTL_SECS);
    clock.nowMs += 86_399_000;
    assert.equal(cache.reuse([1], TTL_SECS), 1);
  });

  test('makes room by what was unused for longest, and of a prompt by its end first', () => {
    const { cache } = cacheOf(4);
    cache.reuse([1, 2, 3], TTL_SECS);
    cache.reuse([7, 8], TTL_SECS);
    assert.equal(cache.size, 4);
    assert.equal(cache.reuse([1, 2], TTL_SECS), 2, 'only the third was lost');
    cache.reuse([9], TTL_SECS);
    assert.equal(cache.reuse([7, 8], TTL_SECS), 1);
  });

  test('keeps the beginning of a prompt that is larger than itself', () => {
    const { cache } = cacheOf(2);
    cache.reuse([1, 2, 3], TTL_SECS);
    assert.equal(cache.size, 2);
    assert.equal(cache.reuse([1, 2, 3], TTL_SECS), 2);
  });

  test('is at any time what a list of blocks ordered by their use would be', () => {
    const block = fc.nat(12);
    const step = fc.record({ blocks: fc.uniqueArray(block, { maxLength: 8 }), waitSecs: fc.nat(5) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(step, { maxLength: 40 }), (capacity, steps) => {
        const { cache, clock } = cacheOf(capacity);
        /** The one used last comes first. */
        let model: { block: number; expiresMs: number }[] = [];
        for (const { blocks, waitSecs } of steps) {
          clock.nowMs += waitSecs * 1_000;
          const live = new Set(model.filter(({ expiresMs }) => expiresMs > clock.nowMs).map((entry) => entry.block));
          const missing = blocks.findIndex((one) => !live.has(one));
          assert.equal(cache.reuse(blocks, 10), missing === -1 ? blocks.length : missing);
          const kept = blocks.slice(0, capacity);
          const others = model.filter((entry) => !kept.includes(entry.block));
          const used = kept.map((one) => ({ block: one, expiresMs: clock.nowMs + 10_000 }));
          model = [...used, ...others].slice(0, capacity);
          assert.equal(cache.size, model.length);
        }
      }),
      { seed: 1 },
    );
  });
});

describe('the prefix caches of a node', () => {
  test('are one for each model that has one', () => {
    const caches = new PrefixCaches(new Map([[2, 10]]), () => 0);
    const lookup = { blocks: [1, 2], ttlSecs: TTL_SECS };
    assert.equal(caches.reuse({ model: 2, ...lookup }), 0);
    assert.equal(caches.reuse({ model: 2, ...lookup }), 2);
    assert.equal(caches.reuse({ model: 1, ...lookup }), 0);
    assert.equal(caches.reuse({ model: 1, ...lookup }), 0, 'the model has none');
  });
});
