import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SLOTS_PER_WINDOW, SlidingWindow } from '../../src/limits/sliding-window.js';

const WINDOW_US = 60_000;
const SLOT_US = WINDOW_US / SLOTS_PER_WINDOW;
const LIMIT = 500;

interface Taken {
  readonly atUs: number;
  amount: number;
}

/** The sum of what was taken in the half-open stretch that ends now. */
function sumOf(log: readonly Taken[], nowUs: number, stretchUs: number): number {
  return log.reduce((sum, { atUs, amount }) => (atUs > nowUs - stretchUs ? sum + amount : sum), 0);
}

const step = fc.record({
  pauseUs: fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 200_000 })),
  amount: fc.integer({ min: 1, max: 200 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  steps: fc.integer({ min: 1, max: 8 }),
});

describe('SlidingWindow', () => {
  it('admits at most the limit in any window, and at least what fits an exact log of a window and one slot', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const window = new SlidingWindow(LIMIT, WINDOW_US);
        const log: Taken[] = [];
        const due: { readonly step: number; readonly taken: Taken; readonly back: number }[] = [];
        let nowUs = 0;
        for (const [index, { pauseUs, amount, share, steps: later }] of steps.entries()) {
          nowUs += pauseUs;
          for (const { taken, back } of due.filter((one) => one.step === index)) {
            window.giveBack(back, taken.atUs, nowUs);
            taken.amount -= back;
          }
          const used = LIMIT - window.remaining(nowUs);
          assert.ok(used >= sumOf(log, nowUs, WINDOW_US));
          assert.ok(used <= sumOf(log, nowUs, WINDOW_US + SLOT_US));
          assert.equal(window.fits(amount, nowUs), used + amount <= LIMIT);
          if (!window.fits(amount, nowUs)) continue;
          window.take(amount, nowUs);
          const taken = { atUs: nowUs, amount };
          log.push(taken);
          due.push({ step: index + later, taken, back: Math.floor(share * amount) });
        }
        for (const { atUs: fromUs } of log) {
          const within = log.filter(({ atUs }) => atUs >= fromUs && atUs < fromUs + WINDOW_US);
          assert.ok(within.reduce((sum, { amount }) => sum + amount, 0) <= LIMIT);
        }
      }),
    );
  });

  it('tells the wait to the microsecond', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: LIMIT }),
        (steps, amount) => {
          const window = new SlidingWindow(LIMIT, WINDOW_US);
          let nowUs = 0;
          for (const { pauseUs, amount: taken } of steps) {
            nowUs += pauseUs;
            window.take(taken, nowUs);
          }
          const resetUs = window.resetUs(nowUs);
          const waitUs = window.waitUs(amount, nowUs) ?? assert.fail('fits some time');
          assert.equal(window.fits(amount, nowUs), waitUs === 0);
          if (waitUs > 0) assert.equal(window.fits(amount, nowUs + waitUs - 1), false);
          assert.equal(window.fits(amount, nowUs + waitUs), true);
          assert.ok(waitUs <= resetUs && resetUs <= WINDOW_US + SLOT_US);
          assert.equal(window.remaining(nowUs + resetUs), LIMIT);
        },
      ),
    );
  });

  it('holds nothing where the limit is zero, and never waits for what is beyond the limit', () => {
    const closed = new SlidingWindow(0, WINDOW_US);
    assert.equal(closed.fits(1, 0), false);
    assert.equal(closed.waitUs(1, 0), undefined);
    assert.equal(closed.remaining(0), 0);
    assert.equal(closed.resetUs(0), 0);
    assert.equal(new SlidingWindow(LIMIT, WINDOW_US).waitUs(LIMIT + 1, 0), undefined);
  });

  it('keeps what is used when the limit changes, and forgets all of it after hours', () => {
    const window = new SlidingWindow(LIMIT, WINDOW_US);
    window.take(400, 0);
    window.setLimit(300);
    assert.equal(window.remaining(0), 0);
    assert.equal(window.fits(1, 0), false);
    window.setLimit(450);
    assert.equal(window.remaining(0), 50);
    assert.equal(window.remaining(7_200_000_000), 450);
  });
});
