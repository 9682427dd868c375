/** What is concluded of pairs: delays, chunks, what is wrong with single requests. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { groundPairs } from '../../../src/load/compare/basis.js';
import type { AnswerFacts, PairFacts, UpstreamEntry } from '../../../src/load/compare/contract.js';
import { judge, pathResult } from '../../../src/load/compare/judgement.js';
import { upstreamView } from '../../../src/load/compare/upstream-view.js';
import { answer, directEntry, entry, pair } from './judged-pairs.js';

/** The judgement of one pair, with the journal's entries for both ways unless others are given. */
function judged(facts: Partial<PairFacts>, gateway: readonly Partial<UpstreamEntry>[] = [{}]) {
  const entries = [directEntry({ requestId: 'a' }), ...gateway.map((more) => entry({ requestId: 'a', ...more }))];
  return judge(groundPairs([pair('a', facts)], upstreamView(['a'], entries)));
}

const kindsOf = (facts: Partial<PairFacts>, gateway?: readonly Partial<UpstreamEntry>[]): string[] =>
  judged(facts, gateway).anomalies.map(({ kind }) => kind);

function ended(direct: Partial<AnswerFacts>, gateway: Partial<AnswerFacts>): Partial<PairFacts> {
  return { direct: answer(direct), gateway: answer(gateway) };
}

describe('a pair without a difference', () => {
  test('has no anomaly', () => {
    assert.deepEqual(judged({}).anomaly_counts, {});
  });

  test('gives its delays', () => {
    const { added } = judged(ended({}, { headersMs: 101, firstContentMs: 105, endMs: 148 }));
    assert.deepEqual(
      [added.headers.p50.ms, added.ttft.p50.ms, added.gap.p50.ms, added.e2e.p50.ms, added.chunk.p50.ms],
      [2, 5, 0, 7, 5],
    );
    assert.deepEqual([added.ttft.pairs, added.ttft.p50.low_ms], [1, null]);
  });
});

describe('content', () => {
  for (const [verdict, kind] of [
    ['lost', 'content_lost'],
    ['added', 'content_added'],
    ['changed', 'content_changed'],
    ['reordered', 'content_reordered'],
  ] as const) {
    test(`that is ${verdict} is an anomaly`, () => {
      assert.deepEqual(kindsOf({ content: { verdict, at: 3, directLength: 2, gatewayLength: 2 } }), [kind]);
    });
  }

  test('of requests with other plans is not compared', () => {
    const content = { verdict: 'changed', at: 0, directLength: 2, gatewayLength: 2 } as const;
    const { content: counts, anomaly_counts } = judged({ content }, [{ identity: 'bb' }]);
    assert.deepEqual([counts, anomaly_counts], [{ compared: 0, equal: 0 }, {}]);
  });
});

describe('an end', () => {
  const error = { outcome: 'http_error', status: 429, error: 'rate_limit_exceeded' } as const;
  for (const [what, direct, gateway, kind] of [
    ['another status', error, { ...error, status: 500 }, 'status_changed'],
    ['another word', error, { ...error, error: 'other' }, 'error_changed'],
    ['no head at all', { outcome: 'complete' }, { outcome: 'timeout', status: undefined }, 'hung'],
    [
      'a reset before the head',
      { outcome: 'complete' },
      { outcome: 'no_answer', status: undefined },
      'ended_otherwise',
    ],
    ['a stream that hangs', { outcome: 'broken_off' }, { outcome: 'timeout' }, 'hung'],
    ['a break that is hidden', { outcome: 'broken_off' }, { outcome: 'complete' }, 'break_hidden'],
    ['a missing last event', { outcome: 'complete' }, { outcome: 'no_terminal_event' }, 'ended_otherwise'],
  ] as const) {
    test(`with ${what} is an anomaly`, () => {
      assert.deepEqual(kindsOf(ended(direct, gateway)), [kind]);
    });
  }

  test('in the same way is none, be it good or bad', () => {
    assert.deepEqual(kindsOf(ended(error, error)), []);
    assert.deepEqual(kindsOf(ended({ outcome: 'broken_off' }, { outcome: 'broken_off' })), []);
  });

  test('of a request with another plan is an anomaly only if the upstream served it whole', () => {
    const hangs = ended({}, { outcome: 'timeout' });
    assert.deepEqual(kindsOf(hangs, [{ identity: 'bb' }]), ['hung']);
    assert.deepEqual(kindsOf(hangs, [{ identity: 'bb', fault: 'stall' }]), []);
  });

  test('for the same reason in the words of another dialect is no difference', () => {
    assert.deepEqual(kindsOf(ended({ finishReason: 'end_turn' }, { finishReason: 'stop' })), []);
    assert.deepEqual(kindsOf(ended({ finishReason: 'max_tokens' }, { finishReason: 'stop' })), [
      'finish_reason_changed',
    ]);
  });
});

test('usage that differs or is missing says what became of it', () => {
  const usage = { inputTokens: 10, cachedInputTokens: 0, outputTokens: 7, reasoningTokens: 0 };
  assert.equal(judged(ended({}, { usage })).anomalies[0]?.message, '5 output tokens became 7');
  assert.equal(judged(ended({}, { usage: undefined })).anomalies[0]?.message, 'the usage is missing');
});

describe('a request that the gateway did not pass on', () => {
  const refused = { outcome: 'http_error', status: 503 } as const;
  /** Another request's entry shows that keys come through. */
  const kinds = (facts: Partial<PairFacts>, entriesLost = 0): string[] => {
    const entries = [directEntry({ requestId: 'a' }), entry({ requestId: 'b' })];
    const view = upstreamView(['a', 'b'], entries, entriesLost);
    return judge(groundPairs([pair('a', facts)], view)).anomalies.map(({ kind }) => kind);
  };

  test('is held against the direct way by its end', () => {
    assert.deepEqual(kinds(ended({}, refused)), ['refused_without_upstream', 'status_changed']);
    assert.deepEqual(kinds(ended({}, { outcome: 'timeout', status: undefined })), ['hung']);
    assert.deepEqual(kinds(ended(refused, refused)), ['refused_without_upstream']);
  });

  test('met no fault of the upstream, so it hides none by a good answer', () => {
    assert.deepEqual(kinds(ended({ outcome: 'broken_off' }, {})), ['answered_without_upstream']);
  });

  test('cannot be known where entries of the journal are lost', () => {
    assert.deepEqual(kinds(ended({}, refused), 1), []);
  });

  test('cannot be known by a gateway that drops what tells requests', () => {
    const entries = [directEntry({ requestId: 'a' }), entry()];
    const { anomaly_counts } = judge(groundPairs([pair('a')], upstreamView(['a'], entries)));
    assert.deepEqual(anomaly_counts, {});
  });
});

describe('the upstream', () => {
  test('that got a request twice, or never, tells of the gateway', () => {
    const twice = judged({}, [{ status: 500, arrivedUs: 1 }, { arrivedUs: 2 }]);
    assert.equal(twice.anomalies[0]?.message, 'the upstream got it 2 times, and answered 500, 200');
    // Another request's entry shows that keys come through.
    const entries = [directEntry({ requestId: 'a' }), directEntry({ requestId: 'b' }), entry({ requestId: 'b' })];
    const never = judge(groundPairs([pair('a'), pair('b')], upstreamView(['a', 'b'], entries)));
    assert.deepEqual(never.anomaly_counts, { answered_without_upstream: 1 });
  });

  test('knows whether a client’s leaving came through', () => {
    const left = { cancels: true, ...ended({ outcome: 'cancelled', endMs: 50 }, { outcome: 'cancelled', endMs: 50 }) };
    const served = { arrivedUs: 0, endedUs: 400_000 };
    const cancellationsOf = (facts: Partial<UpstreamEntry>) => judged(left, [facts]).cancellations;
    const [reached, lost, unknown] = (['reached', 'lost', 'unknown'] as const).map((state) => {
      return { requests: 1, reached: 0, lost: 0, unknown: 0, [state]: 1 };
    });
    assert.deepEqual(cancellationsOf({ ...served, outcome: 'aborted', endedUs: 120_000 }), reached);
    assert.deepEqual(cancellationsOf({ ...served, outcome: 'aborted' }), lost);
    assert.deepEqual(cancellationsOf(served), lost);
    assert.deepEqual(cancellationsOf({ ...served, endedUs: 120_000 }), unknown);
    assert.match(judged(left, [served]).anomalies[0]?.message ?? '', /served on for 350\.0 ms/);
  });
});

test('chunks count over streams of equal content, differences over pairs', () => {
  const merged = { merged: 2, split: 1, delaysMs: Float64Array.of(0, 0) };
  const lost = { name: 'x-a', kind: 'lost', direct: '1' } as const;
  const facts = [pair('a', { chunks: merged, headers: [lost] }), pair('b', { headers: [lost] }), pair('c')];
  const { chunking, headers } = judge(groundPairs(facts, undefined));
  assert.deepEqual([chunking.streams, chunking.chunks, chunking.merged, chunking.split], [3, 15, 2, 1]);
  assert.equal(chunking.streams_unchanged, 2);
  assert.deepEqual(headers, [{ name: 'x-a', kind: 'lost', pairs: 2, direct: '1', gateway: null }]);
});

test('anomalies are listed up to a bound and counted all', () => {
  const broken = ended({}, { outcome: 'timeout' });
  const { anomalies, anomaly_counts } = judge(
    groundPairs(
      Array.from({ length: 500 }, (_, index) => pair(String(index), broken)),
      undefined,
    ),
  );
  assert.deepEqual([anomalies.length, anomaly_counts.hung], [200, 500]);
});

test('a way sums its answers', () => {
  const path = pathResult(
    'http://a',
    ['openai.chat', 'openai.chat'],
    [answer(), answer({ outcome: 'timeout', together: 2 })],
  );
  assert.deepEqual(path, {
    url: 'http://a',
    dialects: ['openai.chat'],
    outcomes: { complete: 1, timeout: 1 },
    chunks: 10,
    chunks_together: 2,
  });
});
