/**
 * A tokenizer of the tiktoken kind: a regular expression cuts the text into pieces, and each piece that is not itself a token
 * is byte-pair encoded on its own. Special-token strings are ordinary text, as they are when a provider counts user input.
 *
 * Text is worked through in windows of at most WINDOW_CHARS, so that neither the regular expression's backtracking stack nor
 * the merger's arrays grow with the input and the time is linear in it. A window ends before a space that follows a non-space:
 * both encodings start a piece there whatever follows, so the cut changes nothing. Only a stretch of WINDOW_CHARS without such
 * a place (a megabyte of one letter, of spaces, of ideographs) is cut blindly, which can add a token or two per window.
 */
import type { Tokenizer } from '../contract.js';
import { BytePairMerger } from './byte-pair-merger.js';
import { BytePairVocabulary, type VocabularyMemory } from './byte-pair-vocabulary.js';
import { UNKNOWN_WORD, WordCounts } from './word-counts.js';

/** Long enough that blind cuts are rare and cheap to be wrong about, short enough for the merger to stay in the CPU's cache. */
export const WINDOW_CHARS = 8_192;

const SPACE = 0x20;
const COMMA = 0x2c;
const FULL_STOP = 0x2e;
/** Where the average is above, most of a text is not ASCII. */
const FOREIGN_BYTES_PER_CHAR = 1.25;
const NON_SPACE = /\S/;

/** Told of a piece and how many tokens it has. */
type EachPiece = (piece: string, tokens: number) => void;

export class BytePairTokenizer implements Tokenizer {
  readonly name: string;
  readonly #pieces: RegExp;
  /** The same, for a single match at a place. */
  readonly #nextPiece: RegExp;
  readonly #vocabulary: BytePairVocabulary;
  readonly #merger: BytePairMerger;
  readonly #words = new WordCounts();
  readonly #bytes = new Uint8Array(3 * WINDOW_CHARS);
  readonly #betweenWindows: () => void;

  /**
   * @param pieces global expression whose matches, in order, are the whole text
   * @param betweenWindows called after each window, some 0.05 ms of work: a thread that wants to let others run does so there
   */
  constructor(name: string, memory: VocabularyMemory, pieces: RegExp, betweenWindows: () => void = () => {}) {
    this.name = name;
    this.#betweenWindows = betweenWindows;
    this.#pieces = pieces;
    this.#nextPiece = new RegExp(pieces.source, 'uy');
    this.#vocabulary = new BytePairVocabulary(memory);
    this.#merger = new BytePairMerger(this.#vocabulary, WINDOW_CHARS);
  }

  get idCount(): number {
    return this.#vocabulary.size;
  }

  count(text: string): number {
    let tokens = 0;
    for (let start = 0; start < text.length; ) {
      const end = windowEnd(text, start);
      tokens += this.#countWindow(text.slice(start, end), undefined);
      start = end;
      this.#betweenWindows();
    }
    return tokens;
  }

  countPieces(text: string, each: EachPiece): void {
    for (let start = 0; start < text.length; ) {
      const end = windowEnd(text, start);
      this.#countWindow(text.slice(start, end), each);
      start = end;
      this.#betweenWindows();
    }
  }

  /** @param window at most WINDOW_CHARS of a text */
  #countWindow(window: string, each: EachPiece | undefined): number {
    const bytes = this.#bytes;
    const { written } = encoder.encodeInto(window, bytes);
    if (written > window.length * FOREIGN_BYTES_PER_CHAR) return this.#countPieces(window, each);
    const words = this.#words;
    let tokens = 0;
    // Of the piece's beginning, in the bytes and in the text.
    let byte = 0;
    let char = 0;
    while (byte < written) {
      let count = words.find(bytes, byte, written);
      let length = words.end - byte;
      if (count === UNKNOWN_WORD) {
        count = this.#countPiece(window.slice(char, char + length));
        words.keep(bytes, count);
      } else if (count === 0) {
        if (isLoneMark(bytes, byte, written)) {
          count = 1;
          length = 1;
        } else {
          const piece = this.#pieceAt(window, char);
          count = this.#countPiece(piece);
          byte += utf8Length(piece) - piece.length;
          length = piece.length;
        }
      }
      tokens += count;
      each?.(window.slice(char, char + length), count);
      byte += length;
      char += length;
    }
    return tokens;
  }

  /** Text in another script: one call for all of it is cheaper than one per piece. */
  #countPieces(text: string, each: EachPiece | undefined): number {
    let tokens = 0;
    for (const piece of text.match(this.#pieces) ?? []) {
      const count = this.#countPiece(piece);
      tokens += count;
      each?.(piece, count);
    }
    return tokens;
  }

  #pieceAt(window: string, char: number): string {
    this.#nextPiece.lastIndex = char;
    this.#nextPiece.test(window);
    return window.slice(char, this.#nextPiece.lastIndex);
  }

  #countPiece(piece: string): number {
    return this.#vocabulary.rankOfText(piece) === undefined ? this.#merger.count(piece) : 1;
  }

  split(text: string): string[] {
    const tokens: string[] = [];
    for (let start = 0; start < text.length; ) {
      const end = windowEnd(text, start);
      for (const piece of text.slice(start, end).match(this.#pieces) ?? []) {
        if (this.#vocabulary.rankOfText(piece) === undefined) this.#merger.split(piece, tokens);
        else tokens.push(piece);
      }
      start = end;
      this.#betweenWindows();
    }
    return tokens;
  }

  decode(ids: readonly number[]): string {
    let text = '';
    /** Bytes of characters that the tokens so far have only begun, or begun and not well. */
    let bytes: number[] = [];
    for (const id of ids) {
      const token = this.#vocabulary.tokenOf(id);
      if (token === undefined) throw new RangeError(`${id} is no token of ${this.name}`);
      if (typeof token !== 'string') bytes.push(...token);
      else {
        text += textOf(bytes) + token;
        bytes = [];
      }
    }
    return text + textOf(bytes);
  }
}

const encoder = new TextEncoder();
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

function textOf(bytes: readonly number[]): string {
  return bytes.length === 0 ? '' : utf8.decode(Uint8Array.from(bytes));
}

/** A comma or a full stop that a space follows is a piece of one token. */
function isLoneMark(bytes: Uint8Array, at: number, end: number): boolean {
  return (bytes[at] === COMMA || bytes[at] === FULL_STOP) && at + 1 < end && bytes[at + 1] === SPACE;
}

/** How many bytes encodeInto() makes of the text: three of a lone surrogate. */
function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes++;
    else {
      bytes += 2;
      // Four bytes for two units.
      if (isHighSurrogate(unit) && isLowSurrogate(text.charCodeAt(index + 1))) index++;
    }
  }
  return bytes;
}

function windowEnd(text: string, start: number): number {
  const limit = start + WINDOW_CHARS;
  if (limit >= text.length) return text.length;
  for (let end = limit; end > start + 1; end--) {
    if (text.charCodeAt(end) !== SPACE || text.charCodeAt(end - 1) === SPACE) continue;
    if (NON_SPACE.test(text[end - 1])) return end;
  }
  return isHighSurrogate(text.charCodeAt(limit - 1)) ? limit - 1 : limit;
}

/** NaN, behind the text's end, is none. */
function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
