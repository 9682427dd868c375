/** A run is valid unless there is a reason, and its own course may be one. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RequestRecord } from '../../../src/load/contract.js';
import { createMeasures } from '../../../src/load/measures/measures.js';
import { runReasons } from '../../../src/load/validity/run-reasons.js';
import { validityOf } from '../../../src/load/validity/validity.js';
import { measuredPlan, recordOf } from '../measures/records.js';

function figuresOf(...records: RequestRecord[]) {
  const measures = createMeasures(measuredPlan());
  for (const record of records) measures.record(record);
  return measures.figures();
}

const figures = figuresOf(recordOf());
const course = { elapsedSecs: 12.34, finished: 999, cut: 0, isStopped: false };

describe('the course of a run', () => {
  test('is no reason when nearly all that was sent had ended', () => {
    assert.deepEqual(runReasons({ ...course, cut: 1 }, figures), []);
    assert.deepEqual(runReasons({ ...course, finished: 0 }, figuresOf()), []);
  });

  test('is one when more than one in a thousand were cut, which would have been the slowest', () => {
    const [{ code, message }] = runReasons({ ...course, cut: 2 }, figures);
    assert.equal(code, 'cut_at_end');
    assert.match(message, /^2 requests had not ended/);
  });

  test('is one when somebody broke it off, and then what was cut is none besides', () => {
    const reasons = runReasons({ ...course, cut: 400, isStopped: true }, figures);
    assert.deepEqual(
      reasons.map(({ code }) => code),
      ['interrupted'],
    );
    assert.match(reasons[0].message, /after 12.3 s, with 400 requests in flight/);
  });

  test('is one when nobody was reached, and none when somebody was once', () => {
    const unreached = recordOf({ outcome: 'connect_failed', status: undefined });
    assert.deepEqual(
      runReasons(course, figuresOf(unreached, unreached)).map(({ code }) => code),
      ['unreachable'],
    );
    assert.deepEqual(runReasons(course, figuresOf(unreached, recordOf())), []);
  });
});

describe('a target that nobody reached', () => {
  const failed = (error: string) => recordOf({ outcome: 'connect_failed', status: undefined, error });
  const messageOf = (...errors: string[]) => runReasons(course, figuresOf(...errors.map(failed)))[0]!.message;

  for (const [error, expected] of [
    ['ECONNREFUSED', /ECONNREFUSED, nobody listens at the target$/],
    ['ENOTFOUND', /ENOTFOUND, the target's name is not known$/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /DEPTH_ZERO_SELF_SIGNED_CERT, .*NODE_EXTRA_CA_CERTS/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', /ERR_SSL_WRONG_VERSION_NUMBER, .*http:\/\/ may be meant$/],
    ['ENETUNREACH', /no request got a connection: ENETUNREACH$/],
  ] as const) {
    test(`is told by its cause: ${error}`, () => assert.match(messageOf(error, error), expected));
  }

  test('is told by the most frequent cause where there are several', () => {
    const message = messageOf('ENOTFOUND', 'ECONNREFUSED', 'ECONNREFUSED');
    assert.match(message, /: ECONNREFUSED \(2 of 3\), nobody listens/);
  });
});

test('every reason counts, and none is valid', () => {
  assert.deepEqual(validityOf([], []), { valid: true, reasons: [] });
  const broken = runReasons({ ...course, isStopped: true }, figures);
  assert.deepEqual(validityOf([], broken, broken), { valid: false, reasons: [...broken, ...broken] });
});
