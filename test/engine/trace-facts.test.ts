/** What a trace is told of a request's body, which may be any JSON. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { traceFacts } from '../../src/engine/trace-facts.js';
import type { Generation } from '../../src/providers/generation.js';
import { openai } from '../../src/providers/openai/index.js';
import { planTraceFacts } from '../../src/runtime/plan-reader.js';
import { PlanBuilder } from '../../src/runtime/response-plan.js';

const { replyEvents } = openai;
const EMPTY = planOf('');

function planOf(body: string): Uint8Array {
  const builder = new PlanBuilder();
  builder.begin(0, 0);
  builder.whole(200, [], body, 0);
  return Buffer.from(builder.draft());
}

const factsOf = (body: unknown, parameters: { [name: string]: string } = {}) =>
  JSON.parse(
    traceFacts({ call: { body, parameters }, streams: false, generation: undefined, plan: EMPTY, replyEvents }),
  );

describe('the facts of a trace', () => {
  test('are what the dialects say, by whichever name', () => {
    assert.deepEqual(factsOf({ model: 'm', max_completion_tokens: 5, temperature: 0, top_p: 1, n: 2, seed: -1 }), {
      model: 'm',
      maxTokens: 5,
      temperature: 0,
      topP: 1,
      choices: 2,
      seed: -1,
    });
    const generationConfig = { maxOutputTokens: 9, topK: 40, topP: 0.5, candidateCount: 1, presencePenalty: -0.5 };
    assert.deepEqual(factsOf({ generationConfig }, { model: 'gemini' }), {
      model: 'gemini',
      maxTokens: 9,
      topP: 0.5,
      topK: 40,
      presencePenalty: -0.5,
      choices: 1,
    });
    assert.deepEqual(factsOf({ model: 'ignored' }, { deployment: 'mine' }), { model: 'mine' });
  });

  test('of whatever body are few, short, and of the right types', () => {
    const names = ['model', 'max_tokens', 'temperature', 'top_k', 'n', 'seed', 'generationConfig', '__proto__'];
    const body = fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...names), fc.jsonValue()));
    fc.assert(
      fc.property(body, fc.string({ maxLength: 500 }), (value, model) => {
        for (const document of [value, typeof value === 'object' ? { ...value, model } : value]) {
          const { model: named, ...numbers } = factsOf(document);
          assert.ok(named === undefined || (typeof named === 'string' && named.length <= 128));
          for (const number of Object.values(numbers)) assert.ok(Number.isFinite(number));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('name a long reply by what stands at either end of it, and never by what was said', () => {
    const generation = { choices: [{ finish: 'length' }], reasoningTokens: 3 } as unknown as Generation;
    const said = JSON.stringify({ content: `"id":"chatcmpl-said" ${'x'.repeat(10_000)}` });
    const plan = planOf(`{"choices":[${said}],"id":"chatcmpl-sim-1"}`);
    const facts = traceFacts({ call: { body: {}, parameters: {} }, streams: true, generation, plan, replyEvents });
    assert.deepEqual(JSON.parse(facts), {
      stream: true,
      responseId: 'chatcmpl-sim-1',
      finishReasons: ['length'],
      reasoningTokens: 3,
    });
  });

  test('travel in the plan of a request that is traced, beside everything else that a plan may hold', () => {
    const builder = new PlanBuilder();
    builder.begin(1, 2);
    builder.whole(200, ['content-type', 'application/json'], '{}', 5);
    builder.session = { id: 'header:a', priorTurns: 0, priorTokens: 0, conversation: undefined };
    builder.change({ key: 'k', document: '{"a":1}' });
    builder.traceFacts = '{"model":"mödel"}';
    builder.finish();
    const plan = Buffer.from(builder.addHeaders(['x-a', 'b']));
    assert.equal(planTraceFacts(plan), '{"model":"mödel"}');
    builder.begin(1, 3);
    assert.equal(planTraceFacts(builder.finish()), undefined);
  });
});
