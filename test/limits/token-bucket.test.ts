import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LOW_MARKS_MAX } from '../../src/limits/low-marks.js';
import { TokenBucket } from '../../src/limits/token-bucket.js';

const HOUR_US = 3_600_000_000;

interface Taken {
  readonly atUs: number;
  amount: number;
}

/** The bucket in its plainest form: everything that was ever taken, played through from the beginning in exact arithmetic. */
class Ledger {
  readonly taken: Taken[] = [];
  readonly #limit: number;
  readonly #windowUs: number;

  constructor(limit: number, windowUs: number) {
    this.#limit = limit;
    this.#windowUs = windowUs;
  }

  /** What still fits, in units of 1 / windowUs of a token. */
  #levelScaled(nowUs: number): bigint {
    const full = BigInt(this.#limit) * BigInt(this.#windowUs);
    let level = full;
    let atUs = Number.NEGATIVE_INFINITY;
    const flow = (untilUs: number) => {
      if (atUs !== Number.NEGATIVE_INFINITY) {
        const flown = level + BigInt(untilUs - atUs) * BigInt(this.#limit);
        level = flown < full ? flown : full;
      }
      atUs = untilUs;
    };
    for (const { atUs: takenAtUs, amount } of this.taken) {
      flow(takenAtUs);
      level -= BigInt(amount) * BigInt(this.#windowUs);
    }
    flow(nowUs);
    return level;
  }

  remaining(nowUs: number): number {
    const level = this.#levelScaled(nowUs);
    return level < 0n ? 0 : Number(level / BigInt(this.#windowUs));
  }

  fits(amount: number, nowUs: number): boolean {
    return BigInt(amount) * BigInt(this.#windowUs) <= this.#levelScaled(nowUs);
  }
}

const pauseUs = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 2 * HOUR_US }));
const step = fc.record({
  pauseUs,
  amount: fc.integer({ min: 0, max: 400 }),
  /** How much of it is given back, and after how many further steps. */
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  steps: fc.integer({ min: 0, max: 6 }),
});

describe('TokenBucket', () => {
  it('admits exactly what an exact ledger admits, whatever the limit, over hours', () => {
    const limits = fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 100_000_000 }));
    fc.assert(
      fc.property(
        limits,
        fc.constantFrom(60_000_000, 7, 60),
        fc.array(fc.tuple(pauseUs, fc.double({ min: 0, max: 1.1, noNaN: true })), { maxLength: 40 }),
        (limit, windowUs, steps) => {
          const bucket = new TokenBucket(limit, windowUs);
          const ledger = new Ledger(limit, windowUs);
          let nowUs = 5;
          for (const [pause, share] of steps) {
            nowUs += pause;
            const amount = Math.ceil(share * limit);
            assert.equal(bucket.fits(amount, nowUs), ledger.fits(amount, nowUs));
            assert.equal(bucket.remaining(nowUs), ledger.remaining(nowUs));
            if (!ledger.fits(amount, nowUs)) continue;
            bucket.take(amount, nowUs);
            ledger.taken.push({ atUs: nowUs, amount });
          }
        },
      ),
    );
  });

  it('stands after a correction as if the right amount had been taken from the first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 30 }), (perUs, steps) => {
        const windowUs = 60;
        const limit = perUs * windowUs;
        const bucket = new TokenBucket(limit, windowUs);
        const ledger = new Ledger(limit, windowUs);
        const due: { readonly step: number; readonly taken: Taken; readonly back: number }[] = [];
        let nowUs = 0;
        for (const [index, { pauseUs, amount, share, steps: later }] of steps.entries()) {
          nowUs += pauseUs;
          for (const one of due.filter(({ step }) => step === index)) {
            bucket.giveBack(one.back, one.taken.atUs, nowUs);
            one.taken.amount -= one.back;
          }
          assert.equal(bucket.remaining(nowUs), ledger.remaining(nowUs));
          // Beyond the limit as well: what turns out to be more than estimated is taken all the same.
          bucket.take(amount, nowUs);
          const taken = { atUs: nowUs, amount };
          ledger.taken.push(taken);
          due.push({ step: index + 1 + later, taken, back: Math.floor(amount * share) });
        }
      }),
    );
  });

  it('gives no more over any stretch of time than it held and what flowed in, however many corrections come', () => {
    const limit = 997;
    const windowUs = 60_000;
    const request = fc.record({
      pauseUs: fc.integer({ min: 0, max: 2_000 }),
      amount: fc.integer({ min: 1, max: 300 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      lastsUs: fc.integer({ min: 0, max: 40_000 }),
    });
    fc.assert(
      fc.property(fc.array(request, { minLength: 3 * LOW_MARKS_MAX, maxLength: 6 * LOW_MARKS_MAX }), (requests) => {
        const bucket = new TokenBucket(limit, windowUs);
        const admitted: Taken[] = [];
        let open: { readonly endUs: number; readonly taken: Taken; readonly back: number }[] = [];
        let nowUs = 0;
        for (const { pauseUs, amount, share, lastsUs } of requests) {
          nowUs += pauseUs;
          for (const { taken, back } of open.filter(({ endUs }) => endUs <= nowUs)) {
            bucket.giveBack(back, taken.atUs, nowUs);
            taken.amount -= back;
          }
          open = open.filter(({ endUs }) => endUs > nowUs);
          if (!bucket.fits(amount, nowUs)) continue;
          bucket.take(amount, nowUs);
          const taken = { atUs: nowUs, amount };
          admitted.push(taken);
          open.push({ endUs: nowUs + lastsUs, taken, back: Math.floor(amount * share) });
        }
        for (const [first, { atUs: fromUs }] of admitted.entries()) {
          let sum = 0;
          for (const { atUs, amount } of admitted.slice(first)) {
            sum += amount;
            assert.ok(sum <= limit + ((atUs - fromUs) * limit) / windowUs + 1e-6);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('tells the wait to the microsecond', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000_000 }), fc.double({ min: 0, max: 1, noNaN: true })), {
          minLength: 1,
          maxLength: 20,
        }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (limit, takes, share) => {
          const bucket = new TokenBucket(limit, 60_000_000);
          let nowUs = 0;
          for (const [pauseUs, part] of takes) {
            nowUs += pauseUs;
            bucket.take(Math.ceil(part * limit), nowUs);
          }
          const amount = Math.max(1, Math.floor(share * limit));
          const waitUs = bucket.waitUs(amount, nowUs) ?? assert.fail('fits some time');
          assert.equal(bucket.fits(amount, nowUs), waitUs === 0);
          if (waitUs > 0) assert.equal(bucket.fits(amount, nowUs + waitUs - 1), false);
          assert.equal(bucket.fits(amount, nowUs + waitUs), true);
          const resetUs = bucket.resetUs(nowUs + waitUs);
          assert.equal(bucket.remaining(nowUs + waitUs + resetUs), limit);
        },
      ),
    );
  });

  it('holds nothing where the limit is zero, and never waits for what is beyond the limit', () => {
    const closed = new TokenBucket(0, 60_000_000);
    assert.equal(closed.fits(1, 0), false);
    assert.equal(closed.waitUs(1, 0), undefined);
    assert.equal(closed.remaining(HOUR_US), 0);
    assert.equal(closed.resetUs(HOUR_US), 0);
    const small = new TokenBucket(100, 60_000_000);
    assert.equal(small.fits(101, 0), false);
    assert.equal(small.waitUs(101, 0), undefined);
    assert.equal(small.waitUs(100, 0), 0);
  });

  it('gives nothing back that time has given back', () => {
    const bucket = new TokenBucket(60, 60_000_000);
    bucket.take(50, 0);
    // Full again at 50 s, and emptied at 60 s.
    bucket.take(60, 60_000_000);
    bucket.giveBack(50, 0, 60_000_000);
    assert.equal(bucket.remaining(60_000_000), 0);
  });

  it('keeps what is used when the limit changes', () => {
    const bucket = new TokenBucket(100, 60_000_000);
    bucket.take(80, 0);
    bucket.setLimit(40, 0);
    assert.equal(bucket.remaining(0), 0);
    // It owes 80, of which 40 flow in within a minute.
    assert.equal(bucket.resetUs(0), 120_000_000);
    bucket.setLimit(200, 0);
    assert.equal(bucket.remaining(0), 120);
  });

  it('neither gains nor loses by a limit that changes again and again', () => {
    const bucket = new TokenBucket(600, 60_000_000);
    bucket.take(600, 0);
    // 10 a second on average, whichever way it goes up and down.
    for (let step = 1; step <= 3_000; step++) bucket.setLimit(step % 2 === 0 ? 597 : 603, step * 10_000);
    bucket.setLimit(600, 30_000_000);
    assert.ok(Math.abs(bucket.remaining(30_000_000) - 300) <= 1);
  });

  it('neither gives nor takes when the clock steps back', () => {
    const bucket = new TokenBucket(60, 60_000_000);
    bucket.take(60, 10_000_000);
    assert.equal(bucket.remaining(0), 0);
    bucket.take(1, 0);
    assert.equal(bucket.remaining(11_000_000), 0);
    assert.equal(bucket.remaining(12_000_000), 1);
  });
});
