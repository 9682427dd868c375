/**
 * The number of a request, by which patterns count: the digits at the end of the key that its client gave it ("run-7-000042" is number
 * 42), some number that follows from a key without digits, and without a key how many equal requests came before it, and one. It never
 * depends on when a request arrived. Requests with keys are one sequence; without keys equal requests are one each.
 */
import { Murmur3Words } from '../kernel/murmur3.js';
import type { OccurrenceCount } from '../runtime/render-request.js';
import type { SequenceKey } from './draws.js';

/** So many digits always make a safe integer. */
const DIGITS_MAX = 15;

const hash = new Murmur3Words();
const words = new Uint32Array(4);

/** The sequence of all requests that have keys. */
export const KEYED_SEQUENCE: SequenceKey = { high: 0, low: 0 };

/** A request's number, and in which sequence it has that number. */
export interface RequestPlace {
  readonly number: number;
  readonly sequence: SequenceKey;
}

export function keyedPlace(key: string): RequestPlace {
  return { number: numberOfKey(key), sequence: KEYED_SEQUENCE };
}

/** The place of a request without a key; undefined, where nobody counted, is that of a first one. */
export function countedPlace(count: OccurrenceCount | undefined): RequestPlace {
  return count === undefined ? FIRST : { number: count.before + 1, sequence: count };
}

const FIRST: RequestPlace = { number: 1, sequence: KEYED_SEQUENCE };

/** @param key the value of x-llm-sim-request-id */
export function numberOfKey(key: string): number {
  const digits = trailingDigits(key);
  if (digits !== '') return Number(digits);
  hash.reset(0);
  hash.addString(key);
  hash.finish(words);
  return words[0];
}

/** From the end, since a regular expression anchored there looks at every beginning. */
function trailingDigits(key: string): string {
  let start = key.length;
  while (start > 0 && key.length - start < DIGITS_MAX && isDigit(key.charCodeAt(start - 1))) start--;
  return key.slice(start);
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}
