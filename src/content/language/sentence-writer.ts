/**
 * Writes sentences as tokens: walks a template, fills its slots from the lists of a topic, and sees to articles, agreement in
 * number and capitals. Which words are drawn depends on the random source alone, never on the encoding.
 */
import type { RandomSource } from '../../kernel/random-source.js';
import { OPENING, type Phrase, type PieceId, type PieceTokens, PLAIN, type Position, type Word } from './lexicon.js';
import type { SentenceTemplate, SlotStep } from './sentence-template.js';
import { SLOT_KINDS, type TopicLists } from './vocabulary.js';

const TWO_POW_32 = 2 ** 32;
/** Lists of up to this many entries give no entry twice in a sentence; the bits of a mask of entries used. */
const MASK_BITS = 32;

/** The words "a" and "an". */
export interface Articles {
  readonly article: Word;
  readonly articleBeforeVowel: Word;
}

/** Of a writer that has not begun. */
const NO_RANDOM: RandomSource = { nextUint32: () => 0, nextUnit: () => 0 };
const NO_PIECES: Pick<PieceTokens, 'of' | 'append'> = { of: () => [], append: () => {} };

export class SentenceWriter {
  /** Of the text that is being written. */
  tokens: string[] = [];
  #random: RandomSource = NO_RANDOM;
  #pieceTokens: Pick<PieceTokens, 'of' | 'append'> = NO_PIECES;
  readonly #articles: Articles;
  readonly #usedEntries = new Int32Array(SLOT_KINDS.length);
  #position: Position = OPENING;
  #isArticlePending = false;
  #isPlural = false;

  constructor(articles: Articles) {
    this.#articles = articles;
  }

  /** Begins another text. */
  begin(random: RandomSource, pieceTokens: PieceTokens): void {
    this.tokens = [];
    this.#random = random;
    this.#pieceTokens = pieceTokens;
    this.#position = OPENING;
    this.#isArticlePending = false;
    this.#isPlural = false;
  }

  /** A uniform integer in [0, count), count up to 2^32. */
  drawIndex(count: number): number {
    return Math.floor((this.#random.nextUint32() * count) / TWO_POW_32);
  }

  /** Writes the template's words, without the mark that ends the sentence. */
  writeTemplate(template: SentenceTemplate, lists: TopicLists): void {
    this.#usedEntries.fill(0);
    for (const step of template.steps) {
      if (step.step === 'word') this.#writeWord(step.word);
      else if (step.step === 'mark') this.writePiece(step.piece);
      else if (step.step === 'article') this.#isArticlePending = true;
      else this.writePhrase(this.#drawPhrase(step, lists));
    }
  }

  /** Sets how the next word is written; every word after it is plain. */
  startAt(position: Position): void {
    this.#position = position;
  }

  writePhrase(phrase: Phrase): void {
    for (let i = 0; i < phrase.length; i++) this.#writeWord(phrase[i]);
  }

  /** How many tokens a piece has. */
  lengthOf(piece: PieceId): number {
    return this.#pieceTokens.of(piece).length;
  }

  writePiece(piece: PieceId): void {
    this.#pieceTokens.append(piece, this.tokens);
  }

  #drawPhrase(slot: SlotStep, lists: TopicLists): Phrase {
    if (slot.choosesNumber) this.#isPlural = this.drawIndex(2) === 1;
    const list = lists[this.#isPlural ? slot.pluralList : slot.singularList];
    let index = this.drawIndex(list.length);
    if (list.length > 1) {
      const used = this.#usedEntries[slot.kind];
      for (let tries = 1; tries < list.length && used & (1 << (index % MASK_BITS)); tries++) {
        index = (index + 1) % list.length;
      }
      this.#usedEntries[slot.kind] = used | (1 << (index % MASK_BITS));
    }
    return list[index];
  }

  #writeWord(word: Word): void {
    if (this.#isArticlePending) {
      this.#isArticlePending = false;
      const { article, articleBeforeVowel } = this.#articles;
      this.#writeWord(word.startsWithVowelSound ? articleBeforeVowel : article);
    }
    this.writePiece(word.firstPiece + this.#position);
    this.#position = PLAIN;
  }
}
