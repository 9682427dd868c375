/** A schema for each keyword of JSON Schema and for combinations that a generator gets wrong easily. All can be satisfied. */

const a = (schema: unknown): object => ({
  type: 'object',
  properties: { a: schema },
  required: ['a'],
  additionalProperties: false,
});
/** An object literal with `then` in it could be taken for a promise. */
const conditional = (schemas: { if: object; yes: object; no: object }): object =>
  Object.fromEntries([
    ['if', schemas.if],
    ['then', schemas.yes],
    ['else', schemas.no],
  ]);

export const FORMATS = [
  'date',
  'time',
  'date-time',
  'iso-time',
  'iso-date-time',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uri',
  'uri-reference',
  'uri-template',
  'url',
  'uuid',
  'regex',
  'json-pointer',
  'json-pointer-uri-fragment',
  'relative-json-pointer',
  'byte',
] as const;

export const KEYWORD_SCHEMAS: { readonly [name: string]: object } = {
  'a null': a({ type: 'null' }),
  'a boolean': a({ type: 'boolean' }),
  'several types': a({ type: ['string', 'integer', 'null', 'array'] }),
  'a number that is not whole': a({ type: 'number', not: { type: 'integer' } }),
  enum: a({ enum: ['x', 1, null, { deep: [1] }, 2.5] }),
  'enum within a type': a({ type: 'string', enum: ['x', 1, null] }),
  'enum within bounds': a({ enum: [1, 5, 9], minimum: 4, maximum: 8 }),
  const: a({ const: { z: [1, { y: null }] } }),
  'const null': a({ const: null }),

  'closed bounds': a({ type: 'integer', minimum: -3, maximum: -1 }),
  'open bounds': a({ type: 'integer', exclusiveMinimum: 7, exclusiveMaximum: 9 }),
  'open and closed bounds': a({ type: 'integer', minimum: 5, exclusiveMinimum: 5, maximum: 6.5 }),
  'a single number': a({ type: 'number', minimum: 0.5, maximum: 0.5 }),
  'a narrow range': a({ type: 'number', exclusiveMinimum: 0.0001, exclusiveMaximum: 0.0002 }),
  'a minimum far off': a({ type: 'integer', minimum: 1_000_000_007 }),
  'a maximum far down': a({ type: 'number', exclusiveMaximum: -1e15 }),
  'the range of doubles': a({ type: 'number', minimum: -1.7e308, maximum: 1.7e308 }),
  'a multiple': a({ type: 'integer', multipleOf: 7, minimum: 20, maximum: 29 }),
  'a multiple without bounds': a({ type: 'integer', multipleOf: 100_000 }),
  'a fractional multiple': a({ type: 'number', multipleOf: 0.1, minimum: 1, maximum: 2 }),
  'cents, however many': a({ type: 'number', multipleOf: 0.01, minimum: 0 }),
  'a tiny multiple': a({ type: 'number', multipleOf: 1e-7, minimum: 0.001, maximum: 0.002 }),
  'multiples of two steps': a({ allOf: [{ type: 'integer', multipleOf: 6 }, { multipleOf: 15 }] }),
  'a negative multiple': a({ type: 'integer', multipleOf: 5, exclusiveMaximum: -5 }),
  'a whole number of a number': a({ type: 'number', multipleOf: 1 }),
  int32: a({ type: 'number', format: 'int32' }),

  'a long text': a({ type: 'string', minLength: 200, maxLength: 210 }),
  'a text of one character': a({ type: 'string', minLength: 1, maxLength: 1 }),
  'an empty text': a({ type: 'string', maxLength: 0 }),
  'a very long text': a({ type: 'string', minLength: 20_000 }),
  'a pattern': a({ type: 'string', pattern: '^[A-Z]{3}-\\d{4}$' }),
  'a pattern of a certain length': a({ type: 'string', pattern: '^[a-z]+$', minLength: 20, maxLength: 25 }),
  'two patterns': a({ allOf: [{ type: 'string', pattern: '^[a-z]{4,8}$' }, { pattern: 'e' }] }),
  'a rule for passwords': a({
    type: 'string',
    pattern: '^(?=.*[a-z])(?=.*[A-Z])(?=.*\\d)[A-Za-z\\d@$!%*?&]{8,}$',
    maxLength: 16,
  }),
  'a pattern without a type': a({ pattern: '^x+$' }),
  'a short email': a({ type: 'string', format: 'email', maxLength: 8 }),
  'a date of a year': a({ type: 'string', format: 'date', pattern: '^2025' }),
  'an unknown format': a({ type: 'string', format: 'phone' }),

  'few items': a({ type: 'array', items: { type: 'integer' }, maxItems: 1 }),
  'no items': a({ type: 'array', maxItems: 0 }),
  'many items': a({ type: 'array', items: { type: 'boolean' }, minItems: 40, maxItems: 50 }),
  'items of any kind': a({ type: 'array', minItems: 2 }),
  'no items allowed': a({ type: 'array', items: false }),
  'unique items': a({ type: 'array', items: { enum: [1, 2, 3] }, uniqueItems: true, minItems: 3 }),
  'unique objects': a({
    type: 'array',
    items: { type: 'object', properties: { b: { enum: [1, 2] } }, required: ['b'] },
    uniqueItems: true,
  }),
  'unique booleans': a({ type: 'array', items: { type: 'boolean' }, uniqueItems: true }),
  'a tuple': a({ type: 'array', prefixItems: [{ type: 'number' }, { type: 'string' }], items: false, minItems: 2 }),
  'a tuple with a rest': a({ type: 'array', prefixItems: [{ type: 'null' }], items: { type: 'string' }, minItems: 3 }),
  'a tuple that may not go on': a({ type: 'array', prefixItems: [{ type: 'null' }], unevaluatedItems: false }),
  'a draft-07 tuple': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...a({ type: 'array', items: [{ type: 'null' }], additionalItems: false }),
  },
  contains: a({ type: 'array', items: { type: 'integer' }, contains: { minimum: 1_000 }, minContains: 2, maxItems: 4 }),
  'contains at most': a({
    type: 'array',
    items: { type: 'integer' },
    contains: { minimum: 50 },
    minContains: 0,
    maxContains: 1,
    minItems: 3,
  }),

  'any properties': { type: 'object', minProperties: 5 },
  'a map of numbers': { type: 'object', additionalProperties: { type: 'number' }, minProperties: 2, maxProperties: 3 },
  'at most one of three': { type: 'object', properties: { a: true, b: true, c: true }, maxProperties: 1 },
  'at least two of three': {
    type: 'object',
    properties: { a: true, b: true, c: true },
    minProperties: 2,
    additionalProperties: false,
  },
  'a required property that is not listed': {
    type: 'object',
    properties: { a: true },
    required: ['b'],
    additionalProperties: { type: 'integer' },
  },
  'a property that cannot be': { type: 'object', properties: { a: false, b: true }, minProperties: 1 },
  'names by pattern': {
    type: 'object',
    patternProperties: { '^x-': { type: 'integer' } },
    additionalProperties: false,
    minProperties: 2,
  },
  'names by two patterns': {
    type: 'object',
    patternProperties: { '^x': { minimum: 5 }, y$: { maximum: 6, type: 'integer' } },
    required: ['xy'],
  },
  'names by schema': { type: 'object', propertyNames: { pattern: '^[a-z]{3}$' }, minProperties: 2 },
  'names by enum': { type: 'object', propertyNames: { enum: ['red', 'green', 'blue'] }, minProperties: 3 },
  'a name like the prototype': JSON.parse(
    '{"type":"object","properties":{"constructor":{"type":"string"},"toString":{"type":"integer"}},"required":["constructor","toString"]}',
  ),
  dependentRequired: {
    type: 'object',
    properties: { a: true, b: true, c: true },
    dependentRequired: { a: ['b'], b: ['c'] },
  },
  dependentSchemas: {
    type: 'object',
    properties: { card: { type: 'string' }, other: { type: 'integer' } },
    dependentSchemas: { card: { properties: { address: { type: 'string' } }, required: ['address'] } },
  },
  dependencies: {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: { a: { type: 'string' }, b: { type: 'string' } },
    dependencies: { a: ['b'], b: { required: ['c'], properties: { c: { type: 'integer' } } } },
  },
  'closed over allOf': {
    type: 'object',
    allOf: [{ properties: { a: { type: 'string' } }, required: ['a'] }],
    properties: { b: { type: 'integer' } },
    unevaluatedProperties: false,
  },

  'a reference': { ...a({ $ref: '#/$defs/word' }), $defs: { word: { type: 'string', maxLength: 3 } } },
  'a reference with more beside it': {
    ...a({ $ref: '#/$defs/word', maxLength: 3 }),
    $defs: { word: { type: 'string', minLength: 2 } },
  },
  'a reference to a place without a name': {
    type: 'object',
    properties: { a: { items: { type: 'integer' } }, b: { $ref: '#/properties/a/items' } },
    required: ['b'],
  },
  'a reference beside the keywords': {
    ...a({ $ref: '#/components/schemas/Word' }),
    components: { schemas: { Word: { type: 'string', maxLength: 3 } } },
  },
  'a reference with escapes': { ...a({ $ref: '#/$defs/a~1b%25c' }), $defs: { 'a/b%c': { type: 'integer' } } },
  'a reference to an anchor': { ...a({ $ref: '#word' }), $defs: { x: { $anchor: 'word', type: 'boolean' } } },
  'a reference to an identifier': {
    $id: 'https://example.com/root.json',
    ...a({ $ref: 'item.json' }),
    $defs: { x: { $id: 'item.json', type: 'integer' } },
  },
  'a reference within an identifier': {
    ...a({ $ref: 'https://example.com/item#/$defs/deep' }),
    $defs: { x: { $id: 'https://example.com/item', $defs: { deep: { const: 7 } } } },
  },
  'a reference to a reference': {
    ...a({ $ref: '#/$defs/x' }),
    $defs: { x: { $ref: '#/$defs/y' }, y: { type: 'null' } },
  },
  'a list that ends': {
    type: 'object',
    properties: { next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } },
    required: ['next'],
    additionalProperties: false,
  },
  'a tree': {
    $ref: '#/$defs/node',
    $defs: {
      node: {
        type: 'object',
        properties: { value: { type: 'integer' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
        required: ['value', 'children'],
        additionalProperties: false,
      },
    },
  },
  'a recursion that ends in one branch only': {
    $ref: '#/$defs/e',
    $defs: {
      e: {
        oneOf: [
          {
            type: 'object',
            properties: { plus: { type: 'array', items: { $ref: '#/$defs/e' }, minItems: 2, maxItems: 2 } },
            required: ['plus'],
          },
          { type: 'object', properties: { minus: { $ref: '#/$defs/e' } }, required: ['minus'] },
          { type: 'object', properties: { digit: { type: 'integer' } }, required: ['digit'] },
        ],
        unevaluatedProperties: false,
      },
    },
  },
  'two schemas that refer to each other': {
    $ref: '#/$defs/person',
    $defs: {
      person: {
        type: 'object',
        properties: { pets: { type: 'array', items: { $ref: '#/$defs/pet' } } },
        required: ['pets'],
      },
      pet: {
        type: 'object',
        properties: { owners: { type: 'array', items: { $ref: '#/$defs/person' } } },
        required: ['owners'],
      },
    },
  },

  allOf: {
    allOf: [
      { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
      { properties: { a: { minLength: 4 }, b: { minimum: 3 } }, required: ['b'] },
    ],
  },
  anyOf: a({
    anyOf: [
      { type: 'string', maxLength: 3 },
      { type: 'integer', maximum: 2 },
      { type: 'array', maxItems: 1 },
    ],
  }),
  'anyOf with bounds beside it': a({
    type: 'integer',
    minimum: 10,
    maximum: 20,
    anyOf: [{ maximum: 5 }, { minimum: 15 }],
  }),
  'anyOf of what is required': {
    type: 'object',
    properties: { a: { type: 'string' }, b: { type: 'string' } },
    anyOf: [{ required: ['a'] }, { required: ['b'] }],
    additionalProperties: false,
  },
  'oneOf that overlap': a({ oneOf: [{ type: 'integer' }, { type: 'number', minimum: 5 }] }),
  'oneOf of what is required': {
    type: 'object',
    properties: { a: { type: 'string' }, b: { type: 'string' } },
    oneOf: [{ required: ['a'] }, { required: ['b'] }],
  },
  'oneOf within allOf': {
    type: 'object',
    properties: { kind: { enum: ['x', 'y'] } },
    required: ['kind'],
    allOf: [
      {
        oneOf: [
          { properties: { kind: { const: 'x' } } },
          { properties: { kind: { const: 'y' } } },
          { properties: { kind: { const: 'z' } } },
        ],
      },
      { oneOf: [{ properties: { kind: { const: 'w' } } }, { properties: { kind: { const: 'y' } } }] },
    ],
  },
  'several overlapping oneOf at a time': {
    type: 'object',
    properties: Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [
        name,
        { oneOf: [{ type: 'integer' }, { type: 'number', minimum: 5 }] },
      ]),
    ),
    required: ['a', 'b', 'c', 'd', 'e', 'f'],
  },
  'not of values': a({ type: 'integer', minimum: 1, maximum: 3, not: { enum: [1, 3] } }),
  'not of a type': a({ not: { type: ['string', 'object', 'array', 'null', 'boolean'] } }),
  'not of a pattern': a({ type: 'string', not: { pattern: 'e' } }),
  'not of a property': { type: 'object', properties: { a: true, b: true }, not: { required: ['a'] }, required: ['b'] },
  'not of alternatives': a({ enum: [1, 2, 3, 4], not: { anyOf: [{ const: 1 }, { const: 2 }] } }),
  'not of not': a({ not: { not: { type: 'string', maxLength: 4 } } }),
  'if, then and else': {
    type: 'object',
    properties: { kind: { enum: ['x', 'y'] }, value: true },
    required: ['kind', 'value'],
    ...conditional({
      if: { properties: { kind: { const: 'x' } } },
      yes: { properties: { value: { type: 'integer' } } },
      no: { properties: { value: { type: 'boolean' } } },
    }),
  },
  'if a property is there': {
    type: 'object',
    properties: { a: { type: 'string' }, b: { type: 'string' }, c: { type: 'integer' } },
    ...conditional({ if: { required: ['a'] }, yes: { required: ['b'] }, no: { required: ['c'] } }),
  },
  'if a number is large': a({
    type: 'integer',
    minimum: 0,
    maximum: 100,
    ...conditional({ if: { minimum: 50 }, yes: { multipleOf: 10 }, no: { multipleOf: 7 } }),
  }),
  'formats, all of them': {
    type: 'object',
    properties: Object.fromEntries(FORMATS.map((format) => [format, { type: 'string', format }])),
    required: FORMATS,
  },

  'an array at the root': { type: 'array', items: { type: 'string' }, minItems: 1 },
  'a text at the root': { type: 'string', enum: ['yes', 'no'] },
  'a number at the root': { type: 'number', minimum: 0, maximum: 1 },
};
