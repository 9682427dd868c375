/** Schemas that no honest client sends: contradictory, endless, enormous, of wrong types. */

/** Levels that each refer twice to the next: what it means doubles with every level. */
function doubling(levels: number, level: (next: object) => object, last: object): object {
  const definitions: [string, object][] = [];
  for (let index = 0; index < levels; index++)
    definitions.push([`d${index}`, level({ $ref: `#/$defs/d${index + 1}` })]);
  return { $ref: '#/$defs/d0', $defs: Object.fromEntries([...definitions, [`d${levels}`, last]]) };
}

function nested(depth: number, wrap: (inner: object) => object, innermost: object = {}): object {
  let schema = innermost;
  for (let level = 0; level < depth; level++) schema = wrap(schema);
  return schema;
}

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const named = (count: number, make: (index: number) => unknown): object =>
  Object.fromEntries(many(count, (index) => [`p${index}`, make(index)]));
const listOf = (schema: object): object => ({ type: 'object', properties: { a: schema }, required: ['a'] });

/** No document validates. */
export const CONTRADICTORY: { readonly [name: string]: unknown } = {
  'nothing is allowed': false,
  'not anything': { not: {} },
  'two types at once': { allOf: [{ type: 'object' }, { type: 'array' }] },
  'required but forbidden': { type: 'object', properties: { a: false }, required: ['a'] },
  'a promise to fail': { $async: true, type: 'object', properties: { a: { $async: true, not: {} } }, required: ['a'] },
  'bounds the wrong way round': listOf({ type: 'integer', minimum: 5, maximum: 4 }),
  'no whole number between': listOf({ type: 'integer', exclusiveMinimum: 1, exclusiveMaximum: 2 }),
  'no multiple between': listOf({ type: 'number', multipleOf: 10, minimum: 11, maximum: 19 }),
  'lengths the wrong way round': listOf({ type: 'string', minLength: 5, maxLength: 4 }),
  'more unique items than values': listOf({
    type: 'array',
    items: { type: 'boolean' },
    uniqueItems: true,
    minItems: 3,
  }),
  'more properties than names': { type: 'object', propertyNames: { enum: ['a'] }, minProperties: 2 },
  'an empty enum': listOf({ enum: [] }),
  'a constant of another type': listOf({ type: 'string', const: 1 }),
  'a pattern that nothing matches': listOf({ type: 'string', pattern: 'a^' }),
  'a format that the length rules out': listOf({ type: 'string', format: 'uuid', maxLength: 5 }),
  'a list without an end': { type: 'object', properties: { next: { $ref: '#' } }, required: ['next'] },
  'a tree without an end': {
    type: 'object',
    properties: { all: { type: 'array', items: { $ref: '#' }, minItems: 2 } },
    required: ['all'],
  },
  'a branch of contradictions': listOf({
    anyOf: [
      { type: 'string', enum: [1] },
      { type: 'integer', const: 'x' },
    ],
  }),
  'exactly one of the same': listOf({ oneOf: [{ type: 'string' }, { type: 'string' }] }),
  'more items than a document holds': listOf({ type: 'array', minItems: 1e9 }),
  'items without a type, more than a document holds': listOf({
    minItems: 1e308,
    type: 'array',
    items: { type: 'object' },
  }),
  'more properties than a document holds': { type: 'object', minProperties: 1e9 },
  'a text longer than a document': listOf({ type: 'string', minLength: 1e9 }),
  'a text of a pattern longer than a document': listOf({ type: 'string', pattern: '^a{100000}$' }),
  'a required tree that doubles': doubling(
    40,
    (next) => ({ type: 'object', properties: { a: next, b: next }, required: ['a', 'b'] }),
    { type: 'string' },
  ),
  'a required tree of tuples that doubles': doubling(
    40,
    (next) => ({ type: 'array', prefixItems: [next, next], minItems: 2 }),
    { type: 'string' },
  ),
};

/** Documents of these may or may not validate; what counts is that there is one, after a bounded amount of work. */
export const HOSTILE: { readonly [name: string]: unknown } = {
  'no schema': undefined,
  null: null,
  'a number': 1,
  'a text': 'object',
  'a list': [{ type: 'object' }],
  'no JSON': 1n,
  'a function': () => ({}),
  'an unknown type': { type: 'strin' },
  'keywords of wrong types': {
    type: 7,
    enum: 'x',
    const: undefined,
    properties: [1],
    required: 'a',
    items: 5,
    prefixItems: {},
    allOf: {},
    anyOf: 'x',
    oneOf: 1,
    not: 'x',
    if: 1,
    $ref: 7,
    $id: 5,
    $defs: [],
    $schema: 1,
    $anchor: {},
    minimum: 'a',
    maximum: [],
    multipleOf: 'x',
    minLength: -1,
    maxLength: 'x',
    pattern: 5,
    format: [],
    minItems: 1.5,
    uniqueItems: 'yes',
    contains: 3,
    minProperties: 'x',
    patternProperties: 3,
    additionalProperties: 'no',
    propertyNames: 3,
    dependentRequired: { a: 3 },
    dependentSchemas: { b: 3 },
    examples: 3,
    nullable: 'x',
    unevaluatedProperties: 3,
  },
  'numbers out of bounds': listOf({ type: 'number', minimum: 1e308, multipleOf: 1e-308 }),
  'a multiple of nothing': listOf({ type: 'integer', multipleOf: 0 }),
  'a multiple of a minimum': listOf({ type: 'number', multipleOf: Number.MIN_VALUE }),
  'a reference to itself': { $ref: '#' },
  'references in a circle': { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
  'a circle of allOf': { $ref: '#/$defs/a', $defs: { a: { allOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }] } } },
  'a circle of anyOf': { $defs: { a: { anyOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }] } }, $ref: '#/$defs/a' },
  'a circle of not': { not: { $ref: '#' } },
  'a reference to nowhere': { $ref: '#/$defs/missing' },
  'a reference to another host': listOf({ $ref: 'https://example.com/schema.json' }),
  'a reference to a file': listOf({ $ref: 'file:///etc/passwd' }),
  'a reference that is no URI': listOf({ $ref: 'http://[' }),
  'a reference with a broken escape': listOf({ $ref: '#/$defs/%' }),
  'a reference through a text': listOf({ $ref: '#/required/0/x' }),
  'an identifier that is no URI': { $id: 'http://[', ...listOf({ $ref: '#/properties/a' }) },
  'identifiers that meet': {
    $id: 'http://a/b',
    $defs: { x: { $id: 'http://a/b', type: 'string' } },
    ...listOf({ $ref: 'http://a/b' }),
  },
  'allOf that doubles': doubling(60, (next) => ({ allOf: [next, next] }), { type: 'object' }),
  'anyOf that doubles and fails': doubling(60, (next) => ({ anyOf: [next, next] }), {
    type: 'object',
    required: ['a'],
    not: {},
  }),
  'oneOf that doubles': doubling(60, (next) => ({ oneOf: [next, next] }), { type: 'object' }),
  'not that doubles': doubling(60, (next) => ({ not: next, anyOf: [next] }), { type: 'object' }),
  'properties that double': doubling(60, (next) => ({ type: 'object', properties: { a: next, b: next } }), {}),
  'a wide recursion': { type: 'object', properties: named(40, () => ({ $ref: '#' })) },
  'a wide recursion of lists': {
    type: 'object',
    properties: named(40, () => ({ type: 'array', items: { $ref: '#' } })),
    required: ['p1'],
  },
  'a deep schema': nested(90, (inner) => ({ type: 'object', properties: { a: inner }, required: ['a'] })),
  'a schema deeper than the bound': nested(300, (inner) => ({
    type: 'object',
    properties: { a: inner },
    required: ['a'],
  })),
  'a schema deeper than the stack': nested(200_000, (inner) => ({ items: inner })),
  'lists that nest': nested(90, (inner) => ({ type: 'array', items: inner, minItems: 2 })),
  'not that nests': nested(90, (inner) => ({ not: inner })),
  'allOf that nests': nested(90, (inner) => ({ allOf: [inner] })),
  'if that nests': nested(60, (inner) =>
    Object.fromEntries([
      ['if', inner],
      ['then', { minProperties: 1 }],
    ]),
  ),
  'a thousand properties': { type: 'object', properties: named(1_000, () => ({ type: 'string' })) },
  'a schema of more values than the bound': { type: 'object', properties: named(12_000, () => ({ type: 'string' })) },
  'a schema longer than the bound': { type: 'object', description: 'x'.repeat(300_000) },
  'a thousand branches': {
    anyOf: many(1_000, (index) => ({ type: 'object', properties: { kind: { const: index } }, required: ['kind'] })),
  },
  'a thousand conditions': {
    type: 'object',
    allOf: many(1_000, (index) =>
      Object.fromEntries([
        ['if', { required: [`p${index}`] }],
        ['then', { required: ['x'] }],
      ]),
    ),
  },
  'a thousand exclusions': {
    type: 'object',
    allOf: many(1_000, (index) => ({ not: { properties: { [`p${index}`]: { const: 1 } } } })),
  },
  'a thousand dependencies': {
    type: 'object',
    required: ['p0'],
    dependentRequired: named(1_000, (index) => [`p${index + 1}`]),
  },
  'a thousand dependent schemas': {
    type: 'object',
    required: ['p0'],
    dependentSchemas: named(1_000, (index) => ({ required: [`p${index + 1}`] })),
  },
  'a thousand enums': {
    type: 'object',
    allOf: many(100, () => ({ properties: { a: { enum: many(100, String) } } })),
    required: ['a'],
  },
  'patterns for many names': {
    type: 'object',
    patternProperties: Object.fromEntries(many(500, (index) => [`^(a+)+${index}$`, {}])),
    properties: named(500, () => ({})),
  },
  'a pattern that backtracks for ever': listOf({ type: 'string', pattern: '^(a+)+$', minLength: 60 }),
  'a pattern that backtracks for ever on a constant': listOf({
    type: 'string',
    pattern: '^(a+)+$',
    const: `${'a'.repeat(5_000)}!`,
  }),
  'names that backtrack for ever': {
    type: 'object',
    properties: { [`${'a'.repeat(5_000)}!`]: true },
    patternProperties: { '^(a|a)*$': {} },
    propertyNames: { pattern: '^(a*)*$' },
  },
  'a pattern of lookaheads': listOf({ type: 'string', pattern: `^${'(?=.*a.*b.*c)'.repeat(50)}.{500}$` }),
  'a pattern of nothing': listOf({ type: 'string', pattern: '^(?:){1000000000}$' }),
  'a pattern of nested counts': listOf({ type: 'string', pattern: '^((((a{1,99}){1,99}){1,99}){1,99})$' }),
  'a pattern longer than the bound': listOf({ type: 'string', pattern: 'a'.repeat(100_000) }),
  'an expression of brackets': listOf({ type: 'string', pattern: '('.repeat(1_000) + ')'.repeat(1_000) }),
  'no expression': listOf({ type: 'string', pattern: '[' }),
  'a long constant with a format': listOf({ format: 'url', const: `https://${'a-'.repeat(50_000)}` }),
  'a large enum of large values': listOf({ enum: many(20, (index) => ({ index, text: 'x'.repeat(5_000) })) }),
  'a constant larger than a document': listOf({ const: 'x'.repeat(200_000) }),
  'a default that nests': listOf({ type: 'string', default: nested(90, (inner) => ({ a: inner })) }),
  'the prototype as a property': JSON.parse(
    '{"type":"object","properties":{"__proto__":{"type":"string"}},"required":["__proto__"],"additionalProperties":false}',
  ),
  'the prototype everywhere': JSON.parse(
    '{"__proto__":{"type":"array"},"$defs":{"__proto__":{"type":"string"}},"type":"object","properties":{"a":{"$ref":"#/$defs/__proto__"}},"patternProperties":{"__proto__":{}},"dependentRequired":{"__proto__":["a"]},"required":["a"],"enum":[{"a":"x","__proto__":1}]}',
  ),
  'names of the prototype': {
    type: 'object',
    required: ['constructor', 'hasOwnProperty', 'toString', 'valueOf'],
    properties: {},
  },
  'half a surrogate pair': {
    type: 'object',
    properties: { '\ud800': { type: 'string', const: '\udc00', not: { const: '\ud800' } } },
    required: ['\ud800'],
  },
  'keywords of the validator': {
    type: 'object',
    'x-visit': 5,
    $async: true,
    nullable: 'x',
    discriminator: { propertyName: 5 },
    $data: { $data: '1/x' },
    id: 5,
    formatMinimum: '2',
  },
  'data references': listOf({ type: 'number', maximum: { $data: '1/b' } }),
};
