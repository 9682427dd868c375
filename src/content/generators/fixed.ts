/** fixed: the same text for every request. It is tokenised once per encoding. */
import type { GeneratorPlugin, ReplyGenerator, TextDemand, Tokenizer } from '../contract.js';
import { givenText } from '../given-text.js';

class FixedText implements ReplyGenerator {
  readonly #text: string;
  /** One entry per encoding in use. */
  readonly #tokens = new Map<Tokenizer, readonly string[]>();

  constructor(text: string) {
    this.#text = text;
  }

  generate({ tokenizer, maxTokens }: TextDemand) {
    let tokens = this.#tokens.get(tokenizer);
    if (tokens === undefined) {
      tokens = tokenizer.split(this.#text);
      this.#tokens.set(tokenizer, tokens);
    }
    if (tokens.length > maxTokens) return givenText(this.#text, tokenizer, maxTokens);
    return { tokens: [...tokens], complete: true };
  }
}

export const fixed = {
  name: 'fixed',
  description: 'The text in `replies.text`, as it stands.',
  takesText: true,
  create: (text): ReplyGenerator => new FixedText(text),
} as const satisfies GeneratorPlugin;
