/** JSON schemas as clients send them for structured output: each is judged without an exception, and a document of JSON is written for it. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { JsonDocuments } from '../../../src/content/json/json-documents.js';
import { schemaProblem } from '../../../src/content/json/schema-problem.js';
import { seededRandom } from '../../../src/engine/rng.js';
import type { RandomSource } from '../../../src/kernel/random-source.js';
import { CONTRADICTORY, HOSTILE } from '../../content/json/hostile-schemas.js';
import { satisfiableSchema } from '../../content/json/schema-arbitrary.js';
import type { JsonValue } from '../../http/hostile-bodies.js';
import type { FuzzTarget } from '../contract.js';
import { jsonTexts } from './json-texts.js';

const KEY = Uint32Array.of(1, 2, 3, 4);
/** More than any document may take: work is counted, not timed. */
const DRAWS_MAX = 3_000_000;
/** Of a schema's text; what is larger is only slow. */
const CHARS_MAX = 20_000;
const KEYWORDS = [
  'type',
  'enum',
  'const',
  'properties',
  'required',
  'items',
  'prefixItems',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  '$ref',
  '$defs',
  '$dynamicRef',
  'minimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minItems',
  'uniqueItems',
  'contains',
  'minContains',
  'minProperties',
  'patternProperties',
  'additionalProperties',
  'propertyNames',
  'dependentSchemas',
  'unevaluatedProperties',
  'nullable',
];

const known = [...Object.values(CONTRADICTORY), ...Object.values(HOSTILE)].flatMap((schema): JsonValue[] => {
  try {
    const text = JSON.stringify(schema);
    return text === undefined || text.length > CHARS_MAX ? [] : [JSON.parse(text)];
  } catch {
    // One that is no JSON, or deeper than the stack.
    return [];
  }
});

const schemas: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 2, arbitrary: satisfiableSchema.map((schema) => JSON.stringify(schema)) },
    { weight: 3, arbitrary: satisfiableSchema.chain((schema) => jsonTexts([schema as JsonValue], KEYWORDS)) },
    { weight: 2, arbitrary: jsonTexts(known, KEYWORDS) },
  )
  .map((text) => text.slice(0, CHARS_MAX));

export const schemaTarget: FuzzTarget<string> = {
  name: 'schemas',
  promise: 'whatever a client gives as a JSON schema, it is judged, and a JSON document is written with bounded work',
  weight: 1,
  inputs: schemas,
  open: async () => {
    const documents = new JsonDocuments();
    return {
      execute: (text) => {
        const schema = parsed(text);
        const problem = schemaProblem(schema);
        if (problem !== undefined) assert.match(problem.message, /^\S.*[^.]$/s);
        const first = documents.write(schema, new CountedSource());
        JSON.parse(first);
        assert.equal(new JsonDocuments().write(schema, new CountedSource()), first, 'the same for the same seed');
      },
      close: async () => {},
    };
  },
};

/** A text that is no JSON stands for itself. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

class CountedSource implements RandomSource {
  readonly #random = seededRandom(1, KEY, 0);
  #draws = 0;

  nextUint32(): number {
    this.#count();
    return this.#random.nextUint32();
  }

  nextUnit(): number {
    this.#count();
    return this.#random.nextUnit();
  }

  #count(): void {
    assert.ok(++this.#draws <= DRAWS_MAX, 'too much work');
  }
}
