/**
 * Templates compiled for the sentence writer: a sequence of steps, each of which writes a word, a mark, an article or an
 * entry of a word list.
 */
import type { Lexicon, PieceId, Word } from './lexicon.js';
import { LIST_NAMES, type ListName, SLOT_KINDS } from './vocabulary.js';

export interface SlotStep {
  readonly step: 'slot';
  /** Index of the list in TopicLists when the sentence's number is singular, and when it is plural. */
  readonly singularList: number;
  readonly pluralList: number;
  /** Index into SLOT_KINDS. */
  readonly kind: number;
  readonly choosesNumber: boolean;
}

export type Step =
  | { readonly step: 'word'; readonly word: Word }
  | { readonly step: 'mark'; readonly piece: PieceId }
  | { readonly step: 'article' }
  | SlotStep;

export interface SentenceTemplate {
  readonly steps: readonly Step[];
  readonly isQuestion: boolean;
}

type SlotKind = (typeof SLOT_KINDS)[number];

/** Per slot: its list (or its lists in singular and plural) and its kind. */
const SLOTS: Readonly<Record<string, readonly [ListName, ListName, SlotKind]>> = {
  actor: ['person', 'people', 'person'],
  person: ['person', 'person', 'person'],
  people: ['people', 'people', 'person'],
  subject: ['thing', 'things', 'thing'],
  thing: ['thing', 'thing', 'thing'],
  things: ['things', 'things', 'thing'],
  act: ['acts', 'actBase', 'act'],
  actBase: ['actBase', 'actBase', 'act'],
  acts: ['acts', 'acts', 'act'],
  acted: ['acted', 'acted', 'act'],
  acting: ['acting', 'acting', 'act'],
  happen: ['happens', 'happenBase', 'happening'],
  happenBase: ['happenBase', 'happenBase', 'happening'],
  happens: ['happens', 'happens', 'happening'],
  happened: ['happened', 'happened', 'happening'],
  trait: ['trait', 'trait', 'trait'],
  place: ['place', 'place', 'place'],
  usually: ['usually', 'usually', 'common'],
  manner: ['manner', 'manner', 'common'],
  time: ['time', 'time', 'common'],
  pastTime: ['pastTime', 'pastTime', 'common'],
  idea: ['idea', 'idea', 'common'],
  judgment: ['judgment', 'judgment', 'common'],
  number: ['number', 'number', 'common'],
  percentage: ['percentage', 'percentage', 'common'],
  is: ['is', 'are', 'common'],
  was: ['was', 'were', 'common'],
  has: ['has', 'have', 'common'],
  does: ['does', 'do', 'common'],
};

/**
 * Compiles one line of templates.ts.
 * @throws RangeError for an unknown slot
 */
export function compileTemplate(text: string, lexicon: Lexicon): SentenceTemplate {
  const isQuestion = text.endsWith('?');
  const steps: Step[] = [];
  for (const item of text.replace('?', '').split(' ')) {
    const mark = /[,;:]$/.exec(item)?.[0];
    const word = mark === undefined ? item : item.slice(0, -1);
    steps.push(compileWord(word, lexicon));
    if (mark !== undefined) steps.push({ step: 'mark', piece: lexicon.piece(mark) });
  }
  return { steps, isQuestion };
}

function compileWord(word: string, lexicon: Lexicon): Step {
  if (word === 'a') return { step: 'article' };
  if (!word.startsWith('$')) return { step: 'word', word: lexicon.word(word) };
  const name = word.slice(1);
  const slot = SLOTS[name];
  if (slot === undefined) throw new RangeError(`no slot is named ${word}`);
  const [singular, plural, kind] = slot;
  return {
    step: 'slot',
    singularList: LIST_NAMES.indexOf(singular),
    pluralList: LIST_NAMES.indexOf(plural),
    kind: SLOT_KINDS.indexOf(kind),
    choosesNumber: name === 'actor' || name === 'subject',
  };
}
