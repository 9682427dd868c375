/** The schema that a prompt states for some JSON object. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { promptedSchema } from '../../src/providers/prompted-schema.js';

// The same cases every time: a test that is red today was red yesterday.
fc.configureGlobal({ seed: 1 });

const SCHEMA = {
  type: 'object',
  properties: { name: { type: 'string' }, braces: { const: '}"{' } },
  required: ['name'],
};
const OTHER = { properties: { age: { type: 'integer' } } };
const REFERRING = { $ref: '#/definitions/A', definitions: { A: SCHEMA } };

describe('a schema is found', () => {
  const written = JSON.stringify(SCHEMA);
  const cases: readonly (readonly [name: string, texts: readonly string[], expected: unknown])[] = [
    ['behind other words', [`Reply with JSON, {like} this: ${written} and nothing else.`], SCHEMA],
    [
      'in a code block, over several lines',
      [`Schema:\n\`\`\`json\n${JSON.stringify(SCHEMA, null, 2)}\n\`\`\``],
      SCHEMA,
    ],
    ['behind an example', [`For instance {"name":"Ada"}. Schema: ${written}`], SCHEMA],
    [
      'behind the schema of an example',
      [
        `For instance, of the schema ${JSON.stringify(OTHER)} the object {"age":3} is one, {"properties":{"age":3}} is none. Yours: ${written}`,
      ],
      SCHEMA,
    ],
    ['within its name', [JSON.stringify({ name: 'person', schema: SCHEMA })], SCHEMA],
    ['that refers to its definitions', [JSON.stringify(REFERRING)], REFERRING],
    ['in an earlier message', [`Schema: ${written}`, 'Who was Ada?'], SCHEMA],
    ['in the last of several messages', [`Schema: ${written}`, `Now: ${JSON.stringify(OTHER)}`], OTHER],
  ];
  for (const [name, texts, expected] of cases) {
    test(name, () => assert.deepEqual(promptedSchema(texts), expected));
  }
});

describe('nothing is found', () => {
  const cases: readonly (readonly [name: string, text: string])[] = [
    ['in plain words', 'Reply with a JSON object, please.'],
    ['in data that has properties', '{"type":"Feature","properties":{"name":{}}}'],
    ['in properties that are no schemas', '{"type":"object","properties":{"name":"Ada"}}'],
    ['in a schema that is cut off', '{"type":"object","properties":{"name":{"type":"string"}'],
    ['behind more braces than are looked at', `${'{'.repeat(40)}{"properties":{"name":{}}}`],
  ];
  for (const [name, text] of cases) {
    test(name, () => assert.equal(promptedSchema([text]), undefined));
  }
});

test('every text is taken', () => {
  const piece = fc.oneof(fc.string(), fc.constantFrom('{', '}', '"', '\\', '"properties":', JSON.stringify(SCHEMA)));
  fc.assert(
    fc.property(fc.array(fc.array(piece), { maxLength: 4 }), (texts) => {
      promptedSchema(texts.map((pieces) => pieces.join('')));
    }),
  );
});
