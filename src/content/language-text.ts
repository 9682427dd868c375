/**
 * A text source that reads like English prose. The same random source gives the same words in any encoding and for any limit.
 *
 * The tokens are exact, and yet no text is encoded: the lexicon holds only pieces at whose ends both encodings start a token
 * whatever stands beside them, so each piece is encoded once per tokenizer and its tokens are reused.
 */
import type { RandomSource } from '../kernel/random-source.js';
import type { GeneratedText, TextSource, Tokenizer } from './contract.js';
import { CONNECTIVES } from './language/common-words.js';
import { Composition, type Material, type SentenceEnds } from './language/composition.js';
import { Lexicon, PieceTokens } from './language/lexicon.js';
import { compileTemplate, type SentenceTemplate } from './language/sentence-template.js';
import { SentenceWriter } from './language/sentence-writer.js';
import { LIST_INTRODUCTIONS, LIST_ITEMS, OPENED_STATEMENTS, STATEMENTS } from './language/templates.js';
import { TOPICS } from './language/topics.js';
import { topicLists } from './language/vocabulary.js';

const lexicon = new Lexicon();
const articles = { article: lexicon.word('a'), articleBeforeVowel: lexicon.word('an') };
const material: Material = {
  topics: TOPICS.map((topic) => topicLists(topic, lexicon)),
  statements: compileAll(STATEMENTS),
  openedStatements: compileAll(OPENED_STATEMENTS),
  listIntroductions: compileAll(LIST_INTRODUCTIONS),
  listItems: compileAll(LIST_ITEMS),
  connectives: CONNECTIVES.map((text) => lexicon.phrase(text)),
  marks: {
    comma: lexicon.piece(','),
    bullet: lexicon.piece('-'),
    colonAndParagraph: lexicon.piece(':\n\n'),
    fullStop: sentenceEnds('.'),
    questionMark: sentenceEnds('?'),
  },
};

/** Every piece of text that a LanguageText writes. */
export const languagePieces: readonly string[] = lexicon.pieces;

export class LanguageText implements TextSource {
  /** One entry per encoding in use. */
  readonly #pieceTokens = new Map<Tokenizer, PieceTokens>();
  /** For one text after another. */
  readonly #writer = new SentenceWriter(articles);
  readonly #composition = new Composition(this.#writer, material);

  /**
   * @param targetTokens the text ends with the first sentence that reaches so many tokens
   * @param maxTokens integer >= 1: the text is cut after so many tokens
   */
  generate(random: RandomSource, tokenizer: Tokenizer, targetTokens: number, maxTokens: number): GeneratedText {
    const writer = this.#writer;
    const composition = this.#composition;
    writer.begin(random, this.#pieceTokensOf(tokenizer));
    composition.begin();
    const { tokens } = writer;
    let complete = false;
    while (!complete && tokens.length < maxTokens) {
      const { ends, next } = composition.writeSentence();
      complete = tokens.length + writer.lengthOf(ends.sentence) >= targetTokens;
      writer.writePiece(complete ? ends.sentence : ends[next]);
    }
    if (tokens.length > maxTokens) {
      tokens.length = maxTokens;
      complete = false;
    }
    return { tokens, complete };
  }

  #pieceTokensOf(tokenizer: Tokenizer): PieceTokens {
    let pieceTokens = this.#pieceTokens.get(tokenizer);
    if (pieceTokens === undefined) {
      pieceTokens = new PieceTokens(lexicon.pieces, tokenizer);
      this.#pieceTokens.set(tokenizer, pieceTokens);
    }
    return pieceTokens;
  }
}

function compileAll(templates: readonly string[]): SentenceTemplate[] {
  return templates.map((template) => compileTemplate(template, lexicon));
}

function sentenceEnds(mark: string): SentenceEnds {
  return {
    sentence: lexicon.piece(mark),
    line: lexicon.piece(`${mark}\n`),
    paragraph: lexicon.piece(`${mark}\n\n`),
  };
}
