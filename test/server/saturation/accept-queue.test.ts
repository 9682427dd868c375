/** What a connection waited at most follows from the run of turns it was accepted in. */
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { AcceptQueueMeter } from '../../../src/server/saturation/accept-queue.js';
import { countDelays, countDelaysAbove } from '../../../src/telemetry/delay-histogram.js';

const TURN_US = 1_000;

/** Turns of a loop that take as long as a test says. */
class Loop {
  nowUs = 5e6;
  waiting: (() => void)[] = [];
  readonly meter = new AcceptQueueMeter(this.clock(), (look) => this.waiting.push(look));

  clock() {
    return { nowUs: () => this.nowUs };
  }

  turn(accepts: number, lastsUs = TURN_US): void {
    for (let connection = 0; connection < accepts; connection++) this.meter.accepted();
    const looks = this.waiting;
    this.waiting = [];
    for (const look of looks) look();
    this.nowUs += lastsUs;
  }

  turns(count: number, accepts: number): void {
    for (let turn = 0; turn < count; turn++) this.turn(accepts);
  }
}

describe('a connection', () => {
  let loop: Loop;
  beforeEach(() => {
    loop = new Loop();
  });
  const waits = () => loop.meter.read(loop.nowUs);

  test('that comes alone waited for nothing, however many come so', () => {
    for (let connection = 0; connection < 50; connection++) {
      loop.turn(1);
      loop.turn(0);
    }
    assert.deepEqual([countDelays(waits()), waits().maxUs], [50, 0]);
  });

  test('that is accepted in a turn right after others may have waited since the first of them', () => {
    loop.turns(1_500, 1);
    assert.equal(waits().maxUs, 1_499 * TURN_US);
    assert.equal(countDelays(waits()), 1_500);
    // The first hundred turns are up to 99 ms, and buckets are 3.2 % wide.
    assert.ok(Math.abs(countDelaysAbove(waits(), 100 * TURN_US) - 1_400) <= 4);
  });

  test('waited no longer than since the last turn in which none was accepted', () => {
    loop.turns(100, 1);
    loop.turn(0);
    loop.turns(2, 1);
    assert.equal(countDelaysAbove(waits(), 98.5 * TURN_US), 1);
    assert.equal(countDelaysAbove(waits(), 0), 99 + 1);
  });

  test('waited through the whole of a long turn', () => {
    loop.turn(1, 300 * TURN_US);
    loop.turn(1);
    assert.equal(waits().maxUs, 300 * TURN_US);
  });

  test('that nobody follows leaves nothing to be done in later turns', () => {
    loop.turns(10, 1);
    assert.equal(loop.waiting.length, 1);
    loop.turn(0);
    assert.equal(loop.waiting.length, 0);
  });

  test('is forgotten after ten seconds', () => {
    loop.turns(50, 1);
    loop.nowUs += 11e6;
    assert.deepEqual([countDelays(waits()), waits().maxUs], [0, 0]);
  });
});
