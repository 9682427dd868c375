/** Assertions judged by results that were counted from records. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { evaluate } from '../../../src/load/assertions/evaluate.js';
import { loadVocabulary } from '../../../src/load/assertions/load-vocabulary.js';
import { parseAssertions } from '../../../src/load/assertions/parse.js';
import type { MeasuredFigures } from '../../../src/load/measures/measures.js';
import { mixEntry, recordOf } from '../measures/records.js';
import { resultOf } from './results.js';

const MIX = ['chat', 'long'];
const mix = MIX.map(mixEntry);

function judge(result: MeasuredFigures, ...texts: string[]) {
  const { assertions, problems } = parseAssertions(texts, loadVocabulary(MIX));
  assert.deepEqual(problems, []);
  return evaluate(assertions, result);
}

const passes = (result: MeasuredFigures, ...texts: string[]) => judge(result, ...texts).map(({ passed }) => passed);

/** A thousand requests; one timed out, one was cancelled. */
const records = [
  ...Array.from({ length: 997 }, () => recordOf()),
  recordOf({ mix: 1, chunks: [800_000, 900_000], endUs: 950_000 }),
  recordOf({ outcome: 'timeout', status: undefined }),
  recordOf({ outcome: 'cancelled' }),
];

describe('an assertion', () => {
  const result = resultOf(records, { mix, objectives: { ttftMs: 500 } }, 2);

  test('passes when its comparison holds, at the limit as its operator says', () => {
    assert.deepEqual(
      passes(
        result,
        'chat.ttft_p50<100ms',
        'chat.ttft_p50<=100ms',
        'chat.ttft_p50>=100ms',
        'chat.ttft_p50>100ms',
        'chat.ttft_p50==100ms',
        'chat.ttft_p50!=100ms',
      ),
      [false, true, true, false, true, false],
    );
  });

  test('is about all requests, or about those of one entry of the mix', () => {
    assert.deepEqual(passes(result, 'ttft_p99<0.5s', 'chat.ttft_max<0.5s', 'long.ttft_max<0.5s', 'long.requests==1'), [
      true,
      true,
      false,
      true,
    ]);
  });

  test('may count failures of one kind, those that never happened too', () => {
    assert.deepEqual(passes(result, 'errors.timeout==1', 'errors.429==0', 'chat.errors.timeout==1', 'long.errors==0'), [
      true,
      true,
      true,
      true,
    ]);
  });

  test('may be about the generator', () => {
    assert.deepEqual(passes(result, 'late_max==0ms', 'not_sent==2'), [true, true]);
  });

  test('of a share compares exactly', () => {
    const thousand = resultOf([...Array.from({ length: 999 }, () => recordOf()), recordOf({ outcome: 'malformed' })], {
      objectives: { ttftMs: 500 },
    });
    assert.deepEqual(passes(thousand, 'goodput>=99.9%', 'goodput>99.9%', 'error_rate<=0.1%', 'error_rate<0.1%'), [
      true,
      false,
      true,
      false,
    ]);
  });

  test('says what was and what was asked for, in the units of people', () => {
    const [delay, share, rate, count] = judge(
      result,
      'long.ttft_p99<0.5s',
      'error_rate<0.1%',
      'request_rate>50/s',
      'errors==1',
    );
    assert.deepEqual(delay, {
      assertion: 'long.ttft_p99<0.5s',
      measure: 'long.ttft_p99',
      actual: 800,
      passed: false,
      explanation: '800 ms is not below 500 ms',
    });
    assert.equal(share.explanation, '0.1 % is not below 0.1 %');
    assert.deepEqual([rate.explanation, rate.passed], ['100/s is above 50/s', true]);
    assert.equal(count.explanation, '1 is equal to 1');
  });
});

describe('what was not measured', () => {
  test('passes no assertion, and says why', () => {
    const nothing = resultOf([], { mix });
    const results = judge(nothing, 'ttft_p99<1s', 'error_rate<1%', 'goodput>=0%', 'late_p99<1s', 'long.tpot_p50>0ms');
    for (const { actual, passed, explanation, measure } of results) {
      assert.deepEqual([actual, passed], [null, false]);
      assert.ok(explanation.startsWith(`${measure} was not measured: `), explanation);
    }
    assert.match(results[2].explanation, /no objectives/);
  });

  test('is not what was measured as none', () => {
    assert.deepEqual(passes(resultOf([], { mix }), 'requests==0', 'errors==0', 'not_sent==0'), [true, true, true]);
  });

  test('is each share where all were cancelled', () => {
    const cancelled = resultOf([recordOf({ outcome: 'cancelled' })], { mix, objectives: { e2eMs: 1 } });
    assert.deepEqual(
      judge(cancelled, 'error_rate<=100%', 'goodput>=0%').map(({ actual }) => actual),
      [null, null],
    );
  });
});
