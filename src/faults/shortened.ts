/** The beginning of what a model says. */
import type { GeneratedPart } from '../providers/generation.js';

/** The parts up to so many tokens, at least one part. */
export function firstTokens(parts: readonly GeneratedPart[], tokens: number): GeneratedPart[] {
  const kept: GeneratedPart[] = [];
  let left = tokens;
  for (const part of parts) {
    if (left === 0 && kept.length > 0) break;
    kept.push(part.tokens.length <= left ? part : { ...part, tokens: part.tokens.slice(0, left) });
    left -= Math.min(left, part.tokens.length);
  }
  return kept;
}
