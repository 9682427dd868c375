/**
 * Writes what users and models say: English prose of exactly so many tokens of a model's encoding, the same for the same source. A text begins
 * with sentences of its own, so that no two texts begin alike; what is beyond them is paragraphs from a pool, which costs a tenth: a prompt of
 * 30,000 tokens must not hold up the thread that takes the time of others' chunks.
 *
 *   │ sentences of its own … │ paragraph 17 │ paragraph 4 │ paragraph 211, cut to fit │
 */
import type { Tokenizer } from '../../content/contract.js';
import { LanguageText } from '../../content/language-text.js';
import type { EncodingName } from '../../content/tokenizers/load-tokenizer.js';
import type { RandomSource } from '../../kernel/random-source.js';

/** OpenAI's models before gpt-4o, and its embeddings. */
const OLDER_MODELS = /^(gpt-3\.5|gpt-4(-|$)|text-embedding|davinci|babbage)/;

/** The encoding of a model, by its name. Where a provider publishes none, the newer one of OpenAI's, as the simulator's models have it. */
export function encodingOf(model: string): EncodingName {
  return OLDER_MODELS.test(model) ? 'cl100k_base' : 'o200k_base';
}

/** So many sentences of its own that two texts never agree in them. */
const OWN_TOKENS = 128;
/** What the pool is cut from: some 300 paragraphs, 3 ms to write. */
const POOL_TOKENS = 25_000;
const PARAGRAPH_BREAK = '\n\n';

interface Paragraph {
  /** With the break behind it. */
  readonly text: string;
  readonly tokens: readonly string[];
}

export class PromptWriter {
  readonly #language = new LanguageText();
  readonly #tokenizer: Tokenizer;
  readonly #pool: readonly Paragraph[];

  /** @param random what the pool is drawn from: the same pool for the same source */
  constructor(tokenizer: Tokenizer, random: RandomSource) {
    this.#tokenizer = tokenizer;
    this.#pool = paragraphsOf(this.#language.generate(random, tokenizer, POOL_TOKENS, POOL_TOKENS).tokens);
  }

  /** @param tokens less than one is one */
  write(random: RandomSource, tokens: number): string {
    const wanted = Math.max(1, tokens);
    const own = this.#language.generate(random, this.#tokenizer, Math.min(wanted, OWN_TOKENS), wanted).tokens;
    if (own.length >= wanted) return own.join('');
    // The mark at the end becomes one with the break behind it, as the encodings have it.
    own.push(...this.#tokenizer.split(`${own.pop()}${PARAGRAPH_BREAK}`));
    let text = own.join('');
    for (let left = wanted - own.length; left > 0; ) {
      const paragraph = this.#pool[Math.floor(random.nextUnit() * this.#pool.length)]!;
      text += paragraph.tokens.length <= left ? paragraph.text : paragraph.tokens.slice(0, left).join('');
      left -= paragraph.tokens.length;
    }
    return text;
  }
}

/** The whole paragraphs among the tokens. What introduces a list ends with a colon and a break, and goes on. */
function paragraphsOf(tokens: readonly string[]): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  let start = 0;
  for (const [index, token] of tokens.entries()) {
    if (!token.endsWith(PARAGRAPH_BREAK)) continue;
    const text = tokens.slice(start, index + 1).join('');
    if (text.endsWith(`:${PARAGRAPH_BREAK}`)) continue;
    paragraphs.push({ text, tokens: tokens.slice(start, index + 1) });
    start = index + 1;
  }
  return paragraphs;
}
