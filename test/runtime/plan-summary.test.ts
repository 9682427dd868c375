/** The digests are what the documentation says they are, and tell apart what differs. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { planEndUs, planTtftUs } from '../../src/runtime/plan-reader.js';
import { summarizePlan } from '../../src/runtime/plan-summary.js';
import { PlanBuilder } from '../../src/runtime/response-plan.js';

interface Frame {
  readonly delayUs: number;
  readonly text: string;
}

function planOf(frames: readonly Frame[], overture = 0): Uint8Array {
  const builder = new PlanBuilder();
  builder.begin(1, 1);
  builder.stream(['content-type', 'text/event-stream'], overture);
  const template = builder.template('data: ', '\n\n');
  for (const { delayUs, text } of frames) builder.frame(template, delayUs, text);
  return builder.finish();
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
const frame = fc.record({ delayUs: fc.nat(1e9), text: fc.string({ unit: 'grapheme', maxLength: 40 }) });
const frames = fc.array(frame, { minLength: 1, maxLength: 20 });

describe('the summary of a plan', () => {
  test('has the digests that its definition gives, and the times of its frames', () => {
    fc.assert(
      fc.property(frames, fc.nat(3), (given, overture) => {
        let atUs = 0;
        const placed = given.map(({ delayUs, text }) => {
          atUs += delayUs;
          return { atUs, data: Buffer.from(`data: ${text}\n\n`).toString() };
        });
        const plan = planOf(given, overture);
        const { ttftUs, e2eUs, digest, content } = summarizePlan(plan);
        const said = placed.map(({ atUs, data }) => `${atUs} ${Buffer.byteLength(data)}\n${data}`).join('');
        assert.equal(digest, sha256(`200\n${said}`));
        assert.equal(content, sha256(placed.map(({ data }) => data).join('')));
        assert.equal(e2eUs, atUs);
        assert.equal(ttftUs, placed[Math.min(overture, placed.length - 1)].atUs);
        const head = [planTtftUs(plan), planEndUs(plan)];
        assert.deepEqual(
          head,
          [ttftUs, e2eUs].map((us) => Math.min(us, 0xffffffff)),
          'its head says the same',
        );
      }),
      { seed: 1 },
    );
  });

  test('differs when a delay, a boundary between frames, a byte or the order does', () => {
    const given: readonly Frame[] = [
      { delayUs: 5, text: 'one' },
      { delayUs: 6, text: 'two' },
    ];
    const others: readonly (readonly Frame[])[] = [
      [given[0], { delayUs: 7, text: 'two' }],
      [given[1], given[0]],
      [given[0], { delayUs: 6, text: 'Two' }],
      [given[0]],
    ];
    const digests = [given, ...others].map((plan) => summarizePlan(planOf(plan)).digest);
    assert.equal(new Set(digests).size, digests.length);
    assert.equal(
      summarizePlan(planOf(given)).content,
      summarizePlan(planOf([given[0], { delayUs: 0, text: 'two' }])).content,
    );
  });
});
