/** One word for every report and the exit code: whom a run that went wrong tells of. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { exitCodeOfVerdict } from '../../../src/cli/exit-codes.js';
import { verdictOf } from '../../../src/load/report/verdict.js';

/** @param codes of the reasons @param passed of each assertion */
function verdict(codes: readonly string[], ...passed: boolean[]): [word: string, exitCode: number] {
  const reasons = codes.map((code) => ({ code, message: code }));
  const assertions = passed.map((each) => ({
    assertion: 'errors==0',
    measure: 'errors',
    actual: 0,
    passed: each,
    explanation: '',
  }));
  const told = verdictOf({ validity: { valid: codes.length === 0, reasons }, assertions });
  return [told.word, exitCodeOfVerdict(told)];
}

describe('a run', () => {
  test('that is valid is as its assertions are', () => {
    assert.deepEqual(verdict([]), ['finished', 0]);
    assert.deepEqual(verdict([], true), ['passed', 0]);
    assert.deepEqual(verdict([], true, false), ['failed', 1]);
  });

  const ofTheTarget = [
    'unreachable',
    'cut_at_end',
    'nothing_measured',
    'not_sent',
    'nothing_complete',
    'not_comparable',
  ];
  for (const code of ofTheTarget) {
    test(`that is invalid by what the target did fails by its assertions, and never passes: ${code}`, () => {
      assert.deepEqual(verdict([code], true, false), ['failed', 1]);
      assert.deepEqual(verdict([code], true), ['invalid', 7]);
      assert.deepEqual(verdict([code]), ['invalid', 7]);
    });
  }

  const ofTheMeasuring = [
    'generator_late',
    'generator_busy',
    'upstream_saturated',
    'upstream_silent',
    'interrupted',
    'cut_short',
  ];
  for (const code of ofTheMeasuring) {
    test(`that measured badly is invalid, whatever the target did besides: ${code}`, () => {
      assert.deepEqual(verdict([code], false), ['invalid', 7]);
      assert.deepEqual(verdict(['unreachable', code], false), ['invalid', 7]);
    });
  }
});
