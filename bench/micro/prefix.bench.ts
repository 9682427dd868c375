/** What a prefix cache costs: laying a long prompt out in blocks, against counting it only, and looking its blocks up. */
import type { Bench } from 'tinybench';
import { LanguageText } from '../../src/content/language-text.js';
import { loadTokenizer } from '../../src/content/tokenizers/load-tokenizer.js';
import { seededRandom } from '../../src/engine/rng.js';
import { BlockMeter, TokenMeter } from '../../src/providers/prompt-meter.js';
import { PREFIX_BLOCKS_MAX, PrefixCache } from '../../src/runtime/prefix-cache.js';

const TOKENS = 100_000;
const BLOCK_TOKENS = 128;
const CAPACITY_BLOCKS = 78_125;
const TTL_SECS = 300;

const tokenizer = await loadTokenizer('o200k_base');

export function register(bench: Bench): void {
  const random = seededRandom(1, Uint32Array.of(1, 2, 3, 4), 0);
  const prompt = new LanguageText().generate(random, tokenizer, TOKENS, TOKENS).tokens.join('');
  const layOut = () => {
    const meter = new BlockMeter(tokenizer, { blockTokens: BLOCK_TOKENS, blocksMax: PREFIX_BLOCKS_MAX });
    meter.text(prompt);
    return meter.layout().blocks;
  };
  const blocks = layOut();
  const cache = new PrefixCache(CAPACITY_BLOCKS, () => 0);
  for (let other = 0; other < CAPACITY_BLOCKS; other++) cache.reuse([other], TTL_SECS);

  bench.add(`prefix: count a prompt of ${TOKENS / 1_000}k tokens`, () => {
    new TokenMeter(tokenizer).text(prompt);
  });
  bench.add(`prefix: lay it out in ${blocks.length} blocks`, () => {
    layOut();
  });
  bench.add(`prefix: look up ${blocks.length} blocks`, () => {
    cache.reuse(blocks, TTL_SECS);
  });
}
