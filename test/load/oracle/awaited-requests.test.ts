/** Entries of a journal are enough when they are those of the requests, whatever else there is. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AwaitedRequests } from '../../../src/load/oracle/awaited-requests.js';
import { attempt, sent } from './samples.js';

describe('requests of which the journal is to know', () => {
  test('are seen when each has an entry, which no retry and no request of others stands for', () => {
    const awaited = new AwaitedRequests([sent('a'), sent('b')]);
    const entries = [attempt('a', 1, 2), attempt('a', 3, 4), attempt('other', 5, 6), attempt(null, 7, 8)];
    assert.equal(awaited.areSeen(entries), false);
    assert.equal(awaited.areSeen([...entries, attempt('b', 9, 10)]), true);
  });

  test('are seen when there are as many entries without a key, where none arrives with one', () => {
    const awaited = new AwaitedRequests([sent('a'), sent('b')]);
    const entries = [attempt(null, 1, 2), attempt('other', 3, 4)];
    assert.equal(awaited.areSeen(entries), false);
    assert.equal(awaited.areSeen([...entries, attempt(null, 5, 6)]), true);
  });

  test('are seen by as much of their keys as a journal keeps', () => {
    const key = 'k'.repeat(200);
    assert.equal(new AwaitedRequests([sent(key)]).areSeen([attempt(key.slice(0, 128), 1, 2)]), true);
  });

  test('whose clients left, or gave up, can be waited for alone', () => {
    const awaited = new AwaitedRequests([
      sent('a'),
      sent('b', { outcome: 'cancelled' }),
      sent('c', { outcome: 'timeout' }),
    ]);
    const entries = [attempt('b', 1, 2)];
    assert.equal(awaited.areLeftSeen(entries), false);
    entries.push(attempt('c', 1, 2));
    assert.equal(awaited.areLeftSeen(entries), true);
    assert.equal(awaited.areSeen(entries), false);
  });
});
