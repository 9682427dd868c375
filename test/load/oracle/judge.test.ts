/** What is said of a gateway for a log and a journal that were written by hand. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judgeUpstream } from '../../../src/load/oracle/judge.js';
import type { OracleResult } from '../../../src/load/oracle/result.js';
import { oracleTable } from '../../../src/load/oracle/table.js';
import { attempt, refusal, sent } from './samples.js';

const codesOf = ({ findings }: OracleResult): string[] => findings.map(({ code }) => code);
const findingOf = ({ findings }: OracleResult, code: string) => findings.find((finding) => finding.code === code);

describe('a gateway that does what it should', () => {
  test('has no findings, whatever the upstream answers', () => {
    const requests = [sent('a'), sent('b'), sent('c', { outcome: 'http_error', status: 400 })];
    const entries = [
      attempt('a', 1, 50),
      refusal('b', 2, 3, 429, 1_000),
      attempt('b', 1_004, 1_050),
      refusal('c', 5, 6, 400),
    ];
    const result = judgeUpstream(requests, entries);
    assert.deepEqual(result.findings, []);
    assert.deepEqual(result.attempts, { total: 4, per_request: 1.3333, by_count: { '1': 2, '2': 1 } });
    assert.deepEqual(result.retries.by_reason, { '429': 1 });
    assert.deepEqual(result.retries.not_retried, { '400': 1 });
    assert.equal(result.retries.wait.p50_ms, 1_001);
    assert.equal(result.retries.beyond_retry_after.p50_ms, 1);
  });

  test('has none where nothing was sent', () => {
    const result = judgeUpstream([], []);
    assert.deepEqual([result.findings, result.connections, result.attempts.per_request], [[], null, 0]);
    assert.match(oracleTable(result), /^requests .*0 sent/);
  });
});

describe('retries', () => {
  test('that come before the time that was asked for are too early, by so much', () => {
    const result = judgeUpstream([sent('a')], [refusal('a', 0, 1, 429, 1_000), attempt('a', 251, 300)]);
    assert.equal(result.retries.too_early, 1);
    assert.match(findingOf(result, 'retry_too_early')?.message ?? '', /1 of 1 .* by 750\.0 ms/);
    assert.deepEqual(findingOf(result, 'retry_too_early')?.examples, ['a']);
  });

  test('a timer that fires a little early is no finding', () => {
    const result = judgeUpstream([sent('a')], [refusal('a', 0, 1, 429, 1_000), attempt('a', 1_000, 1_300)]);
    assert.deepEqual(result.findings, []);
  });

  test('of what is refused for what it is are hopeless, and of what went out in part a risk', () => {
    const broken = attempt('b', 0, 5, { result: 'error', fault: 'disconnect', error: 'disconnect' });
    const result = judgeUpstream(
      [sent('a', { outcome: 'http_error', status: 401 }), sent('b')],
      [refusal('a', 0, 1, 401), refusal('a', 2, 3, 401), broken, attempt('b', 9, 20)],
    );
    assert.deepEqual(codesOf(result), ['retry_after_content', 'retry_hopeless']);
    assert.deepEqual(result.retries.by_reason, { '401': 1, disconnect: 1 });
    assert.equal(result.retries.after_content, 1);
  });

  test('that overlap, or follow a success, are duplicates', () => {
    const entries = [attempt('a', 0, 50), attempt('a', 20, 70), attempt('b', 0, 10), attempt('b', 11, 20)];
    const result = judgeUpstream([sent('a'), sent('b')], entries);
    assert.deepEqual(result.duplicates, { overlapping: 1, after_success: 1 });
    assert.deepEqual(codesOf(result), ['duplicate_overlapping', 'duplicate_after_success']);
    assert.equal(result.retries.count, 0);
  });

  test('of an attempt that the gateway gave up are counted as that', () => {
    const given = attempt('a', 0, 30, { outcome: 'aborted', result: 'aborted' });
    const result = judgeUpstream([sent('a')], [given, attempt('a', 31, 60)]);
    assert.deepEqual(result.retries.by_reason, { given_up: 1 });
  });
});

describe('clients that leave', () => {
  const gone = { outcome: 'cancelled' as const, status: 200 };
  // The upstream's clock is 1,000 ms ahead, and the quickest way takes 2 ms.
  const quickest = [sent('q', { sentUs: 0 }), attempt('q', 1_002, 1_040)] as const;

  test('are noticed so much later than by the quickest way', () => {
    const result = judgeUpstream(
      [quickest[0], sent('a', { ...gone, sentUs: 10_000, endedUs: 60_000 })],
      [quickest[1], attempt('a', 1_015, 1_070, { outcome: 'aborted', result: 'aborted' })],
    );
    assert.equal(result.cancellations.reached_upstream, 1);
    assert.equal(result.cancellations.delay.p50_ms, 8);
    assert.deepEqual(result.findings, []);
  });

  test('are a finding when the upstream works on for nobody', () => {
    const result = judgeUpstream(
      [quickest[0], sent('a', { ...gone, sentUs: 10_000, endedUs: 60_000 })],
      [quickest[1], attempt('a', 1_015, 1_562)],
    );
    assert.equal(result.cancellations.ran_on, 1);
    assert.equal(result.cancellations.wasted.p50_ms, 500);
    assert.match(findingOf(result, 'cancellation_ignored')?.message ?? '', /1 of 1 requests ran on .* 500\.0 ms/);
  });

  test('after the upstream was done mean nothing', () => {
    const result = judgeUpstream(
      [quickest[0], sent('a', { ...gone, sentUs: 10_000, endedUs: 60_000 })],
      [quickest[1], attempt('a', 1_015, 1_055)],
    );
    assert.equal(result.cancellations.without_meaning, 1);
    assert.deepEqual(result.findings, []);
  });

  test('are counted apart where the upstream knows nothing of them', () => {
    const result = judgeUpstream([quickest[0], sent('a', { ...gone, sentUs: 10_000, endedUs: 60_000 })], [quickest[1]]);
    const { client_left, ran_on, unseen, without_meaning } = result.cancellations;
    assert.deepEqual([client_left, ran_on, unseen, without_meaning], [1, 0, 1, 0]);
    assert.match(oracleTable(result), /clients that left .*; 1 never arrived or had not ended yet\n/);
  });

  test('are a finding when they are noticed late', () => {
    const result = judgeUpstream(
      [quickest[0], sent('a', { ...gone, sentUs: 10_000, endedUs: 60_000 })],
      [quickest[1], attempt('a', 1_015, 1_862, { outcome: 'aborted', result: 'aborted' })],
    );
    assert.match(findingOf(result, 'cancellation_slow')?.message ?? '', /800\.0 ms later/);
  });
});

describe('endings', () => {
  const error = (status: number) => ({ outcome: 'http_error' as const, status });

  test('that the client is not told of are findings', () => {
    const result = judgeUpstream(
      [sent('a'), sent('b', { outcome: 'broken_off' }), sent('c', error(500)), sent('d'), sent('e', error(400))],
      [
        attempt('a', 0, 5, { result: 'error', fault: 'disconnect', error: 'disconnect' }),
        attempt('b', 0, 5),
        refusal('c', 0, 5, 429),
      ],
    );
    assert.deepEqual(codesOf(result), [
      'break_hidden',
      'answer_spoilt',
      'status_changed',
      'answered_without_upstream',
      'refused_without_upstream',
    ]);
    assert.deepEqual(
      result.endings.map(({ client, upstream }) => `${upstream} ${client}`),
      ['disconnect complete', 'ok broken_off', '429 500', 'never_seen complete', 'never_seen 400'],
    );
  });

  test('of what a model may well say are none', () => {
    const cut = attempt('a', 0, 5, { result: 'error', fault: 'early_length', error: 'early_length' });
    assert.deepEqual(judgeUpstream([sent('a')], [cut]).findings, []);
  });
});

describe('without keys', () => {
  test('nothing is said of single requests, and the rest is right', () => {
    const entries = [attempt(null, 0, 5), attempt(null, 6, 9)];
    const result = judgeUpstream([sent('a'), sent('b', { outcome: 'no_answer' })], entries);
    assert.deepEqual(codesOf(result), ['request_id_dropped']);
    assert.deepEqual([result.entries, result.entries_matched, result.request_ids_share], [2, 0, 0]);
    assert.deepEqual(result.connections?.opened, 1);
  });

  test('those of others are not held against the gateway', () => {
    const result = judgeUpstream([sent('a')], [attempt('a', 0, 5), attempt(null, 6, 9)]);
    assert.deepEqual(codesOf(result), []);
    assert.equal(result.request_ids_share, 0.5);
  });

  test('another way to tell requests is as good', () => {
    const entries = [attempt(null, 0, 5, { requestBody: '{"user":"a"}' })];
    const keyOf = ({ requestBody }: { readonly requestBody: string | null }) =>
      /"user":"(\w+)"/.exec(requestBody ?? '')?.[1];
    const result = judgeUpstream([sent('a')], entries, { keyOf });
    assert.deepEqual([result.entries_matched, result.attempts.by_count], [1, { '1': 1 }]);
    assert.equal(findingOf(result, 'request_id_dropped')?.count, 1);
  });

  test('with entries missing, a request that was not found proves nothing', () => {
    const result = judgeUpstream([sent('a'), sent('b')], [attempt('a', 0, 5)], { entriesLost: 3 });
    assert.deepEqual(codesOf(result), ['journal_overwritten']);
  });

  test('a key longer than the journal keeps is told by its beginning', () => {
    const long = 'x'.repeat(200);
    assert.equal(judgeUpstream([sent(long)], [attempt(long.slice(0, 128), 0, 5)]).entries_matched, 1);
  });
});

describe('connections and keys', () => {
  const many = (over: (index: number) => object) =>
    Array.from({ length: 40 }, (_, index) => attempt(`r${index}`, index * 10, index * 10 + 5, over(index)));
  const requests = Array.from({ length: 40 }, (_, index) => sent(`r${index}`, { identity: index % 4 }));

  test('one connection for each request is a finding, one for all is not', () => {
    const fresh = judgeUpstream(
      requests,
      many((index) => ({ connection: index + 1, apiKey: `k${index % 4}` })),
    );
    assert.deepEqual(codesOf(fresh), ['connections_not_reused']);
    assert.deepEqual(fresh.connections, {
      opened: 40,
      requests_per_connection: 1,
      requests_per_connection_max: 1,
      in_flight_max: 1,
      broken: 0,
    });
    const kept = judgeUpstream(
      requests,
      many((index) => ({ apiKey: `k${index % 4}` })),
    );
    assert.deepEqual(codesOf(kept), []);
    assert.equal(kept.connections?.requests_per_connection_max, 40);
  });

  test('a connection that had to end is no waste', () => {
    const ended = many((index) => ({
      connection: index + 1,
      outcome: 'aborted',
      result: 'aborted',
      apiKey: `k${index % 4}`,
    }));
    const result = judgeUpstream(
      requests.map((request) => ({ ...request, outcome: 'cancelled' as const })),
      ended,
    );
    assert.equal(result.connections?.broken, 40);
    assert.equal(findingOf(result, 'connections_not_reused'), undefined);
  });

  test('connections that are not told apart are not judged', () => {
    assert.equal(
      judgeUpstream(
        requests,
        many(() => ({ connection: null })),
      ).connections,
      null,
    );
  });

  test('keys that arrive as one are a finding', () => {
    const result = judgeUpstream(
      requests,
      many(() => ({})),
    );
    assert.match(findingOf(result, 'keys_merged')?.message ?? '', /4 keys arrive as 1/);
    assert.deepEqual(result.api_keys.requests, [{ api_key: '1460db1b6902', requests: 40 }]);
    assert.deepEqual(result.user_agents, [{ user_agent: 'gateway/1', requests: 40 }]);
  });
});
