/** Constraints that the official SDKs move into descriptions are read back from them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transformJSONSchema } from '@anthropic-ai/sdk/lib/transform-json-schema';
import { transformJSONSchema as transformBefore } from 'anthropic-sdk-0/lib/transform-json-schema';
import fc from 'fast-check';
import { withDescribedConstraints } from '../../../src/providers/anthropic/described-constraints.js';

// The same cases every time: a test that is red today was red yesterday.
fc.configureGlobal({ seed: 1 });

const WHOLE = {
  type: 'object',
  properties: {
    level: { type: 'string', enum: ['low, very', 'high: 2', '}'], description: 'How much\n\n{of it}' },
    share: { type: 'number', minimum: 0, exclusiveMaximum: 1, description: 'Of the whole' },
    code: { type: 'string', pattern: '^[A-Z]{2}, \\d+$', minLength: 5 },
    list: { type: 'array', items: { type: 'integer', multipleOf: 5 }, minItems: 2, maxItems: 4, uniqueItems: true },
    either: { anyOf: [{ type: 'string', maxLength: 3 }, { type: 'null' }] },
    other: { $ref: '#/$defs/other' },
  },
  required: ['level', 'share'],
  additionalProperties: false,
  $defs: { other: { type: 'string', format: 'idn-email' } },
};

for (const [major, transform] of [
  ['1.x', transformJSONSchema],
  ['0.x', transformBefore],
] as const) {
  test(`what the SDK ${major} moves into descriptions constrains the reply again`, () => {
    const sent = transform(structuredClone(WHOLE) as Parameters<typeof transform>[0]);
    assert.deepEqual(withoutDescriptions(withDescribedConstraints(sent)), withoutDescriptions(WHOLE));
  });
}

test('the Python SDK writes texts without quotes', () => {
  const sent = { type: 'string', description: 'A code\n\n{pattern: ^[a-z]+, \\d{2,}$, minLength: 2, maxLength: 8}' };
  const { pattern, minLength, maxLength } = withDescribedConstraints(sent) as Record<string, unknown>;
  assert.deepEqual([pattern, minLength, maxLength], ['^[a-z]+, \\d{2,}$', 2, 8]);
});

test('a description that only looks like constraints, or contradicts the schema, changes nothing', () => {
  for (const description of [
    'Use {minimum: 3} as you like.',
    '{minLength: "3", minItems: -1, enum: [], uniqueItems: 1, multipleOf: 0}',
    '{type: "integer", required: ["a"], $ref: "#/x"}',
    '{maximum: 3}',
    '{',
    '}',
    '{}',
    `{${'a: 1, '.repeat(100)}minimum: 1}`,
  ]) {
    const schema = { type: 'string', maximum: 9, description };
    assert.deepEqual(withDescribedConstraints(schema), schema, description);
  }
});

test('any schema and any description is taken', () => {
  const anything = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      fc.jsonValue(),
      fc.record(
        {
          description: fc.string(),
          properties: tie('node'),
          items: tie('node'),
          anyOf: tie('node'),
          $defs: tie('node'),
        },
        { requiredKeys: [] },
      ),
    ),
  })).node;
  fc.assert(fc.property(anything, (schema) => void withDescribedConstraints(schema)));
});

/** The newer SDK leaves out the type of literals. */
function withoutDescriptions(schema: unknown): unknown {
  return JSON.parse(
    JSON.stringify(schema, (key, value) => {
      if (key === 'description') return undefined;
      return Array.isArray(value?.enum) ? { ...value, type: undefined } : value;
    }),
  );
}
