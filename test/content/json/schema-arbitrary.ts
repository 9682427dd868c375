/** Schemas at random that can be satisfied, because each part leaves room for the others. */
import fc from 'fast-check';
import { FORMATS } from './keyword-schemas.js';

const NAMES = ['a', 'b', 'email', 'start_date', 'userId', 'count', 'x-y', 'constructor', 'ä 1'] as const;

interface Parts {
  schema: object;
  object: object;
  array: object;
}

const bounds = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 40 }));
const integer = bounds.chain(([low, width]) =>
  fc.record(
    {
      type: fc.constant('integer'),
      minimum: fc.constant(low),
      exclusiveMaximum: fc.constant(low + width + 7),
      multipleOf: fc.integer({ min: 1, max: 7 }),
    },
    { requiredKeys: ['type'] },
  ),
);
const number = bounds.chain(([low, width]) =>
  fc.record(
    {
      type: fc.constant('number'),
      exclusiveMinimum: fc.constant(low / 4),
      maximum: fc.constant((low + width) / 4 + 1),
      multipleOf: fc.constantFrom(0.25, 0.1, 0.5),
    },
    { requiredKeys: ['type'] },
  ),
);
const text = fc.oneof(
  bounds.map(([, length]) => ({ type: 'string', minLength: Math.floor(length / 2), maxLength: length })),
  fc.constantFrom(...FORMATS).map((format) => ({ type: 'string', format })),
  fc
    .constantFrom('^[a-f]{2,9}$', '^\\w+ \\w+$', '^(?=.*\\d)[a-z\\d]{4,}$', '^\\p{Lu}', 'z$', '^(ab|c)+$')
    .map((pattern) => ({ type: 'string', pattern })),
);
const fixed = fc.oneof(
  fc
    .uniqueArray(fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)), { minLength: 1, maxLength: 5 })
    .map((values) => ({ enum: values })),
  fc.jsonValue({ maxDepth: 2 }).map((value) => ({ const: value })),
);
const nullable = fc.constantFrom('string', 'integer', 'boolean', 'number').map((type) => ({ type: [type, 'null'] }));

const parts = fc.letrec<Parts>((tie: fc.LetrecTypedTie<Parts>) => ({
  object: fc
    .record({
      properties: fc.dictionary(fc.constantFrom(...NAMES), tie('schema'), { maxKeys: 5 }),
      optional: fc.subarray([...NAMES]),
      isOpen: fc.constantFrom(undefined, false, true),
      splits: fc.boolean(),
    })
    .map(({ properties, optional, isOpen, splits }): object => {
      const names = Object.keys(properties);
      const required = names.filter((name) => !optional.some((other) => other === name));
      if (!splits)
        return {
          type: 'object',
          properties,
          required,
          ...(isOpen === undefined ? {} : { additionalProperties: isOpen }),
        };
      const [first, second] = [names.slice(0, names.length / 2), names.slice(names.length / 2)].map((half) => ({
        properties: Object.fromEntries(half.map((name) => [name, properties[name]])),
        required: required.filter((name) => half.includes(name)),
      }));
      return { type: 'object', allOf: [first, second], ...(isOpen === false ? { unevaluatedProperties: false } : {}) };
    }),
  array: fc
    .record({
      items: tie('schema'),
      first: fc.array(tie('schema'), { maxLength: 2 }),
      minItems: fc.nat({ max: 4 }),
      room: fc.nat({ max: 3 }),
    })
    .map(({ items, first, minItems, room }) => ({
      type: 'array',
      items,
      minItems,
      maxItems: minItems + room,
      ...(first.length > 0 ? { prefixItems: first } : {}),
    })),
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true, maxDepth: 4 },
    integer,
    number,
    text,
    fixed,
    nullable,
    fc.constantFrom({}, { type: 'boolean' }, { type: 'null' }, { description: 'anything' }),
    fc.constantFrom('word', 'tree', 'list').map((name) => ({ $ref: `#/$defs/${name}` })),
    tie('object'),
    tie('array'),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((branches) => ({ anyOf: branches })),
    fc
      .tuple(tie('object'), tie('array'), fc.constantFrom({ type: 'string', maxLength: 9 }, { type: 'null' }))
      .map((branches) => ({ oneOf: branches })),
    fc
      .tuple(integer, fc.integer({ min: -60, max: 60 }))
      .map(([whole, value]) => ({ ...whole, maximum: 1_000, exclusiveMaximum: 1_000, not: { const: value } })),
  ),
}));

const DEFINITIONS = {
  word: { type: 'string', minLength: 2, maxLength: 12 },
  tree: {
    type: 'object',
    properties: { children: { type: 'array', items: { $ref: '#/$defs/tree' } } },
    required: ['children'],
  },
  list: {
    type: ['object', 'null'],
    properties: { next: { $ref: '#/$defs/list' } },
    required: ['next'],
    additionalProperties: false,
  },
};

export const satisfiableSchema: fc.Arbitrary<object> = parts.object.map((schema) => ({
  ...schema,
  $defs: DEFINITIONS,
}));
