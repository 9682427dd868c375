/** What a run's figures say about the requests that were recorded. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RequestRecord, RunProgress } from '../../../src/load/contract.js';
import { createMeasures, type MeasuredFigures } from '../../../src/load/measures/measures.js';
import { type MeasuredPlan, measuredPlan, mixEntry, recordOf } from './records.js';

function figuresOf(
  records: readonly RequestRecord[],
  plan: Partial<MeasuredPlan> = {},
  tick?: RunProgress,
): MeasuredFigures {
  const measures = createMeasures(measuredPlan(plan));
  for (const record of records) measures.record(record);
  if (tick !== undefined) measures.tick(tick);
  return measures.figures();
}

function progress(fields: Partial<RunProgress>): RunProgress {
  return { elapsedSecs: 0, started: 0, finished: 0, inFlight: 0, notSent: 0, loopDelayP99Us: 0, ...fields };
}

const usage = (outputTokens: number, reasoningTokens = 0) => ({
  inputTokens: 10,
  cachedInputTokens: 0,
  outputTokens,
  reasoningTokens,
});

describe('delays', () => {
  test('are told from the intended time of sending, but for gaps', () => {
    const { total, lateness } = figuresOf([recordOf({ intendedUs: 1_000_000, sentUs: 1_040_000 })]);
    assert.equal(total.ttft.max_ms, 140);
    assert.equal(total.e2e.max_ms, 191);
    assert.deepEqual([total.itl.count, total.itl.min_ms, total.itl.max_ms, total.itl.mean_ms], [2, 20, 30, 25]);
    assert.equal(total.tpot.max_ms, 25);
    assert.equal(lateness.max_ms, 40);
  });

  test('of a whole answer are that to its end alone', () => {
    const { total } = figuresOf([recordOf({ stream: false, chunks: [90_000], endUs: 90_500 })]);
    assert.deepEqual([total.ttft.count, total.itl.count, total.tpot.count, total.e2e.count], [0, 0, 0, 1]);
    assert.equal(total.e2e.p50_ms, 90.5);
  });

  test('are those of complete requests', () => {
    const { total } = figuresOf([
      recordOf({ outcome: 'broken_off' }),
      recordOf({ outcome: 'cancelled' }),
      recordOf({ outcome: 'wrong_usage' }),
    ]);
    assert.deepEqual([total.ttft.count, total.itl.count, total.tpot.count, total.e2e.count], [0, 0, 0, 0]);
  });

  test('per output token count tokens and not chunks, without those of hidden reasoning', () => {
    const chunks = [0, 50_000, 100_000];
    assert.equal(figuresOf([recordOf({ chunks, usage: usage(11) })]).total.tpot.p50_ms, 10);
    assert.equal(figuresOf([recordOf({ chunks, usage: usage(511, 500) })]).total.tpot.p50_ms, 10);
    const { tokens_per_second_per_user: rate } = figuresOf([recordOf({ chunks, usage: usage(11) })]).total;
    assert.deepEqual(rate, { mean: 100, p50: 100, p05: 100 });
  });

  test('have a rate per user that is the inverse of the time per token, however short the answer', () => {
    const { tpot, tokens_per_second_per_user: rate } = figuresOf([
      recordOf({ chunks: [100_000, 108_000], usage: usage(2) }),
    ]).total;
    assert.deepEqual([tpot.p50_ms, rate.p50], [8, 125]);
  });

  test('per output token are not told where no usage says how many there were, nor of a single chunk', () => {
    const { total } = figuresOf([
      recordOf({ usage: undefined }),
      recordOf({ chunks: [100_000], usage: usage(20) }),
      recordOf({ chunks: [], usage: usage(0) }),
    ]);
    assert.equal(total.complete, 3);
    assert.equal(total.tpot.count, 0);
    assert.deepEqual(total.tokens_per_second_per_user, { mean: 0, p50: 0, p05: 0 });
    assert.equal(total.ttft.count, 2);
  });
});

describe('requests', () => {
  test('are complete, cancelled or errors, and the rate of errors leaves out the cancelled', () => {
    const { total } = figuresOf([
      recordOf(),
      recordOf(),
      recordOf({ outcome: 'cancelled' }),
      recordOf({ outcome: 'timeout', status: undefined, usage: undefined }),
      recordOf({ outcome: 'http_error', status: 429, error: 'rate_limit_exceeded' }),
    ]);
    assert.deepEqual([total.requests, total.complete, total.cancelled, total.errors], [5, 2, 1, 2]);
    assert.deepEqual(total.errors_by_outcome, { timeout: 1, http_error: 1 });
    assert.deepEqual(total.errors_by_kind, { timeout: 1, 429: 1 });
    assert.equal(total.error_rate, 0.5);
  });

  test('fail by a status, else by a word, else by their outcome', () => {
    const { total } = figuresOf([
      recordOf({ outcome: 'connect_failed', status: undefined, error: 'ECONNREFUSED' }),
      recordOf({ outcome: 'error_event', error: 'overloaded_error' }),
      recordOf({ outcome: 'error_event', error: 'overloaded_error' }),
      recordOf({ outcome: 'no_terminal_event' }),
      recordOf({ outcome: 'broken_off', error: '__proto__' }),
    ]);
    assert.deepEqual(Object.entries(total.errors_by_kind), [
      ['overloaded_error', 2],
      ['ECONNREFUSED', 1],
      ['__proto__', 1],
      ['no_terminal_event', 1],
    ]);
  });

  test('that each fail by a word of their own make no endless list', () => {
    const records = Array.from({ length: 1_000 }, (_, index) =>
      recordOf({ outcome: 'error_event', error: `${index}${'x'.repeat(1_000)}` }),
    );
    const kinds = figuresOf(records).total.errors_by_kind;
    assert.equal(Object.keys(kinds).length, 65);
    assert.equal(kinds.other, 936);
    assert.ok(Object.keys(kinds).every((kind) => kind.length <= 64));
  });

  test('count in their entry of the mix, and all of them in the total', () => {
    const { by_mix, total } = figuresOf(
      [
        recordOf({ mix: 0 }),
        recordOf({ mix: 1, outcome: 'malformed' }),
        recordOf({ mix: 1, chunks: [300_000, 310_000] }),
      ],
      { mix: [mixEntry('chat'), mixEntry('__proto__'), mixEntry('unused')] },
    );
    assert.deepEqual(Object.keys(by_mix), ['chat', '__proto__', 'unused']);
    const second = Object.getOwnPropertyDescriptor(by_mix, '__proto__')?.value;
    assert.deepEqual([by_mix.chat.requests, second.requests, by_mix.unused.requests], [1, 2, 0]);
    assert.deepEqual([total.requests, total.errors, total.itl.count], [3, 1, 3]);
    assert.deepEqual([total.ttft.min_ms, total.ttft.max_ms], [100, 300]);
  });
});

describe('rates', () => {
  test('are over the time from the warm-up to the end of the run', () => {
    const records = [1, 2, 3, 4].map((second) => recordOf({ intendedUs: second * 1e6, usage: usage(50) }));
    const { total } = figuresOf(records, { warmUpSecs: 2 }, progress({ elapsedSecs: 7, notSent: 3 }));
    assert.equal(total.requests, 3);
    assert.equal(total.request_rate, 0.6);
    assert.equal(total.output_token_rate, 30);
  });

  test('reach as far as the last request took', () => {
    const { total } = figuresOf([recordOf({ endUs: 20e6 })], {}, progress({ elapsedSecs: 5 }));
    assert.equal(total.request_rate, 0.05);
  });

  test('and everything else of a run without requests are zeros', () => {
    const { total, plots, series, lateness } = figuresOf([], { objectives: { e2eMs: 1 } });
    assert.deepEqual([total.requests, total.request_rate, total.error_rate, total.goodput_share], [0, 0, 0, 0]);
    assert.deepEqual([total.ttft.count, total.ttft.p99_ms, lateness.count], [0, 0, 0]);
    assert.deepEqual([series, plots.ttft.bins], [[], []]);
    assert.doesNotMatch(JSON.stringify(total), /null/);
  });
});

describe('the warm-up', () => {
  test('is in the series of seconds alone', () => {
    const records = [recordOf({ intendedUs: 0, sentUs: 900_000 }), recordOf({ intendedUs: 5e6 })];
    const { lateness, plots, series, total } = figuresOf(records, { warmUpSecs: 5 });
    assert.deepEqual([total.requests, lateness.count, lateness.max_ms], [1, 1, 0]);
    assert.equal(plots.e2e.bins.length, 1);
    assert.equal(
      series.reduce((sum, { finished }) => sum + finished, 0),
      2,
    );
  });
});

describe('goodput', () => {
  const within = recordOf();
  const objectives = { ttftMs: 100, tpotMs: 25, e2eMs: 151 };

  test('is the share of requests that kept every objective, of those not cancelled', () => {
    const records = [
      within,
      recordOf({ chunks: [100_001, 120_000, 150_000] }),
      recordOf({ chunks: [99_000, 120_000, 150_000] }),
      recordOf({ endUs: 151_001 }),
      recordOf({ outcome: 'timeout' }),
      recordOf({ outcome: 'cancelled' }),
    ];
    const { total } = figuresOf(records, { objectives }, progress({ elapsedSecs: 2 }));
    assert.equal(total.goodput_share, 0.2);
    assert.equal(total.goodput_rate, 0.5);
  });

  test('counts from the intended time of sending', () => {
    const late = recordOf({ intendedUs: 0, sentUs: 1 });
    assert.equal(figuresOf([late], { objectives: { ttftMs: 100 } }).total.goodput_share, 0);
    assert.equal(figuresOf([late], { objectives: { tpotMs: 25 } }).total.goodput_share, 1);
  });

  test('asks of a whole answer what it has a delay for', () => {
    const whole = recordOf({ stream: false, chunks: [150_000] });
    assert.equal(figuresOf([whole], { objectives: { ttftMs: 1, tpotMs: 1 } }).total.goodput_share, 1);
    assert.equal(figuresOf([whole], { objectives: { e2eMs: 150 } }).total.goodput_share, 0);
  });

  test('is not told without objectives', () => {
    const { total } = figuresOf([within]);
    assert.ok(!('goodput_share' in total) && !('goodput_rate' in total));
    assert.ok(!('goodput_share' in figuresOf([within], { objectives: { ttftMs: undefined } }).total));
  });
});

test('figures may be asked for while the run goes on, and change nothing', () => {
  const [asked, unasked] = [createMeasures(measuredPlan()), createMeasures(measuredPlan())];
  for (let second = 0; second < 40; second++) {
    for (const measures of [asked, unasked]) measures.record(recordOf({ intendedUs: second * 1e6 }));
    assert.equal(asked.figures().total.requests, second + 1);
  }
  assert.deepEqual(asked.figures(), unasked.figures());
});
