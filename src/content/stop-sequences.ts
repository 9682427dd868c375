/**
 * Stop sequences: the text ends before the first place where one of them begins, whether or not the place falls on the
 * boundary of a token. What is left is tokenised again, because the tokens of a text cut short need not be the first tokens
 * of the whole.
 */
import type { Tokenizer } from './contract.js';

export interface CutText {
  /** The tokens before the stop sequence; `tokenizer.count` of their concatenation is their number, as it was before. */
  readonly tokens: string[];
  /** The stop sequence that ended the text; undefined when none occurs. */
  readonly stopped: string | undefined;
}

/**
 * Cuts before the earliest occurrence of any stop sequence; of several that begin there, the shortest, which a model would be
 * stopped by first. Empty stop sequences are ignored. Costs O(text) per stop sequence.
 */
export function cutAtStop(tokens: readonly string[], stops: readonly string[], tokenizer: Tokenizer): CutText {
  const text = tokens.join('');
  let cut = text.length;
  let stopped: string | undefined;
  for (const stop of stops) {
    if (stop === '') continue;
    const at = text.indexOf(stop);
    if (at === -1) continue;
    if (stopped === undefined || at < cut || (at === cut && stop.length < stopped.length)) {
      cut = at;
      stopped = stop;
    }
  }
  return stopped === undefined
    ? { tokens: [...tokens], stopped }
    : { tokens: tokenizer.split(text.slice(0, cut)), stopped };
}
