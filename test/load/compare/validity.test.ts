/** When a comparison says nothing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { groundPairs } from '../../../src/load/compare/basis.js';
import type { AnswerFacts } from '../../../src/load/compare/contract.js';
import { validityOf } from '../../../src/load/compare/validity.js';
import { answer, pair } from './judged-pairs.js';

const CHANGED = { verdict: 'changed', at: 0, directLength: 3, gatewayLength: 4 } as const;

function codesOf(direct: Partial<AnswerFacts>, gateway: Partial<AnswerFacts>, wanted = 1): string[] {
  const pairs = groundPairs([pair('a', { direct: answer(direct), gateway: answer(gateway) })], undefined);
  return validityOf(pairs, wanted).reasons.map(({ code }) => code);
}

describe('a comparison', () => {
  const silent = { outcome: 'connect_failed', status: undefined } as const;

  test('of answers is valid', () => {
    assert.deepEqual(codesOf({}, {}), []);
  });

  test('that was cut short is not', () => {
    assert.deepEqual(codesOf({}, {}, 2), ['cut_short']);
    assert.deepEqual(
      validityOf([], 2).reasons.map(({ code }) => code),
      ['cut_short', 'nothing_complete'],
    );
  });

  test('with a gateway that never answers, or always by an error, is not', () => {
    assert.deepEqual(codesOf({}, silent), ['nothing_complete']);
    assert.deepEqual(codesOf({}, { outcome: 'http_error', status: 404 }), ['nothing_complete']);
    assert.deepEqual(codesOf(silent, silent), ['nothing_complete']);
  });

  test('of an upstream that always fails is valid, if the gateway answers', () => {
    const error = { outcome: 'http_error', status: 429 } as const;
    assert.deepEqual(codesOf(error, error), []);
    assert.deepEqual(codesOf({ outcome: 'broken_off' }, {}), []);
    assert.deepEqual(codesOf(error, silent), ['nothing_complete']);
  });

  test('of other plans that nobody tells is not', () => {
    const pairs = groundPairs([pair('a', { content: CHANGED })], undefined);
    assert.deepEqual(
      validityOf(pairs, 1).reasons.map(({ code }) => code),
      ['not_comparable'],
    );
  });
});
