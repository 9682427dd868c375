/** What became of content on its way: where it differs, and how. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compareContent } from '../../../src/load/compare/content-comparison.js';

const SENT = ['The', ' sky', ' is', ' blue', '.'];

describe('content', () => {
  test('in other pieces is equal', () => {
    assert.equal(compareContent(SENT, ['The sky is ', 'blue.']).verdict, 'equal');
    assert.equal(compareContent([], []).verdict, 'equal');
  });

  test('that lacks a piece, or its end, is lost, and the place is known', () => {
    assert.deepEqual(compareContent(SENT, ['The', ' is', ' blue', '.']), {
      verdict: 'lost',
      at: 4,
      directLength: 4,
      gatewayLength: 0,
    });
    assert.deepEqual(compareContent(SENT, ['The', ' sky']), {
      verdict: 'lost',
      at: 7,
      directLength: 9,
      gatewayLength: 0,
    });
  });

  test('that came twice is added', () => {
    const { gatewayLength, verdict } = compareContent(SENT, ['The', ' sky', ' sky', ' is', ' blue', '.']);
    assert.deepEqual([verdict, gatewayLength], ['added', 4]);
  });

  test('whose pieces are in another order is reordered', () => {
    assert.deepEqual(compareContent(SENT, ['The', ' is', ' sky', ' blue', '.']).verdict, 'reordered');
  });

  test('of which something else stands in the place is changed', () => {
    assert.deepEqual(compareContent(SENT, ['The', ' sky', ' is', ' green', '.']), {
      verdict: 'changed',
      at: 11,
      directLength: 4,
      gatewayLength: 5,
    });
  });
});

test('start, what differs and end make up both texts, whatever they are', () => {
  const texts = fc.array(fc.stringMatching(/^[ab]{0,4}$/), { maxLength: 6 });
  fc.assert(
    fc.property(texts, texts, (direct, gateway) => {
      const [one, other] = [direct.join(''), gateway.join('')];
      const { at, directLength, gatewayLength, verdict } = compareContent(direct, gateway);
      assert.equal(verdict === 'equal', one === other);
      assert.equal(one.slice(0, at), other.slice(0, at));
      assert.equal(one.slice(at + directLength), other.slice(at + gatewayLength));
      if (verdict !== 'equal') assert.ok(directLength + gatewayLength > 0);
    }),
  );
});
