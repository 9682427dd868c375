import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../src/engine/rng.js';
import { sampleItlUs, sampleTtftUs } from '../../src/engine/timing.js';
import { createSampler } from '../../src/latency/registry.js';

const TTFT = createSampler({ distribution: 'log_normal', p50_ms: 400, p95_ms: 900 });
const ITL = createSampler({ distribution: 'normal', mean_ms: 20, std_dev_ms: 5 });
const KEY = Uint32Array.of(1, 2, 3, 4);
const constant = (value_ms: number) => createSampler({ distribution: 'constant', value_ms });
const random = (stream = 0) => seededRandom(7, KEY, stream);
const gaps = (steps: number, timeScale = 1, stream = 0) => sampleItlUs(ITL, random(stream), steps, timeScale);

describe('sampleTtftUs', () => {
  const NO_PREFILL = { promptTokens: 1_000, msPerToken: 0 };

  test('is the distribution’s draw where prompts add nothing, in µs', () => {
    assert.equal(sampleTtftUs(TTFT, random(), NO_PREFILL, 1), TTFT.sampleMs(random()) * 1_000);
    assert.equal(sampleTtftUs(constant(12.5), random(), NO_PREFILL, 1), 12_500);
  });

  test('adds what the prompt takes to be read, less what a cache holds', () => {
    const prompt = (promptTokens: number, cachedTokens?: number) => ({ promptTokens, cachedTokens, msPerToken: 0.5 });
    const ttftMs = (promptTokens: number, cachedTokens?: number) =>
      sampleTtftUs(constant(100), random(), prompt(promptTokens, cachedTokens), 1) / 1_000;
    assert.equal(ttftMs(0), 100);
    assert.equal(ttftMs(1_000), 600);
    assert.equal(ttftMs(1_000, 400), 400);
    assert.equal(ttftMs(1_000, 1_000), 100);
    // A cache can hold no more than there is.
    assert.equal(ttftMs(1_000, 2_000), 100);
  });

  test('takes one draw whatever the prompt, scales all of it, and never passes an hour', () => {
    const long = { promptTokens: 5_000, msPerToken: 0.2 };
    const drawnUs = sampleTtftUs(TTFT, random(), NO_PREFILL, 1);
    assert.ok(Math.abs(sampleTtftUs(TTFT, random(), long, 1) - drawnUs - 1_000_000) < 1e-6);
    assert.ok(Math.abs(sampleTtftUs(TTFT, random(), long, 0.25) - (drawnUs + 1_000_000) / 4) < 1e-6);
    assert.equal(sampleTtftUs(TTFT, random(), long, 0), 0);
    assert.equal(sampleTtftUs(TTFT, random(), { promptTokens: 1e8, msPerToken: 1_000 }, 1), 3_600_000_000);
  });
});

describe('sampleItlUs', () => {
  test('gives one gap less than steps, none of them negative', () => {
    for (const steps of [0, 1, 2, 50]) {
      const itlUs = gaps(steps);
      assert.equal(itlUs.length, Math.max(0, steps - 1));
      assert.ok(itlUs.every((gapUs) => gapUs >= 0));
    }
  });

  test('gives a prefix the delays that it has in a longer reply', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 200 }), fc.nat(), (a, b, stream) => {
        const [short, long] = [gaps(Math.min(a, b), 1, stream), gaps(Math.max(a, b), 1, stream)];
        assert.deepEqual(short, long.slice(0, short.length));
      }),
      { seed: 1 },
    );
  });

  test('multiplies every delay by the scale of time', () => {
    const real = gaps(30);
    for (const timeScale of [0, 0.5, 1, 3]) {
      gaps(30, timeScale).forEach((delayUs, i) => {
        assert.ok(Math.abs(delayUs - real[i] * timeScale) < 1e-6);
      });
    }
  });

  test('converts milliseconds to microseconds', () => {
    assert.deepEqual([...sampleItlUs(constant(3), random(), 3, 1)], [3_000, 3_000]);
  });
});
