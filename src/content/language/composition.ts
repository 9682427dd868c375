/**
 * The shape of a text: paragraphs of three to six sentences, each paragraph within one topic, some with a bulleted list at
 * the end. It writes sentence by sentence, so that whoever asks decides after each one whether the text goes on.
 */
import { CAPITAL, OPENING, type Phrase, type PieceId } from './lexicon.js';
import type { SentenceTemplate } from './sentence-template.js';
import type { SentenceWriter } from './sentence-writer.js';
import type { TopicLists } from './vocabulary.js';

/** What there is to write with. */
export interface Material {
  readonly topics: readonly TopicLists[];
  /** Statements that a connective may precede. */
  readonly statements: readonly SentenceTemplate[];
  readonly openedStatements: readonly SentenceTemplate[];
  readonly listIntroductions: readonly SentenceTemplate[];
  readonly listItems: readonly SentenceTemplate[];
  readonly connectives: readonly Phrase[];
  readonly marks: {
    readonly comma: PieceId;
    readonly bullet: PieceId;
    readonly colonAndParagraph: PieceId;
    readonly fullStop: SentenceEnds;
    readonly questionMark: SentenceEnds;
  };
}

/** The mark that ends a sentence, with what separates it from the next one. */
export interface SentenceEnds {
  readonly sentence: PieceId;
  readonly line: PieceId;
  readonly paragraph: PieceId;
}

/** What follows a sentence if the text goes on. */
export type Break = keyof SentenceEnds;

/** A template does not come back before this many other sentences. */
const RECENT_TEMPLATES = 16;
const SENTENCES_MIN = 3;
const SENTENCES_MAX = 6;
const ITEMS_MIN = 3;
const ITEMS_MAX = 5;
/** One in so many: paragraphs that end in a list, paragraphs that leave the text's topic, statements with a connective. */
const LIST_EVERY = 6;
const OTHER_TOPIC_EVERY = 4;
const CONNECTIVE_EVERY = 5;

export class Composition {
  readonly #writer: SentenceWriter;
  readonly #material: Material;
  #mainTopic: TopicLists;
  readonly #recent: (SentenceTemplate | undefined)[] = new Array(RECENT_TEMPLATES).fill(undefined);
  #recentNext = 0;
  #topic: TopicLists;
  #sentencesLeft = 0;
  #itemsLeft = 0;
  #isListBegun = false;

  constructor(writer: SentenceWriter, material: Material) {
    this.#writer = writer;
    this.#material = material;
    this.#mainTopic = material.topics[0];
    this.#topic = this.#mainTopic;
  }

  /** Begins another text, for which the writer has begun. */
  begin(): void {
    this.#mainTopic = this.#draw(this.#material.topics);
    this.#topic = this.#mainTopic;
    this.#recent.fill(undefined);
    this.#recentNext = 0;
    this.#sentencesLeft = 0;
    this.#itemsLeft = 0;
    this.#isListBegun = false;
  }

  /** Writes the words of the next sentence; returns the marks that can end it and which of them lets the text go on. */
  writeSentence(): { readonly ends: SentenceEnds; readonly next: Break } {
    if (this.#sentencesLeft === 0 && this.#itemsLeft === 0) this.#beginParagraph();
    return this.#sentencesLeft > 0 ? this.#writeStatement() : this.#writeListItem();
  }

  #beginParagraph(): void {
    this.#writer.startAt(OPENING);
    this.#topic = this.#oneIn(OTHER_TOPIC_EVERY) ? this.#draw(this.#material.topics) : this.#mainTopic;
    this.#sentencesLeft = this.#between(SENTENCES_MIN, SENTENCES_MAX);
    this.#itemsLeft = this.#oneIn(LIST_EVERY) ? this.#between(ITEMS_MIN, ITEMS_MAX) : 0;
    this.#isListBegun = false;
  }

  #writeStatement(): { ends: SentenceEnds; next: Break } {
    const { statements, openedStatements, connectives, marks } = this.#material;
    const isOpened = this.#writer.drawIndex(statements.length + openedStatements.length) >= statements.length;
    const template = this.#drawUnused(isOpened ? openedStatements : statements);
    if (!isOpened && this.#oneIn(CONNECTIVE_EVERY)) {
      this.#writer.writePhrase(this.#draw(connectives));
      this.#writer.writePiece(marks.comma);
    }
    this.#write(template);
    this.#sentencesLeft--;
    const endsParagraph = this.#sentencesLeft === 0 && this.#itemsLeft === 0;
    return {
      ends: template.isQuestion ? marks.questionMark : marks.fullStop,
      next: endsParagraph ? 'paragraph' : 'sentence',
    };
  }

  #writeListItem(): { ends: SentenceEnds; next: Break } {
    const { listIntroductions, listItems, marks } = this.#material;
    if (!this.#isListBegun) {
      this.#isListBegun = true;
      this.#write(this.#draw(listIntroductions));
      this.#writer.writePiece(marks.colonAndParagraph);
    }
    this.#writer.writePiece(marks.bullet);
    this.#writer.startAt(CAPITAL);
    this.#write(this.#drawUnused(listItems));
    this.#itemsLeft--;
    return { ends: marks.fullStop, next: this.#itemsLeft === 0 ? 'paragraph' : 'line' };
  }

  #write(template: SentenceTemplate): void {
    this.#writer.writeTemplate(template, this.#topic);
    this.#writer.startAt(CAPITAL);
  }

  /** One of the templates, none of the last RECENT_TEMPLATES unless there are no others. */
  #drawUnused(templates: readonly SentenceTemplate[]): SentenceTemplate {
    let index = this.#writer.drawIndex(templates.length);
    for (let tries = 1; tries < templates.length && this.#recent.includes(templates[index]); tries++) {
      index = (index + 1) % templates.length;
    }
    const template = templates[index];
    this.#recent[this.#recentNext] = template;
    this.#recentNext = (this.#recentNext + 1) % RECENT_TEMPLATES;
    return template;
  }

  #draw<T>(from: readonly T[]): T {
    return from[this.#writer.drawIndex(from.length)];
  }

  #oneIn(count: number): boolean {
    return this.#writer.drawIndex(count) === 0;
  }

  #between(low: number, high: number): number {
    return low + this.#writer.drawIndex(high - low + 1);
  }
}
