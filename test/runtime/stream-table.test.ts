import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Failure } from '../../src/kernel/failure.js';
import { NO_WORKER, StreamTable } from '../../src/runtime/stream-table.js';

interface Stream {
  readonly slot: number;
  readonly generation: number;
}

/** A table beside the plainest record of who owns what. */
class CheckedTable {
  readonly #table: StreamTable<string>;
  readonly #owned: Stream[] = [];
  readonly #ended: Stream[] = [];

  constructor(capacity: number) {
    this.#table = new StreamTable(capacity);
  }

  acquire(): void {
    const slot = this.#table.acquire();
    assert.equal(slot === -1, this.#owned.length === this.#table.capacity);
    if (slot !== -1) this.#owned.push({ slot, generation: this.#table.generation[slot] });
  }

  release(choice: number): void {
    if (this.#owned.length === 0) return;
    const [stream] = this.#owned.splice(choice % this.#owned.length, 1);
    this.#table.release(stream.slot);
    this.#ended.push(stream);
  }

  check(): void {
    assert.equal(this.#table.inUse, this.#owned.length);
    assert.equal(new Set(this.#owned.map(({ slot }) => slot)).size, this.#owned.length);
    assert.ok(this.#owned.every(({ slot, generation }) => this.#table.isCurrent(slot, generation)));
    assert.ok(!this.#ended.some(({ slot, generation }) => this.#table.isCurrent(slot, generation)));
  }
}

describe('a stream table', () => {
  it('never hands a slot out twice and never loses one, in any order of acquire and release', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.nat(20), { maxLength: 100, size: 'max' }),
        (capacity, choices) => {
          const table = new CheckedTable(capacity);
          for (const choice of choices) {
            if (choice % 2 === 0) table.acquire();
            else table.release(choice);
            table.check();
          }
        },
      ),
    );
  });

  it('resets every column for the next stream and drops what the last one referred to', () => {
    const table = new StreamTable<string>(1);
    const slot = table.acquire();
    const { state, startUs, deadlineUs, lastWriteUs, framesLeft, modelIndex, workerIndex } = table;
    const columns = [state, startUs, deadlineUs, lastWriteUs, framesLeft, modelIndex, workerIndex];
    for (const column of columns) column[slot] = 7;
    table.plans.keep(slot, Buffer.alloc(1));
    table.exchange[slot] = 'exchange';
    table.release(slot);
    assert.equal(table.plans.of(slot), undefined);
    assert.equal(table.exchange[slot], undefined);
    assert.equal(table.acquire(), slot);
    assert.deepEqual(
      columns.map((column) => column[slot]),
      [0, 0, 0, 0, 0, 0, NO_WORKER],
    );
  });

  it('has the state 0 in a free slot, so that a walk over all states meets only streams', () => {
    const table = new StreamTable<string>(2);
    const slot = table.acquire();
    table.state[slot] = 7;
    table.release(slot);
    assert.deepEqual([...table.state], [0, 0]);
  });

  it('reuses the slot released last, whose cache lines are warm', () => {
    const table = new StreamTable<string>(4);
    const slots = [table.acquire(), table.acquire(), table.acquire()];
    assert.deepEqual(slots, [0, 1, 2]);
    table.release(0);
    table.release(1);
    assert.equal(table.acquire(), 1);
  });

  it('takes messages for slots that do not exist as stale', () => {
    const table = new StreamTable<string>(2);
    assert.equal(table.isCurrent(0, 0), false, 'a slot never acquired');
    for (const slot of [-1, 2, Number.NaN]) assert.equal(table.isCurrent(slot, 0), false);
  });

  it('refuses a release of a slot that is not in use, and an impossible capacity', () => {
    const table = new StreamTable<string>(2);
    const slot = table.acquire();
    table.release(slot);
    for (const wrong of [slot, 1, -1, 2]) assert.throws(() => table.release(wrong), Failure);
    assert.equal(table.inUse, 0);
    for (const capacity of [0, -1, 1.5, 2 ** 21]) assert.throws(() => new StreamTable(capacity), Failure);
  });
});
