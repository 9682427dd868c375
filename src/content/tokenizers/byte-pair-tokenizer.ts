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
import { BytePairVocabulary, type RankedTokens } from './byte-pair-vocabulary.js';

/** Long enough that blind cuts are rare and cheap to be wrong about, short enough for the merger to stay in the CPU's cache. */
export const WINDOW_CHARS = 8_192;

const SPACE = 0x20;
const NON_SPACE = /\S/;

export class BytePairTokenizer implements Tokenizer {
  readonly name: string;
  readonly #pieces: RegExp;
  readonly #vocabulary: BytePairVocabulary;
  readonly #merger: BytePairMerger;
  readonly #betweenWindows: () => void;

  /**
   * @param pieces global expression whose matches, in order, are the whole text
   * @param betweenWindows called after each window, some 0.2 ms of work: a thread that wants to let others run does so there
   */
  constructor(name: string, tokens: RankedTokens, pieces: RegExp, betweenWindows: () => void = () => {}) {
    this.name = name;
    this.#betweenWindows = betweenWindows;
    this.#pieces = pieces;
    this.#vocabulary = new BytePairVocabulary(tokens);
    this.#merger = new BytePairMerger(this.#vocabulary, WINDOW_CHARS);
  }

  get idCount(): number {
    return this.#vocabulary.size;
  }

  count(text: string): number {
    let tokens = 0;
    for (let start = 0; start < text.length; ) {
      const end = windowEnd(text, start);
      for (const piece of text.slice(start, end).match(this.#pieces) ?? []) {
        tokens += this.#vocabulary.rankOfText(piece) === undefined ? this.#merger.count(piece) : 1;
      }
      start = end;
      this.#betweenWindows();
    }
    return tokens;
  }

  countPieces(text: string, each: (piece: string, tokens: number) => void): void {
    for (let start = 0; start < text.length; ) {
      const end = windowEnd(text, start);
      for (const piece of text.slice(start, end).match(this.#pieces) ?? []) {
        each(piece, this.#vocabulary.rankOfText(piece) === undefined ? this.#merger.count(piece) : 1);
      }
      start = end;
      this.#betweenWindows();
    }
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

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

function textOf(bytes: readonly number[]): string {
  return bytes.length === 0 ? '' : utf8.decode(Uint8Array.from(bytes));
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

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
