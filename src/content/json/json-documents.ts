/**
 * Documents from JSON Schema: the arguments of a tool call, or a reply in a format that the client asked for. Every document is one that
 * a validator accepts, as far as the schema can be satisfied within the bounds of bounds.ts; it reads like what a model fills in, and is
 * a function of the schema and the random source alone.
 *
 * The generator is our own. json-schema-faker 0.6.3 was tried first: patterns with lengths, lookaheads or Unicode classes, propertyNames,
 * patternProperties, contains, overlapping oneOf, bounded formats and fractional multipleOf gave documents that do not validate, `$anchor`
 * throws, and nothing in it bounds what a hostile schema costs.
 */
import { LRUCache } from 'lru-cache';
import type { RandomSource } from '../../kernel/random-source.js';
import { exceededBound, SCHEMA_CHARS_MAX } from './bounds.js';
import { CompiledSchema } from './compiled-schema.js';
import { Draws } from './draws.js';
import { isSchema } from './schema.js';

/** Schemas kept compiled, and the characters of all of them as JSON text. One of five properties holds some 20 KB of memory. */
const SCHEMAS_KEPT_MAX = 500;
const CHARS_KEPT_MAX = 4_000_000;

/** What is written for no schema, and for one that is no schema or beyond the bounds. */
const ANY_OBJECT = '{"type":"object"}';

export class JsonDocuments {
  /** By the schema's JSON text, which unlike a hash of its content tells the orders of properties apart. */
  readonly #compiled = new LRUCache<string, CompiledSchema>({
    max: SCHEMAS_KEPT_MAX,
    maxSize: CHARS_KEPT_MAX,
    sizeCalculation: (_, text) => text.length,
  });

  /**
   * The JSON text of a document, without white space. Never throws, whatever the schema is: no schema, `true` and `{}` mean any object; so
   * does what is no schema or exceeds a bound. A schema that contradicts itself gives the document with the fewest errors.
   * @param schema as JSON.parse gave it: JSON Schema of draft 4 to 2020-12
   */
  write(schema: unknown, random: RandomSource): string {
    const text = textOf(schema) ?? ANY_OBJECT;
    let compiled = this.#compiled.get(text);
    if (compiled === undefined) {
      compiled = compile(text);
      this.#compiled.set(text, compiled);
    }
    return JSON.stringify(compiled.write(new Draws(random))) ?? '{}';
  }
}

function compile(text: string): CompiledSchema {
  const schema: unknown = JSON.parse(text);
  if (!isSchema(schema) || exceededBound(schema) !== undefined) return compile(ANY_OBJECT);
  return new CompiledSchema(schema);
}

/** Undefined for what JSON cannot hold, is too long, or is nested so deep that writing it out fails. */
function textOf(schema: unknown): string | undefined {
  try {
    const text = JSON.stringify(schema);
    return text === undefined || text.length > SCHEMA_CHARS_MAX ? undefined : text;
  } catch {
    return undefined;
  }
}
