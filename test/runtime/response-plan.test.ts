import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { FrameFeed } from '../../src/runtime/frame-feed.js';
import { NO_MODEL, PLAN_STREAM, PLAN_WHOLE } from '../../src/runtime/plan-layout.js';
import {
  FrameCursor,
  planBatch,
  planCachedTokens,
  planCompletionTokens,
  planFirstFrame,
  planFrameCount,
  planGeneration,
  planHeaders,
  planKind,
  planMemo,
  planModelIndex,
  planPromptTokens,
  planSlot,
  planStatus,
} from '../../src/runtime/plan-reader.js';
import { PlanStore } from '../../src/runtime/plan-store.js';
import { framesOf as plannedFrames } from '../../src/runtime/plan-summary.js';
import { PlanBuilder } from '../../src/runtime/response-plan.js';

interface ReadFrame {
  readonly delayUs: number;
  readonly text: string;
}

/** Every frame, each in memory of its own. */
function framesOf(view: Uint8Array): ReadFrame[] {
  const plan = Buffer.from(view);
  const cursor = new FrameCursor();
  cursor.position = planFirstFrame(plan);
  const frames: ReadFrame[] = [];
  for (let frame = 0; frame < planFrameCount(plan); frame++) {
    const delayUs = cursor.varint(plan);
    const target = Buffer.alloc(cursor.readFrame(plan) + 2, '|');
    cursor.copyFrame(plan, target, 1);
    assert.equal(target[0], 0x7c);
    assert.equal(target.at(-1), 0x7c, 'a frame is as long as it says');
    frames.push({ delayUs, text: target.toString('utf8', 1, target.length - 1) });
  }
  assert.equal(cursor.position, plan.length, 'the last frame ends the record');
  return frames;
}

/** Every frame's text, all copied to one target that nobody clears, as the pacer does; `spoil` says after which frames others write there. */
function textsInOneTarget(view: Uint8Array, spoil: (frame: number) => boolean): string[] {
  const plan = Buffer.from(view);
  const plans = new PlanStore(2);
  const feed = new FrameFeed(plans, 2);
  const target = Buffer.alloc(64 * 1024);
  plans.put(0, Buffer.alloc(plan.length));
  plans.put(1, plan);
  feed.begin(1);
  return Array.from({ length: planFrameCount(plan) }, (_, frame) => {
    feed.delayUs(1);
    const length = feed.read(1);
    feed.copy(1, target, 16);
    const copied = target.toString('utf8', 16, 16 + length);
    if (spoil(frame)) {
      target.fill('~');
      feed.forget();
    }
    return copied;
  });
}

const text = fc.oneof(fc.string({ maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 200 }));
const asciiText = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });
const stream = fc.record({
  headers: fc.array(asciiText, { maxLength: 12 }),
  head: text,
  templates: fc.array(fc.record({ prefix: text, suffix: text }), { minLength: 1, maxLength: 8 }),
  frames: fc.array(fc.record({ choice: fc.nat(7), delayUs: fc.oneof(fc.nat(300), fc.maxSafeNat()), payload: text })),
});
const numbers = fc.record(
  {
    slot: fc.nat(0xffff_ffff),
    generation: fc.nat(0xffff_ffff),
    modelIndex: fc.nat(0xffff),
    promptTokens: fc.nat(0xffff_ffff),
    cachedTokens: fc.nat(0xffff_ffff),
    completionTokens: fc.nat(0xffff_ffff),
  },
  { noNullPrototype: true },
);

describe('a response plan', () => {
  test('of a stream gives back every frame whole, with its delay, in order', () => {
    const builder = new PlanBuilder();
    fc.assert(
      fc.property(stream, numbers, ({ headers, head, templates, frames }, facts) => {
        builder.begin(facts.slot, facts.generation);
        Object.assign(builder, {
          modelIndex: facts.modelIndex,
          promptTokens: facts.promptTokens,
          cachedTokens: facts.cachedTokens,
          completionTokens: facts.completionTokens,
        });
        builder.stream(headers);
        for (const { prefix, suffix } of templates) builder.template(prefix, suffix, head);
        const expected = frames.map(({ choice, delayUs, payload }) => {
          const template = choice % templates.length;
          builder.frame(template, delayUs, payload);
          const { prefix, suffix } = templates[template];
          return { delayUs, text: Buffer.from(head + prefix).toString() + payload + suffix };
        });
        const plan = builder.finish();
        assert.deepEqual(framesOf(plan), expected);
        const texts = expected.map((frame) => frame.text);
        assert.deepEqual(
          textsInOneTarget(plan, () => false),
          texts,
        );
        assert.deepEqual(
          textsInOneTarget(plan, (frame) => frame % 3 === 0),
          texts,
        );
        assert.deepEqual(planHeaders(plan), headers);
        assert.deepEqual([planStatus(plan), planKind(plan)], [200, PLAN_STREAM]);
        assert.deepEqual(
          {
            slot: planSlot(plan),
            generation: planGeneration(plan),
            modelIndex: planModelIndex(plan),
            promptTokens: planPromptTokens(plan),
            cachedTokens: planCachedTokens(plan),
            completionTokens: planCompletionTokens(plan),
          },
          facts,
        );
      }),
      { seed: 1 },
    );
  });

  test('of a whole reply is one frame, the body', () => {
    const builder = new PlanBuilder();
    fc.assert(
      fc.property(text, fc.nat(1e9), (body, delayUs) => {
        builder.begin(1, 2);
        builder.whole(429, ['retry-after', '1'], body, delayUs);
        const plan = builder.finish();
        assert.deepEqual([planStatus(plan), planKind(plan)], [429, PLAN_WHOLE]);
        assert.deepEqual(framesOf(plan), [{ delayUs, text: Buffer.from(body).toString() }]);
        const cursor = new FrameCursor();
        cursor.position = planFirstFrame(plan);
        assert.equal(cursor.varint(plan), delayUs);
        cursor.readFrame(plan);
        assert.deepEqual(Buffer.from(cursor.payload(plan)), Buffer.from(body));
      }),
      { seed: 1 },
    );
  });

  test('can be given more headers when it is finished, and keeps what it says and what it leaves', () => {
    const builder = new PlanBuilder();
    builder.begin(1, 2);
    builder.stream(['a', 'b']);
    builder.change({ key: 'k', document: 'left' });
    builder.frame(builder.template('data: ', ''), 5, 'one');
    const before = builder.finish().slice();
    const plan = builder.addHeaders(['c', 'd']);
    assert.deepEqual(planHeaders(plan), ['a', 'b', 'c', 'd']);
    assert.deepEqual([...plannedFrames(plan)], [...plannedFrames(before)]);
    assert.deepEqual(planMemo(plan), [{ key: 'k', document: 'left' }]);
    builder.begin(1, 2);
    builder.whole(200, ['a', 'b'], '', 0);
    assert.deepEqual(planHeaders(builder.finish()), ['a', 'b']);
  });

  test('that fails half-way is replaced by an error without a trace of what was begun', () => {
    const builder = new PlanBuilder();
    builder.begin(7, 8);
    builder.stream(['content-type', 'text/event-stream']);
    builder.frame(builder.template('data: ', '\n\n'), 5, 'half an answer');
    builder.whole(500, ['content-type', 'application/json'], '{}', 0);
    const plan = builder.finish();
    assert.deepEqual(framesOf(plan), [{ delayUs: 0, text: '{}' }]);
    assert.deepEqual([planSlot(plan), planGeneration(plan), planStatus(plan)], [7, 8, 500]);
    assert.ok(!Buffer.from(plan).toString().includes('half an answer'));
  });

  test('forgets the one before it', () => {
    const builder = new PlanBuilder();
    builder.begin(1, 1);
    builder.modelIndex = 3;
    builder.promptTokens = 5;
    builder.cachedTokens = 4;
    builder.whole(200, ['a', 'b'], 'first', 9);
    builder.finish();
    builder.begin(2, 2);
    builder.stream([]);
    const plan = builder.finish();
    assert.deepEqual(
      [planModelIndex(plan), planPromptTokens(plan), planCachedTokens(plan), planFrameCount(plan)],
      [NO_MODEL, 0, 0, 0],
    );
    assert.deepEqual(planHeaders(plan), []);
  });

  test('says how its delays are made of steps, unless it is an error, and the next one does not', () => {
    const builder = new PlanBuilder();
    const batch = fc.record(
      {
        ttftUs: fc.nat(0xffff_ffff),
        stepUs: fc.integer({ min: 1, max: 0xffff_ffff }),
        steps: fc.nat(0xffff_ffff),
        sequences: fc.nat(0xffff_ffff),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(batch, fc.constantFrom(200, 400, 529), (terms, status) => {
        builder.begin(1, 1);
        builder.batch = terms;
        builder.whole(status, [], '{}', 5);
        assert.deepEqual(planBatch(builder.finish()), status === 200 ? terms : undefined);
        builder.begin(1, 2);
        builder.whole(200, [], '{}', 5);
        assert.equal(planBatch(builder.finish()), undefined);
      }),
      { seed: 1 },
    );
  });

  test('never plans anything before the frame before it, and rounds to whole microseconds', () => {
    const builder = new PlanBuilder();
    builder.begin(1, 1);
    builder.stream([]);
    const template = builder.template('', '');
    for (const delayUs of [-5, 0.4, 0.6, 1e12]) builder.frame(template, delayUs, '');
    assert.deepEqual(
      framesOf(builder.finish()).map(({ delayUs }) => delayUs),
      [0, 0, 1, 1e12],
    );
  });

  test('has every frame due within half a microsecond of its exact time, after any number of fractions', () => {
    const builder = new PlanBuilder();
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 200 }), (delays) => {
        builder.begin(1, 1);
        builder.stream([]);
        const template = builder.template('', '');
        for (const delayUs of delays) builder.frame(template, delayUs, '');
        let [exactUs, plannedUs] = [0, 0];
        framesOf(builder.finish()).forEach((frame, index) => {
          exactUs += delays[index];
          plannedUs += frame.delayUs;
          assert.ok(Math.abs(plannedUs - exactUs) < 0.500001, `frame ${index}: ${plannedUs} instead of ${exactUs}`);
        });
      }),
      { seed: 1 },
    );
  });

  test('takes no template once frames have begun, nor more than its limit', () => {
    const builder = new PlanBuilder();
    builder.begin(1, 1);
    builder.stream([]);
    builder.frame(builder.template('', ''), 0, '');
    assert.throws(() => builder.template('', ''), RangeError);
    builder.begin(1, 1);
    builder.stream([]);
    const declareMany = () => {
      for (let i = 0; i < 10_000; i++) builder.template('', '');
    };
    assert.throws(declareMany, RangeError);
  });
});
