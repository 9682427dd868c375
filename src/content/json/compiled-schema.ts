/**
 * A client's schema made ready to write documents from. Whatever it keeps between documents (validators, patterns, heights) is computed
 * from the schema alone, so that a document is a function of schema and random source, however many were written before.
 */
import { ATTEMPTS_MAX, WORK_MAX } from './bounds.js';
import { DocumentWriting, type Manner } from './document-writing.js';
import type { Draws } from './draws.js';
import { type Effort, FacetReader } from './facet-reader.js';
import { Heights } from './heights.js';
import { PatternBook } from './pattern/pattern-book.js';
import type { Schema } from './schema.js';
import { SchemaIndex } from './schema-index.js';
import { Validator } from './validator.js';

/** From this attempt on all that the schema leaves to choice is left out. */
const FRUGAL_FROM = 4;

export class CompiledSchema {
  readonly #index: SchemaIndex;
  readonly #patterns = new PatternBook();
  readonly #validator: Validator;
  #heights: Heights | undefined;

  /** @param schema within the bounds on schemas, and not used elsewhere: it is marked */
  constructor(schema: Schema) {
    this.#index = new SchemaIndex(schema);
    this.#validator = new Validator(this.#index, this.#patterns);
  }

  /** The first document that validates or cannot be validated; else the one with the fewest errors. */
  write(draws: Draws): unknown {
    this.#patterns.reset();
    const effort: Effort = { work: WORK_MAX };
    const reader = new FacetReader(this.#index, () => this.#heightsOfAll(), draws, effort);
    let best: unknown;
    let fewest = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < ATTEMPTS_MAX && effort.work > 0; attempt++) {
      const document = new DocumentWriting(draws, reader, this.#patterns, this.#mannerOf(attempt)).write(
        this.#index.root,
      );
      const errors = this.#validator.errorsIn(document) ?? 0;
      if (errors < fewest) {
        best = document;
        fewest = errors;
      }
      if (fewest === 0) break;
    }
    return best;
  }

  /** First as a model would write; then checking place by place, which costs more; then as little as possible. */
  #mannerOf(attempt: number): Manner {
    const accepts: Manner['accepts'] = (schemas, value) => this.#validator.accepts(schemas, value);
    return {
      isFrugal: attempt >= FRUGAL_FROM,
      takesSamples: attempt === 0,
      accepts: attempt === 0 ? undefined : accepts,
    };
  }

  #heightsOfAll(): Heights {
    this.#heights ??= new Heights(this.#index);
    return this.#heights;
  }
}
