import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { schemaCheck } from '../../../src/config/validation.js';
import { namedMark } from '../../../src/runtime/session-mark.js';
import { journalEntry } from '../../../src/server/journal/journal-entry.js';
import { answerJournal } from '../../../src/server/journal/journal-reading.js';
import { journalEntrySchema } from '../../../src/server/journal/journal-schema.js';
import { answer, exchangeOf, NAMES, refuse, testJournal } from './journal-parts.js';

const HEADERS = {
  'x-llm-sim-request-id': 'load-1',
  'user-agent': 'OpenAI/JS 7.57.0',
  'x-stainless-retry-count': '2',
  authorization: 'Bearer sk-secret',
};

describe('an entry of the journal', () => {
  test('says what was planned and what happened', () => {
    const parts = testJournal(10);
    parts.nowUs = 5_000;
    answer(parts, exchangeOf(HEADERS, { sentBytes: 40 }), (plan) => {
      plan.session = namedMark('header', 'abc');
      plan.identity.set([0xab, 0xcdef0123]);
    });
    const entry = journalEntry(parts.journal, 1, NAMES);
    assert.deepEqual(entry, {
      process: 0,
      sequence: 1,
      arrived_at: '2026-01-02T03:04:05.005Z',
      at_us: 5_000,
      provider: 'openai',
      endpoint: 'openai.chat.completions',
      target: null,
      model: 'gpt-4o',
      request_id: 'load-1',
      identity: '000000abcdef0123',
      session: 'header:abc',
      api_key: createHash('sha256').update('sk-secret').digest('hex').slice(0, 12),
      user_agent: 'OpenAI/JS 7.57.0',
      retry_count: 2,
      connection: 3,
      plan: {
        stream: true,
        status: 200,
        ttft_ms: 1,
        end_ms: 1.5,
        chunks: 3,
        prompt_tokens: 11,
        cached_tokens: 0,
        completion_tokens: 2,
        fault: null,
        ending: 'complete',
        configuration_generation: 7,
        announcement: null,
      },
      status: 200,
      outcome: 'finished',
      result: 'success',
      cause: null,
      error: null,
      fault: null,
      limited_by: null,
      retry_after_ms: null,
      queue_ms: 0,
      ttft_ms: 1.01,
      duration_ms: 1.6,
      chunks: 3,
      bytes: 40,
      slip_max_ms: 0.042,
    });
    assert.deepEqual(schemaCheck(journalEntrySchema)(entry), []);
  });

  test('of a request that was not admitted says where it went', () => {
    const parts = testJournal(10);
    refuse(parts, exchangeOf(HEADERS, { method: 'GET', path: '/v1/nowhere' }));
    const entry = journalEntry(parts.journal, 1, NAMES);
    assert.deepEqual(
      [entry.target, entry.endpoint, entry.plan, entry.identity, entry.outcome, entry.result, entry.cause, entry.bytes],
      ['GET /v1/nowhere', null, null, null, 'refused', 'error', 'unknown_route', 10],
    );
    assert.deepEqual(schemaCheck(journalEntrySchema)(entry), []);
  });

  test('cuts what the client says of itself, and takes no retry count that is none', () => {
    const parts = testJournal(10);
    const long = 'x'.repeat(5_000);
    const headers = { 'x-llm-sim-request-id': long, 'user-agent': long, 'x-stainless-retry-count': '1e3' };
    refuse(parts, exchangeOf(headers, { path: `/${long}` }));
    const { request_id: id, retry_count: retries, target, user_agent: agent } = journalEntry(parts.journal, 1, NAMES);
    assert.deepEqual([id?.length, agent?.length, target?.length, retries], [128, 128, 256, null]);
  });

  test('holds nothing of the one that was in its place before', () => {
    const parts = testJournal(1);
    answer(parts, exchangeOf(HEADERS), (plan) => {
      plan.session = namedMark('header', 'abc');
    });
    answer(parts, exchangeOf());
    const { api_key, request_id, retry_count, session, user_agent } = journalEntry(parts.journal, 2, NAMES);
    assert.deepEqual([api_key, request_id, retry_count, session, user_agent], [null, null, null, null, null]);
  });

  test('holds the beginnings of request and reply where that is asked for', () => {
    const parts = testJournal(10, 20);
    const body = [Buffer.from('{"model":"'), Buffer.from('gpt-4o","messages":[]}')];
    answer(parts, exchangeOf({}, { body, sentBytes: 37 }));
    const { request_body, reply_body } = journalEntry(parts.journal, 1, NAMES);
    assert.equal(request_body, '{"model":"gpt-4o","m');
    assert.equal(reply_body, 'data: opening\n\ndata:');
    parts.journal.clear();
    refuse(parts, exchangeOf({}, { body }));
    const refused = journalEntry(parts.journal, 2, NAMES);
    assert.deepEqual([refused.request_body, refused.reply_body], ['{"model":"gpt-4o","m', '']);
  });

  test('has of the reply only what was sent of it', () => {
    const parts = testJournal(10, 100);
    answer(parts, exchangeOf({}, { sentBytes: 15 }));
    assert.equal(journalEntry(parts.journal, 1, NAMES).reply_body, 'data: opening\n\n');
  });
});

describe('a journal', () => {
  test('keeps the last entries, counts the others, and numbers on when it is cleared', () => {
    const parts = testJournal(3);
    const { journal } = parts;
    for (let request = 0; request < 5; request++) refuse(parts);
    assert.deepEqual(journal.counts, { newest: 5, kept: 3, recorded: 5 });
    assert.equal(journal.clear(), 3);
    assert.deepEqual(journal.counts, { newest: 5, kept: 0, recorded: 0 });
    refuse(parts);
    assert.deepEqual(journal.counts, { newest: 6, kept: 1, recorded: 1 });
    const { entries } = answerJournal(
      journal,
      { order: 'newest', beyond: null, entriesMax: 9, filter: {} },
      NAMES,
      'e',
    );
    assert.deepEqual(
      entries.map(({ entry }) => entry.sequence),
      [6],
    );
  });

  test('answers in bites', () => {
    const parts = testJournal(1_000);
    for (let request = 0; request < 700; request++) refuse(parts);
    const ask = (beyond: number | null) =>
      answerJournal(parts.journal, { order: 'newest', beyond, entriesMax: 10_000, filter: {} }, NAMES, 'e');
    const first = ask(null);
    assert.equal(first.entries.length, 200);
    assert.deepEqual([first.reached, first.more], [501, true]);
    const last = ask(ask(ask(first.reached).reached).reached);
    assert.deepEqual([last.entries.length, last.reached, last.more], [100, 1, false]);
  });
});
