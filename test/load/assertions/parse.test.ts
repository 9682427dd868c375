/** Assertions as people write them: read in the unit of the measure, or refused with what was meant. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Assertion, AssertionProblem } from '../../../src/load/assertions/contract.js';
import type { JudgedRun } from '../../../src/load/assertions/load-measures.js';
import { loadVocabulary } from '../../../src/load/assertions/load-vocabulary.js';
import { parseAssertion, parseAssertions } from '../../../src/load/assertions/parse.js';

const vocabulary = loadVocabulary(['chat', 'gpt-4.1', 'chat.long']);

function read(text: string): Assertion<JudgedRun> {
  const parsed = parseAssertion(text, vocabulary);
  assert.ok('measure' in parsed, JSON.stringify(parsed));
  return parsed;
}

function refused(text: string): AssertionProblem {
  const parsed = parseAssertion(text, vocabulary);
  assert.ok('message' in parsed, JSON.stringify(parsed));
  assert.equal(parsed.assertion, text);
  return parsed;
}

describe('an assertion that is understood', () => {
  const examples: readonly [text: string, measure: string, operator: string, limit: number][] = [
    ['ttft_p99<900ms', 'ttft_p99', '<', 900],
    ['ttft_p99 <= 0.9s', 'ttft_p99', '<=', 900],
    ['itl_p99_9<800us', 'itl_p99_9', '<', 0.8],
    ['itl_p99.9<800µs', 'itl_p99_9', '<', 0.8],
    ['error_rate<0.1%', 'error_rate', '<', 0.001],
    ['error_rate<0.001', 'error_rate', '<', 0.001],
    ['goodput>=99.9%', 'goodput', '>=', 0.999],
    ['goodput >= 100 %', 'goodput', '>=', 1],
    ['errors.timeout==0', 'errors.timeout', '==', 0],
    ['errors.429 <= 3', 'errors.429', '<=', 3],
    ['errors.ECONNRESET == 0', 'errors.ECONNRESET', '==', 0],
    ['request_rate > 99.5/s', 'request_rate', '>', 99.5],
    ['output_token_rate>1000', 'output_token_rate', '>', 1_000],
    ['tokens_per_second_per_user_p05>=20', 'tokens_per_second_per_user_p05', '>=', 20],
    ['requests!=0', 'requests', '!=', 0],
    ['late_p99<5ms', 'late_p99', '<', 5],
    ['not_sent==0', 'not_sent', '==', 0],
    ['chat.ttft_p99<1s', 'chat.ttft_p99', '<', 1_000],
    ['gpt-4.1.e2e_p50<2s', 'gpt-4.1.e2e_p50', '<', 2_000],
    ['chat.long.errors.timeout==0', 'chat.long.errors.timeout', '==', 0],
  ];
  for (const [text, measure, operator, limit] of examples) {
    test(text, () => {
      const assertion = read(text);
      assert.deepEqual([assertion.measure.name, assertion.operator, assertion.limit], [measure, operator, limit]);
      assert.equal(assertion.text, text);
    });
  }

  test('has its number as the document would have it, whatever its digits', () => {
    fc.assert(
      fc.property(fc.nat(100_000), (thousandths) => {
        const percent = (thousandths / 1_000).toFixed(3);
        assert.equal(read(`error_rate<${percent}%`).limit, Number((thousandths / 100_000).toFixed(5)));
      }),
    );
  });

  test('may name every measure there is', () => {
    for (const name of vocabulary.names) assert.equal(vocabulary.resolve(name)?.name, name);
  });
});

describe('an assertion that is not', () => {
  const examples: readonly [text: string, message: RegExp, suggestion?: string][] = [
    ['', /^has no comparison/],
    ['ttft_p99', /^has no comparison/],
    ['ttft_p99 900ms', /^has no comparison/],
    ['<900ms', /^has no measure/],
    ['ttft_p98<900ms', /"ttft_p98" is no measure/, 'did you mean "ttft_p90"?'],
    ['TTFT-P99<900ms', /is no measure/, 'did you mean "ttft_p99"?'],
    ['errorrate<1%', /is no measure/, 'did you mean "error_rate"?'],
    ['errors.timeot==0', /is no measure/, 'did you mean "errors.timeout"?'],
    ['errors.200==0', /is no measure/],
    ['errors.complete==0', /is no measure/],
    ['chta.ttft_p99<1s', /is no measure/, 'did you mean "chat.ttft_p99"?'],
    ['chat.late_p99<1s', /is no measure/],
    ['constructor<1', /is no measure/],
    ['errors.__proto__==0', /is no measure/],
    ['ttft_p99=900ms', /^has "=" where/, 'did you mean "ttft_p99==900ms"?'],
    ['ttft_p99=<900ms', /^has "=<" where/, 'did you mean "ttft_p99<=900ms"?'],
    ['ttft_p99<<900ms', /^has "<<" where/],
    ['ttft_p99<900', /^ttft_p99 is a delay/, 'did you mean "ttft_p99<900ms"?'],
    ['ttft_p99<90%', /^ttft_p99 is a delay/],
    ['ttft_p99<', /^has no number behind </],
    ['ttft_p99<fast', /^has no number where "fast" stands/],
    ['ttft_p99<1e3ms', /^ttft_p99 is a delay/],
    ['ttft_p99<.5s', /^has no number where/],
    ['ttft_p99<itl_p99', /^has no number where/],
    ['error_rate<5', /^error_rate is a share of at most 1/, 'did you mean "error_rate<5%"?'],
    ['error_rate<101%', /^error_rate is a share of at most 1/],
    ['error_rate<5ms', /^error_rate is a share/],
    ['errors<5%', /^errors is a count/],
    ['errors<constructor', /^has no number/],
    ['errors<5constructor', /^errors is a count/],
    ['request_rate>5ms', /^request_rate is a rate/],
  ];
  for (const [text, message, suggestion] of examples) {
    test(text === '' ? 'nothing at all' : text, () => {
      const problem = refused(text);
      assert.match(problem.message, message);
      if (suggestion !== undefined) assert.equal(problem.suggestion, suggestion);
    });
  }

  test('does not hide others: all that are wrong are told', () => {
    const { assertions, problems } = parseAssertions(['ttft_p9<1s', 'itl_p50<1s', 'goodput>=95'], vocabulary);
    assert.deepEqual(
      problems.map(({ assertion }) => assertion),
      ['ttft_p9<1s', 'goodput>=95'],
    );
    assert.deepEqual(
      assertions.map(({ text }) => text),
      ['itl_p50<1s'],
    );
  });

  test('may be any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const parsed = parseAssertion(text, vocabulary);
        assert.ok('measure' in parsed || parsed.message.length > 0);
      }),
    );
  });

  test('is told shortened where it is longer than any could be', () => {
    const problem = parseAssertion(`ttft_p99<${'9'.repeat(1_000_000)}ms`, vocabulary);
    assert.ok('message' in problem && problem.assertion.length === 200);
  });
});
