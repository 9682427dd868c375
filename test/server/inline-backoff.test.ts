/** What is begun in vain stays a small part, whatever the load; a load of which nothing is in vain is tried whole. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { InlineBackoff } from '../../src/server/inline-backoff.js';

const ENDPOINT = 1;

/** How many of the requests were tried, and how many of those in vain. */
function ask(backoff: InlineBackoff, isLong: readonly boolean[]): { tried: number; vain: number } {
  let tried = 0;
  let vain = 0;
  for (const long of isLong) {
    if (!backoff.tries(ENDPOINT)) continue;
    tried++;
    if (long) {
      vain++;
      backoff.failed(ENDPOINT);
    } else backoff.completed(ENDPOINT);
  }
  return { tried, vain };
}

const many = (long: boolean, length: number): boolean[] => Array.from({ length }, () => long);

describe('InlineBackoff', () => {
  test('tries every request of a load whose replies are short', () => {
    assert.deepEqual(ask(new InlineBackoff(2), many(false, 1_000)), { tried: 1_000, vain: 0 });
  });

  test('tries one in 256 of a load whose replies are long, after a few at the beginning', () => {
    const backoff = new InlineBackoff(2);
    assert.ok(ask(backoff, many(true, 1_000)).tried < 12);
    assert.equal(ask(backoff, many(true, 256_000)).tried, 1_000);
  });

  test('tries all again soon after a load has become short', () => {
    const backoff = new InlineBackoff(2);
    ask(backoff, many(true, 10_000));
    ask(backoff, many(false, 600));
    assert.equal(ask(backoff, many(false, 100)).tried, 100);
  });

  test('knows the endpoints apart', () => {
    const backoff = new InlineBackoff(2);
    ask(backoff, many(true, 100));
    assert.ok(backoff.tries(0));
  });

  test('begins in vain fewer than one request more than every other one, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 500 }), (isLong) => {
        const { vain } = ask(new InlineBackoff(2), isLong);
        assert.ok(vain <= Math.ceil(isLong.length / 2), `${vain} of ${isLong.length}`);
      }),
    );
  });
});
