/**
 * Writes sentences as tokens: walks a template, fills its slots from the lists of a topic, and sees to articles, agreement in
 * number and capitals. Which words are drawn depends on the random source alone, never on the encoding.
 */
import type { RandomSource } from '../../kernel/random-source.js';
import type { Phrase, PieceId, PieceTokens, Word } from './lexicon.js';
import type { SentenceTemplate, SlotStep } from './sentence-template.js';
import { SLOT_KINDS, type TopicLists } from './vocabulary.js';

/** How the next word is written: within a sentence, at its beginning, at the beginning of a paragraph. */
export type Position = 'plain' | 'capital' | 'opening';

const TWO_POW_32 = 2 ** 32;
/** Lists of up to this many entries give no entry twice in a sentence; the bits of a mask of entries used. */
const MASK_BITS = 32;

/** The words "a" and "an". */
export interface Articles {
  readonly article: Word;
  readonly articleBeforeVowel: Word;
}

export class SentenceWriter {
  readonly tokens: string[] = [];
  readonly #random: RandomSource;
  readonly #pieceTokens: PieceTokens;
  readonly #articles: Articles;
  readonly #usedEntries = new Int32Array(SLOT_KINDS.length);
  #position: Position = 'opening';
  #isArticlePending = false;
  #isPlural = false;

  constructor(random: RandomSource, pieceTokens: PieceTokens, articles: Articles) {
    this.#random = random;
    this.#pieceTokens = pieceTokens;
    this.#articles = articles;
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

  /** Sets how the next word is written; every word after it is 'plain'. */
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
    const tokens = this.#pieceTokens.of(piece);
    for (let i = 0; i < tokens.length; i++) this.tokens.push(tokens[i]);
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
    this.writePiece(word[this.#position]);
    this.#position = 'plain';
  }
}
