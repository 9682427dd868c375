import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../src/engine/rng.js';
import { sampleTiming } from '../../src/engine/timing.js';
import { createSampler } from '../../src/latency/registry.js';

const TTFT = createSampler({ distribution: 'log_normal', p50_ms: 400, p95_ms: 900 });
const ITL = createSampler({ distribution: 'normal', mean_ms: 20, std_dev_ms: 5 });
const KEY = Uint32Array.of(1, 2, 3, 4);
const draw = (steps: number, timeScale = 1, stream = 0) =>
  sampleTiming(TTFT, ITL, seededRandom(7, KEY, stream), steps, timeScale);

describe('sampleTiming', () => {
  test('gives one gap less than steps, none of them negative', () => {
    for (const steps of [0, 1, 2, 50]) {
      const { ttftUs, itlUs } = draw(steps);
      assert.ok(ttftUs > 0);
      assert.equal(itlUs.length, Math.max(0, steps - 1));
      assert.ok(itlUs.every((gapUs) => gapUs >= 0));
    }
  });

  test('gives a prefix the delays that it has in a longer reply', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 200 }), fc.nat(), (a, b, stream) => {
        const [short, long] = [draw(Math.min(a, b), 1, stream), draw(Math.max(a, b), 1, stream)];
        assert.equal(short.ttftUs, long.ttftUs);
        assert.deepEqual(short.itlUs, long.itlUs.slice(0, short.itlUs.length));
      }),
      { seed: 1 },
    );
  });

  test('multiplies every delay by the scale of time', () => {
    const real = draw(30);
    for (const timeScale of [0, 0.5, 1, 3]) {
      const scaled = draw(30, timeScale);
      const delaysUs = [scaled.ttftUs, ...scaled.itlUs];
      [real.ttftUs, ...real.itlUs].forEach((delayUs, i) => {
        assert.ok(Math.abs(delaysUs[i] - delayUs * timeScale) < 1e-6);
      });
    }
  });

  test('converts milliseconds to microseconds', () => {
    const constant = (value_ms: number) => createSampler({ distribution: 'constant', value_ms });
    const { ttftUs, itlUs } = sampleTiming(constant(12.5), constant(3), seededRandom(1, KEY, 0), 3, 1);
    assert.deepEqual([ttftUs, ...itlUs], [12_500, 3_000, 3_000]);
  });
});
