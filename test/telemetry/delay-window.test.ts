/** A window holds the delays of the present second and of the nine before it, each once. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { countDelays, type DelayCounts, delayBucketOf, noDelays } from '../../src/telemetry/delay-histogram.js';
import { DelayWindow, WINDOW_SECS } from '../../src/telemetry/delay-window.js';

fc.configureGlobal({ seed: 1 });

const SECOND_US = 1e6;

interface Event {
  readonly atUs: number;
  readonly delayUs: number;
}

/** What a window must hold, from a plain list of everything. */
function expected(events: readonly Event[], nowUs: number): DelayCounts {
  const first = Math.floor(nowUs / SECOND_US) - WINDOW_SECS + 1;
  const { buckets } = noDelays();
  let maxUs = 0;
  for (const { atUs, delayUs } of events) {
    if (Math.floor(atUs / SECOND_US) < first) continue;
    buckets[delayBucketOf(delayUs)]++;
    maxUs = Math.max(maxUs, delayUs);
  }
  return { buckets, maxUs };
}

describe('a window of delays', () => {
  test('forgets second by second, whatever the pauses', () => {
    const step = fc.record({
      pauseUs: fc.oneof(
        fc.nat({ max: 1_000 }),
        fc.nat({ max: 3 * SECOND_US }),
        fc.nat({ max: 40 * SECOND_US }),
        fc.constant(SECOND_US),
      ),
      delayUs: fc.nat({ max: 5_000_000 }),
    });
    fc.assert(
      fc.property(fc.nat({ max: 50 * SECOND_US }), fc.array(step, { maxLength: 80 }), (startUs, steps) => {
        const window = new DelayWindow(startUs);
        const events: Event[] = [];
        let nowUs = startUs;
        for (const { pauseUs, delayUs } of steps) {
          nowUs += pauseUs;
          assert.deepEqual(window.read(nowUs), expected(events, nowUs));
          window.observe(delayUs, nowUs);
          events.push({ atUs: nowUs, delayUs });
          assert.deepEqual(window.read(nowUs), expected(events, nowUs));
        }
      }),
    );
  });

  test('holds the last nine seconds whole and the present one in part', () => {
    const window = new DelayWindow(0);
    window.observe(7, 0);
    assert.equal(countDelays(window.read(10 * SECOND_US - 1)), 1);
    assert.equal(countDelays(window.read(10 * SECOND_US)), 0);
    assert.equal(window.read(10 * SECOND_US).maxUs, 0);
  });
});
