/**
 * The words of a text as a reader would compare them: in lower case, each with its stem and with a weight for how much it says about
 * the text's subject. Scripts that write no spaces (Han, kana, Thai) give pairs of characters instead. Everything is linear in the text.
 *
 * The stemmer removes plural -s as Donna Harman's S-stemmer does ("How effective is suffixing?", JASIS 42(1), 1991) and after it
 * -ing, -ed, -ly and a last e, so that "bake", "bakes", "baked" and "baking" meet. It is for comparing, not for reading.
 */
import { CONNECTIVES, FREQUENCIES, IDEAS, JUDGMENTS, MANNERS, NUMBERS, PAST_TIMES, TIMES } from './common-words.js';

/** A run of letters, marks and digits, apostrophes inside included. */
const WORD = /[\p{L}\p{M}\p{N}]+(?:'\p{L}+)*/gu;
const UNSPACED = /[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]/;
const VOWEL = /[aeiouy]/;
const DOUBLED = /([bdfgmnprt])\1$/;

/** Words that hold an English sentence together and say nothing of its subject. */
const FUNCTION_WORDS =
  'a about above after again all also am an and any are as at be because been before being below between both but by can could did do ' +
  'does doing down during each few for from further had has have having he her here hers him his how i if in into is it its just me ' +
  'more most my no nor not of off on once only or other our out over own same she should so some such than that the their them then ' +
  'there these they this those through to too under until up us very was we were what when where which while who whom why will with ' +
  'would you your';

const FUNCTION_WEIGHT = 0.12;
/** Words that fit every subject. */
const GENERAL_WEIGHT = 0.4;

const WEIGHTS: ReadonlyMap<string, number> = new Map([
  ...[FREQUENCIES, MANNERS, TIMES, PAST_TIMES, IDEAS, JUDGMENTS, NUMBERS, ...CONNECTIVES]
    .flatMap((list) => list.match(WORD) ?? [])
    .map((word): [string, number] => [word.toLowerCase(), GENERAL_WEIGHT]),
  ...FUNCTION_WORDS.split(' ').map((word): [string, number] => [word, FUNCTION_WEIGHT]),
]);

/** The text's words in their order, in lower case and in Unicode's composed form, apostrophes straight; none for a text of marks and spaces. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const word of text.normalize('NFKC').toLowerCase().replaceAll('’', "'").match(WORD) ?? []) {
    if (UNSPACED.test(word)) addPairs(word, words);
    else words.push(word);
  }
  return words;
}

/** What inflected forms of a word in lower case have in common. */
export function stemOf(word: string): string {
  const singular = withoutPlural(word);
  const stem = withoutEnding(singular);
  return stem.length > 3 && stem.endsWith('e') ? stem.slice(0, -1) : stem;
}

/** How much the word, in lower case, says about a text's subject: in (0, 1]. */
export function subjectWeight(word: string): number {
  return WEIGHTS.get(word) ?? 1;
}

function addPairs(word: string, into: string[]): void {
  const characters = Array.from(word);
  if (characters.length === 1) into.push(word);
  for (let i = 1; i < characters.length; i++) into.push(characters[i - 1] + characters[i]);
}

function withoutPlural(word: string): string {
  if (word.length < 4 || !word.endsWith('s')) return word;
  if (word.endsWith("'s")) return word.slice(0, -2);
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:s|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return /[^aius]s$/.test(word) ? word.slice(0, -1) : word;
}

function withoutEnding(word: string): string {
  if (word.endsWith('ied') && word.length > 4) return `${word.slice(0, -3)}y`;
  const ending = word.endsWith('ing') ? 3 : word.endsWith('ed') || word.endsWith('ly') ? 2 : 0;
  const rest = word.slice(0, word.length - ending);
  if (ending === 0 || rest.length < 3 || !VOWEL.test(rest)) return word;
  return DOUBLED.test(rest) ? rest.slice(0, -1) : rest;
}
