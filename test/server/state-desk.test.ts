/** The way of a plan between the workers and the pacer, with a store that answers when the test says so. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PlanBuilder } from '../../src/runtime/response-plan.js';
import type { StateChange, StateStore, StoredDocument } from '../../src/runtime/state-store.js';
import { NO_WORKER, StreamTable } from '../../src/runtime/stream-table.js';
import { StateDesk } from '../../src/server/state-desk.js';

interface Held {
  readonly asked: readonly string[] | readonly StateChange[];
  answer(documents?: readonly StoredDocument[]): void;
  fail(cause: Error): void;
}

function createDesk() {
  const held: Held[] = [];
  const happened: unknown[] = [];
  const hold = (asked: Held['asked']) =>
    new Promise<readonly StoredDocument[]>((resolve, reject) => {
      held.push({ asked, answer: (documents = []) => resolve(documents), fail: reject });
    });
  const store: StateStore = {
    recall: (keys) => hold(keys),
    apply: async (changes) => {
      await hold(changes);
    },
    reusePrefix: async ({ blocks }) => (await hold(blocks.map(String))).length,
  };
  const table = new StreamTable<object>(4);
  const desk = new StateDesk({
    store,
    table,
    onPlan: (plan) => happened.push(['plan', plan.length]),
    onRecalled: (slot, { identity, entries, ...rest }) =>
      happened.push(['recalled', slot, [...identity], entries, ...Object.values(rest)]),
    onFailed: (slot, problem, cause) => happened.push(['failed', slot, problem.kind, (cause as Error).message]),
  });
  return { desk, table, held, happened };
}

function planFor(table: StreamTable<object>, build: (plan: PlanBuilder) => void): { slot: number; plan: Buffer } {
  const slot = table.acquire();
  table.workerIndex[slot] = 0;
  const builder = new PlanBuilder();
  builder.begin(slot, table.generation[slot]);
  build(builder);
  return { slot, plan: Buffer.from(builder.finish()) };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const reply = (builder: PlanBuilder) => builder.whole(200, [], '{}', 0);

describe('a plan', () => {
  test('without a memo is paced at once', () => {
    const { desk, table, held, happened } = createDesk();
    const { plan } = planFor(table, reply);
    desk.take(plan);
    assert.deepEqual([happened, held], [[['plan', plan.length]], []]);
  });

  test('with changes is paced when they are in effect', async () => {
    const { desk, table, held, happened } = createDesk();
    const changes: StateChange[] = [
      { key: 'a', document: '{"é":1}', ttlSecs: 5 },
      { key: 'b', document: null },
    ];
    const { slot, plan } = planFor(table, (builder) => {
      reply(builder);
      for (const change of changes) builder.change(change);
    });
    desk.take(plan);
    await settle();
    assert.deepEqual([happened, table.workerIndex[slot]], [[], NO_WORKER]);
    assert.deepEqual(held[0].asked, changes);
    held[0].answer();
    await settle();
    assert.deepEqual(happened, [['plan', plan.length]]);
  });

  test('of an error changes nothing, whatever its request asked for before', () => {
    const { desk, table, held, happened } = createDesk();
    const { plan } = planFor(table, (builder) => {
      builder.change({ key: 'a', document: 'x' });
      builder.whole(400, [], '{}', 0);
    });
    desk.take(plan);
    assert.deepEqual([happened, held], [[['plan', plan.length]], []]);
  });

  test('that recalls has its request rendered again with what was found', async () => {
    const { desk, table, held, happened } = createDesk();
    const { slot, plan } = planFor(table, (builder) =>
      builder.recall({ keys: ['a', 'b'] }, Uint32Array.of(1, 2, 3, 0xffff_ffff)),
    );
    desk.take(plan);
    assert.deepEqual(held[0].asked, ['a', 'b']);
    held[0].answer([
      { document: 'x', ageMs: 7 },
      { document: null, ageMs: 0 },
    ]);
    await settle();
    const entries = [
      { key: 'a', document: 'x', ageMs: 7 },
      { key: 'b', document: null, ageMs: 0 },
    ];
    assert.deepEqual(happened, [['recalled', slot, [1, 2, 3, 0xffff_ffff], entries]]);
  });

  test('that asks for a prefix has its request rendered again with how much of it there was, and with what was measured', async () => {
    const { desk, table, held, happened } = createDesk();
    const lookup = { model: 3, blocks: [7, 8, 9], ttlSecs: 5 };
    const { slot, plan } = planFor(table, (builder) =>
      builder.recall({ keys: [], prefix: { lookup, measured: { total: 12 } } }, Uint32Array.of(1, 2, 3, 4)),
    );
    desk.take(plan);
    assert.deepEqual(held[0].asked, ['7', '8', '9']);
    held[0].answer([
      { document: null, ageMs: 0 },
      { document: null, ageMs: 0 },
    ]);
    await settle();
    assert.deepEqual(happened, [['recalled', slot, [1, 2, 3, 4], [], { hits: 2, measured: { total: 12 } }]]);
  });

  test('that has its prefix already takes it along and does not ask again', async () => {
    const { desk, table, held, happened } = createDesk();
    const prefix = { hits: 2, measured: 12 };
    const { slot, plan } = planFor(table, (builder) =>
      builder.recall({ keys: ['a'], prefix }, Uint32Array.of(1, 2, 3, 4)),
    );
    desk.take(plan);
    assert.deepEqual(
      held.map(({ asked }) => asked),
      [['a']],
    );
    held[0].answer([{ document: 'x', ageMs: 7 }]);
    await settle();
    const entries = [{ key: 'a', document: 'x', ageMs: 7 }];
    assert.deepEqual(happened, [['recalled', slot, [1, 2, 3, 4], entries, prefix]]);
  });

  test('that recalls keeps nothing yet of what its request asked for before', () => {
    const { desk, table, held } = createDesk();
    const { plan } = planFor(table, (builder) => {
      builder.change({ key: 'a', document: 'x' });
      builder.recall({ keys: ['b'] }, new Uint32Array(4));
    });
    desk.take(plan);
    assert.deepEqual(
      held.map(({ asked }) => asked),
      [['b']],
    );
  });

  test('of a request that has ended meanwhile is dropped, be the store well or not', async () => {
    const { desk, table, held, happened } = createDesk();
    for (const end of [(call: Held) => call.answer(), (call: Held) => call.fail(new Error('gone'))]) {
      const { slot, plan } = planFor(table, (builder) => builder.recall({ keys: ['a'] }, new Uint32Array(4)));
      desk.take(plan);
      table.release(slot);
      end(held.pop() as Held);
      await settle();
    }
    assert.deepEqual(happened, []);
  });

  test('whose store fails costs its own request', async () => {
    const { desk, table, held, happened } = createDesk();
    const { slot, plan } = planFor(table, (builder) => builder.recall({ keys: ['a'] }, new Uint32Array(4)));
    desk.take(plan);
    held[0].fail(new Error('no primary'));
    await settle();
    assert.deepEqual(happened, [['failed', slot, 'internal', 'no primary']]);
  });
});
