/** A rate is made of the whole seconds before the present one, whatever the pauses between what happens. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RATE_WINDOW_SECS, RateWindow } from '../../src/telemetry/rate-window.js';

fc.configureGlobal({ seed: 1 });

const SECOND_US = 1e6;

test('a rate is that of the last whole seconds', () => {
  const step = fc.record({
    pauseUs: fc.oneof(fc.nat({ max: SECOND_US }), fc.nat({ max: 5 * SECOND_US }), fc.nat({ max: 200 * SECOND_US })),
    amount: fc.nat({ max: 100 }),
  });
  const secs = fc.integer({ min: 1, max: RATE_WINDOW_SECS });
  fc.assert(
    fc.property(fc.nat({ max: 1e9 }), fc.array(step, { maxLength: 60 }), secs, (startUs, steps, reach) => {
      const window = new RateWindow(startUs);
      const events: { second: number; amount: number }[] = [];
      let nowUs = startUs;
      for (const { pauseUs, amount } of steps) {
        nowUs += pauseUs;
        window.add(amount, nowUs);
        events.push({ second: Math.floor(nowUs / SECOND_US), amount });
      }
      const present = Math.floor(nowUs / SECOND_US);
      const whole = Math.min(reach, present - Math.floor(startUs / SECOND_US));
      const counted = events.filter(({ second }) => second < present && second >= present - whole);
      const sum = counted.reduce((total, { amount }) => total + amount, 0);
      assert.equal(window.rate(reach, nowUs), whole === 0 ? 0 : sum / whole);
    }),
  );
});
