/** Which of a simulator's verdicts are about what the run measured. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judgeSaturation, type SaturationLook } from '../../../src/load/validity/saturation-judgement.js';

/** One look per letter, a second apart: s saturated, . not, ? no answer. The first is before the run. */
function looksOf(letters: string): SaturationLook[] {
  return [...letters].map((letter, index) => ({
    atSecs: index === 0 ? Number.NEGATIVE_INFINITY : index,
    verdict:
      letter === '?'
        ? undefined
        : { now: letter === 's', reasons: letter === 's' ? ['slip'] : [], slipP99Ms: index, slipLimitMs: 20 },
  }));
}

const codesOf = (letters: string, warmUpSecs = 0) =>
  judgeSaturation(looksOf(letters), warmUpSecs).map(({ code }) => code);

describe('a simulator', () => {
  test('that was never saturated is no reason', () => {
    assert.deepEqual(codesOf('..........'), []);
  });

  test('that was saturated at any time of a run makes it invalid, before it and after it too', () => {
    for (const letters of ['s.........', '....s.....', '.........s']) {
      assert.deepEqual(codesOf(letters), ['upstream_saturated'], letters);
    }
  });

  test('says why it was', () => {
    const [{ message }] = judgeSaturation(looksOf('..ss....'), 0);
    assert.match(message, /saturated in 2 of 8 looks at it \(slip\)/);
    assert.match(message, /p99 of its slip was up to 3 ms, its limit is 20 ms/);
    assert.doesNotMatch(message, /before/);
    assert.match(judgeSaturation(looksOf('ss....'), 0)[0].message, /\(slip\), already before the run; /);
  });

  test('that was saturated within the warm-up alone is none', () => {
    assert.deepEqual(codesOf('.ss......', 4), []);
  });

  test('whose verdict about the warm-up lasts until its window is past is none', () => {
    assert.deepEqual(codesOf('..sssssssssss........', 4), []);
  });

  test('whose verdict lasts longer than the warm-up can be to blame for is one', () => {
    assert.deepEqual(codesOf(`..${'s'.repeat(20)}...`, 4), ['upstream_saturated']);
  });

  test('that is still saturated at the end of a short run may have been by the run', () => {
    assert.deepEqual(codesOf('..ssssss', 4), ['upstream_saturated']);
  });

  test('that became saturated behind the warm-up is one, whenever it was over', () => {
    assert.deepEqual(codesOf('.....ss....', 4), ['upstream_saturated']);
    assert.deepEqual(codesOf('..sss..s...', 4), ['upstream_saturated']);
  });

  test('that left many looks unanswered is one, a single one is not', () => {
    assert.deepEqual(codesOf('..?.......'), []);
    assert.deepEqual(codesOf('..??......'), ['upstream_silent']);
    assert.deepEqual(codesOf(`..??${'.'.repeat(30)}`), []);
  });

  test('of which no look counts is none', () => {
    assert.deepEqual(codesOf('..', 60), []);
    assert.deepEqual(judgeSaturation([], 0), []);
  });
});
