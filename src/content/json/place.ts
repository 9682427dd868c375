/** A place in the document being written, and what is shared by all places of it. */
import type { Draws } from './draws.js';
import type { FacetReader } from './facet-reader.js';
import type { Facets } from './facets.js';
import type { Hint } from './hint.js';
import type { PatternBook } from './pattern/pattern-book.js';
import type { Schema, SchemaObject } from './schema.js';

/** The schemas that references led to on the way from the root to a place. */
export interface Trail {
  readonly schema: SchemaObject;
  readonly before: Trail | undefined;
}

export interface Place {
  readonly hint: Hint;
  /** The root has 0. */
  readonly depth: number;
  readonly trail: Trail | undefined;
  /** Whether what the schemas leave to choice is left out: the document is large, deep, or in a recursion. */
  readonly isFrugal: boolean;
}

/** Writes the values of one document. */
export interface Writing {
  readonly draws: Draws;
  readonly reader: FacetReader;
  readonly patterns: PatternBook;
  /** Whether the document is as large as it may become. */
  readonly isFull: boolean;
  /** A value that satisfies all the schemas, at a place below the given one. */
  below(place: Place, facets: Facets, hint: Hint, schemas: readonly Schema[]): unknown;
}
