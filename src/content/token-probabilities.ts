/**
 * Probabilities for the tokens of a text that was not written by a language model: for each token a plausible distribution over what
 * could have stood there, from which the token was drawn. Most tokens are nearly certain, some are one of several. The most probable
 * tokens have the probabilities p1 >= p2 >= …, each a part of what the ones before left over, so their sum never exceeds one; the
 * token has rank r with the probability p_r.
 *
 * Invariants: one draw per token from the source, whatever `top` is, so that asking for more alternatives changes no probability;
 * alternatives are distinct, of the token's own kind (a word with a space before it, a number, a mark …), and never the token.
 */
import { avalanche } from '../kernel/murmur3.js';
import type { RandomSource } from '../kernel/random-source.js';
import {
  BARE_CAPITALS,
  BLANKS,
  ENDINGS,
  MARKS,
  NUMBERS,
  SPACED_CAPITALS,
  SPACED_MARKS,
  SPACED_WORDS,
} from './language/frequent-tokens.js';

export interface TokenLogprob {
  readonly token: string;
  /** Natural logarithm, <= 0. */
  readonly logprob: number;
}

export interface ScoredToken extends TokenLogprob {
  /** The most probable tokens, the best first; the token itself stands among them if its rank is high enough. */
  readonly top: readonly TokenLogprob[];
}

/** The most alternatives that any API lists, and the largest `top`. */
export const TOP_MAX = 20;

/** The share of tokens that leave little doubt, which for those lies between 10^-1 and 10^-5. */
const CERTAIN_SHARE = 0.65;
const CERTAIN_DIGITS_MIN = 1;
const CERTAIN_DIGITS_SPREAD = 4;
/** The other tokens' best probability: uniform from the first for the width of the second. */
const DOUBTFUL_MIN = 0.3;
const DOUBTFUL_SPREAD = 0.6;
/** How much of what is left over the next rank takes. */
const PART_MIN = 0.45;
const PART_SPREAD = 0.3;
/** No token has a lower rank than this. */
const RANK_MAX = 40;

const GOLDEN = 0x9e3779b9 | 0;
const TWO_POW_MINUS_32 = 2 ** -32;

/** @param top how many alternatives each token lists, 0 to TOP_MAX */
export function tokenProbabilities(tokens: readonly string[], top: number, random: RandomSource): ScoredToken[] {
  if (top > TOP_MAX) throw new RangeError(`${top} alternatives are more than ${TOP_MAX}`);
  const candidates = new Candidates(tokens);
  const draws = new Draws();
  return tokens.map((token) => {
    draws.begin(random.nextUint32());
    const { logprobs, rank } = drawRank(draws, top);
    return { token, logprob: logprobs[rank], top: listTop(token, rank, logprobs.slice(0, top), candidates, draws) };
  });
}

/** The logarithms of the probabilities by rank, the best at 0, at least `top` of them, and the token's own rank. */
function drawRank(draws: Draws, top: number): { logprobs: number[]; rank: number } {
  const certain = draws.unit() < CERTAIN_SHARE;
  const best = draws.unit();
  const place = draws.unit();
  let probability = certain
    ? 1 - 10 ** -(CERTAIN_DIGITS_MIN + CERTAIN_DIGITS_SPREAD * best)
    : DOUBTFUL_MIN + DOUBTFUL_SPREAD * best;
  const logprobs = [Math.log(probability)];
  let left = 1 - probability;
  let rank = place < probability ? 0 : -1;
  while (rank < 0 || logprobs.length < top) {
    const part = draws.unit();
    // Not more than the rank before.
    const most = probability / left;
    probability = left * (most < PART_MIN + PART_SPREAD ? most * (0.8 + 0.2 * part) : PART_MIN + PART_SPREAD * part);
    left -= probability;
    if (rank < 0 && (place < 1 - left || logprobs.length === RANK_MAX - 1)) rank = logprobs.length;
    logprobs.push(Math.log(probability));
  }
  return { logprobs, rank };
}

function listTop(
  token: string,
  rank: number,
  logprobs: readonly number[],
  candidates: Candidates,
  draws: Draws,
): TokenLogprob[] {
  const listed = [token];
  return logprobs.map((logprob, index) => {
    if (index === rank) return { token, logprob };
    const alternative = candidates.pick(token, listed, draws.unit());
    listed.push(alternative);
    return { token: alternative, logprob };
  });
}

/** What could stand in a token's place. */
class Candidates {
  /** Tokens of the text that are of no kind known here: words of other scripts, symbols, parts of characters. */
  readonly #others: readonly string[];

  constructor(tokens: readonly string[]) {
    const others = new Set<string>();
    for (const token of tokens)
      if (tokensLike(token) === undefined && others.size < BARE_CAPITALS.length) others.add(token);
    this.#others = [...others, ...ENDINGS];
  }

  /** One that is not yet listed; the lists are longer than TOP_MAX. @param draw in [0, 1) */
  pick(token: string, listed: readonly string[], draw: number): string {
    const pool = tokensLike(token) ?? this.#others;
    let at = Math.floor(draw * pool.length);
    while (listed.includes(pool[at])) at = (at + 1) % pool.length;
    return pool[at];
  }
}

/** The list that a token could come from, by its first characters. */
function tokensLike(token: string): readonly string[] | undefined {
  if (/^\s*$/.test(token)) return BLANKS;
  if (/^ \p{Ll}/u.test(token)) return SPACED_WORDS;
  if (/^ \p{Lu}/u.test(token)) return SPACED_CAPITALS;
  if (/^\p{Lu}/u.test(token)) return BARE_CAPITALS;
  if (/^[a-zß-ÿ]/.test(token)) return ENDINGS;
  if (/^ ?[0-9]/.test(token)) return NUMBERS;
  if (/^ [!-~]/.test(token)) return SPACED_MARKS;
  return /^[!-~]/.test(token) ? MARKS : undefined;
}

/** A short sequence of numbers made from one word. */
class Draws {
  #counter = 0;

  begin(word: number): void {
    this.#counter = avalanche(word);
  }

  /** In [0, 1). */
  unit(): number {
    this.#counter = (this.#counter + GOLDEN) | 0;
    return (avalanche(this.#counter) >>> 0) * TWO_POW_MINUS_32;
  }
}
