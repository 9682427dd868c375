/**
 * Counts the tokens of plain words, which most of a prompt is made of, without a regular expression, a string or a look-up by string each:
 * the words seen last lie in a table with the number of their tokens.
 *
 *   a plain word   an optional space, an optional ASCII capital, at least one small ASCII letter; behind it the end of the text or an
 *                  ASCII character that is no letter and no apostrophe
 *
 * Both encodings make exactly one piece of a plain word, whatever stands before it. The table has one place per word, by its hash, and a
 * word that comes to a place in use takes it: it is bounded, and what is in it changes nothing but the time.
 */

const SPACE = 0x20;
const APOSTROPHE = 0x27;
const CAPITAL_A = 0x41;
const CAPITAL_Z = 0x5a;
const SMALL_A = 0x61;
const SMALL_Z = 0x7a;
const ASCII_END = 0x80;

/** Several times the words of a usual text; half a megabyte with ENTRY_BYTES. */
const ENTRIES = 16_384;
/** Length, tokens, characters. */
const ENTRY_BYTES = 32;
const WORD_BYTES_MAX = ENTRY_BYTES - 2;

const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

/** What WordCounts.find says of a word that is plain and not in the table. */
export const UNKNOWN_WORD = -1;

export class WordCounts {
  readonly #entries = new Uint8Array(ENTRIES * ENTRY_BYTES);
  /** The place of the word that was found last, and where it begins and ends in its text. */
  #entry = 0;
  #start = 0;
  end = 0;

  /**
   * The tokens of the plain word that begins at `start`, or UNKNOWN_WORD, and `end` behind it; 0 where none begins.
   * @param limit where the text ends
   */
  find(text: Uint8Array, start: number, limit: number): number {
    let at = start;
    let hash = FNV_OFFSET;
    let code = text[at];
    if (code === SPACE) {
      hash = Math.imul(hash ^ code, FNV_PRIME);
      code = ++at < limit ? text[at] : 0;
    }
    if (code >= CAPITAL_A && code <= CAPITAL_Z) {
      hash = Math.imul(hash ^ code, FNV_PRIME);
      code = ++at < limit ? text[at] : 0;
    }
    const firstSmall = at;
    while (code >= SMALL_A && code <= SMALL_Z) {
      hash = Math.imul(hash ^ code, FNV_PRIME);
      code = ++at < limit ? text[at] : 0;
    }
    if (at === firstSmall || at - start > WORD_BYTES_MAX || goesOn(code)) return 0;
    this.#entry = ((hash ^ (hash >>> 15)) & (ENTRIES - 1)) * ENTRY_BYTES;
    this.#start = start;
    this.end = at;
    return this.#holds(text) ? this.#entries[this.#entry + 1] : UNKNOWN_WORD;
  }

  /** Puts the word that was found last into the table. @param tokens from 1 to the number of its characters */
  keep(text: Uint8Array, tokens: number): void {
    const length = this.end - this.#start;
    const entries = this.#entries;
    entries[this.#entry] = length;
    entries[this.#entry + 1] = tokens;
    for (let index = 0; index < length; index++) entries[this.#entry + 2 + index] = text[this.#start + index];
  }

  #holds(text: Uint8Array): boolean {
    const entries = this.#entries;
    const entry = this.#entry;
    const start = this.#start;
    const length = this.end - start;
    if (entries[entry] !== length) return false;
    for (let index = 0; index < length; index++) {
      if (entries[entry + 2 + index] !== text[start + index]) return false;
    }
    return true;
  }
}

/** Whether a word does not end before the character, or may not. */
function goesOn(code: number): boolean {
  return code >= ASCII_END || code === APOSTROPHE || (code >= CAPITAL_A && code <= CAPITAL_Z);
}
