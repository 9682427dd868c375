/**
 * Writes one document: a value for each place, by the facets of the schemas that apply there. It always comes to an end: when the
 * document is large, deep or in a recursion, whatever the schemas leave to choice is left out, and when it is full, the values left are
 * empty ones.
 */
import { writeArray } from './arrays.js';
import {
  DOCUMENT_BYTES_MAX,
  DOCUMENT_DEPTH_AMPLE,
  DOCUMENT_DEPTH_MAX,
  DOCUMENT_NODES_AMPLE,
  DOCUMENT_NODES_MAX,
  PLACE_TRIES_MAX,
} from './bounds.js';
import type { Draws } from './draws.js';
import type { FacetReader } from './facet-reader.js';
import { ANY_TYPE, ARRAY, BOOLEAN, type Facets, fits, NULL, NUMBER, OBJECT, possibleTypes, STRING } from './facets.js';
import { type Hint, NO_HINT } from './hint.js';
import { drawNumber } from './numbers.js';
import { writeObject } from './objects.js';
import type { PatternBook } from './pattern/pattern-book.js';
import type { Place, Trail, Writing } from './place.js';
import type { Schema, SchemaObject } from './schema.js';
import { drawText } from './texts.js';

/** How often null is written where something else may stand. */
const NULL_PRESENT = 0.1;
/** How often a value that the schema gives as an example is taken. */
const SAMPLE_TAKEN = 0.5;
/** How often a reference may lead to the same schema on the way to a place, before its recursion is brought to an end. */
const RECURSIONS_AMPLE = 2;

/** How an attempt at a document differs from another. */
export interface Manner {
  /** Whether all that the schemas leave to choice is left out. */
  readonly isFrugal: boolean;
  /** Whether the schema's own examples may be taken as values. */
  readonly takesSamples: boolean;
  /** Whether a value satisfies the schemas of its place; undefined: not checked until the document is complete. */
  readonly accepts: ((schemas: readonly Schema[], value: unknown) => boolean) | undefined;
}

export class DocumentWriting implements Writing {
  readonly draws: Draws;
  readonly reader: FacetReader;
  readonly patterns: PatternBook;
  readonly #manner: Manner;
  #nodes = 0;
  #bytes = 0;

  constructor(draws: Draws, reader: FacetReader, patterns: PatternBook, manner: Manner) {
    this.draws = draws;
    this.reader = reader;
    this.patterns = patterns;
    this.#manner = manner;
  }

  get isFull(): boolean {
    return this.#nodes >= DOCUMENT_NODES_MAX || this.#bytes >= DOCUMENT_BYTES_MAX;
  }

  write(root: Schema): unknown {
    return this.#value([root], { hint: NO_HINT, depth: 0, trail: undefined, isFrugal: this.#manner.isFrugal });
  }

  below(place: Place, facets: Facets, hint: Hint, schemas: readonly Schema[]): unknown {
    let trail = place.trail;
    let isFrugal = place.isFrugal || this.#nodes >= DOCUMENT_NODES_AMPLE || place.depth + 1 >= DOCUMENT_DEPTH_AMPLE;
    for (const schema of facets.targets) {
      isFrugal ||= occurrences(trail, schema) >= RECURSIONS_AMPLE;
      trail = { schema, before: trail };
    }
    return this.#value(schemas, { hint, depth: place.depth + 1, trail, isFrugal });
  }

  #value(schemas: readonly Schema[], place: Place): unknown {
    const { accepts } = this.#manner;
    const nodes = this.#nodes;
    const bytes = this.#bytes;
    for (let attempt = 1; ; attempt++) {
      const facets = this.reader.read(schemas, place.isFrugal);
      const value = this.#valueOf(facets, place);
      if (accepts === undefined || !facets.isPartial || attempt >= PLACE_TRIES_MAX || accepts(schemas, value))
        return value;
      this.#nodes = nodes;
      this.#bytes = bytes;
    }
  }

  #valueOf(facets: Facets, place: Place): unknown {
    this.#nodes++;
    const types = possibleTypes(facets);
    if (facets.values !== undefined) {
      const fitting = facets.values.filter((value) => fits(facets, types, value));
      const values = fitting.length > 0 ? fitting : facets.values;
      return values.length > 0 ? this.#counted(this.draws.pick(values)) : null;
    }
    const type = this.#typeOf(facets, types, place);
    if (this.isFull || place.depth >= DOCUMENT_DEPTH_MAX) return emptyOf(type);
    const sample = this.#sampleOf(facets, type);
    if (sample !== undefined) return this.#counted(sample);
    if (type === OBJECT) return this.#counted(writeObject(facets, place, this));
    if (type === ARRAY) return this.#counted(writeArray(facets, place, this));
    if (type === STRING) return this.#counted(drawText(facets, place.hint.words, this.draws, this.patterns));
    if (type === BOOLEAN) return this.draws.chance(0.5);
    return type === NULL ? null : drawNumber(facets, types & NUMBER, place.hint.words, this.draws);
  }

  /** One of the possible types: what the keywords speak of if nothing says which, and null but seldom. */
  #typeOf(facets: Facets, possible: number, place: Place): number {
    const implied = possible === ANY_TYPE ? impliedTypes(facets, place) & possible : possible;
    const types = [STRING, NUMBER, BOOLEAN, ARRAY, OBJECT].filter((type) => (implied & type) !== 0);
    if (types.length === 0) return implied === NULL || place.depth > 0 ? NULL : OBJECT;
    const scalars = place.isFrugal ? types.filter((type) => (type & (ARRAY | OBJECT)) === 0) : types;
    const isNull = (implied & NULL) !== 0 && place.depth > 0 && this.draws.chance(place.isFrugal ? 1 : NULL_PRESENT);
    return isNull ? NULL : this.draws.pick(scalars.length > 0 ? scalars : types);
  }

  /** Sometimes a value that the schema gives as an example. */
  #sampleOf(facets: Facets, type: number): unknown {
    if (!this.#manner.takesSamples || (type & (STRING | NUMBER)) === 0) return undefined;
    const samples = facets.samples.filter((sample) => fits(facets, type, sample) && sample !== '');
    return samples.length > 0 && this.draws.chance(SAMPLE_TAKEN) ? this.draws.pick(samples) : undefined;
  }

  #counted<T>(value: T): T {
    if (typeof value === 'string') this.#bytes += value.length;
    else if (Array.isArray(value)) this.#bytes += 2 * value.length;
    else if (typeof value === 'object' && value !== null) {
      for (const name of Object.keys(value)) this.#bytes += name.length;
    }
    return value;
  }
}

function occurrences(trail: Trail | undefined, schema: SchemaObject): number {
  let count = 0;
  for (let step = trail; step !== undefined; step = step.before) if (step.schema === schema) count++;
  return count;
}

/** The types that the keywords speak of; an object at the root, and a text elsewhere, if they speak of none. */
function impliedTypes(facets: Facets, place: Place): number {
  const { propertyRules, required, itemRules, containments, multiples, patterns, formats } = facets;
  let types = 0;
  if (propertyRules.length + required.length + facets.minProperties > 0) types |= OBJECT;
  if (itemRules.length + containments.length + facets.minItems > 0) types |= ARRAY;
  if (multiples.length > 0 || Number.isFinite(facets.minimum) || Number.isFinite(facets.maximum)) types |= NUMBER;
  if (Number.isFinite(facets.exclusiveMinimum) || Number.isFinite(facets.exclusiveMaximum)) types |= NUMBER;
  if (patterns.length + formats.length + facets.minLength > 0 || Number.isFinite(facets.maxLength)) types |= STRING;
  if (types !== 0) return types;
  return place.depth === 0 ? OBJECT : STRING;
}

function emptyOf(type: number): unknown {
  if (type === OBJECT) return {};
  if (type === ARRAY) return [];
  if (type === STRING) return '';
  if (type === BOOLEAN) return false;
  return type === NULL ? null : 0;
}
