/** What all replies are made of: JSON in the API's layouts, and timestamps. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { toTimestamp } from '../../../src/providers/gemini/timestamps.js';
import { eventJson, jsonString, prettyJson } from '../../../src/providers/gemini/wire-json.js';

// The same cases every time: a test that is red today was red yesterday.
fc.configureGlobal({ seed: 1 });

const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

describe('JSON', () => {
  test('says the same in every layout, and never has a bare bracket in a text', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        for (const text of [prettyJson(value), eventJson(value)]) {
          assert.equal(JSON.stringify(JSON.parse(text)), JSON.stringify(value));
          assert.doesNotMatch(text, /[<>]/);
        }
        assert.doesNotMatch(eventJson(value), /[\r\n]/);
      }),
    );
  });

  test('has a space behind a colon and none behind a comma in events', () => {
    assert.equal(
      eventJson({ a: [1, { b: '<x>' }], c: undefined, d: {} }),
      '{"a": [1,{"b": "\\u003cx\\u003e"}],"d": {}}',
    );
    assert.equal(prettyJson({ a: [1], b: {} }), '{\n  "a": [\n    1\n  ],\n  "b": {}\n}');
    assert.equal(jsonString('a<b'), '"a\\u003cb"');
  });
});

test('timestamps are those of the calendar', () => {
  fc.assert(
    fc.property(fc.integer({ min: FIRST_MS, max: LAST_MS }), (epochMs) => {
      assert.equal(toTimestamp(epochMs), new Date(epochMs).toISOString().replace('.000Z', 'Z'));
    }),
    {
      examples: [
        [0],
        [FIRST_MS],
        [-1],
        [LAST_MS],
        [Date.UTC(2000, 1, 29)],
        [Date.UTC(2100, 1, 28, 23, 59, 59)],
        [Date.UTC(2100, 2, 1)],
      ],
    },
  );
});
