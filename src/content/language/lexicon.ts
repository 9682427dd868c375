/**
 * Every piece of text that the language source can write, numbered. A piece is a word with the space before it, a mark of
 * punctuation or a line break with the mark it follows, such that both encodings start a token at each of its ends whatever
 * stands beside it: that is why tokens can be looked up piece by piece instead of encoding each text anew. A space belongs to
 * the word after it, and line breaks to the mark before them, because that is how the encodings split.
 */
import type { Tokenizer } from '../contract.js';
import { capitalize, startsWithVowelSound } from './inflection.js';

/** The number of a piece. */
export type PieceId = number;

/** How a word is written: " word"; " Word", at the beginning of a sentence; "Word", at the beginning of a paragraph. */
export const PLAIN = 0;
export const CAPITAL = 1;
export const OPENING = 2;
export type Position = typeof PLAIN | typeof CAPITAL | typeof OPENING;

export interface Word {
  /** How it is written at PLAIN; CAPITAL and OPENING are the two pieces behind that. */
  readonly firstPiece: PieceId;
  readonly startsWithVowelSound: boolean;
}

/** One entry of a word list: mostly a single word. */
export type Phrase = readonly Word[];

export class Lexicon {
  readonly #texts: string[] = [];
  readonly #ids = new Map<string, PieceId>();
  readonly #words = new Map<string, Word>();

  get pieces(): readonly string[] {
    return this.#texts;
  }

  piece(text: string): PieceId {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.#texts.push(text) - 1;
      this.#ids.set(text, id);
    }
    return id;
  }

  word(text: string): Word {
    let word = this.#words.get(text);
    if (word === undefined) {
      const capital = capitalize(text);
      const firstPiece = this.#texts.push(` ${text}`, ` ${capital}`, capital) - 3;
      word = { firstPiece, startsWithVowelSound: startsWithVowelSound(text) };
      this.#words.set(text, word);
    }
    return word;
  }

  phrase(text: string): Phrase {
    return text.split(' ').map((word) => this.word(word));
  }
}

/** The tokens of each piece in one encoding, encoded when first asked for; bounded by the size of the lexicon. */
export class PieceTokens {
  readonly #pieces: readonly string[];
  readonly #tokenizer: Tokenizer;
  readonly #tokens: (readonly string[] | undefined)[];
  /** Of the pieces that are a single token, as most are: one look less for each word. */
  readonly #single: (string | undefined)[];

  constructor(pieces: readonly string[], tokenizer: Tokenizer) {
    this.#pieces = pieces;
    this.#tokenizer = tokenizer;
    this.#tokens = new Array(pieces.length).fill(undefined);
    this.#single = new Array(pieces.length).fill(undefined);
  }

  append(piece: PieceId, to: string[]): void {
    const single = this.#single[piece];
    if (single !== undefined) {
      to.push(single);
      return;
    }
    const tokens = this.of(piece);
    for (let i = 0; i < tokens.length; i++) to.push(tokens[i]);
  }

  of(piece: PieceId): readonly string[] {
    return this.#tokens[piece] ?? this.#encode(piece);
  }

  #encode(piece: PieceId): readonly string[] {
    const tokens = this.#tokenizer.split(this.#pieces[piece]);
    this.#tokens[piece] = tokens;
    if (tokens.length === 1) this.#single[piece] = tokens[0];
    return tokens;
  }
}
