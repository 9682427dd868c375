/**
 * The summary of reasoning that a request may ask for. The simulation sums nothing up: the summary is the text of the reasoning, in parts
 * of about a paragraph, all of them where it is to be detailed and the first where it is to be concise.
 */

/** Tokens of one part of a summary: assumed. */
const PART_TOKENS = 96;
/** More parts than this get longer instead. */
const PARTS_MAX = 16;

/** The tokens of each part; none where no summary was asked for. */
export function summariesOf(tokens: readonly string[], summary: unknown): (readonly string[])[] {
  if (typeof summary !== 'string') return [];
  const length = Math.max(PART_TOKENS, Math.ceil(tokens.length / PARTS_MAX));
  const parts: (readonly string[])[] = [];
  for (let at = 0; at < tokens.length; at += length) parts.push(tokens.slice(at, at + length));
  return summary === 'concise' ? parts.slice(0, 1) : parts;
}
