/** What is wrong with a schema, in the words that providers pass on, and where. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { schemaProblem } from '../../../src/content/json/schema-problem.js';
import { KEYWORD_SCHEMAS } from './keyword-schemas.js';

const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';
const DRAFT_2019 = 'https://json-schema.org/draft/2019-09/schema';
const REFERENCE = 'reference can only point to definitions defined at the top level of the schema';

const PROBLEMS: [schema: unknown, path: string, message: string][] = [
  [{ type: 'strin' }, 'type', "'strin' is not valid under any of the given schemas"],
  [{ properties: { a: { type: 'int' } } }, 'properties/a/type', "'int' is not valid under any of the given schemas"],
  [{ type: ['string', 'foo'] }, 'type', "['string', 'foo'] is not valid under any of the given schemas"],
  [{ $defs: { a: { type: 3 } } }, '$defs/a/type', '3 is not valid under any of the given schemas'],
  [null, '', "None is not of type 'object', 'boolean'"],
  [[], '', "[] is not of type 'object', 'boolean'"],
  ['x', '', "'x' is not of type 'object', 'boolean'"],
  [{ properties: [] }, 'properties', "[] is not of type 'object'"],
  [{ properties: { 'a/b~c': [] } }, 'properties/a/b~c', "[] is not of type 'object', 'boolean'"],
  [{ properties: { a: null } }, 'properties/a', "None is not of type 'object', 'boolean'"],
  [{ items: [{ type: 'string' }] }, 'items', "[{'type': 'string'}] is not of type 'object', 'boolean'"],
  [{ required: true }, 'required', "True is not of type 'array'"],
  [{ required: ['a', 'a'] }, 'required', "['a', 'a'] has non-unique elements"],
  [{ enum: 'x' }, 'enum', "'x' is not of type 'array'"],
  [{ anyOf: [] }, 'anyOf', '[] should be non-empty'],
  [{ minLength: -1 }, 'minLength', '-1 is less than the minimum of 0'],
  [{ maxLength: 1.5 }, 'maxLength', "1.5 is not of type 'integer'"],
  [{ multipleOf: 0 }, 'multipleOf', '0 is less than or equal to the minimum of 0'],
  [{ minimum: 1, exclusiveMinimum: true }, 'exclusiveMinimum', "True is not of type 'number'"],
  [{ additionalProperties: "it's no" }, 'additionalProperties', `"it's no" is not of type 'object', 'boolean'`],
  [{ properties: { a: { pattern: '[' } } }, 'properties/a/pattern', "'[' is not a 'regex'"],
  [{ patternProperties: { '(': {} } }, 'patternProperties', "'(' is not a 'regex'"],
  [{ properties: { a: { $ref: '#/$defs/b' } } }, 'properties/a', REFERENCE],
  [{ $ref: 'https://example.com/schema.json' }, '', REFERENCE],
  [{ $ref: 5 }, '$ref', "5 is not of type 'string'"],
  [
    { $schema: DRAFT_07, items: [{ type: 'strin' }] },
    'items',
    "[{'type': 'strin'}] is not valid under any of the given schemas",
  ],
  [
    { $schema: DRAFT_2019, $defs: { a: { type: 'strin' } } },
    '$defs/a/type',
    "'strin' is not valid under any of the given schemas",
  ],
];

describe('a schema with a problem', () => {
  for (const [schema, path, message] of PROBLEMS) {
    test(`${JSON.stringify(schema)}: ${message}`, () => {
      const problem = schemaProblem(schema);
      assert.equal(problem?.message, message);
      assert.equal(problem.path.join('/'), path);
    });
  }

  test('what is quoted is bounded', () => {
    const long = schemaProblem({ required: 'x'.repeat(100_000) });
    const wide = schemaProblem({ items: new Array(1_000).fill({ a: { b: { c: { d: { e: 1 } } } } }) });
    for (const problem of [long, wide])
      assert.ok(problem !== undefined && problem.message.length < 1_000, problem?.message);
  });
});

describe('a schema without one', () => {
  for (const [name, schema] of Object.entries(KEYWORD_SCHEMAS))
    test(name, () => assert.equal(schemaProblem(schema), undefined));

  const VALID: unknown[] = [
    true,
    false,
    {},
    { $schema: 'https://json-schema.org/draft/2020-12/schema' },
    { $schema: 'https://example.com/a-dialect-of-our-own', type: 'object' },
    { $schema: DRAFT_07, items: [{ type: 'string' }], definitions: { a: true }, dependencies: { a: ['b'] } },
    { $schema: DRAFT_2019, items: [{ type: 'string' }], $recursiveRef: '#', $recursiveAnchor: true },
    { type: 'string', pattern: '^(?P<year>\\d{4})\\Z' },
    { 'x-vendor': 1, discriminator: { propertyName: 'kind' }, format: 'anything' },
    { $defs: { node: { properties: { next: { $ref: '#/$defs/node' } } } }, $ref: '#/$defs/node' },
  ];
  for (const schema of VALID) test(JSON.stringify(schema), () => assert.equal(schemaProblem(schema), undefined));
});
