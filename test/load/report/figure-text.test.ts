/** Figures carry as many digits as a person needs, and never say 0 or 100 % of what is not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { countText, delayText, rateText, shareText } from '../../../src/load/report/figure-text.js';

test('delays lose decimals as they grow', () => {
  assert.deepEqual([0, 0.0424, 0.9994, 1.2345, 12.345, 999.94, 1_234.5, 1_234_567].map(delayText), [
    '0.000',
    '0.042',
    '0.999',
    '1.23',
    '12.3',
    '999.9',
    '1,235',
    '1,234,567',
  ]);
  assert.deepEqual([-0.25, -5].map(delayText), ['-0.250', '-5.00']);
});

test('what is no number is a dash', () => {
  for (const text of [delayText, countText, rateText, shareText]) {
    assert.deepEqual([null, undefined, Number.NaN, Number.POSITIVE_INFINITY].map(text), ['–', '–', '–', '–']);
  }
});

test('counts are grouped by thousands and rates by their size', () => {
  assert.deepEqual([0, 999, 1_000, 12_345_678].map(countText), ['0', '999', '1,000', '12,345,678']);
  assert.deepEqual([0, 9.876, 98.76, 9_876.5].map(rateText), ['0.00', '9.88', '98.8', '9,877']);
});

test('a share is 0 % or 100 % only where it is exactly that', () => {
  assert.deepEqual([0, 0.00002, 0.0005, 0.005, 0.0123, 0.9999, 1].map(shareText), [
    '0 %',
    '0.002 %',
    '0.050 %',
    '0.50 %',
    '1.2 %',
    '99.990 %',
    '100 %',
  ]);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true }), (share) => {
      const text = shareText(share);
      assert.doesNotMatch(text, /^0(\.0+)? %$|^100(\.0+)? %$/);
      const shown = Number.parseFloat(text.replace(/^[<>] /, ''));
      assert.ok(Math.abs(shown - share * 100) <= 0.0501, `${text} for ${share}`);
    }),
  );
});
