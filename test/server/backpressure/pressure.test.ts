import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadConfiguration } from '../../../src/config/loader.js';
import { createSnapshot } from '../../../src/config/snapshot.js';
import { NO_PRESSURE, pressureLimitsOf, pressureOf } from '../../../src/server/backpressure/pressure.js';
import { PressureSign } from '../../../src/server/backpressure/pressure-sign.js';

const LIMITS = { placesMax: 20, share: 0.8 };
const serving = (activeRequests: number, waitingRequests = 0) => ({ activeRequests, waitingRequests });
const snapshotOf = (backpressure_threshold: number) => {
  const simulation = { concurrency: { max_concurrent_requests: 20, backpressure_threshold } };
  return createSnapshot(loadConfiguration({ object: { simulation }, environment: {} }), 1, 0);
};

describe('a node’s pressure', () => {
  test('is of all its processes together, from the share of the places on', () => {
    assert.deepEqual(pressureOf([serving(8), serving(7)], LIMITS, NO_PRESSURE), {
      now: false,
      occupancy: 0.75,
      waiting: 0,
    });
    assert.equal(pressureOf([serving(8), serving(8)], LIMITS, NO_PRESSURE).now, true);
    assert.equal(pressureOf([], LIMITS, NO_PRESSURE).now, false);
  });

  test('is there while anyone waits, who takes no place', () => {
    const waiting = pressureOf([serving(9, 2), serving(1)], LIMITS, NO_PRESSURE);
    assert.deepEqual(waiting, { now: true, occupancy: 0.4, waiting: 2 });
  });

  test('ends somewhat below where it begins', () => {
    const under = pressureOf([serving(16)], LIMITS, NO_PRESSURE);
    const still = pressureOf([serving(15)], LIMITS, under);
    assert.equal(still.now, true);
    assert.equal(pressureOf([serving(14)], LIMITS, still).now, false);
  });

  test('is no more than all of the places, also where the processes take more together', () => {
    assert.equal(pressureOf([serving(13), serving(12)], LIMITS, NO_PRESSURE).occupancy, 1);
  });

  test('follows the configuration', () => {
    assert.deepEqual(pressureLimitsOf(snapshotOf(0.5)), { placesMax: 20, share: 0.5 });
  });
});

describe('what an acceptor says', () => {
  test('follows its own places at once, and the node’s verdict when that comes', () => {
    const taken = { inUse: 15 };
    const sign = new PressureSign(taken, 20, snapshotOf(0.8));
    assert.deepEqual([sign.now, sign.occupancy], [false, 0.75]);
    taken.inUse = 16;
    assert.deepEqual([sign.now, sign.occupancy], [true, 0.8]);
    taken.inUse = 3;
    assert.equal(sign.now, false);
    sign.takeNode({ now: true, occupancy: 0.9, waiting: 0 });
    assert.deepEqual([sign.now, sign.occupancy], [true, 0.9]);
    taken.inUse = 25;
    assert.equal(sign.occupancy, 1, 'those who wait take no place');
    sign.takeNode(NO_PRESSURE);
    taken.inUse = 10;
    assert.equal(sign.now, false);
    sign.reconfigure(snapshotOf(0.5));
    assert.equal(sign.now, true);
  });
});
