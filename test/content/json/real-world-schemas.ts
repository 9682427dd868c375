/** Schemas as clients send them: from the documentation of the providers, and as pydantic and zod write them. */
import { z } from 'zod';

/** if and then; an object literal with `then` in it could be taken for a promise. */
const when = (condition: object, consequence: object): object =>
  Object.fromEntries([
    ['if', condition],
    ['then', consequence],
  ]);

const recipe = z.object({
  title: z.string().min(3).max(60),
  servings: z.number().int().min(1).max(12),
  ingredients: z
    .array(z.object({ name: z.string(), grams: z.number().positive().max(2_000), optional: z.boolean().optional() }))
    .min(2),
  steps: z.array(z.string()).min(1).max(10),
  source: z.url().nullable(),
  tags: z
    .array(z.enum(['vegan', 'quick', 'spicy', 'sweet']))
    .max(3)
    .default([]),
});

const shape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('circle'), radius: z.number().positive() }),
  z.object({ kind: z.literal('rectangle'), width: z.number(), height: z.number() }),
  z.object({ kind: z.literal('polygon'), points: z.array(z.tuple([z.number(), z.number()])).min(3) }),
]);

const category = z.object({
  name: z.string(),
  get children() {
    return z.array(category);
  },
});

const account = z.object({
  id: z.uuid(),
  email: z.email(),
  createdAt: z.iso.datetime(),
  birthday: z.iso.date().optional(),
  opens: z.iso.time(),
  ip: z.union([z.ipv4(), z.ipv6()]),
  handle: z.string().regex(/^@[a-z0-9_]{3,15}$/),
  balance: z.number().multipleOf(0.01).min(0).max(10_000),
  limits: z.record(z.string(), z.number().int().nonnegative()),
  role: z.literal(['admin', 'member', 'guest']),
  pair: z.tuple([z.string(), z.number().int()]),
  either: z.union([z.string().max(5), z.number().int().min(1_000), z.array(z.boolean())]),
});

const node = {
  type: 'object',
  properties: { value: { type: 'number' }, next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } },
  required: ['value', 'next'],
  additionalProperties: false,
};

export const REAL_WORLD: { readonly [name: string]: object } = {
  'a weather tool, as OpenAI documents it': {
    type: 'object',
    properties: {
      location: { type: 'string', description: 'City and country e.g. Bogotá, Colombia' },
      unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
    },
    required: ['location'],
    additionalProperties: false,
  },
  'a strict email tool, every property required and null for absent ones': {
    type: 'object',
    properties: {
      to: { type: 'array', items: { type: 'string', format: 'email' }, minItems: 1 },
      subject: { type: 'string' },
      body: { type: 'string' },
      options: {
        type: ['object', 'null'],
        properties: {
          priority: { type: ['string', 'null'], enum: ['low', 'high', null] },
          send_at: { type: ['string', 'null'], format: 'date-time' },
        },
        required: ['priority', 'send_at'],
        additionalProperties: false,
      },
    },
    required: ['to', 'subject', 'body', 'options'],
    additionalProperties: false,
  },
  'mathematical steps, as OpenAI documents structured outputs': {
    type: 'object',
    properties: {
      steps: {
        type: 'array',
        items: {
          type: 'object',
          properties: { explanation: { type: 'string' }, output: { type: 'string' } },
          required: ['explanation', 'output'],
          additionalProperties: false,
        },
      },
      final_answer: { type: 'string' },
    },
    required: ['steps', 'final_answer'],
    additionalProperties: false,
  },
  'a recursive user interface': {
    type: 'object',
    properties: {
      type: { type: 'string', enum: ['div', 'button', 'header', 'section', 'field', 'form'] },
      label: { type: 'string' },
      children: { type: 'array', items: { $ref: '#' } },
      attributes: {
        type: 'array',
        items: {
          type: 'object',
          properties: { name: { type: 'string' }, value: { type: 'string' } },
          required: ['name', 'value'],
          additionalProperties: false,
        },
      },
    },
    required: ['type', 'label', 'children', 'attributes'],
    additionalProperties: false,
  },
  'a linked list by definition': {
    type: 'object',
    properties: { linked_list: { $ref: '#/$defs/node' } },
    $defs: { node },
    required: ['linked_list'],
    additionalProperties: false,
  },
  'a stock tool, as Anthropic documents it': {
    type: 'object',
    properties: { ticker: { type: 'string', description: 'The stock ticker symbol, e.g. AAPL for Apple Inc.' } },
    required: ['ticker'],
  },
  'a summary tool with ranges, as Anthropic documents it': {
    type: 'object',
    properties: {
      key_colors: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            r: { type: 'number', description: 'red value [0.0, 1.0]' },
            g: { type: 'number' },
            b: { type: 'number' },
            name: { type: 'string', description: 'Human-readable color name in snake_case' },
          },
          required: ['r', 'g', 'b', 'name'],
        },
        description: 'Key colors in the image. Limit to less than four.',
      },
      description: { type: 'string' },
      estimated_year: { type: 'integer' },
    },
    required: ['key_colors', 'description'],
  },
  'sentiment scores of a map of entities': {
    type: 'object',
    properties: {
      positive_score: { type: 'number', minimum: 0, maximum: 1 },
      entities: {
        type: 'object',
        additionalProperties: { type: 'string', enum: ['person', 'place', 'thing'] },
        minProperties: 2,
      },
    },
    required: ['positive_score', 'entities'],
  },
  'a file-system server over MCP, by zod-to-json-schema': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: {
      path: { type: 'string' },
      edits: {
        type: 'array',
        items: {
          type: 'object',
          properties: { oldText: { type: 'string', description: 'Text to search for' }, newText: { type: 'string' } },
          required: ['oldText', 'newText'],
          additionalProperties: false,
        },
      },
      range: {
        type: 'array',
        minItems: 2,
        maxItems: 2,
        items: [
          { type: 'integer', minimum: 1 },
          { type: 'integer', minimum: 1 },
        ],
      },
      dryRun: { type: 'boolean', default: false },
    },
    required: ['path', 'edits', 'range'],
    additionalProperties: false,
  },
  'a pydantic model with $defs, Optional, Decimal, constraints and defaults': {
    $defs: {
      Address: {
        properties: {
          street: { title: 'Street', type: 'string' },
          zip_code: { pattern: '^\\d{5}(-\\d{4})?$', title: 'Zip Code', type: 'string' },
          country: { anyOf: [{ maxLength: 2, minLength: 2, type: 'string' }, { type: 'null' }], default: null },
        },
        required: ['street', 'zip_code'],
        title: 'Address',
        type: 'object',
      },
      Tier: { enum: ['free', 'pro', 'team'], title: 'Tier', type: 'string' },
    },
    properties: {
      id: { format: 'uuid', title: 'Id', type: 'string' },
      name: { maxLength: 40, minLength: 2, title: 'Name', type: 'string' },
      tier: { $ref: '#/$defs/Tier', default: 'free' },
      shipping: { allOf: [{ $ref: '#/$defs/Address' }], description: 'Where to' },
      billing: { anyOf: [{ $ref: '#/$defs/Address' }, { type: 'null' }], default: null },
      price: {
        anyOf: [
          { exclusiveMinimum: 0, type: 'number' },
          { pattern: '^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d*$', type: 'string' },
        ],
      },
      labels: { items: { type: 'string' }, maxItems: 5, title: 'Labels', type: 'array', uniqueItems: true },
      born: { anyOf: [{ format: 'date', type: 'string' }, { type: 'null' }] },
      extra: { title: 'Extra', type: 'object', additionalProperties: true },
      point: { maxItems: 2, minItems: 2, prefixItems: [{ type: 'number' }, { type: 'number' }], type: 'array' },
    },
    required: ['id', 'name', 'shipping', 'price', 'labels', 'born', 'point'],
    title: 'Customer',
    type: 'object',
  },
  'a pydantic discriminated union': {
    $defs: {
      Cat: {
        properties: { pet_type: { const: 'cat', type: 'string' }, meows: { type: 'integer', minimum: 0 } },
        required: ['pet_type', 'meows'],
        type: 'object',
      },
      Dog: {
        properties: { pet_type: { const: 'dog', type: 'string' }, barks: { type: 'number' } },
        required: ['pet_type', 'barks'],
        type: 'object',
      },
    },
    properties: {
      pet: {
        discriminator: { mapping: { cat: '#/$defs/Cat', dog: '#/$defs/Dog' }, propertyName: 'pet_type' },
        oneOf: [{ $ref: '#/$defs/Cat' }, { $ref: '#/$defs/Dog' }],
      },
      n: { title: 'N', type: 'integer' },
    },
    required: ['pet', 'n'],
    type: 'object',
  },
  'an address by country, with if and then': {
    type: 'object',
    properties: { country: { enum: ['US', 'NL', 'CA'] }, postal_code: { type: 'string' } },
    required: ['country', 'postal_code'],
    allOf: [
      when(
        { properties: { country: { const: 'US' } } },
        { properties: { postal_code: { pattern: '^[0-9]{5}(-[0-9]{4})?$' } } },
      ),
      when(
        { properties: { country: { const: 'NL' } } },
        { properties: { postal_code: { pattern: '^[0-9]{4} [A-Z]{2}$' } } },
      ),
      when(
        { properties: { country: { const: 'CA' } } },
        { properties: { postal_code: { pattern: '^[A-Z][0-9][A-Z] [0-9][A-Z][0-9]$' } } },
      ),
    ],
  },
  'a query language that nests': {
    $defs: {
      Filter: {
        oneOf: [
          {
            type: 'object',
            properties: {
              op: { enum: ['and', 'or'] },
              filters: { type: 'array', items: { $ref: '#/$defs/Filter' }, minItems: 1 },
            },
            required: ['op', 'filters'],
            additionalProperties: false,
          },
          {
            type: 'object',
            properties: { op: { const: 'not' }, filter: { $ref: '#/$defs/Filter' } },
            required: ['op', 'filter'],
          },
          {
            type: 'object',
            properties: {
              op: { enum: ['eq', 'lt', 'gt'] },
              field: { type: 'string' },
              value: { type: ['string', 'number', 'boolean'] },
            },
            required: ['op', 'field', 'value'],
          },
        ],
      },
    },
    type: 'object',
    properties: { where: { $ref: '#/$defs/Filter' }, limit: { type: 'integer', minimum: 1, maximum: 100 } },
    required: ['where'],
  },
  'a browser tool whose coordinates depend on the action': {
    type: 'object',
    properties: {
      action: { type: 'string', enum: ['click', 'type', 'scroll', 'wait'] },
      coordinate: { type: 'array', items: { type: 'integer', minimum: 0, maximum: 2_000 }, minItems: 2, maxItems: 2 },
      text: { type: 'string' },
      duration: { type: 'number', exclusiveMinimum: 0, maximum: 10 },
    },
    required: ['action'],
    dependentRequired: { text: ['coordinate'] },
    allOf: [when({ properties: { action: { const: 'click' } }, required: ['action'] }, { required: ['coordinate'] })],
  },
  'a zod object': z.toJSONSchema(recipe) as object,
  'a zod object for draft-07': z.toJSONSchema(recipe, { target: 'draft-7' }) as object,
  'a zod object of a client': z.toJSONSchema(recipe, { io: 'input' }) as object,
  'a zod discriminated union': z.toJSONSchema(z.object({ shape })) as object,
  'a zod union at the root': z.toJSONSchema(shape) as object,
  'a zod recursive tree': z.toJSONSchema(category) as object,
  'a zod object of many formats': z.toJSONSchema(account) as object,
  'a zod tuple for draft-07': z.toJSONSchema(account.pick({ pair: true, either: true }), {
    target: 'draft-7',
  }) as object,
};
