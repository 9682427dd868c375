import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ServiceRate } from '../../../src/server/backpressure/service-rate.js';

const SEC = 1e6;

/** A rate after so many seconds in each of which so many places became free. */
function after(secs: number, freedPerSec: number): ServiceRate {
  const rate = new ServiceRate(0);
  for (let second = 0; second < secs; second++) {
    for (let freed = 0; freed < freedPerSec; freed++) rate.freed();
    rate.tell(second * SEC);
  }
  return rate;
}

describe('when a refused client is to come back', () => {
  test('is when those who wait will have been served, at the rate of the last ten seconds', () => {
    assert.equal(after(10, 5).retryAfterSecs(99, 10 * SEC), 20);
    assert.equal(after(60, 5).retryAfterSecs(99, 60 * SEC), 20);
    assert.equal(after(3, 2).retryAfterSecs(4, 3 * SEC), 3, 'a partial second counts as a whole one');
  });

  test('is between one second and a minute', () => {
    assert.equal(after(10, 1_000).retryAfterSecs(0, 10 * SEC), 1);
    assert.equal(after(10, 1).retryAfterSecs(1_000, 10 * SEC), 60);
  });

  test('is soon after a pause, and later the longer no place becomes free', () => {
    const rate = after(10, 5);
    assert.equal(rate.retryAfterSecs(0, 100 * SEC), 1);
    assert.equal(rate.retryAfterSecs(0, 107 * SEC), 7);
    assert.equal(rate.retryAfterSecs(3, 107 * SEC), 28);
    rate.freed();
    rate.tell(108 * SEC);
    assert.equal(rate.retryAfterSecs(3, 108 * SEC), 1, 'before the second is over nothing is known of it');
    assert.equal(rate.retryAfterSecs(3, 109 * SEC), 40, 'one place in ten seconds');
  });
});
