import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  groupNames,
  matchedCharsMax,
  matchesGlob,
  matchGroups,
  regularExpression,
} from '../../src/kernel/text-pattern.js';

// The same cases every time: a test that is red today was red yesterday.
fc.configureGlobal({ seed: 1 });

test('a glob is the regular expression in which * is .* and all else literal', () => {
  const letter = fc.constantFrom('a', 'b', '.', '*');
  fc.assert(
    fc.property(fc.string({ unit: letter, maxLength: 8 }), fc.string({ unit: letter, maxLength: 10 }), (glob, text) => {
      const source = glob.replaceAll('.', '\\.').replaceAll('*', '.*');
      assert.equal(matchesGlob(glob, text), new RegExp(`^${source}$`).test(text));
    }),
    { numRuns: 2_000 },
  );
});

test('groups are found by number and by name', () => {
  const pattern = regularExpression('(?<verb>refund|return) (\\d+)(x)?|(y)', true);
  assert.deepEqual(groupNames(pattern), ['0', '1', '2', '3', '4', 'verb']);
  const groups = matchGroups(pattern, 'please REFUND 12');
  assert.deepEqual(Object.fromEntries(groups ?? []), {
    '0': 'REFUND 12',
    '1': 'REFUND',
    '2': '12',
    '3': '',
    '4': '',
    verb: 'REFUND',
  });
  assert.equal(matchGroups(pattern, 'nothing'), undefined);
});

test('a dot matches the end of a line, and case matters unless told otherwise', () => {
  assert.ok(matchGroups(regularExpression('a.b', false), 'a\nb'));
  assert.equal(matchGroups(regularExpression('a.b', false), 'A\nb'), undefined);
});

test('only the beginning of a long text is looked at', () => {
  const pattern = regularExpression('z', false);
  assert.ok(matchGroups(pattern, `${'a'.repeat(matchedCharsMax - 1)}z`));
  assert.equal(matchGroups(pattern, `${'a'.repeat(matchedCharsMax)}z`), undefined);
});
