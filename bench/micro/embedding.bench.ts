/** What an embedding costs: of a sentence, of the longest input of prose (8,192 tokens), and of as many words that never repeat. */
import type { Bench } from 'tinybench';
import { embed } from '../../src/content/embedding.js';
import { LanguageText } from '../../src/content/language-text.js';
import { loadTokenizer } from '../../src/content/tokenizers/load-tokenizer.js';
import { seededRandom } from '../../src/engine/rng.js';

const TOKENS_MAX = 8_192;

const tokenizer = await loadTokenizer('cl100k_base');

export function register(bench: Bench): void {
  const space = { seed: 1, model: 'text-embedding-3-large', dimensions: 3_072 };
  const key = Uint32Array.of(1, 2, 3, 4);
  const prose = new LanguageText().generate(seededRandom(1, key, 0), tokenizer, TOKENS_MAX, TOKENS_MAX).tokens;
  const random = seededRandom(2, key, 0);
  const words = tokenizer.split(Array.from({ length: TOKENS_MAX }, () => random.nextUint32().toString(36)).join(' '));

  const texts = { 'a sentence': 'The tide comes in twice a day.', prose: prose.join(''), 'random words': '' };
  texts['random words'] = words.slice(0, TOKENS_MAX).join('');
  for (const [kind, text] of Object.entries(texts)) {
    for (const dimensions of [3_072, 256]) {
      bench.add(`embed ${kind}, ${dimensions} dimensions`, () => {
        embed(text, dimensions, space);
      });
    }
  }
}
