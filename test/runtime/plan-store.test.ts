import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { PlanStore } from '../../src/runtime/plan-store.js';

const SLOTS = 40;
/** Larger plans are kept as they came. */
const COPIED_BYTES_MAX = 32 * 1024;

/** Bytes that tell which plan they are of, and where in it. */
const planOf = (mark: number, length: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, (_, at) => (mark * 31 + at) & 0xff));

/** Has the store take a plan, spoils what it need not have kept, and returns a copy. */
function take(
  store: PlanStore,
  slot: number,
  mark: number,
  { length, kept }: { length: number; kept: boolean },
): Buffer {
  const plan = planOf(mark, length);
  const copy = Buffer.from(plan);
  if (kept) store.keep(slot, plan);
  else {
    store.put(slot, plan);
    if (length <= COPIED_BYTES_MAX) plan.fill(0);
  }
  return copy;
}

const action = fc.record({
  slot: fc.nat(SLOTS - 1),
  length: fc.oneof(fc.integer({ min: 112, max: 5_000 }), fc.integer({ min: 30_000, max: 34_000 })),
  kept: fc.boolean(),
});

describe('a store of plans', () => {
  test('gives every slot its own plan back, however others come and go', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
        const store = new PlanStore(SLOTS);
        const expected = new Map<number, Buffer>();
        for (const [mark, { slot, ...plan }] of actions.entries()) {
          if (expected.delete(slot)) store.drop(slot);
          else expected.set(slot, take(store, slot, mark, plan));
        }
        for (let slot = 0; slot < SLOTS; slot++) assert.deepEqual(store.of(slot), expected.get(slot));
      }),
    );
  });

  test('says where a plan lies', () => {
    const store = new PlanStore(2);
    store.put(0, planOf(1, 300));
    store.put(1, planOf(2, 300));
    const memory = store.bytes[1] as Buffer;
    assert.deepEqual(memory.subarray(store.base[1], store.base[1] + 300), planOf(2, 300));
    assert.equal(store.bytes[0], memory, 'plans of one size share memory');
  });

  test('takes memory for what it holds, and uses what was given up again', () => {
    const plans = 2_000;
    const store = new PlanStore(plans);
    const plan = planOf(1, 1_500);
    const fill = () => {
      for (let slot = 0; slot < plans; slot++) store.put(slot, plan);
      const memory = new Set(store.bytes.map((bytes) => (bytes as Buffer).buffer));
      return [...memory].reduce((sum, { byteLength }) => sum + byteLength, 0);
    };
    for (const time of ['first', 'second', 'third']) {
      const bytes = fill();
      assert.ok(bytes < 1.4 * plans * 1_500, `${bytes} bytes for ${plans} plans of 1,500, the ${time} time`);
      for (let slot = 0; slot < plans; slot++) store.drop(slot);
    }
  });

  test('a slot without a plan has none to give up', () => {
    const store = new PlanStore(1);
    store.drop(0);
    assert.equal(store.of(0), undefined);
  });
});
