/**
 * A regular expression from a client: matched and written without ever being run by JavaScript's own engine, which a hostile
 * expression can keep busy for years. One that JavaScript's syntax rejects is read once more as Python would write it, because
 * schemas often come from there. Holds nothing that a use changes but caches.
 */
import type { Draws } from '../draws.js';
import { compileMatcher, type Matcher, type StepAllowance } from './matcher.js';
import { sampleExact, sampleNatural } from './sampler.js';
import { type PatternNode, parsePattern } from './syntax.js';

/** Longest expression that is looked into. */
const SOURCE_CHARS_MAX = 2_000;
/** Longest text that is written for an expression. */
const TEXT_CHARS_MAX = 16_384;
/** Texts tried, until one matches: lookarounds, as in rules for passwords, are met by chance only. Fewer when texts are long. */
const TRIES_MAX = 64;
const TRIED_CHARS_MAX = 65_536;

export class Pattern {
  readonly #node: PatternNode | undefined;
  readonly #matcher: Matcher | undefined;

  constructor(source: string) {
    const valid = source.length > SOURCE_CHARS_MAX ? undefined : validSource(source);
    const node = valid && parsePattern(valid.source, valid.flags);
    this.#matcher = node && compileMatcher(node);
    this.#node = this.#matcher && node;
  }

  /** Whether the text contains a match; undefined when that cannot be told within bounds. */
  test(text: string, allowance: StepAllowance): boolean | undefined {
    return this.#matcher?.test(text, allowance);
  }

  /**
   * A text that matches, from the shortest to the longest number of characters.
   * @param accepts what else the text has to be
   * @returns undefined when none was found
   */
  sample(
    draws: Draws,
    shortest: number,
    longest: number,
    allowance: StepAllowance,
    accepts: (text: string) => boolean,
  ): string | undefined {
    const node = this.#node;
    const most = Math.min(longest, TEXT_CHARS_MAX);
    if (node === undefined || node.shortest > most || shortest > most) return undefined;
    let triedChars = 0;
    for (let attempt = 0; attempt < TRIES_MAX && triedChars <= TRIED_CHARS_MAX; attempt++) {
      const text = drawText(node, draws, shortest, most);
      if (text === undefined) return undefined;
      triedChars += text.length;
      const length = lengthOf(text);
      if (length >= shortest && length <= most && this.test(text, allowance) !== false && accepts(text)) return text;
    }
    return undefined;
  }
}

/** Whether the source is a regular expression, as JavaScript or as Python writes them. */
export function isExpression(source: string): boolean {
  return validSource(source) !== undefined;
}

function drawText(node: PatternNode, draws: Draws, shortest: number, longest: number): string | undefined {
  const natural = sampleNatural(node, draws, longest);
  if (natural === undefined) return undefined;
  const length = lengthOf(natural);
  const least = Math.max(shortest, node.shortest);
  const most = Math.min(longest, node.longest);
  if ((length >= shortest && length <= longest) || least > most) return natural;
  return sampleExact(node, draws.between(least, Math.min(most, least + 8)), draws);
}

function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

function validSource(source: string): { source: string; flags: string } | undefined {
  const pythonic = source.replaceAll('(?P<', '(?<').replaceAll('\\Z', '$').replaceAll('\\A', '^');
  for (const reading of pythonic === source ? [source] : [source, pythonic]) {
    for (const flags of ['u', '']) {
      try {
        new RegExp(reading, flags);
        return { source: reading, flags };
      } catch {
        // Not a regular expression in this reading.
      }
    }
  }
  return undefined;
}
