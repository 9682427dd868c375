/** The contract of GeneratorPlugin in src/content/contract.ts, held against every generator in the registry. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { GeneratedText, GeneratorPlugin, TextDemand } from '../../src/content/contract.js';
import { createGenerator, type GeneratorName, generators } from '../../src/content/registry.js';
import { loadTokenizer } from '../../src/content/tokenizers/load-tokenizer.js';
import { SeededRandom } from '../latency/fixtures/seeded-random.js';

const tokenizer = await loadTokenizer('o200k_base');
const text = 'Hello, 世界! 👩‍👩‍👧   It\u2019s {{last_message}}\n\n\n  of {{model}}.';
const lastMessage = 'The    quick brown\n\n\nfox — “jumps” 🦊🦊 over 12345 dogs.';

function demand(change: Partial<TextDemand> = {}): TextDemand {
  const facts = { model: 'm', endpoint: 'e', lastMessage, promptTokens: 3, header: () => undefined };
  return { random: new SeededRandom(5), tokenizer, targetTokens: 20, maxTokens: 1_000, facts, ...change };
}

function generate(plugin: GeneratorPlugin, change: Partial<TextDemand> = {}): GeneratedText {
  return plugin.create(plugin.takesText ? text : '').generate(demand(change));
}

test('names are unique and in snake_case; an unknown one is refused', () => {
  const names = generators.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-z]+(_[a-z]+)*$/);
  assert.throws(() => createGenerator({ generator: 'parrot' as GeneratorName, text: '' }), RangeError);
});

for (const plugin of generators as readonly GeneratorPlugin[]) {
  describe(plugin.name, () => {
    test('it says in one sentence what a reply says', () => {
      assert.match(plugin.description, /^\S.*\.$/);
    });

    test('equal demands give equal texts, also from one generator asked twice', () => {
      const generator = plugin.create(plugin.takesText ? text : '');
      const first = generator.generate(demand());
      first.tokens.reverse();
      assert.deepEqual(generator.generate(demand()), generate(plugin));
    });

    test('no reply is longer than it may be, and its tokens are those of its text', () => {
      const whole = generate(plugin).tokens.length;
      for (let maxTokens = 1; maxTokens <= whole + 1; maxTokens++) {
        const { tokens, complete } = generate(plugin, { maxTokens });
        assert.ok(tokens.length <= maxTokens, `${tokens.length} of ${maxTokens}`);
        assert.deepEqual(tokens, tokenizer.split(tokens.join('')));
        assert.equal(complete, maxTokens >= whole);
      }
    });

    test('a message without text or with a very long one is answered', () => {
      for (const message of ['', 'a b '.repeat(500_000)]) {
        const facts = { ...demand().facts, lastMessage: message };
        assert.ok(generate(plugin, { facts, maxTokens: 64 }).tokens.length <= 64);
      }
    });
  });
}
