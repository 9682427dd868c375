import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { FairQueue, NOBODY } from '../../src/runtime/fair-queue.js';

const ITEMS = 12;
const CAPACITY = 8;
const client = fc.constantFrom('a', 'b', 'c', 'd');
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), client }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('take' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('remove' as const), item: fc.integer({ min: 0, max: ITEMS - 1 }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The promises in their plainest form: a list of clients in the order of their turns, each with its items. */
class PlainQueue {
  clients: { readonly name: string; readonly items: number[] }[] = [];

  add(item: number, name: string): void {
    const known = this.clients.find((one) => one.name === name);
    if (known === undefined) this.clients.push({ name, items: [item] });
    else known.items.push(item);
  }

  take(): number {
    const first = this.clients.shift();
    if (first === undefined) return NOBODY;
    const item = first.items.shift()!;
    if (first.items.length > 0) this.clients.push(first);
    return item;
  }

  remove(item: number): void {
    for (const { items } of this.clients) if (items.includes(item)) items.splice(items.indexOf(item), 1);
    this.clients = this.clients.filter(({ items }) => items.length > 0);
  }

  get most(): number {
    return Math.max(0, ...this.clients.map(({ items }) => items.length));
  }
}

function follow(steps: readonly Step[]): void {
  const queue = new FairQueue(ITEMS, CAPACITY);
  const plain = new PlainQueue();
  for (const one of steps) {
    if (one.kind === 'take') assert.equal(queue.take(), plain.take());
    else if (one.kind === 'remove') {
      queue.remove(one.item);
      plain.remove(one.item);
    } else if (queue.length < CAPACITY) {
      const item = Array.from({ length: ITEMS }, (_, index) => index).find((index) => !queue.has(index))!;
      queue.add(item, one.client);
      plain.add(item, one.client);
    }
    const waiting = plain.clients.flatMap(({ items }) => items);
    assert.equal(queue.length, waiting.length);
    assert.equal(queue.clients, plain.clients.length);
    assert.equal(queue.most, plain.most);
    for (let item = 0; item < ITEMS; item++) assert.equal(queue.has(item), waiting.includes(item));
    for (const name of ['a', 'b', 'c', 'd'])
      assert.equal(queue.waitingOf(name), plain.clients.find((known) => known.name === name)?.items.length ?? 0);
    const newest = queue.newestOfMost();
    if (plain.most === 0) assert.equal(newest, NOBODY);
    else assert.ok(plain.clients.some(({ items }) => items.length === plain.most && items.at(-1) === newest));
  }
  const left = plain.clients.flatMap(({ items }) => items).length;
  assert.deepEqual(
    Array.from({ length: left + 1 }, () => queue.take()),
    Array.from({ length: left + 1 }, () => plain.take()),
  );
}

describe('a fair queue', () => {
  test('does what a list of clients that take turns does, whatever comes and goes', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 120, size: 'max' }), follow), { numRuns: 500 });
  });

  test('delays the only one of a client by no more than one turn of each other, however many they have', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 }),
        fc.nat(),
        (crowds, late) => {
          const items = crowds.reduce((sum, crowd) => sum + crowd, 1);
          const queue = new FairQueue(items, items);
          let item = 1;
          for (const [index, crowd] of crowds.entries())
            for (let count = 0; count < crowd; count++) queue.add(item++, `crowd ${index}`);
          for (let taken = 0; taken < late % items; taken++) queue.take();
          queue.add(0, 'alone');
          const others = queue.clients - 1;
          let before = 0;
          while (queue.take() !== 0) before++;
          assert.ok(before <= others, `${before} went before it, of ${others} other clients`);
        },
      ),
    );
  });

  test('takes none in beyond its capacity, and nobody twice', () => {
    const queue = new FairQueue(4, 2);
    queue.add(3, 'a');
    assert.throws(() => queue.add(3, 'b'), { code: 'INTERNAL' });
    queue.add(1, 'b');
    assert.throws(() => queue.add(2, 'b'), { code: 'INTERNAL' });
    assert.deepEqual([queue.take(), queue.take(), queue.take()], [3, 1, NOBODY]);
    const none = new FairQueue(4, 0);
    assert.deepEqual([none.length, none.take(), none.newestOfMost()], [0, NOBODY, NOBODY]);
    assert.throws(() => none.add(0, 'a'), { code: 'INTERNAL' });
    assert.throws(() => new FairQueue(4, -1), { code: 'INTERNAL' });
  });
});
