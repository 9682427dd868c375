/**
 * What content costs: writing text (per TOKENS tokens, so a result in µs is ns per token), and counting tokens of ordinary and
 * of hostile text (per COUNTED_CHARS characters, so 10 ms is 10 MB/s).
 */
import type { Bench } from 'tinybench';
import { LanguageText } from '../../src/content/language-text.js';
import { loadTokenizer } from '../../src/content/tokenizers/load-tokenizer.js';
import { seededRandom } from '../../src/engine/rng.js';

const TOKENS = 1_000;
const COUNTED_CHARS = 100_000;

const tokenizer = await loadTokenizer('o200k_base');

export function register(bench: Bench): void {
  const source = new LanguageText();
  const key = Uint32Array.of(1, 2, 3, 4);
  let seed = 0;
  const prose = source.generate(seededRandom(1, key, 0), tokenizer, 30_000, 30_000).tokens.join('');

  bench.add(`write ${TOKENS} tokens`, () => {
    source.generate(seededRandom(seed++, key, 0), tokenizer, TOKENS, TOKENS);
  });
  for (const [kind, unit] of Object.entries({ prose, letters: 'a', spaces: ' ', emoji: '😀', ideographs: '漢字' })) {
    const text = unit.repeat(Math.ceil(COUNTED_CHARS / unit.length)).slice(0, COUNTED_CHARS);
    bench.add(`count ${COUNTED_CHARS / 1_000}k characters: ${kind}`, () => {
      tokenizer.count(text);
    });
  }
}
