/** The API's schemas as JSON Schema: what one means, the other means too. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toJsonSchema } from '../../../src/providers/gemini/json-schema.js';
import { type Schema, schemaMessage } from '../../../src/providers/gemini/messages/schema.js';
import { readMessage } from '../../../src/providers/gemini/proto/proto-reader.js';

const converted = (schema: object) => toJsonSchema(readMessage<Schema>(schemaMessage, schema, 'v1'));

describe('a schema', () => {
  test('loses the capitals of its types, and formats that JSON Schema does not know', () => {
    assert.deepEqual(converted({ type: 'INTEGER', format: 'int32', minimum: 1 }), { type: 'integer', minimum: 1 });
    assert.deepEqual(converted({ type: 'string', format: 'date-time' }), { type: 'string', format: 'date-time' });
    assert.deepEqual(converted({ type: 'STRING', format: 'enum', enum: ['a'] }), { type: 'string', enum: ['a'] });
  });

  test('keeps its bounds, which may come as text', () => {
    assert.deepEqual(converted({ type: 'ARRAY', items: { type: 'NUMBER' }, minItems: '2', max_items: 3 }), {
      type: 'array',
      items: { type: 'number' },
      minItems: 2,
      maxItems: 3,
    });
  });

  test('may be null where it is nullable', () => {
    assert.deepEqual(converted({ type: 'STRING', nullable: true }), { type: ['string', 'null'] });
    assert.deepEqual(converted({ type: 'STRING', nullable: true, enum: ['a'] }), {
      type: ['string', 'null'],
      enum: ['a', null],
    });
    assert.deepEqual(converted({ nullable: true, anyOf: [{ type: 'STRING' }] }), {
      anyOf: [{ anyOf: [{ type: 'string' }] }, { type: 'null' }],
    });
  });

  test('orders its properties as propertyOrdering says, and the rest behind them', () => {
    const schema = converted({
      type: 'OBJECT',
      properties: { a: { type: 'STRING' }, b: { type: 'STRING' }, c: { type: 'STRING' } },
      required: ['a'],
      propertyOrdering: ['c', 'none', 'a'],
    });
    assert.deepEqual(Object.keys(schema.properties as object), ['c', 'a', 'b']);
    assert.deepEqual(schema.required, ['a']);
    assert.equal(schema.additionalProperties, false);
  });

  test('may have properties with the names of prototypes', () => {
    const schema = converted(JSON.parse('{"type": "OBJECT", "properties": {"__proto__": {"type": "STRING"}}}'));
    assert.deepEqual(Object.keys(schema.properties as object), ['__proto__']);
  });
});
