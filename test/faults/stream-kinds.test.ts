/** What every fault of the stream promises about what it leaves as it was, on random replies. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { StreamFault } from '../../src/faults/contract.js';
import { faultKinds } from '../../src/faults/registry.js';
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import type { GeneratedChoice } from '../../src/providers/generation.js';
import { NO_STATUS, PLAN_LATE, PLAN_STREAM, PLAN_WHOLE } from '../../src/runtime/plan-layout.js';
import { planAnnouncedBytes, planFreeFrames, planKind, planOvertureFrames } from '../../src/runtime/plan-reader.js';
import {
  bytesIn,
  deliveredFrames,
  dueTimes,
  frameTimes,
  type PlannedEvent,
  replyIn,
  spoil,
  streamOf,
  wholeOf,
} from './planned-reply.js';

const events: fc.Arbitrary<PlannedEvent[]> = fc.array(
  fc.record({
    delayUs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2_000_000 })),
    text: fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .map((text) => `data: ${JSON.stringify({ text })}\n\n`),
    tokens: fc.nat(3),
  }),
  { minLength: 1, maxLength: 40 },
);
const body = fc.tuple(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.nat(3_000_000), fc.nat(60));
const timeScale = fc.constantFrom(0, 0.1, 1, 3);

/** Random parameters of every kind that rewrites, by the schema that users get. */
const settings = faultKinds
  .filter(({ stage }) => stage === 'stream')
  .map(({ name, schema }) =>
    fc
      .record(
        Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, value]) => [key, parameterOf(value)])),
      )
      .map((parameters) => ({ kind: name, ...parameters })),
  );
const setting = fc.oneof(...settings);

function parameterOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  // Small numbers, because replies are short.
  const range = { min: Math.max(Number(schema.minimum), -50), max: Math.min(Number(schema.maximum), 60) };
  return fc.oneof(fc.integer(range), fc.constant(schema.default));
}

/** Kinds after which the client has the same bytes, later or in other pieces. */
const FAITHFUL = ['utf8_split', 'event_split', 'coalesce', 'drip', 'slow_headers'];

describe('a fault of the stream', () => {
  test('that does not fire leaves the reply as it was', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          events.map((list) => streamOf(list)),
          body.map((whole) => wholeOf(...whole)),
        ),
        setting,
        timeScale,
        (builder, fault, scale) => {
          const before = replyIn(builder);
          const { reply, fired } = spoil(replyIn(builder), fault, scale);
          fc.pre(!fired);
          assert.deepEqual(reply, before);
        },
      ),
    );
  });

  test('gives frames in an order of time, and an ending that a plan can say', () => {
    fc.assert(
      fc.property(events, setting, timeScale, (list, fault, scale) => {
        const builder = streamOf(list);
        const { reply } = spoil(replyIn(builder), fault, scale);
        for (const { delayUs } of reply.frames) assert.ok(delayUs >= 0 && Number.isFinite(delayUs));
        assert.ok(reply.endHoldUs === 0 || reply.ending !== 'complete', 'only what breaks off is held before its end');
        const delivered = deliveredFrames(builder, reply);
        assert.equal(delivered.length, reply.frames.length);
        assert.equal(delivered.map(({ text }) => text).join('').length > 0, bytesIn(reply).length > 0);
      }),
    );
  });

  for (const kind of [...FAITHFUL, 'stall']) {
    test(`${kind} keeps the bytes, and sends none before it is due`, () => {
      const parameters =
        settings[faultKinds.filter(({ stage }) => stage === 'stream').findIndex(({ name }) => name === kind)];
      const builders = fc.oneof(
        events.map((list) => streamOf(list, 1)),
        body.map((whole) => wholeOf(...whole)),
      );
      fc.assert(
        fc.property(builders, parameters, timeScale, (builder, fault, scale) => {
          const before = replyIn(builder);
          const { reply } = spoil(replyIn(builder), kind === 'stall' ? { ...fault, ending: 'resume' } : fault, scale);
          assert.deepEqual(bytesIn(reply), bytesIn(before));
          assert.equal(reply.ending, 'complete');
          const [due, wasDue] = [dueTimes(reply), dueTimes(before)];
          for (const [at, time] of due.entries()) assert.ok(time >= wasDue[at] - 1e-3, `byte ${at}`);
        }),
      );
    });
  }

  for (const kind of ['disconnect', 'stall', 'truncated_event', 'error_event']) {
    test(`${kind} sends the beginning of the reply at its own time`, () => {
      const parameters =
        settings[faultKinds.filter(({ stage }) => stage === 'stream').findIndex(({ name }) => name === kind)];
      fc.assert(
        fc.property(events, parameters, timeScale, (list, fault, scale) => {
          const builder = streamOf(list);
          const before = replyIn(builder);
          const { reply, fired } = spoil(
            replyIn(builder),
            kind === 'stall' ? { ...fault, ending: 'fin' } : fault,
            scale,
          );
          fc.pre(fired);
          const kept = kind === 'error_event' ? reply.frames.slice(0, -1) : reply.frames;
          const sent = bytesIn({ frames: kept });
          assert.deepEqual(sent, bytesIn(before).subarray(0, sent.length));
          assert.deepEqual(dueTimes({ frames: kept }), dueTimes(before).slice(0, sent.length));
        }),
      );
    });
  }
});

describe('the place in a stream', () => {
  const breakOff = (list: PlannedEvent[], parameters: object, scale = 1) =>
    spoil(replyIn(streamOf(list)), { kind: 'disconnect', ...parameters }, scale);

  test('behind a number of tokens is behind the event that shows the last of them', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 60 }), (list, tokens) => {
        const { reply } = breakOff(list, { after_tokens: tokens });
        const before = list.slice(0, -1).reduce((sum, event) => sum + event.tokens, 0);
        fc.pre(tokens <= before);
        assert.ok(reply.frames.at(-1)!.tokens >= tokens);
        assert.ok((reply.frames.at(-2)?.tokens ?? 0) < tokens);
      }),
    );
  });

  test('behind more tokens than there are is behind the last of them, before what ends the stream', () => {
    const list = [
      { delayUs: 5, text: 'start', tokens: 0 },
      { delayUs: 5, text: 'word', tokens: 1 },
      { delayUs: 5, text: 'usage', tokens: 0 },
      { delayUs: 5, text: 'done', tokens: 0 },
    ];
    assert.equal(bytesIn(breakOff(list, { after_tokens: 9 }).reply).toString(), 'startword');
    const endsInWord = [...list.slice(0, 1), { delayUs: 5, text: 'last word', tokens: 3 }];
    assert.equal(bytesIn(breakOff(endsInWord, { after_tokens: 9 }).reply).toString(), 'start');
  });

  test('is in every stream, so whatever is behind a number of tokens spoils it', () => {
    const kinds = ['disconnect', 'stall', 'error_event', 'truncated_event', 'malformed_json', 'event_split'];
    fc.assert(
      fc.property(events, fc.constantFrom(...kinds), fc.nat(2_000), (list, kind, tokens) => {
        const before = replyIn(streamOf(list));
        const { reply, fired } = spoil(replyIn(streamOf(list)), { kind, after_tokens: tokens });
        assert.ok(fired);
        assert.notDeepEqual(reply, before);
      }),
    );
  });

  test('behind no token is before the first event that shows one', () => {
    const list = [
      { delayUs: 5, text: 'start', tokens: 0 },
      { delayUs: 5, text: 'word', tokens: 1 },
    ];
    assert.equal(bytesIn(breakOff(list, { after_tokens: 0 }).reply).toString(), 'start');
  });

  test('at a time is behind what is due by then, and the ending waits for it', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 20_000 }), fc.constantFrom(0.1, 1, 3), (list, ms, scale) => {
        const before = replyIn(streamOf(list));
        const { reply, fired } = breakOff(list, { after_ms: ms }, scale);
        const limitUs = ms * 1_000 * scale;
        const wasDue = dueTimes(before);
        assert.equal(fired, wasDue.at(-1)! > limitUs);
        fc.pre(fired);
        const lastUs = reply.frames.reduce((sum, { delayUs }) => sum + delayUs, 0);
        assert.equal(bytesIn(reply).length, wasDue.filter((time) => time <= limitUs).length);
        assert.ok(Math.abs(lastUs + reply.endHoldUs - limitUs) < 1e-3);
      }),
    );
  });

  test('of a whole reply is the tokens’ share of the body, whose length stays announced', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 2, maxLength: 500 }),
        fc.integer({ min: 1, max: 90 }),
        fc.nat(90),
        (text, all, tokens) => {
          const builder = wholeOf(text, 1_000, all);
          const length = Buffer.byteLength(text);
          const { reply, fired } = spoil(replyIn(builder), { kind: 'disconnect', after_tokens: tokens });
          assert.ok(fired);
          assert.equal(reply.announcedBytes, length);
          assert.equal(bytesIn(reply).length, Math.min(length - 2, Math.floor((length * tokens) / all)));
          assert.equal(reply.frames[0].delayUs, 1_000);
        },
      ),
    );
  });
});

describe('a fault of the stream', () => {
  test('drips no more than it says, no faster than it says', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 40 }), fc.nat(200), (list, bytes, interval) => {
        const { reply, fired } = spoil(replyIn(streamOf(list)), { kind: 'drip', bytes, interval_ms: interval });
        fc.pre(fired);
        for (const [index, frame] of reply.frames.entries()) {
          assert.ok(frame.bytes.length <= bytes);
          if (index > 0) assert.ok(frame.delayUs >= interval * 1_000 - 1e-3);
        }
      }),
    );
  });

  test('joins as many events as it says, due with the last of them', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 2, max: 12 }), (list, count) => {
        const before = replyIn(streamOf(list, 1));
        const { reply, fired } = spoil(replyIn(streamOf(list, 1)), { kind: 'coalesce', events: count });
        assert.equal(fired, list.length > 1);
        fc.pre(fired);
        assert.equal(reply.frames.length, Math.ceil(list.length / count));
        const wasDue = frameTimes(before);
        const lastDue = wasDue.filter((_, index) => (index + 1) % count === 0 || index === wasDue.length - 1);
        assert.deepEqual(frameTimes(reply), lastDue);
        assert.equal(reply.frames[0].overture, false);
      }),
    );
  });

  test('splits a character of several bytes, or cuts its last byte, and nothing else', () => {
    fc.assert(
      fc.property(events, (list) => {
        const before = bytesIn(replyIn(streamOf(list)));
        const split = spoil(replyIn(streamOf(list)), { kind: 'utf8_split', after_tokens: 0 });
        const cut = spoil(replyIn(streamOf(list)), { kind: 'utf8_cut', after_tokens: 0 });
        assert.equal(cut.fired, split.fired);
        fc.pre(split.fired);
        const decoder = new TextDecoder('utf-8', { fatal: true });
        const broken = split.reply.frames.filter(({ bytes }) => {
          try {
            decoder.decode(bytes);
            return false;
          } catch {
            return true;
          }
        });
        assert.equal(broken.length, 2, 'the two halves');
        assert.equal(bytesIn(cut.reply).length, before.length - 1);
        assert.throws(() => decoder.decode(bytesIn(cut.reply)));
      }),
    );
  });

  test('takes a character that comes before where none comes behind', () => {
    const list = [
      { delayUs: 0, text: 'data: "\u00fc"\n\n', tokens: 1 },
      { delayUs: 0, text: 'data: "u"\n\n', tokens: 1 },
    ];
    const { reply } = spoil(replyIn(streamOf(list)), { kind: 'utf8_cut', after_tokens: 1 });
    assert.equal(reply.frames[0].bytes.length, Buffer.byteLength(list[0]!.text) - 1);
  });

  test('gets a text a character of several bytes where it has none, and leaves documents alone', () => {
    const { prepare } = faultKinds.find(({ name }) => name === 'utf8_split') as StreamFault<object>;
    const choices = (tokens: string[]): GeneratedChoice[] => [
      { parts: [{ kind: 'text', tokens }], finish: 'stop', stopSequence: undefined },
    ];
    const textOf = (tokens: string[]) => prepare?.({ after_tokens: 1 }, choices(tokens))[0].parts[0].tokens.join('|');
    assert.equal(textOf(['It', ' is', ' so']), 'It| is\u2014| so');
    assert.equal(textOf(['It', ' is', ' \u00fcber']), 'It| is| \u00fcber');
    assert.equal(textOf(['Only']), 'Only\u2014');
    assert.equal(textOf(['{"a"', ':1}']), '{"a"|:1}');
    assert.equal(textOf([]), '');
  });

  test('breaks JSON by one brace', () => {
    const list = [
      { delayUs: 0, text: 'data: {"a":{"b":1}}\n\n', tokens: 1 },
      { delayUs: 0, text: 'data: {"a":{"b":2}}\n\n', tokens: 1 },
    ];
    const { reply } = spoil(replyIn(streamOf(list)), { kind: 'malformed_json', after_tokens: 1 });
    assert.equal(bytesIn(reply).toString(), 'data: {"a":{"b":1}}\n\ndata: {"a":{"b":2}\n\n');
    const last = spoil(replyIn(streamOf([...list, { delayUs: 0, text: 'data: [DONE]\n\n', tokens: 0 }])), {
      kind: 'malformed_json',
      after_tokens: 9,
    });
    assert.equal(bytesIn(last.reply).toString(), 'data: {"a":{"b":1}}\n\ndata: {"a":{"b":2}\n\ndata: [DONE]\n\n');
    const whole = spoil(replyIn(wholeOf('{"a":{}}', 0, 0)), { kind: 'malformed_json', after_tokens: 0 });
    assert.equal(bytesIn(whole.reply).toString(), '{"a":{}');
  });
});

describe('a rewritten reply in its plan', () => {
  const list = [
    { delayUs: 10, text: 'one ', tokens: 0 },
    { delayUs: 20, text: 'two ', tokens: 1 },
    { delayUs: 30, text: 'three ', tokens: 1 },
  ];
  const rewritten = (fault: Parameters<typeof spoil>[1], builder = streamOf(list, 1)) => {
    builder.deliver(spoil(replyIn(builder), fault).reply);
    return Buffer.from(builder.finish());
  };

  test('is a stream that begins at once, and whose frames wait for steps until the fault holds one', () => {
    const plan = rewritten({ kind: 'stall', after_tokens: 1, for_ms: 1 });
    assert.deepEqual([planKind(plan), planFreeFrames(plan), planOvertureFrames(plan)], [PLAN_STREAM, 1, 1]);
    assert.equal(planAnnouncedBytes(plan), undefined);
  });

  test('is a stream that begins with its first frame', () => {
    const plan = rewritten({ kind: 'slow_headers', delay_ms: 1 });
    assert.deepEqual([planKind(plan), planFreeFrames(plan), planOvertureFrames(plan)], [PLAN_LATE, 4, 2]);
  });

  test('is a whole reply where it goes out as one, and has its length announced where not', () => {
    const whole = () => wholeOf('{"a": 1}', 1_000, 4);
    assert.equal(planKind(rewritten({ kind: 'slow_headers' }, whole())), PLAN_WHOLE);
    const dripped = rewritten({ kind: 'drip', bytes: 3 }, whole());
    assert.deepEqual([planKind(dripped), planAnnouncedBytes(dripped)], [PLAN_LATE, 8]);
    const wrong = rewritten({ kind: 'wrong_content_length', difference_bytes: -3 }, whole());
    assert.deepEqual([planKind(wrong), planAnnouncedBytes(wrong)], [PLAN_LATE, 5]);
  });

  test('is nothing at all', () => {
    const builder = streamOf(list);
    builder.batch = { ttftUs: 1, stepUs: 1, steps: 1, sequences: 1 };
    const plan = rewritten({ kind: 'reset_before', after_ms: 3 }, builder);
    assert.equal(plan[8] + plan[9] * 256, NO_STATUS);
    assert.equal(planKind(plan), PLAN_LATE);
    assert.equal(builder.batch, undefined);
  });

  test('that nobody changed has its frames and times', () => {
    fc.assert(
      fc.property(events, (random) => {
        const builder = streamOf(random);
        const before = deliveredTexts(streamOf(random));
        assert.deepEqual(deliveredFrames(builder, replyIn(builder)), before);
      }),
    );
  });
});

function deliveredTexts(builder: ReturnType<typeof streamOf>): { atUs: number; text: string }[] {
  const reply = replyIn(builder);
  const atUs = frameTimes(reply);
  return reply.frames.map(({ bytes }, index) => ({ atUs: atUs[index], text: Buffer.from(bytes).toString() }));
}
