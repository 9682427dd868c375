/** RFC 3339 text against the platform's own calendar. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rfc3339 } from '../../src/kernel/rfc3339.js';

// The same cases every time: a test that is red today was red yesterday.
fc.configureGlobal({ seed: 1 });

const FIRST_SECS = Date.UTC(1900, 0, 1) / 1_000;
const LAST_SECS = Date.UTC(9999, 11, 31, 23, 59, 59) / 1_000;

test('says what the platform says, for every second from 1900 to 9999', () => {
  fc.assert(
    fc.property(fc.integer({ min: FIRST_SECS, max: LAST_SECS }), (secs) => {
      assert.equal(rfc3339(secs), new Date(secs * 1_000).toISOString().replace('.000Z', 'Z'));
    }),
    { numRuns: 5_000, examples: [[0], [951_782_400], [4_107_542_400], [1_709_164_799], [1_735_689_600]] },
  );
});

test('drops fractions of a second', () => {
  assert.equal(rfc3339(1.9), '1970-01-01T00:00:01Z');
});
