/** What warms a thread up is a reply: an error would leave the hot code cold, whichever models and keys are configured. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ConfigurationSnapshot } from '../../src/config/snapshot.js';
import { Renderer } from '../../src/engine/renderer.js';
import { warmUp } from '../../src/engine/warm-up.js';
import { PLAN_STREAM } from '../../src/runtime/plan-layout.js';
import { planCompletionTokens, planKind, planStatus } from '../../src/runtime/plan-reader.js';
import { snapshotOf, tokenizers } from './engine-parts.js';

/** The default models but those of the given dialects. */
function without(...dialects: readonly string[]): ConfigurationSnapshot {
  const snapshot = snapshotOf();
  const models = snapshot.models.filter(({ dialect }) => !dialects.includes(dialect));
  return { ...snapshot, models: models.map((model, index) => ({ ...model, index })) };
}

const CASES: { readonly [story: string]: ConfigurationSnapshot } = {
  'the default configuration': snapshotOf(),
  'API keys': snapshotOf({ server: { api_keys: ['sk-secret'] } }),
  'models of Anthropic and Gemini only': without('openai'),
  'models of Gemini only': without('openai', 'anthropic'),
  'rules that look at headers': snapshotOf({
    replies: { rules: [{ match: { headers: { 'x-scenario': 'a' } }, reply: { text: 'A' } }] },
  }),
};

describe('a warm-up', () => {
  for (const [story, snapshot] of Object.entries(CASES)) {
    test(`streams replies with ${story}, and counts nothing as seen`, () => {
      const renderer = new Renderer({
        snapshot,
        tokenizers,
        countOccurrence: () => assert.fail('a warm-up is counted as seen'),
        fillRandom: () => assert.fail('a deterministic simulation asks for no entropy'),
        wallClockSecs: () => assert.fail('a deterministic simulation asks for no time'),
        onDefect: (error) => assert.fail(`defect: ${error}`),
      });
      let plans = 0;
      warmUp(
        {
          render: (request) => {
            const plan = renderer.render(request);
            assert.deepEqual([planStatus(plan), planKind(plan)], [200, PLAN_STREAM]);
            assert.ok(planCompletionTokens(plan) > 0);
            plans++;
            return plan;
          },
        },
        snapshot,
      );
      assert.ok(plans > 0);
    });
  }

  test('does without a model to ask', () => {
    warmUp({ render: () => assert.fail('there is nothing to ask') }, without('openai', 'anthropic', 'gemini'));
  });
});
