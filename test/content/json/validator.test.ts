/** The validator behind the generator gives the verdicts of a plain one, on documents that are right and on documents that are not. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JsonDocuments } from '../../../src/content/json/json-documents.js';
import { PatternBook } from '../../../src/content/json/pattern/pattern-book.js';
import type { Schema } from '../../../src/content/json/schema.js';
import { SchemaIndex } from '../../../src/content/json/schema-index.js';
import { Validator } from '../../../src/content/json/validator.js';
import { seededRandom } from '../../../src/engine/rng.js';
import { KEYWORD_SCHEMAS } from './keyword-schemas.js';
import { REAL_WORLD } from './real-world-schemas.js';
import { referenceValidator } from './reference-validator.js';

const KEY = Uint32Array.of(1, 2, 3, 4);
const schemas: [string, object][] = Object.entries({ ...REAL_WORLD, ...KEYWORD_SCHEMAS });
const documents = new JsonDocuments();
const candidates: unknown[] = schemas.flatMap(([, schema]) =>
  [1, 2].map((seed) => JSON.parse(documents.write(schema, seededRandom(seed, KEY, 0)))),
);
const validatorOf = (schema: object): Validator => {
  const copy = structuredClone(schema) as Schema;
  return new Validator(new SchemaIndex(copy), new PatternBook());
};

describe('the same verdict', () => {
  for (const [name, schema] of schemas) {
    test(name, () => {
      const validator = validatorOf(schema);
      const errorsIn = referenceValidator(schema);
      for (const candidate of candidates) {
        const expected = errorsIn(candidate).length === 0;
        assert.equal(validator.errorsIn(candidate) === 0, expected, JSON.stringify(candidate).slice(0, 300));
      }
    });
  }
});

/** One thing changed at a time: a wrong document that is nearly right. */
function spoiled(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return ['', 'x'.repeat(300), -1e9, 0.123456, true, null, {}];
  if (Array.isArray(value)) {
    const inner = value.flatMap((item, index) => spoiled(item).map((other) => value.with(index, other)));
    return [[...value, ...value], [], ...inner];
  }
  const entries = Object.entries(value);
  const fewer = entries.map(([name]) => Object.fromEntries(entries.filter(([other]) => other !== name)));
  const inner = entries.flatMap(([name, entry]) => spoiled(entry).map((other) => ({ ...value, [name]: other })));
  return [{ ...value, unexpected: 1 }, ...fewer, ...inner];
}

test('the same verdict on documents that are nearly right', () => {
  let wrong = 0;
  for (const [name, schema] of schemas) {
    const validator = validatorOf(schema);
    const errorsIn = referenceValidator(schema);
    const document: unknown = JSON.parse(documents.write(schema, seededRandom(3, KEY, 0)));
    for (const candidate of spoiled(document).slice(0, 300)) {
      const errors = errorsIn(candidate);
      if (errors.length > 0) wrong++;
      assert.equal(validator.errorsIn(candidate), errors.length, `${name}: ${JSON.stringify(candidate).slice(0, 300)}`);
    }
  }
  assert.ok(wrong > 1_000, `${wrong} wrong documents`);
});

test('a place of the document is validated by itself', () => {
  const schema = { properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { minimum: 5 } } };
  const index = new SchemaIndex(schema);
  const validator = new Validator(index, new PatternBook());
  const { a } = schema.properties;
  assert.equal(validator.accepts([a], 6), true);
  assert.equal(validator.accepts([a], 4), false);
  assert.equal(validator.accepts([true, schema.$defs.a], 4), false);
  assert.equal(validator.accepts([{ minimum: 5 }], 4), true, 'a schema from elsewhere says nothing');
});

test('what means something to Ajv alone has no say', () => {
  const schemas = [
    { $async: true, type: 'string' },
    { id: 'http://example.com/a', type: 'string' },
    { nullable: true, allOf: [{ $async: true, type: 'string' }] },
    { $data: { $data: '/x' }, type: 'string' },
    { $ref: '#/$defs/a', $defs: { a: { $async: true, type: 'string' } } },
  ];
  for (const schema of schemas) {
    const validator = validatorOf(schema);
    assert.equal(validator.errorsIn('x'), 0, JSON.stringify(schema));
    assert.equal(validator.errorsIn(5), 1, JSON.stringify(schema));
  }
});

test('what cannot be told is neither right nor wrong', () => {
  for (const schema of [{ type: 'strin' }, { $ref: '#/missing' }, { $ref: '#' }]) {
    assert.equal(validatorOf(schema).errorsIn({}), undefined, JSON.stringify(schema));
  }
});
