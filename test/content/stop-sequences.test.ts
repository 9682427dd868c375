import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { LanguageText } from '../../src/content/language-text.js';
import { cutAtStop } from '../../src/content/stop-sequences.js';
import { loadTokenizer } from '../../src/content/tokenizers/load-tokenizer.js';
import { seededRandom } from '../../src/engine/rng.js';

const tokenizer = await loadTokenizer('o200k_base');

describe('cutAtStop', () => {
  test('leaves the tokens alone when no stop sequence occurs', () => {
    const tokens = tokenizer.split('one two three');
    assert.deepEqual(cutAtStop(tokens, ['four', ''], tokenizer), { tokens, stopped: undefined });
    assert.deepEqual(cutAtStop([], ['four'], tokenizer), { tokens: [], stopped: undefined });
  });

  test('finds a stop sequence that spans tokens', () => {
    const { tokens, stopped } = cutAtStop([' one', ' two', ' three'], ['o th'], tokenizer);
    assert.deepEqual({ text: tokens.join(''), stopped }, { text: ' one tw', stopped: 'o th' });
  });

  test('cuts before the earliest, whatever the order they are given in', () => {
    for (const stops of [
      ['three', 'two'],
      ['two', 'three'],
    ]) {
      assert.equal(cutAtStop([' one', ' two', ' three'], stops, tokenizer).stopped, 'two');
    }
  });

  test('of two that begin at one place, the shorter stops', () => {
    for (const stops of [
      ['two three', 'two'],
      ['two', 'two three'],
    ]) {
      assert.equal(cutAtStop([' one', ' two', ' three'], stops, tokenizer).stopped, 'two');
    }
  });

  test('gives no tokens when the text begins with it', () => {
    assert.deepEqual(cutAtStop(['one', ' two'], ['on'], tokenizer), { tokens: [], stopped: 'on' });
  });

  test('keeps the text before the first occurrence of any, in exact tokens', () => {
    const source = new LanguageText();
    const stop = fc.oneof(
      fc.tuple(fc.nat(400), fc.integer({ min: 1, max: 12 })),
      fc.constantFrom('\n', '.', ', ', 'the', 'zebra', '', '- '),
    );
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.array(stop, { maxLength: 4 }), (seed, wanted) => {
        const whole = source.generate(seededRandom(seed, new Uint32Array(4), 0), tokenizer, 80, 100).tokens;
        const text = whole.join('');
        const stops = wanted.map((one) => (typeof one === 'string' ? one : text.slice(one[0], one[0] + one[1])));
        const places = stops.filter((one) => one !== '' && text.includes(one)).map((one) => text.indexOf(one));
        const { tokens, stopped } = cutAtStop(whole, stops, tokenizer);
        assert.equal(tokens.join(''), places.length === 0 ? text : text.slice(0, Math.min(...places)));
        assert.equal(tokenizer.count(tokens.join('')), tokens.length);
        assert.equal(stopped === undefined, places.length === 0);
        if (stopped !== undefined) assert.equal(text.indexOf(stopped), Math.min(...places));
      }),
      { numRuns: 1_000 },
    );
  });
});
