/**
 * Whatever a client sends as a schema gives the text of some JSON value, within the bounds on work. Work is counted, not timed: in draws
 * from the random source, which every step of writing takes, and in bytes. A schema that is not bounded runs into the file's time limit.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { exceededBound, SCHEMA_DEPTH_MAX, SCHEMA_VALUES_MAX } from '../../../src/content/json/bounds.js';
import { JsonDocuments } from '../../../src/content/json/json-documents.js';
import { schemaProblem } from '../../../src/content/json/schema-problem.js';
import { seededRandom } from '../../../src/engine/rng.js';
import type { RandomSource } from '../../../src/kernel/random-source.js';
import { CONTRADICTORY, HOSTILE } from './hostile-schemas.js';

const KEY = Uint32Array.of(1, 2, 3, 4);
const DRAWS_MAX = 3_000_000;
/** Twice the bound on a document: the last text may go beyond. */
const CHARS_MAX = 140_000;

/** A random source that fails when more is drawn from it than any document may take. */
class CountedSource implements RandomSource {
  readonly #random: RandomSource;
  draws = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed, KEY, 0);
  }

  nextUint32(): number {
    assert.ok(++this.draws <= DRAWS_MAX, 'too much work');
    return this.#random.nextUint32();
  }

  nextUnit(): number {
    assert.ok(++this.draws <= DRAWS_MAX, 'too much work');
    return this.#random.nextUnit();
  }
}

function write(schema: unknown, seed: number, documents = new JsonDocuments()): string {
  const text = documents.write(schema, new CountedSource(seed));
  JSON.parse(text);
  return text;
}

for (const [kind, schemas] of Object.entries({ 'contradictory schemas': CONTRADICTORY, 'hostile schemas': HOSTILE })) {
  describe(kind, () => {
    for (const [name, schema] of Object.entries(schemas)) {
      test(`${name}: some JSON, the same for the same seed`, () => {
        const documents = new JsonDocuments();
        const texts = [0, 1, 2].map((seed) => write(schema, seed, documents));
        assert.equal(write(schema, 0, documents), texts[0]);
        const largest = Math.max(JSON.stringify(name).length, ...texts.map((text) => text.length));
        assert.ok(largest < CHARS_MAX + sizeOf(schema), `${largest} characters`);
      });

      test(`${name}: is a problem or not, and never an exception`, () => {
        const problem = schemaProblem(schema);
        if (problem !== undefined) assert.match(problem.message, /^\S.*[^.]$/s);
      });
    }
  });
}

describe('what is no schema, or beyond the bounds, means any object', () => {
  for (const name of [
    'no schema',
    'null',
    'a number',
    'a text',
    'a list',
    'no JSON',
    'a function',
    'a schema deeper than the stack',
    'a schema longer than the bound',
    'a schema of more values than the bound',
  ]) {
    test(name, () => {
      for (let seed = 0; seed < 10; seed++) {
        const text = write(HOSTILE[name], seed);
        assert.match(text, /^\{".+\}$/);
        assert.ok(text.length < 200, text);
        assert.equal(text, write({ type: 'object' }, seed));
      }
    });
  }
});

test('any JSON value as a schema gives a document and at most a problem', () => {
  const keyword = fc.constantFrom(
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
    '$id',
    '$defs',
    '$anchor',
    '$schema',
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'multipleOf',
    'minLength',
    'maxLength',
    'pattern',
    'format',
    'minItems',
    'maxItems',
    'uniqueItems',
    'contains',
    'minProperties',
    'maxProperties',
    'patternProperties',
    'additionalProperties',
    'propertyNames',
    'dependentRequired',
    'dependentSchemas',
    'unevaluatedProperties',
    '__proto__',
    'a',
  );
  const scalar = fc.oneof(
    fc.constantFrom(
      'object',
      'array',
      'string',
      'integer',
      'number',
      'null',
      'a',
      '#',
      '#/$defs/a',
      '#/properties/a',
      '^(a+)+$',
      'date',
      'email',
      'http://json-schema.org/draft-07/schema#',
    ),
    fc.double(),
    fc.integer({ min: -3, max: 1_000_000_000 }),
    fc.boolean(),
    fc.constant(null),
  );
  const junk = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true, maxDepth: 6 },
      scalar,
      tie('object'),
      tie('object'),
      fc.array(tie('value'), { maxLength: 4 }),
    ),
    object: fc
      .array(fc.tuple(keyword, tie('value')), { maxLength: 6 })
      .map((entries) =>
        JSON.parse(
          `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}`).join()}}`,
        ),
      ),
  }));
  const documents = new JsonDocuments();
  fc.assert(
    fc.property(junk.value, fc.nat(), (schema, seed) => {
      write(schema, seed, documents);
      schemaProblem(schema);
    }),
    { numRuns: 1_000 },
  );
});

test('the bounds on a schema', () => {
  const nest = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
  assert.equal(exceededBound(nest(SCHEMA_DEPTH_MAX)), undefined);
  assert.match(exceededBound(nest(SCHEMA_DEPTH_MAX + 2)) ?? '', /nested deeper/);
  assert.equal(exceededBound(new Array(SCHEMA_VALUES_MAX - 1).fill(0)), undefined);
  assert.match(exceededBound(new Array(SCHEMA_VALUES_MAX).fill(0)) ?? '', /more than/);
});

/** What the schema's own values may add to a document. */
function sizeOf(schema: unknown): number {
  try {
    return JSON.stringify(schema)?.length ?? 0;
  } catch {
    return 0;
  }
}
