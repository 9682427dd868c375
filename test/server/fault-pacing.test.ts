/** Replies that faults have rewritten, at the hands of the pacer: when they begin and end, what is counted, and who ends them early. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { faultOf } from '../../src/faults/fault.js';
import type { PlanBuilder } from '../../src/runtime/response-plan.js';
import { whatWaits } from '../../src/server/saturation/waiting.js';
import { AWAITING_ENDING } from '../../src/server/streaming/pacer.js';
import { replyIn, spoil } from '../faults/planned-reply.js';
import { createStage, START_US, TIMEOUT_US } from './pacer-stage.js';

const HEADERS = ['content-type', 'text/event-stream'];

/** A stream of four frames with a token each, from 100 ms on and 10 ms apart. */
function stream(plan: PlanBuilder): void {
  plan.countShown();
  plan.stream(HEADERS);
  plan.template('', '');
  for (const frame of [0, 1, 2, 3]) {
    plan.frame(0, frame === 0 ? 100_000 : 10_000, String(frame));
    plan.shows(1);
  }
}

function whole(plan: PlanBuilder): void {
  plan.countShown();
  plan.completionTokens = 4;
  plan.whole(200, HEADERS, '01234567', 100_000);
}

const faulted = (build: (plan: PlanBuilder) => void, setting: Parameters<typeof faultOf>[0]) => (plan: PlanBuilder) => {
  build(plan);
  const { reply, fired } = spoil(replyIn(plan), setting);
  assert.ok(fired);
  plan.deliver(reply);
  plan.fault = faultOf(setting).number;
};

describe('the pacer, for a reply with a fault', () => {
  test('breaks a stream off when it is planned, and its books say finished', () => {
    const stage = createStage();
    const slot = stage.accept(faulted(stream, { kind: 'disconnect', manner: 'rst', after_tokens: 2 }));
    stage.through(START_US + 200_000);
    assert.deepEqual(stage.seen, [
      { atUs: START_US + 100_000, what: '0' },
      { atUs: START_US + 110_000, what: '1' },
      { atUs: START_US + 110_000, what: 'abort reset' },
    ]);
    assert.equal(stage.table.exchange[slot], undefined);
  });

  test('holds the end, which nobody waits for, and sees no slip in it', () => {
    const stage = createStage();
    const slot = stage.accept(faulted(stream, { kind: 'stall', after_tokens: 2, for_ms: 500, ending: 'fin' }));
    stage.through(START_US + 609_000);
    assert.equal(stage.seen.length, 2);
    assert.equal(stage.table.state[slot], AWAITING_ENDING);
    const waiting = whatWaits(stage.table, stage.meter, START_US + 609_000);
    assert.deepEqual(waiting, { oldestDueUs: 0, oldestUnplannedUs: 0 });
    stage.through(START_US + 610_000);
    assert.deepEqual(stage.seen.at(-1), { atUs: START_US + 610_000, what: 'abort close' });
  });

  test('lets a client leave while the end is held', () => {
    const stage = createStage();
    const slot = stage.accept(faulted(stream, { kind: 'stall', after_tokens: 2, ending: 'silence' }));
    stage.to(START_US + 3_599e6);
    assert.deepEqual([stage.seen.length, stage.table.state[slot]], [2, AWAITING_ENDING]);
    stage.to(START_US + 3_601e6);
    assert.equal(stage.seen.at(-1)?.what, 'abort close');
  });

  test('begins late, and shifts everything behind', () => {
    const stage = createStage();
    stage.accept(faulted(stream, { kind: 'slow_headers', delay_ms: 300 }));
    stage.through(START_US + 299_000);
    assert.deepEqual(stage.opened, []);
    stage.through(START_US + 500_000);
    assert.deepEqual(stage.opened, [{ atUs: START_US + 300_000, status: 200, announcedBytes: undefined }]);
    assert.deepEqual(
      stage.seen.filter(({ what }) => what !== '').map(({ atUs, what }) => [atUs - START_US, what]),
      [
        [400_000, '0'],
        [410_000, '1'],
        [420_000, '2'],
        [430_000, '3'],
        [430_000, 'end'],
      ],
    );
  });

  test('is a timeout where it would begin after the request’s', () => {
    const stage = createStage();
    stage.accept(faulted(stream, { kind: 'slow_headers', delay_ms: TIMEOUT_US / 1_000 + 1 }));
    stage.through(START_US + 2 * TIMEOUT_US);
    assert.deepEqual(stage.opened, []);
    assert.equal(stage.seen.length, 1);
    assert.equal(stage.seen[0]?.atUs, START_US + TIMEOUT_US);
  });

  test('sends a body of announced length in pieces', () => {
    const stage = createStage();
    stage.accept(faulted(whole, { kind: 'drip', bytes: 3, interval_ms: 20 }));
    stage.through(START_US + 200_000);
    assert.deepEqual(stage.opened, [{ atUs: START_US + 100_000, status: 200, announcedBytes: 8 }]);
    assert.deepEqual(
      stage.seen.map(({ atUs, what }) => [atUs - START_US, what]),
      [
        [100_000, '012'],
        [120_000, '345'],
        [140_000, '67'],
        [140_000, 'end'],
      ],
    );
  });

  test('sends nothing at all, then ends the connection', () => {
    const stage = createStage();
    stage.accept(faulted(stream, { kind: 'reset_before', after_ms: 50 }));
    stage.through(START_US + 49_000);
    assert.deepEqual([stage.seen, stage.opened], [[], []]);
    stage.through(START_US + 60_000);
    assert.deepEqual([stage.seen, stage.opened], [[{ atUs: START_US + 50_000, what: 'abort reset' }], []]);
  });

  test('is cut early by an error while nothing was sent, and by its end where no event has room', () => {
    for (const us of [0, 10_000]) {
      const silent = createStage();
      const slot = silent.accept(faulted(stream, { kind: 'reset_before', after_ms: 50 }));
      silent.through(START_US + us);
      silent.pacer.cut(slot, { kind: 'shutting_down' });
      assert.deepEqual(
        silent.seen.map(({ what }) => what),
        ['529'],
      );
    }
    const dripping = createStage();
    const dripped = dripping.accept(faulted(whole, { kind: 'drip', bytes: 3, interval_ms: 20 }));
    dripping.through(START_US + 110_000);
    dripping.pacer.cut(dripped, { kind: 'shutting_down' });
    assert.deepEqual(
      dripping.seen.map(({ what }) => what),
      ['012', 'abort close'],
    );
  });
});

describe('the pacer, for a batched reply with a fault', () => {
  const batched = (plan: PlanBuilder) => {
    stream(plan);
    plan.batch = { ttftUs: 100_000, stepUs: 10_000, steps: 4, sequences: 1 };
  };

  test('has every frame wait for its step where the fault holds none', () => {
    const stage = createStage();
    const slot = stage.accept(faulted(batched, { kind: 'disconnect', after_tokens: 3 }));
    for (const step of [1, 2, 3]) stage.pacer.grant(slot, START_US + step * 200_000);
    stage.through(START_US + 900_000);
    assert.deepEqual(
      stage.seen.map(({ atUs, what }) => [atUs - START_US, what]),
      [
        [200_000, '0'],
        [400_000, '1'],
        [600_000, '2'],
        [600_000, 'abort close'],
      ],
    );
  });

  test('goes on at its own pace from the first frame that the fault holds', () => {
    const stage = createStage();
    const slot = stage.accept(faulted(batched, { kind: 'stall', after_tokens: 2, for_ms: 1_000 }));
    for (const step of [1, 2, 3, 4]) stage.pacer.grant(slot, START_US + step * 200_000);
    stage.through(START_US + 2_000_000);
    assert.deepEqual(
      stage.seen.map(({ atUs, what }) => [atUs - START_US, what]),
      [
        [200_000, '0'],
        [400_000, '1'],
        [1_410_000, '2'],
        [1_420_000, '3'],
        [1_420_000, 'end'],
      ],
    );
  });

  test('waits for no step where the fault holds the first', () => {
    const stage = createStage();
    stage.accept(faulted(batched, { kind: 'slow_headers', delay_ms: 10 }));
    stage.through(START_US + 500_000);
    assert.deepEqual(stage.seen.at(-1), { atUs: START_US + 140_000, what: 'end' });
  });
});
