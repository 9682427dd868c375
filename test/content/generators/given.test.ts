/** What the generators say that repeat what they are given. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGenerator, type GeneratorName } from '../../../src/content/registry.js';
import { loadTokenizer } from '../../../src/content/tokenizers/load-tokenizer.js';
import { SeededRandom } from '../../latency/fixtures/seeded-random.js';

const tokenizer = await loadTokenizer('o200k_base');

function said(generator: GeneratorName, text: string, lastMessage: string, maxTokens = 100): string {
  const header = (name: string) => (name === 'x-tenant' ? 'acme' : undefined);
  const facts = { model: 'gpt-4o', endpoint: 'openai.chat.completions', lastMessage, promptTokens: 7, header };
  const demand = { random: new SeededRandom(1), tokenizer, targetTokens: 5, maxTokens, facts };
  return createGenerator({ generator, text }).generate(demand).tokens.join('');
}

test('echo repeats the last message, and fixed its text, whatever is in them', () => {
  const strange = '{{model}} <b>&amp;</b> \u0000 🦊';
  assert.equal(said('echo', '', strange), strange);
  assert.equal(said('fixed', strange, 'hi'), strange);
  assert.equal(said('echo', '', ''), '');
});

test('template fills in the request, without escaping', () => {
  assert.equal(
    said(
      'template',
      '{{model}} {{endpoint}} {{prompt_tokens}} {{header.X-Tenant}} "{{last_message}}"',
      '<a> & {{model}}',
    ),
    'gpt-4o openai.chat.completions 7 acme "<a> & {{model}}"',
  );
});

test('a section stands for whether a variable is empty', () => {
  const text =
    '{{#header.x-tenant}}for {{header.x-tenant}}{{/header.x-tenant}}{{^header.x-user}}, no user{{/header.x-user}}';
  assert.equal(said('template', text, ''), 'for acme, no user');
});

test('a text is cut where the reply has to end', () => {
  assert.equal(said('fixed', 'one two three four', '', 2), 'one two');
  assert.equal(said('echo', '', 'one two three four', 3), 'one two three');
});
