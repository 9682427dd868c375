/** Who may wait where the queue is full, of requests or of their bodies' bytes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_ROOM, ROOM, WaitingRoom } from '../../../src/server/backpressure/waiting-room.js';

const SLOTS = 16;

function roomWith(
  limits: { waitingMax: number; waitingBytesMax: number },
  ...entries: [string, number][]
): WaitingRoom {
  const room = new WaitingRoom(SLOTS, limits);
  entries.forEach(([client, bytes], slot) => {
    assert.equal(room.roomFor(client, bytes), ROOM);
    room.enter(slot, client, bytes);
  });
  return room;
}

test('a client whose bodies fill the queue keeps nobody else out of it', () => {
  const room = roomWith({ waitingMax: 10, waitingBytesMax: 300 }, ['greedy', 100], ['greedy', 100], ['greedy', 100]);
  assert.equal(room.roomFor('greedy', 1), NO_ROOM);
  assert.equal(room.roomFor('modest', 50), 2);
  room.leave(2);
  room.enter(3, 'modest', 50);
  assert.equal(room.roomFor('modest', 51), NO_ROOM, 'with two it would have as many as the other');
  assert.equal(room.roomFor('other', 51), 1);
  assert.equal(room.roomFor('other', 50), ROOM);
});

test('nobody leaves for a body that would not fit all the same', () => {
  const room = roomWith({ waitingMax: 10, waitingBytesMax: 300 }, ['greedy', 200], ['greedy', 50], ['greedy', 50]);
  assert.equal(room.roomFor('modest', 51), NO_ROOM);
  assert.equal(room.roomFor('modest', 50), 2);
});

test('where the queue is full in both respects the one that leaves makes room in both', () => {
  const room = roomWith({ waitingMax: 3, waitingBytesMax: 300 }, ['greedy', 100], ['greedy', 100], ['greedy', 100]);
  assert.equal(room.roomFor('modest', 100), 2);
  assert.equal(room.roomFor('modest', 101), NO_ROOM);
});

test('a queue for nobody has room for nobody', () => {
  assert.equal(new WaitingRoom(SLOTS, { waitingMax: 0, waitingBytesMax: 300 }).roomFor('anyone', 0), NO_ROOM);
});
