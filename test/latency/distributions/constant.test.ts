import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSampler } from '../../../src/latency/registry.js';
import { SeededRandom } from '../fixtures/seeded-random.js';

test('every draw of a constant is its value, and takes nothing from the random source', () => {
  const random = new SeededRandom(1);
  const sampler = createSampler({ distribution: 'constant', value_ms: 12.5 });
  for (let i = 0; i < 100; i++) assert.equal(sampler.sampleMs(random), 12.5);
  assert.equal(random.draws, 0);
});
