/** Whatever a journal says, it is read and judged without a throw, and the books balance. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OUTCOMES } from '../../../src/load/contract.js';
import { upstreamEntry } from '../../../src/load/oracle/journal-entry.js';
import { judgeUpstream } from '../../../src/load/oracle/judge.js';
import { oracleTable } from '../../../src/load/oracle/table.js';
import { attempt, sent } from './samples.js';

const FIELDS = ['process', 'sequence', 'at_us', 'duration_ms', 'plan', 'status', 'outcome', 'request_id', 'connection'];

test('an entry is read whatever its fields hold', () => {
  const document = fc.dictionary(fc.constantFrom(...FIELDS), fc.jsonValue());
  fc.assert(
    fc.property(fc.oneof(document, fc.jsonValue()), (value) => {
      const entry = upstreamEntry(value);
      if (entry === undefined) return;
      assert.ok(Number.isFinite(entry.arrivedUs) && Number.isFinite(entry.endedUs));
      judgeUpstream([sent('a')], [entry]);
    }),
  );
});

const KEYS = ['a', 'b', 'c', 'd'];
const anyAttempt = fc
  .record({
    key: fc.option(fc.constantFrom(...KEYS, 'stranger')),
    from: fc.integer({ min: 0, max: 1_000 }),
    lasting: fc.integer({ min: 0, max: 500 }),
    status: fc.constantFrom(200, 400, 429, 500, 0, null),
    outcome: fc.constantFrom('finished', 'aborted', 'failed', 'refused'),
    result: fc.constantFrom('success', 'error', 'aborted'),
    fault: fc.constantFrom(null, 'disconnect', 'early_length'),
    retryAfterMs: fc.constantFrom(null, 0, 100),
    connection: fc.constantFrom(null, 1, 2, 3),
  })
  .map(({ from, key, lasting, ...over }) => attempt(key, from, from + lasting, over));

test('every attempt is in one account, and every request has one ending', () => {
  const outcomes = fc.array(fc.constantFrom(...OUTCOMES), { minLength: KEYS.length, maxLength: KEYS.length });
  fc.assert(
    fc.property(outcomes, fc.array(anyAttempt, { maxLength: 40 }), (ends, entries) => {
      const requests = KEYS.map((key, index) => sent(key, { outcome: ends[index]! }));
      const result = judgeUpstream(requests, entries);
      const { attempts, duplicates, retries } = result;
      const arrived = requests.length - (attempts.by_count['0'] ?? 0);
      assert.equal(result.entries_matched, entries.filter(({ requestId }) => KEYS.includes(requestId ?? '')).length);
      assert.equal(arrived + retries.count + duplicates.overlapping + duplicates.after_success, attempts.total);
      const { client_left, ran_on, reached_upstream, unseen, without_meaning } = result.cancellations;
      assert.equal(reached_upstream + ran_on + unseen + without_meaning, client_left);
      const ended = result.endings.reduce((sum, { requests: count }) => sum + count, 0);
      assert.equal(ended, attempts.total === 0 ? 0 : requests.length);
      for (const { count, examples } of result.findings) assert.ok(count > 0 && examples.length <= 5);
      assert.deepEqual(judgeUpstream(requests, entries.toReversed()).connections, result.connections);
      assert.ok(oracleTable(result).endsWith('\n'));
    }),
  );
});
