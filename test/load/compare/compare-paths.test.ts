/**
 * Comparisons of a real simulator with itself, and with gateways of known behaviour in front of it: what is reported is what they did. Times are
 * held against what the gateway itself measured, with room for a slow machine; how exact they are, bench/compare tells.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { knownAddedMs } from '../../../bench/compare/known-added.js';
import { type Behaviour, startGateway } from '../../../bench/compare/known-gateway.js';
import { type Simulator, startSimulator } from '../../../src/index.js';
import { DIRECT_USER_AGENT } from '../../../src/load/compare/contract.js';
import { quantileOf } from '../../../src/load/compare/intervals.js';
import type { AddedDelay, CompareResult } from '../../../src/load/compare/result.js';
import type { MixEntry } from '../../../src/load/contract.js';
import { JournalTail } from '../../../src/load/oracle/journal-tail.js';
import { type Compared, type Comparison, comparedAt, PAIRS } from './compared-at.js';

const ROOM_MS = 2;

const latency = {
  ttft: { distribution: 'uniform', min_ms: 20, max_ms: 120 },
  itl: { distribution: 'constant', value_ms: 4 },
};
const CONFIGURATION = {
  simulation: { seed: 1, request_overrides: { fault: true } },
  providers: { 'gpt-4o-mini': { latency }, 'claude-haiku-4-5': { latency } },
};

let simulator: Simulator;
before(async () => {
  simulator = await startSimulator({ config: CONFIGURATION });
});
after(() => simulator.stop());

const compared = (compare: Comparison): Promise<Compared> => comparedAt(simulator.url, compare);

function assertHolds({ p50 }: AddedDelay, truthMs: number): void {
  const { high_ms: high, low_ms: low } = p50;
  assert.ok(low !== null && high !== null);
  assert.ok(low - ROOM_MS <= truthMs && truthMs <= high + ROOM_MS, `${low} … ${high} does not hold ${truthMs}`);
}

describe('the simulator against itself', () => {
  test('adds nothing, changes nothing, and has no anomaly', async () => {
    const { result } = await compared({});
    assert.equal(result.pairs, PAIRS);
    assert.deepEqual(result.validity, { valid: true, reasons: [] });
    assert.deepEqual([result.ground.same_plan, result.ground.told_by], [PAIRS, 'header']);
    assert.deepEqual(result.content, { compared: PAIRS, equal: PAIRS });
    assert.deepEqual([result.headers, result.fields, result.anomaly_counts], [[], [], {}]);
    const { chunking, added } = result;
    assert.deepEqual([chunking.streams, chunking.merged, chunking.split], [PAIRS, 0, 0]);
    for (const delay of [added.headers, added.ttft, added.gap, added.e2e]) assertHolds(delay, 0);
    assert.equal(result.upstream?.attempts.per_request, 1);
  });

  for (const [name, entry] of [
    ['whole answers', { stream: false }],
    [
      'embeddings',
      { dialect: 'openai.embeddings', model: 'text-embedding-3-small', stream: false, outputTokens: undefined },
    ],
    ['Anthropic’s streams', { dialect: 'anthropic.messages', model: 'claude-haiku-4-5' }],
    ['Gemini’s streams', { dialect: 'gemini.generate', model: 'gemini-2.5-flash' }],
    ['responses', { dialect: 'openai.responses' }],
    ['conversations', { conversation: { turns: 3, sharedPrefixTokens: 10, thinkTime: 0 } }],
  ] as const) {
    test(`is equal to itself for ${name}`, async () => {
      const { result } = await compared({ entry: entry as Partial<MixEntry>, pairs: 4 });
      assert.deepEqual([result.ground.same_plan, result.content.equal], [4, result.content.compared]);
      assert.deepEqual([result.fields, result.anomalies, result.direct.outcomes], [[], [], { complete: 4 }]);
    });
  }
});

describe('a gateway', () => {
  test('that holds all for 5 ms and merges chunks two by two is reported to add that, and to have merged exactly so many', async () => {
    const journal = await JournalTail.open({ url: simulator.url });
    const { gateway, result } = await compared({ behaviour: { holdsMs: 5, merges: true } });
    await journal.poll();
    const entries = journal.entries.filter(({ userAgent }) => userAgent !== DIRECT_USER_AGENT);
    const known = Float64Array.from(knownAddedMs(gateway?.firstContentMs() ?? {}, entries).values()).sort();
    assert.equal(known.length, PAIRS + 4);
    assert.ok(known[0]! >= 5, `the gateway held a stream for ${known[0]} ms`);
    assertHolds(result.added.ttft, quantileOf(known, 0.5));
    // The warm-up's streams are merged as well, and do not count: 12 tokens are as many chunks, of which 5 pairs behind the first.
    assert.equal(result.chunking.merged, PAIRS * 5);
    assert.equal(gateway?.merged(), (PAIRS + 4) * 5);
    assert.deepEqual([result.chunking.split, result.content.equal], [0, PAIRS]);
    assert.deepEqual(result.anomaly_counts, {});
  });

  test('that drops headers of answers and changes fields is told of each', async () => {
    const { result } = await compared({
      behaviour: {
        dropsAnswerHeaders: ['x-request-id', 'openai-version'],
        rewritesEvent: (event) => [event.replace('"object":"chat.completion.chunk"', '"object":"chunk"')],
      },
    });
    assert.deepEqual(
      result.headers.map(({ kind, name, pairs }) => [kind, name, pairs]),
      [
        ['lost', 'openai-version', PAIRS],
        ['lost', 'x-request-id', PAIRS],
      ],
    );
    assert.deepEqual(result.fields, [
      { name: 'object', kind: 'changed', pairs: PAIRS, direct: '"chat.completion.chunk"', gateway: '"chunk"' },
    ]);
  });

  test('that drops the key, but not the body, is known by the body, and compared by planned times', async () => {
    const { result } = await compared({ behaviour: { dropsRequestHeaders: ['x-llm-sim-request-id'] } });
    assert.deepEqual([result.ground.told_by, result.ground.journal], ['body', PAIRS]);
    assert.deepEqual([result.validity.valid, result.added.ttft.pairs, result.content.compared], [true, PAIRS, 0]);
    assertHolds(result.added.ttft, 0);
  });

  test('that drops the key is compared in content where the simulator gives equal requests the same answer', async () => {
    const same = await startSimulator({
      config: { ...CONFIGURATION, simulation: { seed: 1, equal_requests: 'same' } },
    });
    const gateway = await startGateway(same.url, { dropsRequestHeaders: ['x-llm-sim-request-id'] });
    const target = { url: same.url, headers: {}, apiKey: 'sk-test' };
    const { result } = await compared({
      plan: { sendsRequestIds: false },
      options: {
        direct: { target },
        gateway: { target: { ...target, url: gateway.url } },
        upstream: { url: same.url },
      },
    }).finally(() => Promise.all([gateway.stop(), same.stop()]));
    assert.deepEqual([result.ground.told_by, result.ground.same_plan, result.content.equal], ['body', PAIRS, PAIRS]);
    assert.deepEqual([result.anomaly_counts, result.upstream?.attempts.per_request], [{}, 1]);
  });

  describe('that changes requests, before an upstream that records bodies', () => {
    const rewritesBody = (body: string): string => JSON.stringify({ ...JSON.parse(body), seed: 3 });
    const recorded = async (behaviour: Behaviour): Promise<CompareResult> => {
      const journal = { record_bodies: true, body_bytes_max: 65_536 };
      const upstream = await startSimulator({ config: { ...CONFIGURATION, telemetry: { journal } } });
      const gateway = await startGateway(upstream.url, { rewritesBody, ...behaviour });
      const target = { url: upstream.url, headers: {}, apiKey: 'sk-test' };
      const options = {
        direct: { target },
        gateway: { target: { ...target, url: gateway.url } },
        upstream: { url: upstream.url },
      };
      const end = () => Promise.all([gateway.stop(), upstream.stop()]);
      return (await compared({ options, pairs: 4 }).finally(end)).result;
    };

    test('is compared with what the upstream sent', async () => {
      const result = await recorded({});
      assert.deepEqual([result.ground.journal, result.content], [4, { compared: 4, equal: 4 }]);
      assert.deepEqual(result.anomaly_counts, {});
    });

    test('is told of what it lost of it', async () => {
      const result = await recorded({ rewritesEvent: (event, index) => (index === 4 ? [] : [event]) });
      assert.deepEqual(result.anomaly_counts, { content_lost: 4 });
    });
  });

  test('that changes the request too is compared by planned times', async () => {
    const rewritesBody = (body: string): string => JSON.stringify({ ...JSON.parse(body), seed: 3, temperature: 0.5 });
    const { result } = await compared({ behaviour: { rewritesBody } });
    assert.deepEqual([result.ground.told_by, result.ground.journal, result.ground.same_plan], ['header', PAIRS, 0]);
    assertHolds(result.added.ttft, 0);
    assertHolds(result.added.e2e, 0);
  });

  test('that tries again is told by the journal', async () => {
    const { result } = await compared({ behaviour: { attempts: 2 }, pairs: 4 });
    assert.deepEqual(result.anomaly_counts, { repeated: 4 });
    assert.equal(result.upstream?.attempts.per_request, 2);
  });

  test('that answers by itself is told by the journal', async () => {
    const entry = { stream: false };
    const { result } = await compared({ behaviour: { cached: '{"choices":[]}' }, entry, pairs: 2 });
    assert.equal(result.upstream?.entries_matched, 0);
    assert.equal(result.validity.valid, false);
  });
});

describe('what a gateway does to content', () => {
  const contentOf = (event: string): boolean => /"content":"[^"]+"/.test(event);
  for (const [what, rewritesEvent, kind] of [
    ['loses a chunk', (event: string, index: number) => (index === 4 ? [] : [event]), 'content_lost'],
    [
      'sends a chunk twice',
      (event: string, index: number) => (index === 4 ? [event, event] : [event]),
      'content_added',
    ],
    [
      'changes a word',
      (event: string, index: number) => [index === 4 ? event.replace(/"content":"[^"]+"/, '"content":"#"') : event],
      'content_changed',
    ],
  ] as const) {
    test(`that ${what} is told for each request`, async () => {
      const { result } = await compared({ behaviour: { rewritesEvent }, pairs: 4 });
      assert.equal(result.ground.same_plan, 4);
      assert.equal(result.anomaly_counts[kind], 4, JSON.stringify(result.anomaly_counts));
    });
  }

  test('that swaps two chunks is told for each request', async () => {
    let held: string | undefined;
    const rewritesEvent = (event: string, index: number): readonly string[] => {
      if (index === 4 && contentOf(event)) {
        held = event;
        return [];
      }
      const events = held === undefined ? [event] : [event, held];
      held = undefined;
      return events;
    };
    const { result } = await compared({ behaviour: { rewritesEvent }, pairs: 4, options: { concurrency: 1 } });
    assert.equal(result.anomaly_counts.content_reordered, 4, JSON.stringify(result.anomaly_counts));
  });
});

describe('how a gateway ends streams', () => {
  test('without their last events is an anomaly for each', async () => {
    const { result } = await compared({ behaviour: { endsBehind: 5 }, pairs: 4 });
    assert.equal(result.anomaly_counts.ended_otherwise, 4, JSON.stringify(result.endings));
    assert.equal(result.gateway.outcomes.no_terminal_event, 4);
  });

  test('or leaves them open is an anomaly for each', async () => {
    const { result } = await compared({ behaviour: { hangsBehind: 5 }, pairs: 4, timeoutMs: 1_500 });
    assert.deepEqual([result.anomaly_counts.hung, result.gateway.outcomes.timeout], [4, 4]);
  });
});

describe('an upstream that breaks off', () => {
  const headers = { 'x-llm-sim-fault': 'disconnect;after_tokens=4' };
  const broken = async (behaviour: Behaviour): Promise<CompareResult> => {
    const gateway = await startGateway(simulator.url, behaviour);
    const target = { url: simulator.url, headers, apiKey: 'sk-test' };
    const options = { direct: { target }, gateway: { target: { ...target, url: gateway.url } } };
    return (await compared({ options, pairs: 4 }).finally(() => gateway.stop())).result;
  };

  test('does so behind a gateway that passes it on', async () => {
    const result = await broken({});
    assert.deepEqual([result.direct.outcomes, result.gateway.outcomes], [{ broken_off: 4 }, { broken_off: 4 }]);
    assert.deepEqual(result.anomaly_counts, {});
    // Nothing was answered in full, as it should be.
    assert.equal(result.validity.valid, true);
  });

  test('is an anomaly where the gateway hides it', async () => {
    const result = await broken({ hidesBreaks: true });
    assert.equal(result.anomaly_counts.break_hidden, 4, JSON.stringify(result.endings));
  });
});

describe('a client that leaves', () => {
  const entry = { cancel: { share: 1, afterChunks: 2 }, outputTokens: 200 } as const;

  test('is told to the upstream by a gateway that passes it on', async () => {
    const { result } = await compared({ behaviour: {}, entry, pairs: 4 });
    assert.deepEqual(result.cancellations, { requests: 4, reached: 4, lost: 0, unknown: 0 });
    assert.deepEqual(result.anomaly_counts, {});
  });

  test('is an anomaly where the upstream is told late', async () => {
    const { result } = await compared({ behaviour: { leavesAfterMs: 300 }, entry, pairs: 4 });
    assert.deepEqual(result.cancellations, { requests: 4, reached: 0, lost: 4, unknown: 0 });
    assert.deepEqual(result.anomaly_counts, { cancellation_lost: 4 });
  });

  test('is an anomaly where the upstream serves on', async () => {
    const { result } = await compared({ behaviour: { ignoresDepartures: true }, entry, pairs: 4 });
    assert.equal(result.cancellations.lost, 4, JSON.stringify(result.cancellations));
    assert.equal(result.anomaly_counts.cancellation_lost, 4);
  });
});

test('without an upstream that can be read, equal contents tell equal plans', async () => {
  const { result } = await compared({ behaviour: {}, pairs: 4, options: { upstream: { url: 'http://127.0.0.1:1' } } });
  assert.deepEqual([result.ground.told_by, result.ground.same_plan, result.upstream], ['content', 4, null]);
  assert.match(result.ground.explanation, /journal/);
});

test('a comparison that is broken off has what it has, and is not valid', async () => {
  const controller = new AbortController();
  const onProgress = (done: number): void => {
    if (done === 2) controller.abort();
  };
  const { result } = await compared({ options: { signal: controller.signal, onProgress, concurrency: 1 } });
  assert.deepEqual([result.pairs, result.validity.reasons[0]?.code], [2, 'cut_short']);
});

test('a gateway that speaks another dialect is compared as far as the content allows', async () => {
  const config = { ...CONFIGURATION, telemetry: { journal: { record_bodies: true, body_bytes_max: 65_536 } } };
  const upstream = await startSimulator({ config });
  const target = { url: upstream.url, headers: {}, apiKey: 'sk-test' };
  const { result } = await compared({
    entry: { dialect: 'anthropic.messages', model: 'claude-haiku-4-5' },
    options: {
      direct: { target },
      gateway: { target, dialect: 'openai.chat', model: 'gpt-4o-mini' },
      upstream: { url: upstream.url },
    },
  }).finally(() => upstream.stop());
  // Here the "gateway" is the simulator's own other dialect: another request, and another plan.
  assert.deepEqual([result.direct.dialects, result.gateway.dialects], [['anthropic.messages'], ['openai.chat']]);
  assert.equal(result.ground.journal, PAIRS);
  assertHolds(result.added.ttft, 0);
  assert.deepEqual([result.content, result.anomaly_counts], [{ compared: PAIRS, equal: PAIRS }, {}]);
  assert.match(result.ground.explanation, /contents are compared with what the upstream sent/);
});
