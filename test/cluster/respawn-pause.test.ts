import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RespawnPause } from '../../src/cluster/respawn-pause.js';

test('the pause doubles with every death in a row, up to five seconds', () => {
  const pause = new RespawnPause();
  const pausesMs = Array.from({ length: 9 }, () => pause.after(0));
  assert.deepEqual(pausesMs, [50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
});

test('a process that had served for long dies for the first time again', () => {
  const pause = new RespawnPause();
  for (let death = 0; death < 5; death++) pause.after(29_000);
  assert.equal(pause.after(31_000), 50);
  assert.equal(pause.after(1_000), 100);
});
