/** Percentiles of the last turns are those of the values, however many come, and what is older is forgotten. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RecentValues } from '../../../src/load/report/recent-values.js';

test('without values there is no quantile', () => {
  assert.equal(new RecentValues(3).quantiles([0.5]), undefined);
});

test('few values give the exact quantiles', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 500 }),
      fc.double({ min: 0.001, max: 1, noNaN: true }),
      (list, share) => {
        const values = new RecentValues(2);
        for (const value of list) values.add(value);
        const sorted = list.toSorted((a, b) => a - b);
        // As many of the values lie at or below as the share asks for.
        let rank = 0;
        while (rank + 1 < share * list.length) rank++;
        assert.equal(values.quantiles([share])![0], sorted[rank]);
      },
    ),
  );
});

test('many values are thinned evenly: ranks are off by 1 % at most, and the weight of a turn stays', () => {
  const values = new RecentValues(2);
  const many = 100_003;
  for (let number = 0; number < many; number++) values.add(((number * 7_919) % many) / many);
  values.turn();
  // A tenth of all values, and all above the others.
  for (let number = 0; number < many / 9; number++) values.add(2);
  const [middle, high, top] = values.quantiles([0.45, 0.85, 0.95])!;
  assert.ok(Math.abs(middle! - 0.5) < 0.01, `${middle}`);
  assert.ok(Math.abs(high! - 0.944) < 0.01, `${high}`);
  assert.equal(top, 2);
});

test('a turn is forgotten after as many as were asked for', () => {
  const values = new RecentValues(3);
  values.add(1);
  values.turn();
  values.add(2);
  values.turn();
  assert.deepEqual(values.quantiles([0.01, 1]), [1, 2]);
  values.turn();
  assert.deepEqual(values.quantiles([0.01, 1]), [2, 2]);
  values.turn();
  assert.equal(values.quantiles([0.5]), undefined);
});
