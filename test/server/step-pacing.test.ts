/** Frames of batched replies at the hands of the pacer: the clock, the grants and the client are the test's. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { PlanBuilder } from '../../src/runtime/response-plan.js';
import { whatWaits } from '../../src/server/saturation/waiting.js';
import { AWAITING_STEP } from '../../src/server/streaming/pacer.js';
import { StepGate } from '../../src/server/streaming/step-gate.js';
import { createStage, type Seen, START_US, TIMEOUT_US } from './pacer-stage.js';

interface Course {
  readonly ttftUs: number;
  readonly stepUs: number;
  /** By frame, the step that it belongs to, never going back. */
  readonly steps: readonly number[];
  /** By step, how long it takes and how late the pacer hears that it has begun. */
  readonly engine: readonly { readonly tookUs: number; readonly noticeUs: number }[];
  /** Frames after which the client does not read, and for how long. */
  readonly pauses: ReadonlyMap<number, number>;
}

const STEPS = 24;
const course: fc.Arbitrary<Course> = fc.record({
  ttftUs: fc.integer({ min: 1, max: 3_000_000 }),
  stepUs: fc.integer({ min: 1, max: 60_000 }),
  steps: fc
    .array(fc.nat(STEPS), { minLength: 1, maxLength: 30 })
    .map((steps) => steps.sort((left, right) => left - right)),
  engine: fc.array(fc.record({ tookUs: fc.integer({ min: 1, max: 90_000 }), noticeUs: fc.nat(120_000) }), {
    minLength: STEPS,
    maxLength: STEPS,
  }),
  pauses: fc
    .array(fc.tuple(fc.nat(29), fc.integer({ min: 1, max: 400_000 })), { maxLength: 4 })
    .map((pairs) => new Map(pairs)),
});

const plannedUs = ({ ttftUs, stepUs }: Course, step: number): number => (step === 0 ? 0 : ttftUs + (step - 1) * stepUs);
const toTick = (us: number): number => Math.ceil(us / 1_000) * 1_000;

/** When each step ends, and when the pacer hears of it; the first element is no step. */
function grantsOf({ engine }: Course): { readonly endUs: number; readonly heardUs: number }[] {
  const grants = [{ endUs: START_US, heardUs: START_US }];
  for (const { noticeUs, tookUs } of engine) {
    const before = grants.at(-1)!;
    grants.push({ endUs: before.endUs + tookUs, heardUs: Math.max(before.heardUs, before.endUs + noticeUs) });
  }
  return grants;
}

/** When each frame goes out: when its step has ended and is known, the frame before is out, and the client reads. */
function expectedOf(given: Course): number[] {
  const grants = grantsOf(given);
  let earliestUs = START_US;
  return given.steps.map((step, frame) => {
    const { endUs, heardUs } = grants[step];
    const atUs = toTick(Math.max(earliestUs, endUs, heardUs));
    earliestUs = atUs + (given.pauses.get(frame) ?? 0);
    return atUs;
  });
}

function played(given: Course): Seen[] {
  const { accept, fillAfter, pacer, seen, table, to } = createStage();
  fillAfter((frame) => given.pauses.has(frame));
  const slot = accept((plan) => {
    plan.batch = { ttftUs: given.ttftUs, stepUs: given.stepUs, steps: STEPS, sequences: 1 };
    plan.stream([]);
    const template = plan.template('', '');
    let lastUs = 0;
    given.steps.forEach((step, frame) => {
      plan.frame(template, plannedUs(given, step) - lastUs, String(frame));
      lastUs = plannedUs(given, step);
    });
  });
  const exchange = table.exchange[slot];
  const grants = grantsOf(given).slice(1);
  const endUs = Math.max(grants.at(-1)!.heardUs, ...expectedOf(given)) + 1_000_000;
  let heard = 0;
  let resumeUs = Number.POSITIVE_INFINITY;
  for (let us = START_US; us <= endUs && table.exchange[slot] === exchange; us += 1_000) {
    while (grants[heard]?.heardUs <= us) pacer.grant(slot, grants[heard++].endUs);
    if (resumeUs <= us) {
      resumeUs = Number.POSITIVE_INFINITY;
      pacer.resume(slot);
    }
    const before = seen.length;
    to(us);
    const pausedAfter = seen.length > before ? given.pauses.get(seen.length - 1) : undefined;
    if (pausedAfter !== undefined) resumeUs = us + pausedAfter;
  }
  return seen;
}

describe('the pacer, for a batched stream', () => {
  test('sends every frame once its step has ended, in order, none lost, whenever it hears of the steps and whenever the client reads', () => {
    fc.assert(
      fc.property(course, (given) => {
        const frames = played(given).filter(({ what }) => what !== 'end');
        assert.deepEqual(
          frames.map(({ what }) => what),
          given.steps.map((_, frame) => String(frame)),
        );
        assert.deepEqual(
          frames.map(({ atUs }) => atUs - START_US),
          expectedOf(given).map((us) => us - START_US),
        );
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('waits without a limit for its first step, and leaves what comes before the first token to the plan', () => {
    const { accept, pacer, seen, table, to } = createStage();
    const slot = accept((plan) => {
      plan.batch = { ttftUs: 100_000, stepUs: 10_000, steps: 2, sequences: 1 };
      plan.stream([]);
      const template = plan.template('', '');
      plan.frame(template, 50_000, 'opening');
      plan.frame(template, 50_000, 'first');
    });
    to(START_US + 10 * TIMEOUT_US);
    assert.deepEqual([seen.map(({ what }) => what), table.state[slot]], [['opening'], AWAITING_STEP]);
    pacer.grant(slot, START_US + 10 * TIMEOUT_US + 3_000);
    to(START_US + 10 * TIMEOUT_US + 2_000);
    assert.equal(seen.length, 1);
    to(START_US + 10 * TIMEOUT_US + 3_000);
    assert.deepEqual(
      seen.map(({ what }) => what),
      ['opening', 'first', 'end'],
    );
  });
});

describe('the pacer, for a whole batched reply', () => {
  const whole = (plan: PlanBuilder) => {
    plan.batch = { ttftUs: 1_000, stepUs: 1_000, steps: 3, sequences: 1 };
    plan.whole(200, [], '{}', 3_000);
  };

  test('answers when its last step ends', () => {
    const { accept, pacer, seen, to } = createStage();
    const slot = accept(whole);
    for (const step of [1, 2, 3]) pacer.grant(slot, START_US + step * 50_000);
    to(START_US + 149_000);
    assert.deepEqual(seen, []);
    to(START_US + 150_000);
    assert.deepEqual(seen, [{ atUs: START_US + 150_000, what: '200' }]);
  });

  test('answers with a timeout when the step ends later than that, or does not come', () => {
    for (const lastUs of [START_US + TIMEOUT_US + 50_000, undefined]) {
      const { accept, pacer, seen, to } = createStage();
      const slot = accept(whole);
      for (const step of [1, 2]) pacer.grant(slot, START_US + step * 50_000);
      if (lastUs !== undefined) pacer.grant(slot, lastUs);
      to(START_US + TIMEOUT_US);
      assert.equal(seen.length, 1);
      assert.notEqual(seen[0].what, '200');
      to(START_US + 2 * TIMEOUT_US);
      assert.equal(seen.length, 1, 'and with nothing else afterwards');
    }
  });
});

test('a whole reply that is due after its timeout waits for nothing but the timeout, which answers', () => {
  const { accept, meter, seen, table, to } = createStage();
  accept((plan) => plan.whole(200, [], '{}', TIMEOUT_US + 1));
  to(START_US + TIMEOUT_US - 1_000);
  assert.deepEqual(whatWaits(table, meter, START_US + TIMEOUT_US - 1_000), { oldestDueUs: 0, oldestUnplannedUs: 0 });
  assert.equal(seen.length, 0);
  to(START_US + TIMEOUT_US);
  assert.equal(seen.length, 1);
  assert.notEqual(seen[0].what, '200');
});

describe('a step gate', () => {
  test('says of a plan that is not batched what the plan says', () => {
    const gate = new StepGate(1);
    const builder = new PlanBuilder();
    builder.begin(0, 0);
    builder.whole(200, [], '', 7);
    const plan = Buffer.from(builder.finish());
    assert.equal(gate.begin(0, plan, 100, 7), 107);
    assert.equal(gate.decides(0, 1), false);
    gate.grant(0, 50);
    assert.equal(gate.decides(0, 1), false);
  });
});
