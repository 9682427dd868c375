/** Prompts have the tokens that they should have, and are all different from their beginning on. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { loadTokenizer } from '../../../src/content/tokenizers/load-tokenizer.js';
import { encodingOf, PromptWriter } from '../../../src/load/requests/prompt-writer.js';
import { SeededRandom } from '../../latency/fixtures/seeded-random.js';

for (const encoding of ['o200k_base', 'cl100k_base'] as const) {
  describe(`a text in ${encoding}`, async () => {
    const tokenizer = await loadTokenizer(encoding);
    const writer = new PromptWriter(tokenizer, new SeededRandom(1));

    test('has exactly as many tokens as it should', () => {
      const tokens = fc.oneof(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 5_000 }));
      fc.assert(
        fc.property(tokens, fc.nat(), (wanted, seed) => {
          assert.equal(tokenizer.count(writer.write(new SeededRandom(seed), wanted)), wanted);
        }),
        { seed: 6, numRuns: 300 },
      );
      assert.equal(tokenizer.count(writer.write(new SeededRandom(1), -5)), 1);
      assert.equal(tokenizer.count(writer.write(new SeededRandom(1), 200_000)), 200_000);
    });

    test('is the same for the same source, also from another writer, and begins as a shorter one does', () => {
      const other = new PromptWriter(tokenizer, new SeededRandom(1));
      const text = writer.write(new SeededRandom(9), 3_000);
      assert.equal(other.write(new SeededRandom(9), 3_000), text);
      for (const shorter of [1, 50, 128, 140, 400, 2_999]) {
        const beginning = writer.write(new SeededRandom(9), shorter);
        assert.ok(text.startsWith(beginning.slice(0, -1)), `${shorter} tokens`);
      }
    });

    test('has a beginning that no other has', () => {
      const beginnings = Array.from({ length: 3_000 }, (_, seed) =>
        tokenizer
          .split(writer.write(new SeededRandom(seed), 300))
          .slice(0, 64)
          .join(''),
      );
      assert.equal(new Set(beginnings).size, beginnings.length);
    });

    test('is prose: sentences, in paragraphs', () => {
      const paragraphs = writer.write(new SeededRandom(4), 2_000).split('\n\n');
      assert.ok(paragraphs.length > 10);
      for (const paragraph of paragraphs.slice(0, -1)) assert.match(paragraph, /^([A-Z]|- [A-Z]|\d).*[.?:]$/s);
    });
  });
}

test('encodings are those of the models', () => {
  const older = ['gpt-3.5-turbo', 'gpt-4', 'gpt-4-turbo', 'gpt-4-0613', 'text-embedding-3-small'];
  for (const model of older) assert.equal(encodingOf(model), 'cl100k_base', model);
  const newer = ['gpt-4o', 'gpt-4.1', 'gpt-5', 'o3-mini', 'claude-sonnet-4-5', 'gemini-2.5-flash', 'llama-3'];
  for (const model of newer) assert.equal(encodingOf(model), 'o200k_base', model);
});
