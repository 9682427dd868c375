/** Usage of each dialect, made comparable, and what cannot be right. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { completionUsage, messageUsage, responseUsage, usageMetadata } from '../../../src/load/answers/token-usage.js';

const EXPECTED = { inputTokens: 20, cachedInputTokens: 5, outputTokens: 9, reasoningTokens: 4 };

const RIGHT = {
  completion: {
    read: completionUsage,
    usage: {
      prompt_tokens: 20,
      completion_tokens: 9,
      total_tokens: 29,
      prompt_tokens_details: { cached_tokens: 5 },
      completion_tokens_details: { reasoning_tokens: 4 },
    },
  },
  response: {
    read: responseUsage,
    usage: {
      input_tokens: 20,
      output_tokens: 9,
      total_tokens: 29,
      input_tokens_details: { cached_tokens: 5 },
      output_tokens_details: { reasoning_tokens: 4 },
    },
  },
  message: {
    read: messageUsage,
    usage: {
      input_tokens: 12,
      cache_creation_input_tokens: 3,
      cache_read_input_tokens: 5,
      output_tokens: 9,
      output_tokens_details: { thinking_tokens: 4 },
    },
  },
  metadata: {
    read: usageMetadata,
    usage: {
      promptTokenCount: 18,
      toolUsePromptTokenCount: 2,
      cachedContentTokenCount: 5,
      candidatesTokenCount: 5,
      thoughtsTokenCount: 4,
      totalTokenCount: 29,
    },
  },
} as const;

describe('usage', () => {
  for (const [name, { read, usage }] of Object.entries(RIGHT)) {
    it(`of a ${name} counts the whole prompt and all that was generated`, () => {
      assert.deepEqual(read(usage), EXPECTED);
    });

    it(`of a ${name} cannot be right with a count that is none, anywhere`, () => {
      const counts = Object.keys(usage).filter(
        (field) => typeof (usage as Record<string, unknown>)[field] === 'number',
      );
      assert.ok(counts.length >= 3);
      for (const count of counts) {
        for (const wrong of [-1, 1.5, '9', {}, Number.MAX_VALUE]) {
          assert.equal(read({ ...usage, [count]: wrong }), null, `${count}: ${String(wrong)}`);
        }
      }
    });

    it(`of a ${name} of any shape is a usage of natural numbers or null`, () => {
      const fields = Object.keys(usage);
      const value = fc.oneof(fc.jsonValue(), fc.nat({ max: 9 }));
      fc.assert(
        fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...fields), value)), (any) => {
          const result = read(any);
          if (result === null) return;
          assert.ok(Object.values(result).every((count) => Number.isSafeInteger(count) && count >= 0));
        }),
      );
    });
  }

  it('cannot be right where the total is not the sum, or a part is more than its whole', () => {
    const { completion, metadata, response } = RIGHT;
    assert.equal(completionUsage({ ...completion.usage, total_tokens: 30 }), null);
    assert.equal(responseUsage({ ...response.usage, total_tokens: 28 }), null);
    assert.equal(usageMetadata({ ...metadata.usage, totalTokenCount: 1 }), null);
    assert.equal(completionUsage({ ...completion.usage, prompt_tokens_details: { cached_tokens: 21 } }), null);
    assert.equal(completionUsage({ ...completion.usage, completion_tokens_details: { reasoning_tokens: 10 } }), null);
    assert.equal(completionUsage({ prompt_tokens: 3 }), null, 'without a total');
  });

  it('of embeddings has no output, and Gemini leaves out what is 0', () => {
    const none = { cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0 };
    assert.deepEqual(completionUsage({ prompt_tokens: 3, total_tokens: 3 }), { inputTokens: 3, ...none });
    assert.deepEqual(usageMetadata({ promptTokenCount: 3, totalTokenCount: 3 }), { inputTokens: 3, ...none });
  });
});
