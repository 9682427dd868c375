/** The order of the two ways is balanced at any moment, and no rhythm. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../../src/engine/rng.js';
import { pathOrders } from '../../../src/load/compare/schedule.js';

const ordersOf = (pairs: number, seed: number): readonly boolean[] =>
  pathOrders(pairs, seededRandom(seed, new Uint32Array(4), 1));

test('after any number of pairs either way went first equally often, but for one', () => {
  fc.assert(
    fc.property(fc.nat(400), fc.nat(), (pairs, seed) => {
      const orders = ordersOf(pairs, seed);
      assert.equal(orders.length, pairs);
      let lead = 0;
      for (const directFirst of orders) {
        lead += directFirst ? 1 : -1;
        assert.ok(Math.abs(lead) <= 1);
      }
      assert.deepEqual(ordersOf(pairs, seed), orders);
    }),
  );
});

test('which way begins two pairs is drawn: both happen about as often', () => {
  const orders = ordersOf(4_000, 3);
  const begins = orders.filter((directFirst, index) => index % 2 === 0 && directFirst).length;
  assert.ok(begins > 850 && begins < 1_150, `${begins} of 2000`);
});
