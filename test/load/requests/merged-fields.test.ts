/** A plan's own fields in a body. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { mergedFields } from '../../../src/load/requests/merged-fields.js';
import { requestSource } from '../../../src/load/requests/request-source.js';
import { entryOf, planOf } from './plans.js';

describe('fields', () => {
  test('take the place of others, and join them within objects', () => {
    const body = { model: 'a', generationConfig: { maxOutputTokens: 5 }, contents: [1] };
    const fields = { model: 'b', generationConfig: { temperature: 0 }, contents: [], stop: null };
    assert.deepEqual(mergedFields(body, fields), {
      model: 'b',
      generationConfig: { maxOutputTokens: 5, temperature: 0 },
      contents: [],
      stop: null,
    });
  });

  test('that are no body’s are all there as they were given, whatever they are called', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (given) => {
        const fields = JSON.parse(JSON.stringify(given));
        assert.deepEqual(JSON.parse(JSON.stringify(mergedFields({}, fields))), fields);
        assert.deepEqual(JSON.parse(JSON.stringify(mergedFields(fields, {}))), fields);
      }),
      { seed: 4 },
    );
    const merged = mergedFields({ a: 1 }, JSON.parse('{"__proto__": {"b": 2}}'));
    assert.equal(JSON.stringify(merged), '{"a":1,"__proto__":{"b":2}}');
    assert.equal(Object.getPrototypeOf(merged), Object.prototype);
  });

  test('of a plan are in every body', async () => {
    const fields = { temperature: 0.2, stream_options: { include_obfuscation: false } };
    const body = JSON.parse((await requestSource(planOf([entryOf({ fields })]))).conversation(0).turn(0).body);
    assert.equal(body.temperature, 0.2);
    assert.deepEqual(body.stream_options, { include_usage: true, include_obfuscation: false });
  });
});
