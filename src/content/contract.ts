/**
 * What generated content is made of: a tokenizer counts and splits text as the provider's own would, and a text source
 * produces language token by token from a random source.
 */
import type { RandomSource } from '../kernel/random-source.js';

export interface Tokenizer {
  /** The encoding's public name: "o200k_base", "cl100k_base". */
  readonly name: string;
  /** How many tokens the text has. Special-token strings in it count as ordinary text. */
  count(text: string): number;
  /** The text cut at token boundaries; concatenated it is the text again. Tokens that cut a character are joined to whole ones. */
  split(text: string): string[];
}

export interface GeneratedText {
  /** One string per token, in order; their concatenation is the text, and `tokenizer.count(text) === tokens.length`. */
  readonly tokens: string[];
  /** False when the source stopped because maxTokens was reached rather than at the end of a sentence. */
  readonly complete: boolean;
}
export interface TextSource {
  /** Text that aims at targetTokens (ends at the next end of a sentence) and never exceeds maxTokens (>= 1). */
  generate(random: RandomSource, tokenizer: Tokenizer, targetTokens: number, maxTokens: number): GeneratedText;
}
