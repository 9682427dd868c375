/**
 * Which features a text has and how much each weighs, for comparing texts: words and stems, weighted by how much they say about the
 * text's subject and by the logarithm of how often they occur; pairs of neighbouring words; and the character sequences of words, which
 * related and misspelt words share. A text without words is made of its characters. Linear in the text.
 */
import { avalanche } from '../kernel/murmur3.js';
import { FeatureBag } from './feature-bag.js';
import { stemOf, subjectWeight, wordsOf } from './language/words.js';

const WORD_WEIGHT = 0.45;
const STEM_WEIGHT = 0.9;
const PAIR_WEIGHT = 0.3;
/** Of all character sequences of a word together. */
const SEQUENCES_WEIGHT = 0.6;
const SEQUENCE_CHARS = 4;
/** Sequences inside what is longer than a word say nothing. */
const WORD_CHARS_MAX = 64;

/** Keep features of different kinds apart. */
const TAG_WORD = 1;
const TAG_STEM = 2;
const TAG_PAIR = 3;
const TAG_SEQUENCE = 4;
/** Stands before a word's first character. */
const WORD_START = 0x5e;

export function featuresOf(text: string): FeatureBag {
  const features = new FeatureBag();
  const words = partsOf(text);
  for (const [word, times] of countsOf(words)) {
    const weight = subjectWeight(word) * (1 + Math.log(times));
    features.add(keyOf(TAG_WORD, word), (weight * WORD_WEIGHT) ** 2);
    features.add(keyOf(TAG_STEM, stemOf(word)), (weight * STEM_WEIGHT) ** 2);
    addSequences(features, word, weight * SEQUENCES_WEIGHT);
  }
  addPairs(features, words);
  return features;
}

/** Its words, or the characters of a text without any. */
function partsOf(text: string): readonly string[] {
  const words = wordsOf(text);
  return words.length > 0 ? words : (text.match(/\S/gu) ?? []);
}

function countsOf(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** A word's own weight is shared among its sequences. */
function addSequences(features: FeatureBag, word: string, weight: number): void {
  const count = word.length + 2 - SEQUENCE_CHARS;
  if (count < 2 || word.length > WORD_CHARS_MAX) return;
  const energy = weight ** 2 / count;
  for (let start = -1; start < count - 1; start++) {
    let hash = TAG_SEQUENCE;
    for (let at = start; at < start + SEQUENCE_CHARS; at++) hash = mix(hash, at < 0 ? WORD_START : word.charCodeAt(at));
    features.add(avalanche(hash), energy);
  }
}

function addPairs(features: FeatureBag, words: readonly string[]): void {
  for (let i = 1; i < words.length; i++) {
    const weight = subjectWeight(words[i - 1]) * subjectWeight(words[i]) * PAIR_WEIGHT;
    features.add(avalanche(mix(keyOf(TAG_PAIR, words[i - 1]), keyOf(TAG_PAIR, words[i]))), weight ** 2);
  }
}

function keyOf(tag: number, word: string): number {
  let hash = tag;
  for (let i = 0; i < word.length; i++) hash = mix(hash, word.charCodeAt(i));
  return avalanche(hash);
}

function mix(hash: number, unit: number): number {
  const mixed = Math.imul(hash ^ unit, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
