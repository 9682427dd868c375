/** Objects within their facets. Properties come in the order in which the schemas list them, as a model writes them. */
import type { Draws } from './draws.js';
import { type Facets, isPossible } from './facets.js';
import { ENTRY_HINT, hintOf } from './hint.js';
import type { Place, Writing } from './place.js';
import { isSchema, ownEntry, type Schema, setEntry } from './schema.js';
import { noun } from './words.js';

/** How often a property that may be left out is there. */
const OPTIONAL_PRESENT = 0.7;
/** Most entries of an object that is a map, where nothing asks for more. */
const ENTRIES_MAX = 3;
/** Names tried for one further entry. */
const NAME_TRIES = 12;
/** Longest name that is written for a pattern. */
const NAME_CHARS_MAX = 40;
/** Rounds of adding what the presence of a property asks for. */
const DEPENDENCY_ROUNDS_MAX = 16;

export function writeObject(initial: Facets, place: Place, writing: Writing): { [name: string]: unknown } {
  const { facets, names } = chooseNames(initial, place, writing);
  const object: { [name: string]: unknown } = {};
  const add = (name: string): void => {
    const schemas = schemasOf(name, facets, writing);
    setEntry(object, name, writing.below(place, facets, hintOf(name, place.hint), schemas));
  };
  for (const name of names) {
    if (writing.isFull) return object;
    add(name);
  }
  const wanted = entriesWanted(facets, names.size, place, writing);
  for (let count = names.size; count < wanted && !writing.isFull; count++) {
    const name = furtherName(object, facets, place, writing);
    if (name === undefined) break;
    add(name);
  }
  return object;
}

/** The schemas that a property has to satisfy: one or more of every rule that has a say. */
function schemasOf(name: string, facets: Facets, { patterns }: Writing): Schema[] {
  const schemas: Schema[] = [];
  let isNamed = false;
  for (const rule of facets.propertyRules) {
    const own = ownEntry(rule.properties, name);
    const matching = rule.patterns.filter(([pattern]) => patterns.matches(pattern, name)).map(([, schema]) => schema);
    if (isSchema(own)) schemas.push(own);
    schemas.push(...matching);
    if (own !== undefined || matching.length > 0) isNamed = true;
    else if (rule.additional !== undefined) schemas.push(rule.additional);
  }
  if (facets.isClosed && !isNamed) schemas.push(false);
  return schemas;
}

interface Chosen {
  readonly facets: Facets;
  readonly names: ReadonlySet<string>;
}

/** The properties that are there, of those that the schemas list or require. */
function chooseNames(initial: Facets, place: Place, writing: Writing): Chosen {
  let facets = initial;
  let chosen = withOptional(facets, place, writing);
  const applied = new Set<Schema>();
  for (let round = 0; round < DEPENDENCY_ROUNDS_MAX; round++) {
    for (const [name, others] of facets.dependentNames)
      if (chosen.has(name)) for (const other of others) chosen.add(other);
    const further = facets.dependentSchemas.filter(([name, schema]) => chosen.has(name) && !applied.has(schema));
    if (further.length > 0) {
      for (const [, schema] of further) applied.add(schema);
      facets = writing.reader.extend(
        facets,
        further.map(([, schema]) => schema),
        place.isFrugal,
      );
    }
    const before = chosen.size;
    chosen = new Set([...chosen, ...facets.required]);
    if (further.length === 0 && chosen.size === before) break;
  }
  return { facets, names: inOrder(chosen, facets) };
}

function withOptional(facets: Facets, place: Place, writing: Writing): Set<string> {
  const { draws } = writing;
  const chosen = new Set(facets.required);
  const optional = listedNames(facets).filter((name) => !chosen.has(name) && isAllowed(name, facets, writing));
  const most = Math.min(facets.maxProperties, chosen.size + optional.length);
  const least = Math.min(most, facets.minProperties);
  const isPresent = (): boolean => !place.isFrugal && draws.chance(OPTIONAL_PRESENT);
  const present = optional.filter(isPresent);
  if (chosen.size + present.length === 0 && optional.length > 0 && !place.isFrugal) present.push(draws.pick(optional));
  for (const name of chosen.size + present.length > most ? draws.shuffled(present) : present) {
    if (chosen.size < most) chosen.add(name);
  }
  for (const name of chosen.size < least ? draws.shuffled(optional) : []) if (chosen.size < least) chosen.add(name);
  return chosen;
}

/** Whether a property can be there at all. */
function isAllowed(name: string, facets: Facets, writing: Writing): boolean {
  return !facets.forbidden.includes(name) && !schemasOf(name, facets, writing).includes(false);
}

function listedNames(facets: Facets): string[] {
  const names = new Set<string>();
  for (const { properties } of facets.propertyRules) for (const name of Object.keys(properties)) names.add(name);
  return [...names];
}

function inOrder(chosen: ReadonlySet<string>, facets: Facets): Set<string> {
  const listed = listedNames(facets).filter((name) => chosen.has(name));
  return new Set([...listed, ...chosen]);
}

/** How many entries the object should have in the end. */
function entriesWanted(facets: Facets, present: number, place: Place, { draws }: Writing): number {
  const isMap = listedNames(facets).length === 0 && facets.required.length === 0;
  const natural = isMap && !place.isFrugal ? draws.between(1, ENTRIES_MAX) : present;
  return Math.min(Math.max(natural, facets.minProperties), facets.maxProperties);
}

/** A name that is free and allowed; undefined when none was found. */
function furtherName(object: object, facets: Facets, place: Place, writing: Writing): string | undefined {
  for (let attempt = 0; attempt < NAME_TRIES; attempt++) {
    const name = drawName(facets, place, writing);
    const isFree = name !== undefined && !Object.hasOwn(object, name);
    if (isFree && isAllowed(name, facets, writing) && isPossibleAt(name, facets, writing)) return name;
  }
  return undefined;
}

function drawName(facets: Facets, place: Place, writing: Writing): string | undefined {
  const { draws } = writing;
  const sources = facets.propertyRules.flatMap((rule) => rule.patterns.map(([source]) => source));
  if (facets.nameSchemas.length > 0) {
    const name = writing.below(place, facets, ENTRY_HINT, [{ type: 'string' }, ...facets.nameSchemas]);
    return typeof name === 'string' ? name : undefined;
  }
  const isOpen = facets.propertyRules.every((rule) => rule.additional !== false) && !facets.isClosed;
  if (sources.length > 0 && (!isOpen || draws.chance(0.5))) {
    return drawPatternName(draws.pick(sources), writing);
  }
  return word(draws);
}

/** A pattern that says how a name begins leaves the rest to a word. */
function drawPatternName(source: string, { draws, patterns }: Writing): string | undefined {
  const name = patterns.sample(source, draws, 1, NAME_CHARS_MAX, []);
  const longer = `${name}${word(draws)}`;
  return name !== undefined && source.startsWith('^') && patterns.matches(source, longer) ? longer : name;
}

function word(draws: Draws): string {
  return noun(draws).replace(/\W/g, '_');
}

function isPossibleAt(name: string, facets: Facets, writing: Writing): boolean {
  return isPossible(writing.reader.read(schemasOf(name, facets, writing), true));
}
