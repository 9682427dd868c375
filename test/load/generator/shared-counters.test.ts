/** Bounds and numbers hold across threads. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedCounters } from '../../../src/load/generator/shared-counters.js';

test('no more than the bound are in flight', () => {
  const memory = SharedCounters.allocate();
  const [one, other] = [new SharedCounters(memory), new SharedCounters(memory)];
  assert.deepEqual([one.enter(2), other.enter(2), one.enter(2), other.enter(3)], [true, true, false, true]);
  one.leave();
  assert.equal(other.inFlight, 2);
});

test('numbers are given once, from 0', () => {
  const memory = SharedCounters.allocate();
  const counters = [new SharedCounters(memory), new SharedCounters(memory)];
  assert.deepEqual(
    [0, 1, 0, 0].map((place) => counters[place].nextConversation()),
    [0, 1, 2, 3],
  );
});

test('requests are taken until there are none', () => {
  const memory = SharedCounters.allocate(10);
  const [one, other] = [new SharedCounters(memory), new SharedCounters(memory)];
  assert.deepEqual([one.reserve(4), other.reserve(4), one.reserve(4), other.reserve(4)], [4, 4, 2, 0]);
});
