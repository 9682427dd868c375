/**
 * Tokens that could stand in many places of a text, by kind. Each one is a single token of every encoding that the simulator knows, and
 * each list has more of them than a reply may list alternatives (20).
 */
import { capitalize } from './inflection.js';

const WORDS = (
  'the of and to in is that for it as was with be by on not he this are or from at which but have an had they you were their one all we ' +
  'can her has there been if more when will would who so no out up into than them then other some could time these two may first any my ' +
  'now such like our over even most after also made many before must through years where much your way well down should because each ' +
  'just those people how too little state good very make world still own see work long here get both between life being under new'
).split(' ');

export const SPACED_WORDS: readonly string[] = WORDS.map((word) => ` ${word}`);
export const SPACED_CAPITALS: readonly string[] = WORDS.map((word) => ` ${capitalize(word)}`);
export const BARE_CAPITALS: readonly string[] = WORDS.map(capitalize);
/** What follows a part of a word without a space. */
export const ENDINGS: readonly string[] =
  's ed ing er ly es al ion ions or ers est ity ive ful less ness able ment ary ist ism ize ate ant ent ance ence ure age ic ous ish ian'.split(
    ' ',
  );
export const NUMBERS: readonly string[] = Array.from({ length: 100 }, (_, number) => String(number));
export const MARKS: readonly string[] =
  '. , : ; ? ! - ) ( " \' / ] [ } { = + * & % # ", ": ). ), ." ... -- =" () [] {} "} "] },'.split(' ');
export const SPACED_MARKS: readonly string[] = '( - " \' [ { = + / < > & * # $ @ | \\ ... -- : == => != && || <='
  .split(' ')
  .map((mark) => ` ${mark}`);
export const BLANKS: readonly string[] = [
  '\n',
  '\n\n',
  '\n\n\n',
  '\r\n',
  '\r\n\r\n',
  '\t',
  '\t\t',
  '\t\t\t',
  ' \n',
  '  \n',
].concat(Array.from({ length: 16 }, (_, index) => ' '.repeat(index + 1)));
