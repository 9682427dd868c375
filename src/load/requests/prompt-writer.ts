/** Writes what users and models say: English prose of exactly so many tokens of a model's encoding, the same for the same source. */
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

export class PromptWriter {
  readonly #language = new LanguageText();
  readonly #tokenizer: Tokenizer;

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** @param tokens less than one is one */
  write(random: RandomSource, tokens: number): string {
    const wanted = Math.max(1, tokens);
    return this.#language.generate(random, this.#tokenizer, wanted, wanted).tokens.join('');
  }
}
