/**
 * The word lists behind the slots of the templates: each topic has one list per slot, in a fixed order, made from its words'
 * inflected forms; the slots that every topic shares point to the same lists.
 */
import { FREQUENCIES, IDEAS, JUDGMENTS, MANNERS, NUMBERS, PAST_TIMES, PERCENTAGES, TIMES } from './common-words.js';
import { nounForms, verbForms } from './inflection.js';
import type { Lexicon, Phrase } from './lexicon.js';
import type { Topic } from './topics.js';

/** A slot's kind: words of one kind do not repeat within a sentence, in whatever form. */
export const SLOT_KINDS = ['person', 'thing', 'act', 'happening', 'trait', 'place', 'common'] as const;

/** The lists of a topic, in their order in TopicLists. */
export const LIST_NAMES = [
  'person',
  'people',
  'thing',
  'things',
  'actBase',
  'acts',
  'acted',
  'acting',
  'happenBase',
  'happens',
  'happened',
  'trait',
  'place',
  'usually',
  'manner',
  'time',
  'pastTime',
  'idea',
  'judgment',
  'number',
  'percentage',
  'is',
  'are',
  'was',
  'were',
  'has',
  'have',
  'does',
  'do',
] as const;

export type ListName = (typeof LIST_NAMES)[number];
export type TopicLists = readonly (readonly Phrase[])[];

export function topicLists(topic: Topic, lexicon: Lexicon): TopicLists {
  const people = words(topic.people).map(nounForms);
  const things = words(topic.things).map(nounForms);
  const acts = words(topic.acts).map(verbForms);
  const happenings = words(topic.happenings).map(verbForms);
  const texts: Record<ListName, readonly string[]> = {
    person: people.map((noun) => noun.singular),
    people: people.map((noun) => noun.plural),
    thing: things.map((noun) => noun.singular),
    things: things.map((noun) => noun.plural),
    actBase: acts.map((verb) => verb.base),
    acts: acts.map((verb) => verb.third),
    acted: acts.map((verb) => verb.past),
    acting: acts.map((verb) => verb.gerund),
    happenBase: happenings.map((verb) => verb.base),
    happens: happenings.map((verb) => verb.third),
    happened: happenings.map((verb) => verb.past),
    trait: words(topic.traits),
    place: phrases(topic.places),
    usually: words(FREQUENCIES),
    manner: phrases(MANNERS),
    time: phrases(TIMES),
    pastTime: phrases(PAST_TIMES),
    idea: words(IDEAS),
    judgment: words(JUDGMENTS),
    number: words(NUMBERS),
    percentage: words(PERCENTAGES),
    is: ['is'],
    are: ['are'],
    was: ['was'],
    were: ['were'],
    has: ['has'],
    have: ['have'],
    does: ['does'],
    do: ['do'],
  };
  return LIST_NAMES.map((name) => texts[name].map((text) => lexicon.phrase(text)));
}

function words(list: string): string[] {
  return list.split(' ');
}

function phrases(list: string): string[] {
  return list.split(', ');
}
