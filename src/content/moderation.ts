/**
 * How objectionable a text is, by OpenAI's moderation categories. The log-odds of each category are those of an ordinary text, which
 * differ a little from text to text, plus what the rules of moderation-rules.ts add that its sentences fulfil. The scores are in (0, 1)
 * and depend on the text alone. One pass over the words: O(text × rules that one word takes part in).
 */
import { Murmur3Words } from '../kernel/murmur3.js';
import {
  MODERATION_CATEGORIES,
  MODERATION_RULES,
  type ModerationCategory,
  type ModerationRule,
  SIGNALS,
  type Signal,
} from './language/moderation-rules.js';
import { stemOf, wordsOf } from './language/words.js';

export type ModerationScores = Readonly<Record<ModerationCategory, number>>;

/** The log-odds of a text that fulfils no rule: this, plus or minus at most ORDINARY_SPREAD (scores of 0.000006 to 0.0003). */
const ORDINARY_LOG_ODDS = -10;
const ORDINARY_SPREAD = 2;
/** A rule that is fulfilled again adds this share of its weight, at most REPEATS_MAX times. */
const REPEAT_SHARE = 0.1;
const REPEATS_MAX = 4;

const SENTENCE_END = /[.!?\n]+/;
/** Counted between sentences as if so many words stood there: more than any rule reaches over. */
const SENTENCE_GAP = 100;
const TWO_POW_MINUS_31 = 2 ** -31;

interface Phrase {
  readonly stems: readonly string[];
  readonly signal: Signal;
}

/** Every phrase by its first stem, longer ones first. */
const PHRASES: ReadonlyMap<string, readonly Phrase[]> = phrasesByFirstStem();

export function moderationScores(text: string): ModerationScores {
  const fulfilled = MODERATION_RULES.map((rule) => new RuleWatch(rule));
  let at = 0;
  for (const sentence of text.split(SENTENCE_END)) at = watchSentence(sentence, at, fulfilled) + SENTENCE_GAP;
  const scores = {} as Record<ModerationCategory, number>;
  MODERATION_CATEGORIES.forEach((category, index) => {
    let logOdds = ORDINARY_LOG_ODDS + ORDINARY_SPREAD * variationOf(text, index);
    for (const watch of fulfilled) logOdds += watch.added(category);
    scores[category] = 1 / (1 + Math.exp(-logOdds));
  });
  return scores;
}

/** Shows the rules the signals of a sentence whose first word is the text's word `start`; returns where the next would be. */
function watchSentence(sentence: string, start: number, watches: readonly RuleWatch[]): number {
  const stems = wordsOf(sentence).map(stemOf);
  stems.forEach((stem, index) => {
    for (const phrase of PHRASES.get(stem) ?? []) {
      if (!phrase.stems.every((part, offset) => stems[index + offset] === part)) continue;
      for (const watch of watches) watch.see(phrase.signal, start + index);
    }
  });
  return start + stems.length;
}

/** Follows one rule through a text: how far its chain has come, and where its last signal stood. */
class RuleWatch {
  readonly #rule: ModerationRule;
  /** By place in the chain: where the latest signal stood that completes the chain up to there. */
  readonly #reachedAt: number[];
  #times = 0;

  constructor(rule: ModerationRule) {
    this.#rule = rule;
    this.#reachedAt = rule.chain.map(() => Number.NEGATIVE_INFINITY);
  }

  see(signal: Signal, at: number): void {
    const { chain, within } = this.#rule;
    // From the end, so that one word does not count for two places of the chain.
    for (let place = chain.length - 1; place >= 0; place--) {
      if (chain[place] !== signal) continue;
      const before = place === 0 ? at : this.#reachedAt[place - 1];
      if (place > 0 && (at <= before || at - before > within)) continue;
      this.#reachedAt[place] = at;
      if (place === chain.length - 1) this.#times++;
    }
  }

  added(category: ModerationCategory): number {
    const weight = this.#rule.adds[category];
    if (weight === undefined || this.#times === 0) return 0;
    return weight * (1 + REPEAT_SHARE * Math.min(this.#times - 1, REPEATS_MAX));
  }
}

function phrasesByFirstStem(): Map<string, Phrase[]> {
  const phrases = new Map<string, Phrase[]>();
  for (const signal of Object.keys(SIGNALS) as Signal[]) {
    for (const text of SIGNALS[signal].split(',')) {
      const stems = wordsOf(text).map(stemOf);
      const first = phrases.get(stems[0]) ?? [];
      first.push({ stems, signal });
      phrases.set(stems[0], first);
    }
  }
  return phrases;
}

const hasher = new Murmur3Words();
const hash = new Uint32Array(4);

/** A number in [-1, 1) of the text's own for each category. */
function variationOf(text: string, category: number): number {
  hasher.reset(category);
  hasher.addString(text);
  hasher.finish(hash);
  return (hash[0] | 0) * TWO_POW_MINUS_31;
}
