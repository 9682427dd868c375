import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { cursorText, type JournalCursor, parseCursor } from '../../../src/server/journal/journal-cursor.js';
import { type AskJournals, listJournal } from '../../../src/server/journal/journal-listing.js';
import type { JournalAnswer, JournalFilter, JournalOrder } from '../../../src/server/journal/journal-question.js';
import { answerJournal } from '../../../src/server/journal/journal-reading.js';
import { exchangeOf, NAMES, refuse, type TestJournal, testJournal } from './journal-parts.js';

const PROCESSES = 3;
const CAPACITY = 7;

interface Written {
  readonly process: number;
  readonly sequence: number;
  readonly status: number;
}

/** Three processes' journals on one clock, and what was written to them. */
class Node {
  readonly journals: TestJournal[] = Array.from({ length: PROCESSES }, () => testJournal(CAPACITY));
  readonly epochs = ['a', 'b', 'c'];
  readonly written: Written[] = [];
  #nowUs = 0;

  write(process: number, status: number): void {
    const journal = this.journals[process];
    journal.nowUs = ++this.#nowUs * 1_000;
    refuse(journal, exchangeOf(), status);
    this.written.push({ process, sequence: journal.journal.counts.newest, status });
  }

  /** In the order in which they ended. */
  kept(filter: (entry: Written) => boolean): Written[] {
    const isKept = ({ process, sequence }: Written) => {
      const { kept, newest } = this.journals[process].journal.counts;
      return sequence > newest - kept;
    };
    return this.written.filter((entry) => isKept(entry) && filter(entry));
  }

  readonly ask: AskJournals = async (question) => {
    const answers = new Map<number, JournalAnswer>();
    for (const [process, { journal }] of this.journals.entries()) {
      const own = question(process);
      if (own === undefined) continue;
      // Bites of two, so that every page is made of several.
      const bite = { ...own, entriesMax: Math.min(2, own.entriesMax) };
      answers.set(process, answerJournal(journal, bite, { ...NAMES, process }, this.epochs[process]));
    }
    return answers;
  };

  async page(order: JournalOrder, given: JournalCursor | undefined, entriesMax: number, filter: JournalFilter = {}) {
    const cursor = given && parseCursor(cursorText(given));
    const page = await listJournal(this.ask, { order, cursor, entriesMax, filter });
    const entries = page.entries.map(({ process, sequence, status }) => ({ process, sequence, status }) as Written);
    return { ...page, entries };
  }
}

const writes = fc.array(fc.tuple(fc.nat(PROCESSES - 1), fc.constantFrom(404, 405)), { maxLength: 40 });

describe('a listing of the journal', () => {
  test('from the newest on gives every entry that is kept and fits once, in order, whatever the size of its pages', async () => {
    await fc.assert(
      fc.asyncProperty(writes, fc.integer({ min: 1, max: 9 }), fc.boolean(), async (given, entriesMax, filtered) => {
        const node = new Node();
        for (const [process, status] of given) node.write(process, status);
        const filter = filtered ? { status: { from: 404, to: 404 } } : {};
        const seen: Written[] = [];
        let cursor: JournalCursor | undefined;
        do {
          const { entries, next } = await node.page('newest', cursor, entriesMax, filter);
          assert.ok(entries.length <= entriesMax);
          seen.push(...entries);
          cursor = next;
        } while (cursor !== undefined);
        assert.deepEqual(seen, node.kept(({ status }) => !filtered || status === 404).reverse());
      }),
    );
  });

  test('from the newest on leaves out what comes after its beginning', async () => {
    const node = new Node();
    for (const process of [0, 1, 0]) node.write(process, 404);
    const first = await node.page('newest', undefined, 1);
    for (const process of [2, 1, 0]) node.write(process, 405);
    const rest = await node.page('newest', first.next, 10);
    assert.deepEqual(
      rest.entries.map(({ process, sequence }) => [process, sequence]),
      [
        [1, 1],
        [0, 1],
      ],
    );
  });

  test('from the tail on gives what comes meanwhile once and in order', async () => {
    const turns = fc.array(fc.tuple(writes, fc.integer({ min: 1, max: 30 })), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(writes, turns, async (before, given) => {
        const node = new Node();
        for (const [process, status] of before) node.write(process, status);
        let cursor = (await node.page('newest', undefined, 1)).tail;
        const from = node.written.length;
        const seen: Written[] = [];
        for (const [written, entriesMax] of given) {
          // No more than a journal holds: whoever follows this closely misses nothing.
          for (const [process, status] of written.slice(0, CAPACITY)) node.write(process, status);
          for (let left = true; left; ) {
            const { entries, next } = await node.page('oldest', cursor, entriesMax);
            assert.ok(next !== undefined, 'it has no end');
            seen.push(...entries);
            cursor = next;
            left = entries.length > 0;
          }
        }
        assert.deepEqual(seen, node.written.slice(from));
      }),
    );
  });

  test('begins anew with a process that was replaced where it follows, and leaves it out where it goes back', async () => {
    const node = new Node();
    for (const process of [0, 1, 0, 1]) node.write(process, 404);
    const { next, tail } = await node.page('newest', undefined, 1);
    node.journals[0] = testJournal(CAPACITY);
    node.epochs[0] = 'replaced';
    node.write(0, 405);
    const back = await node.page('newest', next, 10);
    assert.deepEqual(
      back.entries.map(({ process, sequence }) => [process, sequence]),
      [[1, 1]],
    );
    const followed = await node.page('oldest', tail, 10);
    assert.deepEqual(followed.entries, [{ process: 0, sequence: 1, status: 405 }]);
    assert.deepEqual((await node.page('oldest', followed.next, 10)).entries, []);
  });

  test('takes no cursor but its own', () => {
    for (const text of ['', 'zzz', 'W10', Buffer.from('["newest",[[0,1,2]]]').toString('base64url')]) {
      assert.equal(parseCursor(text), undefined, text);
    }
    fc.assert(fc.property(fc.json(), (json) => parseCursor(Buffer.from(json).toString('base64url')) === undefined));
  });
});
