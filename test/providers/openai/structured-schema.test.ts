/** The rules of structured outputs, by OpenAI's guide "Structured model outputs", and the sentences in which the API names what breaks them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { schemaObjection } from '../../../src/providers/openai/structured-schema.js';

const closed = (properties: object, more: object = {}) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more,
});
const inA = (schema: object) => closed({ a: schema });
const nested = (levels: number): object => (levels === 0 ? { type: 'string' } : inA(nested(levels - 1)));

const REQUIRED = "'required' is required to be supplied and to be an array including every key in properties.";
const TOP = "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level.";

/** A schema, and what is objected to when it is strict and when it is not. */
const CASES: readonly (readonly [what: string, schema: unknown, strict?: string, loose?: string])[] = [
  ['an object without properties', closed({})],
  ['an object whose properties are all required', closed({ a: { type: 'string' }, b: { type: ['number', 'null'] } })],
  ['a list of objects', inA({ type: 'array', items: closed({ b: { enum: ['x', 'y'] } }) })],
  ['alternatives', inA({ anyOf: [closed({}), { type: 'null' }] })],
  ['a reference to a definition', closed({ a: { $ref: '#/$defs/b' } }, { $defs: { b: closed({}) } })],
  ['a reference to itself', closed({ a: { anyOf: [{ $ref: '#' }, { type: 'null' }] } })],
  ['a known format', inA({ type: 'string', format: 'date-time', pattern: '^a', description: 'When.' })],
  ['ten levels', nested(10)],
  ['text', 'object', `schema must be a JSON Schema of 'type: "object"', got 'type: "None"'.`],
  ['nothing', undefined, `schema must be a JSON Schema of 'type: "object"', got 'type: "None"'.`],
  ['alternatives at the top', { ...closed({}), anyOf: [] }, TOP, TOP],
  [
    'an open object',
    { type: 'object', properties: {} },
    "In context=(), 'additionalProperties' is required to be supplied and to be false.",
  ],
  [
    'an object that is open further down',
    inA({ type: 'array', items: { type: 'object', properties: {} } }),
    "In context=('properties', 'a', 'items'), 'additionalProperties' is required to be supplied and to be false.",
  ],
  [
    'a property that is not required',
    { ...closed({ a: { type: 'string' } }), required: [] },
    `In context=(), ${REQUIRED} Missing 'a'.`,
  ],
  [
    'a required key that is no property',
    { ...closed({}), required: ['z'] },
    `In context=(), ${REQUIRED} Extra required key 'z' supplied.`,
  ],
  [
    'a schema that says nothing',
    inA({ description: 'x' }),
    "In context=('properties', 'a'), schema must have a 'type' key.",
  ],
  [
    'a keyword that is not permitted',
    inA({ oneOf: [{ type: 'string' }] }),
    "In context=('properties', 'a'), 'oneOf' is not permitted.",
  ],
  [
    'an unknown format',
    inA({ type: 'string', format: 'uri' }),
    "In context=('properties', 'a'), 'uri' is not a valid format.",
  ],
  [
    'a reference with a description',
    closed({ a: { $ref: '#', description: 'x' } }),
    "In context=('properties', 'a'), $ref cannot have keywords {'description'}.",
  ],
  [
    'a reference to nowhere',
    inA({ $ref: '#/$defs/toString' }),
    "In context=('properties', 'a'), reference can only point to definitions defined at the top level of the schema.",
  ],
  [
    'a list of anything',
    inA({ type: 'array' }),
    "In context=('properties', 'a'), array schema missing items.",
    "In context=('properties', 'a'), array schema missing items.",
  ],
  [
    'an open object in a definition',
    closed({}, { $defs: { b: { type: 'object' } } }),
    "In context=('$defs', 'b'), 'additionalProperties' is required to be supplied and to be false.",
  ],
  [
    'an open object among alternatives',
    inA({ anyOf: [{ type: 'object' }] }),
    "In context=('properties', 'a', 'anyOf', '0'), 'additionalProperties' is required to be supplied and to be false.",
  ],
  ['eleven levels', nested(11), '11 levels of nesting exceeds limit of 10.'],
  [
    'too many properties',
    closed(Object.fromEntries(Array.from({ length: 5_001 }, (_, i) => [`p${i}`, { type: 'string' }]))),
    '5001 object properties exceeds limit of 5000.',
  ],
];

describe('schemaObjection', () => {
  for (const [what, schema, strict, loose] of CASES) {
    test(`${strict === undefined ? 'takes' : 'objects to'} ${what}`, () => {
      assert.equal(schemaObjection(schema, true), strict);
      const isAlwaysWrong = typeof schema !== 'object';
      assert.equal(schemaObjection(schema, false), isAlwaysWrong ? strict : loose);
    });
  }

  test('counts the values of enumerations over the whole schema', () => {
    const values = (count: number) => ({ enum: Array.from({ length: count }, (_, i) => i) });
    assert.equal(schemaObjection(closed({ a: values(500), b: values(500) }), true), undefined);
    assert.match(
      schemaObjection(closed({ a: values(500), b: values(501) }), true) ?? '',
      /^Expected at most 1000 enum values in total .*, but received 1001\./,
    );
  });

  test('looks at no schema that is too deep to be read', () => {
    let deep: object = { type: 'object' };
    for (let level = 0; level < 100_000; level++) deep = { a: deep };
    for (const strict of [true, false]) {
      assert.match(schemaObjection({ type: 'object', properties: deep }, strict) ?? '', /levels of nesting/);
    }
  });
});
