import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MemoryStateStore } from '../../src/runtime/state-store.js';

function store(bounds: { entriesMax?: number; bytesMax?: number; ttlSecs?: number } = {}) {
  const clock = { nowMs: 1_000 };
  const { entriesMax = 100, bytesMax = 1_000_000, ttlSecs = 60 } = bounds;
  return { clock, state: new MemoryStateStore({ entriesMax, bytesMax, ttlSecs }, () => clock.nowMs) };
}

const documentsOf = async (state: MemoryStateStore, ...keys: string[]) =>
  (await state.recall(keys)).map(({ document }) => document);

describe('what requests leave behind', () => {
  test('is found again, key by key, with its age', async () => {
    const { clock, state } = store();
    await state.apply([
      { key: 'a', document: '{"x":1}' },
      { key: 'b', document: '' },
    ]);
    clock.nowMs += 1_500;
    assert.deepEqual(await state.recall(['b', 'none', 'a']), [
      { document: '', ageMs: 1_500 },
      { document: null, ageMs: 0 },
      { document: '{"x":1}', ageMs: 1_500 },
    ]);
  });

  test('is replaced, with a fresh age, and forgotten, in the order of the changes', async () => {
    const { clock, state } = store();
    await state.apply([{ key: 'a', document: 'old' }]);
    clock.nowMs += 10;
    await state.apply([
      { key: 'a', document: 'new' },
      { key: 'b', document: 'x' },
      { key: 'b', document: null },
    ]);
    clock.nowMs += 5;
    assert.deepEqual(await state.recall(['a', 'b']), [
      { document: 'new', ageMs: 5 },
      { document: null, ageMs: 0 },
    ]);
  });

  test('lives for the time of the store, or for a shorter or longer one of its own', async () => {
    const { clock, state } = store({ ttlSecs: 60 });
    await state.apply([
      { key: 'usual', document: 'u' },
      { key: 'short', document: 's', ttlSecs: 5 },
      { key: 'long', document: 'l', ttlSecs: 100 },
    ]);
    clock.nowMs += 4_999;
    assert.deepEqual(await documentsOf(state, 'usual', 'short', 'long'), ['u', 's', 'l']);
    clock.nowMs += 2;
    assert.deepEqual(await documentsOf(state, 'usual', 'short', 'long'), ['u', null, 'l']);
    clock.nowMs += 55_000;
    assert.deepEqual(await documentsOf(state, 'usual', 'short', 'long'), [null, null, 'l']);
  });

  test('is bounded in number: the one unused for longest makes room', async () => {
    const { state } = store({ entriesMax: 3 });
    for (const key of ['a', 'b', 'c']) await state.apply([{ key, document: key }]);
    await state.recall(['a']);
    await state.apply([{ key: 'd', document: 'd' }]);
    assert.deepEqual(await documentsOf(state, 'a', 'b', 'c', 'd'), ['a', null, 'c', 'd']);
    assert.equal(state.entries, 3);
  });

  test('is bounded in bytes, and what is larger than the whole store is not kept', async () => {
    const { state } = store({ bytesMax: 10_000 });
    for (let i = 0; i < 50; i++) await state.apply([{ key: `k${i}`, document: '€'.repeat(300) }]);
    assert.ok(state.bytes <= 10_000);
    assert.ok(state.entries >= 5 && state.entries < 12, String(state.entries));
    assert.deepEqual(await documentsOf(state, 'k0', 'k49'), [null, '€'.repeat(300)]);
    await state.apply([{ key: 'huge', document: 'x'.repeat(20_000) }]);
    assert.deepEqual(await documentsOf(state, 'huge', 'k49'), [null, '€'.repeat(300)]);
  });
});
