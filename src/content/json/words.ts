/** Words, phrases and sentences from the language material of the text source. */
import type { Tokenizer } from '../contract.js';
import { TOPICS } from '../language/topics.js';
import { LanguageText } from '../language-text.js';
import type { Draws } from './draws.js';

const NOUNS = wordsOf('things');
const TRAITS = wordsOf('traits');
const PEOPLE = wordsOf('people');
const ACTS = wordsOf('acts');
/** Words a sentence aims at; it ends with the sentence that reaches them. */
const SENTENCE_WORDS_MAX = 40;

const language = new LanguageText();
/** Every piece of the language's lexicon, a word or a mark, as one token. Pieces have no ids. */
const pieces: Tokenizer = {
  name: 'pieces',
  count: () => 1,
  countPieces: (text, each) => each(text, 1),
  split: (text) => [text],
  idCount: 0,
  decode: (ids) => {
    if (ids.length > 0) throw new RangeError(`${ids[0]} is no id`);
    return '';
  },
};

export function noun(draws: Draws): string {
  return draws.pick(NOUNS);
}

export function person(draws: Draws): string {
  return draws.pick(PEOPLE);
}

/** "reliable pipeline" */
export function phrase(draws: Draws): string {
  return `${draws.pick(TRAITS)} ${draws.pick(NOUNS)}`;
}

/** "review the reliable pipeline" */
export function task(draws: Draws): string {
  return `${draws.pick(ACTS)} the ${phrase(draws)}`;
}

/** Sentences of at least so many words, or the beginning of one if it is long. */
export function sentences(draws: Draws, words: number): string {
  return language.generate(draws.random, pieces, words, words + SENTENCE_WORDS_MAX).tokens.join('');
}

function wordsOf(list: 'things' | 'traits' | 'people' | 'acts'): string[] {
  return TOPICS.flatMap((topic) => topic[list].split(' ').map((entry) => entry.split('/', 1)[0] as string));
}
