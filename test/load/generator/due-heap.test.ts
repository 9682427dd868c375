/** The heap gives back what was put in, in the order of its moments, and of its coming where those are equal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DueHeap } from '../../../src/load/generator/due-heap.js';

interface Item {
  readonly dueUs: number;
  readonly label: number;
}

/** What the heap is to be: a list that is sorted, stably, whenever it is asked. */
function sorted(items: readonly Item[]): Item[] {
  return items.toSorted((one, other) => one.dueUs - other.dueUs);
}

test('pushes and pops in any order agree with a sorted list', () => {
  const step = fc.oneof(fc.record({ dueUs: fc.integer({ min: 0, max: 20 }) }), fc.constant('pop' as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = new DueHeap<Item>();
      let model: Item[] = [];
      for (const [label, taken] of steps.entries()) {
        if (taken === 'pop') {
          model = sorted(model);
          assert.deepEqual(heap.pop(), model.shift());
        } else {
          const item = { dueUs: taken.dueUs, label };
          heap.push(item);
          model.push(item);
        }
        assert.equal(heap.size, model.length);
        assert.deepEqual(heap.first, sorted(model)[0]);
      }
    }),
  );
});
