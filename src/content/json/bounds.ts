/**
 * The bounds on what a client's schema may cost, and the test of a schema against them. All are constants of the program, never of
 * the machine: whether a bound is met is a function of the schema and the random source alone, so the document is too.
 */

/** Longest schema as JSON text: the most that OpenAI takes (120,000 characters of names and values), with descriptions on top. */
export const SCHEMA_CHARS_MAX = 262_144;
/** Deepest nesting of objects and arrays in a schema; a level of the document takes two. Recursion over a schema goes so deep. */
export const SCHEMA_DEPTH_MAX = 200;
/** Most values (objects, arrays, texts, numbers …) in a schema. Compiling a validator costs some 10 µs per value. */
export const SCHEMA_VALUES_MAX = 20_000;

/** Largest document in UTF-8 bytes, near enough. */
export const DOCUMENT_BYTES_MAX = 65_536;
/** Most values in a document. Comparing every two, as uniqueItems may, stays below ten million steps. */
export const DOCUMENT_NODES_MAX = 4_000;
/** From so many values on, whatever a schema leaves to choice is left out. */
export const DOCUMENT_NODES_AMPLE = 300;
/** Deepest nesting of a document, and the depth from which on whatever a schema leaves to choice is left out. */
export const DOCUMENT_DEPTH_MAX = 100;
export const DOCUMENT_DEPTH_AMPLE = 8;

/** Schemas read while writing one document, over all attempts: `$ref`s can make a small schema mean an enormous one. */
export const WORK_MAX = 100_000;
/** Documents tried, until one validates. */
export const ATTEMPTS_MAX = 6;
/** Values tried for one place of the document, until one validates there. */
export const PLACE_TRIES_MAX = 8;
/** `$ref`s followed while validating one document. */
export const REF_VISITS_MAX = 20_000;
/** Most subschemas of a schema whose single places are validated while a document is written: each is compiled by itself. */
export const CHECKED_SUBSCHEMAS_MAX = 500;
/** Longest text whose format is checked; the regular expressions of some formats take quadratic time. */
export const FORMAT_CHARS_MAX = 2_000;

/**
 * What the value exceeds, in words; undefined when it is within the bounds on a schema. Walks without recursion, and no further
 * than the bounds.
 */
export function exceededBound(schema: unknown): string | undefined {
  let level: unknown[] = [schema];
  let values = 0;
  for (let depth = 0; level.length > 0; depth++) {
    values += level.length;
    if (values > SCHEMA_VALUES_MAX) return `has more than ${SCHEMA_VALUES_MAX} values`;
    if (depth > SCHEMA_DEPTH_MAX) return `is nested deeper than ${SCHEMA_DEPTH_MAX} levels`;
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'object' && value !== null) for (const child of Object.values(value)) next.push(child);
    }
    level = next;
  }
  return undefined;
}
