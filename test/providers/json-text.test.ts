import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { escapeJson } from '../../src/providers/json-text.js';

test('a text becomes the inside of the JSON string that JSON.stringify makes of it', () => {
  const units = fc
    .array(fc.oneof(fc.integer({ max: 0x7f, min: 0 }), fc.integer({ max: 0xffff, min: 0 })), { maxLength: 90 })
    .map((codes) => String.fromCharCode(...codes));
  const text = fc.oneof(units, fc.string(), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(text, (value) => assert.equal(escapeJson(value), JSON.stringify(value).slice(1, -1))),
    { seed: 1, numRuns: 2_000 },
  );
  for (const plain of ['', ' the', 'é', '漢', '\u2028']) assert.equal(escapeJson(plain), plain);
});
