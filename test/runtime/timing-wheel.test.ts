import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure } from '../../src/kernel/failure.js';
import { TimingWheel, type WheelListener } from '../../src/runtime/timing-wheel.js';

const MS = 1_000;
const HOUR = 3_600_000 * MS;
const DAY = 24 * HOUR;

/** Notes what fires; stops the advance after `budget` ids. */
class Recorder implements WheelListener {
  fired: number[] = [];
  budget = Number.POSITIVE_INFINITY;

  onExpire(id: number): boolean {
    this.fired.push(id);
    return this.fired.length < this.budget;
  }

  /** What fired since the last call. */
  take(): number[] {
    const { fired } = this;
    this.fired = [];
    return fired;
  }
}

describe('a timing wheel', () => {
  it('fires at the first millisecond at or after the deadline', () => {
    const wheel = new TimingWheel(3, 0);
    const recorder = new Recorder();
    wheel.schedule(0, 5 * MS);
    wheel.schedule(1, 5 * MS + 1);
    wheel.schedule(2, 5 * MS + 1e-9);
    assert.equal(wheel.advance(5 * MS - 0.001, recorder), true);
    assert.deepEqual(recorder.take(), []);
    wheel.advance(5 * MS, recorder);
    assert.deepEqual(recorder.take(), [0]);
    wheel.advance(6 * MS - 0.001, recorder);
    assert.deepEqual(recorder.take(), []);
    wheel.advance(6 * MS, recorder);
    assert.deepEqual(recorder.take().sort(), [1, 2]);
  });

  for (const [story, startUs] of [
    ['from the clock’s origin', 0],
    ['after 24.8 days, where milliseconds leave int32', 2 ** 31 * MS - 3 * MS],
    ['after 49.7 days, where milliseconds leave uint32', 2 ** 32 * MS - 3 * MS],
  ] as const) {
    it(`fires deadlines of every distance exactly on their tick, ${story}`, () => {
      const distancesUs = [1, 255, 256, 257, 65_535, 65_536, 65_537, 2 ** 24 - 1, 2 ** 24, 2 ** 24 + 1].map(
        (t) => t * MS,
      );
      distancesUs.push((2 * 65_536 + 256) * MS, DAY, 30 * DAY);
      distancesUs.sort((a, b) => a - b);
      const wheel = new TimingWheel(distancesUs.length, startUs);
      const recorder = new Recorder();
      for (const [id, distanceUs] of distancesUs.entries()) wheel.schedule(id, startUs + distanceUs);
      for (const [id, distanceUs] of distancesUs.entries()) {
        wheel.advance(startUs + distanceUs - 1, recorder);
        assert.deepEqual(recorder.take(), [], `${distanceUs} µs: early`);
        assert.ok(wheel.nextDeadlineUs() <= startUs + distanceUs);
        wheel.advance(startUs + distanceUs, recorder);
        assert.deepEqual(recorder.take(), [id]);
      }
      assert.equal(wheel.nextDeadlineUs(), Number.POSITIVE_INFINITY);
    });
  }

  it('leaves what a stop did not reach due: it comes first and in order, before later deadlines', () => {
    const wheel = new TimingWheel(6, 0);
    const recorder = new Recorder();
    for (let id = 0; id < 6; id += 1) wheel.schedule(id, (10 - id) * MS);
    recorder.budget = 2;
    assert.equal(wheel.advance(20 * MS, recorder), false);
    assert.deepEqual(recorder.take(), [5, 4]);
    assert.ok(wheel.nextDeadlineUs() <= 20 * MS);
    assert.equal(wheel.advance(20 * MS, recorder), false);
    assert.deepEqual(recorder.take(), [3, 2]);
    recorder.budget = Number.POSITIVE_INFINITY;
    assert.equal(wheel.advance(20 * MS, recorder), true);
    assert.deepEqual(recorder.take(), [1, 0]);
  });

  it('keeps the rest of a tick first when a stop falls inside it', () => {
    const wheel = new TimingWheel(4, 0);
    const recorder = new Recorder();
    for (let id = 0; id < 3; id += 1) wheel.schedule(id, 5 * MS);
    wheel.schedule(3, 6 * MS);
    recorder.budget = 1;
    wheel.advance(9 * MS, recorder);
    const [first] = recorder.take();
    recorder.budget = Number.POSITIVE_INFINITY;
    wheel.advance(9 * MS, recorder);
    assert.deepEqual([first, ...recorder.take()], [0, 1, 2, 3]);
  });

  it('fires an id that its own callback puts into the past once per advance, and so ends', () => {
    const wheel = new TimingWheel(1, 0);
    let fired = 0;
    const listener: WheelListener = {
      onExpire(id) {
        fired += 1;
        wheel.schedule(id, 0);
        return true;
      },
    };
    wheel.schedule(0, 3 * MS);
    for (let round = 1; round <= 3; round += 1) {
      assert.equal(wheel.advance(3 * MS, listener), true);
      assert.equal(fired, round);
      assert.ok(wheel.nextDeadlineUs() <= 3 * MS);
    }
  });

  it('catches up in one advance with deadlines that a callback plans between the old time and the present', () => {
    const wheel = new TimingWheel(2, 0);
    const order: string[] = [];
    const nextUs = [10 * MS, 15 * MS];
    const listener: WheelListener = {
      onExpire(id) {
        order.push(`${id}@${nextUs[id] / MS}`);
        nextUs[id] += 10 * MS;
        wheel.schedule(id, nextUs[id]);
        return true;
      },
    };
    wheel.schedule(0, nextUs[0]);
    wheel.schedule(1, nextUs[1]);
    wheel.advance(36 * MS, listener);
    assert.deepEqual(order, ['0@10', '1@15', '0@20', '1@25', '0@30', '1@35']);
  });

  it('lets a callback cancel an id that is due in the same advance', () => {
    const wheel = new TimingWheel(2, 0);
    const fired: number[] = [];
    wheel.schedule(0, MS);
    wheel.schedule(1, MS);
    const listener: WheelListener = {
      onExpire(id) {
        fired.push(id);
        return wheel.cancel(1 - id);
      },
    };
    assert.equal(wheel.advance(2 * MS, listener), true);
    assert.equal(wheel.advance(3 * MS, listener), true);
    assert.deepEqual(fired, [0]);
  });

  it('keeps one deadline per id: scheduling again replaces, cancelling removes', () => {
    const wheel = new TimingWheel(2, 0);
    const recorder = new Recorder();
    wheel.schedule(0, 5 * MS);
    wheel.schedule(0, 700 * MS);
    wheel.schedule(1, 5 * MS);
    assert.equal(wheel.cancel(1), true);
    assert.equal(wheel.cancel(1), false);
    assert.equal(wheel.isScheduled(0), true);
    assert.equal(wheel.isScheduled(1), false);
    wheel.advance(699 * MS, recorder);
    assert.deepEqual(recorder.take(), []);
    wheel.advance(700 * MS, recorder);
    assert.deepEqual(recorder.take(), [0]);
    assert.equal(wheel.isScheduled(0), false);
  });

  it('crosses years without one step per millisecond', () => {
    const wheel = new TimingWheel(1, 0);
    const recorder = new Recorder();
    for (let year = 1; year <= 100; year += 1) {
      wheel.schedule(0, year * 365 * DAY);
      wheel.advance(year * 365 * DAY - 1, recorder);
      assert.deepEqual(recorder.take(), []);
      wheel.advance(year * 365 * DAY, recorder);
      assert.deepEqual(recorder.take(), [0]);
    }
  });

  it('refuses ids, deadlines and capacities that make no sense', () => {
    const wheel = new TimingWheel(2, 0);
    for (const id of [-1, 2, Number.NaN]) assert.throws(() => wheel.schedule(id, 0), Failure);
    for (const deadlineUs of [Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => wheel.schedule(0, deadlineUs), Failure);
    }
    assert.equal(wheel.isScheduled(0), false);
    for (const capacity of [0, -1, 1.5, 2 ** 30]) assert.throws(() => new TimingWheel(capacity, 0), Failure);
  });
});
