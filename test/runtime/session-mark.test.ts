import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  planFurtherHeaders,
  planHeaders,
  planIdentityHigh,
  planIdentityLow,
  planMemo,
  planSession,
} from '../../src/runtime/plan-reader.js';
import { PlanBuilder } from '../../src/runtime/response-plan.js';
import { namedMark, partsOfSessionId, type SessionMark } from '../../src/runtime/session-mark.js';

const anyMark: fc.Arbitrary<SessionMark> = fc
  .tuple(
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc.nat(),
    fc.nat(),
    fc.option(fc.tuple(fc.string({ minLength: 1 }), fc.option(fc.string({ minLength: 1 }), { nil: undefined })), {
      nil: undefined,
    }),
  )
  .map(([name, priorTurns, priorTokens, hashes]) => ({
    id: `header:${name}`,
    priorTurns,
    priorTokens,
    conversation: hashes && { own: hashes[0], before: hashes[1] },
  }));

describe('the session in a plan', () => {
  test('comes out as it went in, whatever else the plan holds', () => {
    const builder = new PlanBuilder();
    fc.assert(
      fc.property(anyMark, fc.boolean(), fc.boolean(), fc.nat(0xffffffff), (mark, changes, announces, word) => {
        builder.begin(1, 2);
        builder.session = mark;
        builder.identity.set([word, 7]);
        if (changes) builder.change({ key: 'k', document: 'ünïcode' });
        builder.whole(200, ['content-type', 'text/plain'], 'body', 0);
        const plan = Buffer.from(builder.finish());
        const whole = announces ? Buffer.from(builder.addHeaders(['x-llm-sim-plan', 'a'])) : plan;
        assert.deepEqual(planSession(whole), mark);
        assert.deepEqual([planIdentityHigh(whole), planIdentityLow(whole)], [word, 7]);
        assert.deepEqual(planMemo(whole), changes ? [{ key: 'k', document: 'ünïcode' }] : undefined);
        assert.deepEqual(planFurtherHeaders(whole), announces ? ['x-llm-sim-plan', 'a'] : []);
        assert.equal(planHeaders(whole).length, announces ? 4 : 2);
      }),
    );
  });

  test('does not go on to the next plan, nor into one that asks for state', () => {
    const builder = new PlanBuilder();
    builder.begin(1, 2);
    builder.session = namedMark('user', 'u');
    builder.recall({ keys: ['k'] }, new Uint32Array(4));
    const asking = Buffer.from(builder.finish());
    assert.equal(planSession(asking), undefined);
    assert.deepEqual(planMemo(asking), { keys: ['k'], identity: [0, 0, 0, 0] });
    builder.begin(1, 2);
    builder.whole(200, [], '', 0);
    assert.equal(planSession(Buffer.from(builder.finish())), undefined);
  });

  test('is told by its kind and its name, which may hold colons', () => {
    assert.deepEqual(partsOfSessionId(namedMark('header', 'a:b').id), { kind: 'header', name: 'a:b' });
  });
});
