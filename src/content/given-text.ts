/**
 * A text that is given rather than made up, as the tokens of a reply. It is cut where the reply has to end, and what is left is
 * tokenised again, so that its length is what a client that counts finds.
 */
import type { GeneratedText, Tokenizer } from './contract.js';

/** No encoding has a longer token. */
const tokenCharsMax = 128;

/** Cutting seldom changes a token before the cut; what still does not agree then is left as it is. */
const cutsMax = 4;

/** @param maxTokens integer >= 1 */
export function givenText(text: string, tokenizer: Tokenizer, maxTokens: number): GeneratedText {
  const tokens = tokenizer.split(text.slice(0, (maxTokens + 1) * tokenCharsMax));
  if (tokens.length <= maxTokens) return { tokens, complete: true };
  return { tokens: firstTokens(tokens, tokenizer, maxTokens), complete: false };
}

function firstTokens(tokens: readonly string[], tokenizer: Tokenizer, maxTokens: number): string[] {
  let kept = tokens.slice(0, maxTokens);
  for (let cut = 0; cut < cutsMax; cut++) {
    const again = tokenizer.split(kept.join(''));
    if (again.length === kept.length) return again;
    kept = again.slice(0, maxTokens);
  }
  return kept;
}
