/** Text is escaped exactly as JSON.stringify escapes it, whatever characters it has and however long it is. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { escapeJson } from '../../src/providers/json-text.js';

const escaped = (text: string) => JSON.stringify(text).slice(1, -1);

describe('the inside of a JSON string', () => {
  test('has every character as JSON.stringify has it, alone and between others', () => {
    for (let unit = 0; unit <= 0xffff; unit++) {
      const character = String.fromCharCode(unit);
      assert.equal(escapeJson(character), escaped(character));
      assert.equal(escapeJson(`a${character}b`), escaped(`a${character}b`));
    }
  });

  test('is what JSON.stringify makes of any text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ maxLength: 200 }),
      fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 100 }).map((units) => String.fromCharCode(...units)),
    );
    fc.assert(fc.property(text, (any) => assert.equal(escapeJson(any), escaped(any))));
  });
});
