import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { planHeaders, planMemo, planSession, planStatus } from '../../src/runtime/plan-reader.js';
import { PlanStore } from '../../src/runtime/plan-store.js';
import { framesOf } from '../../src/runtime/plan-summary.js';
import { PlanBuilder } from '../../src/runtime/response-plan.js';
import { namedMark } from '../../src/runtime/session-mark.js';

const SLOTS = 40;
/** Larger plans are kept as they came. */
const COPIED_BYTES_MAX = 32 * 1024;

interface Wanted {
  readonly payloads: readonly string[];
  /** What stands behind the frames. */
  readonly session: boolean;
  readonly memo: boolean;
  readonly moreHeaders: boolean;
}

const builder = new PlanBuilder();

function planOf({ payloads, session, memo, moreHeaders }: Wanted): Buffer {
  builder.begin(0, 0);
  builder.stream(['content-type', 'text/event-stream', 'x-request-id', 'x'.repeat(200)], 0);
  const templates = [builder.template('data: ', '\n\n'), builder.template('event: x\ndata: ', '\n\n')];
  for (const [index, payload] of payloads.entries())
    builder.frame(templates[index % 2] as number, index * 1_000, payload);
  if (session) builder.session = namedMark('user', 'u-1');
  if (memo) builder.change({ key: 'k', value: 'v' } as never);
  const plan = builder.finish();
  return Buffer.from(moreHeaders ? builder.addHeaders(['x-plan', 'digest']) : plan);
}

/** What a stream that has begun is to do yet. */
const framesIn = (plan: Buffer | undefined): unknown => plan && [planStatus(plan), ...framesOf(plan)];

const wanted = fc.record({
  payloads: fc.array(fc.oneof(fc.string(), fc.string({ minLength: 3_000, maxLength: 5_000 })), { maxLength: 12 }),
  session: fc.boolean(),
  memo: fc.boolean(),
  moreHeaders: fc.boolean(),
});
const action = fc.record({ slot: fc.nat(SLOTS - 1), plan: wanted, kept: fc.boolean() });

/** Has the store take a plan, spoils the plan where the store need not have kept it, and returns what it says. */
function take(store: PlanStore, slot: number, plan: Buffer, kept: boolean): unknown {
  const said = framesIn(Buffer.from(plan));
  if (kept) store.keep(slot, plan);
  else {
    store.put(slot, plan);
    if (plan.length <= COPIED_BYTES_MAX) plan.fill(0xff);
  }
  return said;
}

describe('a store of plans', () => {
  test("tells every slot its own stream's frames, however others come and go", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120 }), (actions) => {
        const store = new PlanStore(SLOTS);
        const expected = new Map<number, unknown>();
        for (const { slot, plan, kept } of actions) {
          if (expected.delete(slot)) store.drop(slot);
          else expected.set(slot, take(store, slot, planOf(plan), kept));
        }
        for (let slot = 0; slot < SLOTS; slot++) assert.deepEqual(framesIn(store.of(slot)), expected.get(slot));
      }),
    );
  });

  test('keeps nothing that only the beginning of a stream needs, and a kept plan as it is', () => {
    const plan = planOf({ payloads: ['a', 'b'], session: true, memo: true, moreHeaders: true });
    const store = new PlanStore(2);
    store.put(0, plan);
    store.keep(1, plan);
    const core = store.of(0) as Buffer;
    assert.deepEqual([planHeaders(core), planSession(core), planMemo(core)], [[], undefined, undefined]);
    assert.ok(core.length < plan.length - 200);
    assert.equal(store.of(1), plan);
  });

  test('says where a plan lies', () => {
    const store = new PlanStore(2);
    const plan = planOf({ payloads: ['one', 'two'], session: false, memo: false, moreHeaders: false });
    store.put(0, plan);
    store.put(1, plan);
    const memory = store.bytes[1] as Buffer;
    const core = store.of(1) as Buffer;
    assert.deepEqual(memory.subarray(store.base[1], (store.base[1] as number) + core.length), core);
    assert.equal(store.bytes[0], memory, 'plans of one size share memory');
  });

  test('takes memory for what it holds, and uses what was given up again', () => {
    const plans = 2_000;
    const store = new PlanStore(plans);
    const payloads = Array.from({ length: 150 }, (_, index) => `token ${index}`);
    const plan = planOf({ payloads, session: false, memo: false, moreHeaders: false });
    const fill = () => {
      for (let slot = 0; slot < plans; slot++) store.put(slot, plan);
      const memory = new Set(store.bytes.map((bytes) => (bytes as Buffer).buffer));
      return [...memory].reduce((sum, { byteLength }) => sum + byteLength, 0);
    };
    for (const time of ['first', 'second', 'third']) {
      const bytes = fill();
      assert.ok(
        bytes < 1.4 * plans * plan.length,
        `${bytes} bytes for ${plans} plans of ${plan.length}, the ${time} time`,
      );
      for (let slot = 0; slot < plans; slot++) store.drop(slot);
    }
  });

  test('a slot without a plan has none to give up', () => {
    const store = new PlanStore(1);
    store.drop(0);
    assert.equal(store.of(0), undefined);
  });
});
