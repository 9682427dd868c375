/** The search for a capacity: it finds the last rate that is held, also on a noisy machine, confirms it, and always ends. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CapacitySearch, indexNear, type RateGrid, rateAt, type Trial } from '../../bench/capacity/capacity-search.js';

const GRID: RateGrid = { base: 1_000, step: 1.12, last: 40 };
const LIMIT_MS = 5;
/** More than any search may take. */
const TRIALS_MAX = 14;

/** A server whose lateness explodes above a rate, in tokens of the grid. */
function serverThatHolds(last: number, calls: number[] = []): (rate: number) => Promise<Trial> {
  return async (rate) => {
    calls.push(rate);
    const isHeld = rate <= rateAt(GRID, last) * 1.001;
    return { rate, delivered: isHeld ? 1 : 0.9, p99Ms: isHeld ? 1 : 400 };
  };
}

describe('the search for a capacity', () => {
  test('finds the last rate that is held from wherever it begins', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }), async (last, start) => {
        fc.pre(Math.abs(last - start) <= 12);
        const calls: number[] = [];
        const search = new CapacitySearch(GRID, serverThatHolds(last, calls));
        assert.equal(await search.find(LIMIT_MS, start), last);
        assert.ok(calls.length <= TRIALS_MAX, `${calls.length} trials`);
        assert.ok(search.at(last).length >= 2, 'the rate was held once only');
      }),
    );
  });

  test('finds nothing when the lowest rate is not held', async () => {
    const search = new CapacitySearch(GRID, serverThatHolds(-1));
    assert.equal(await search.find(LIMIT_MS, 6), undefined);
  });

  test('does not take a rate that was held once and missed twice', async () => {
    const outcomes = new Map<number, boolean[]>([[12, [true, false, false]]]);
    const search = new CapacitySearch<Trial>(GRID, async (rate) => {
      const index = indexNear(GRID, rate);
      const isHeld = outcomes.get(index)?.shift() ?? index < 12;
      return { rate, delivered: 1, p99Ms: isHeld ? 1 : 300 };
    });
    assert.equal(await search.find(LIMIT_MS, 12), 11);
  });

  test('tries a near miss again, and takes the rate when the third trial agrees', async () => {
    const lateness = [7, 1, 1];
    const search = new CapacitySearch<Trial>(GRID, async (rate) => {
      const index = indexNear(GRID, rate);
      return { rate, delivered: 1, p99Ms: index === 10 ? lateness.shift()! : index < 10 ? 1 : 300 };
    });
    assert.equal(await search.find(LIMIT_MS, 10), 10);
    assert.deepEqual(lateness, []);
  });

  test('does not take a rate that is not delivered, however little of it is late', async () => {
    const search = new CapacitySearch<Trial>(GRID, async (rate) => {
      const index = indexNear(GRID, rate);
      return { rate, delivered: index > 8 ? 0.95 : 1, p99Ms: 1 };
    });
    assert.equal(await search.find(LIMIT_MS, 10), 8);
  });

  test('remembers trials for a second limit', async () => {
    const calls: number[] = [];
    const search = new CapacitySearch<Trial>(GRID, async (rate) => {
      calls.push(rate);
      const index = indexNear(GRID, rate);
      return { rate, delivered: 1, p99Ms: index <= 10 ? 1 : index <= 12 ? 10 : 300 };
    });
    assert.equal(await search.find(5, 10), 10);
    const before = calls.length;
    assert.equal(await search.find(20, 10), 12);
    assert.ok(
      calls.slice(before).every((rate) => indexNear(GRID, rate) > 10),
      'a known rate was measured again',
    );
  });

  test('ends on a machine whose outcomes are chance', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.boolean()), fc.integer({ min: 0, max: 40 }), async (chance, start) => {
        let calls = 0;
        const search = new CapacitySearch<Trial>(GRID, async (rate) => {
          calls++;
          return { rate, delivered: 1, p99Ms: chance.next().value ? 1 : 9 };
        });
        await search.find(LIMIT_MS, start);
        assert.ok(calls <= TRIALS_MAX);
      }),
    );
  });
});
