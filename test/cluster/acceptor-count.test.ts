import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceptorCount } from '../../src/cluster/acceptor-count.js';

test('server.workers: 0 leaves one core in eight, rounded up, to everything else, and never leaves none to serve', () => {
  const table = [
    [1, 1],
    [2, 1],
    [3, 2],
    [4, 3],
    [8, 7],
    [9, 7],
    [16, 14],
    [17, 14],
    [64, 56],
    [256, 224],
  ];
  for (const [cores, expected] of table) assert.equal(acceptorCount(0, cores), expected, `${cores} cores`);
});

test('a configured number is taken as it is, whatever the machine has', () => {
  for (const cores of [1, 2, 64]) assert.equal(acceptorCount(5, cores), 5);
});
