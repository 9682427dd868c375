import assert from 'node:assert/strict';
import { test } from 'node:test';
import { journalEntry } from '../../../src/server/journal/journal-entry.js';
import { retryAfterMsIn } from '../../../src/server/journal/retry-after.js';
import { exchangeOf, NAMES, refuse, testJournal } from './journal-parts.js';

test('the wait is that of the finer header, whichever comes first', () => {
  assert.equal(retryAfterMsIn(['content-type', 'application/json', 'retry-after', '7']), 7_000);
  assert.equal(retryAfterMsIn(['retry-after', '7', 'retry-after-ms', '6100']), 6_100);
  assert.equal(retryAfterMsIn(['retry-after-ms', '6100', 'retry-after', '7']), 6_100);
  assert.equal(retryAfterMsIn(['retry-after', '0']), 0);
  assert.equal(retryAfterMsIn(['x-retry-after', '7']), -1);
});

test('an entry tells no wait from a wait of nothing, and none of an entry before', () => {
  const parts = testJournal(1);
  const waits: (number | null)[] = [];
  for (const headers of [['retry-after', '2'], [], ['retry-after', '0']]) {
    refuse(parts, exchangeOf(), 503, headers);
    waits.push(journalEntry(parts.journal, waits.length + 1, NAMES).retry_after_ms);
  }
  assert.deepEqual(waits, [2_000, null, 0]);
});
