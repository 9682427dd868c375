import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { LanguageText, languagePieces } from '../../src/content/language-text.js';
import { loadTokenizer } from '../../src/content/tokenizers/load-tokenizer.js';
import { seededRandom } from '../../src/engine/rng.js';

const KEY = Uint32Array.of(1, 2, 3, 4);
const source = new LanguageText();
const tokenizers = [await loadTokenizer('o200k_base'), await loadTokenizer('cl100k_base')];
const [o200k, cl100k] = tokenizers;
const generate = (seed: number, target: number, max: number, tokenizer = o200k) =>
  source.generate(seededRandom(seed, KEY, 0), tokenizer, target, max);
const textOf = (seed: number, target: number): string => generate(seed, target, 2 * target).tokens.join('');
const LONG_TEXTS = Array.from({ length: 20 }, (_, seed) => textOf(seed, 2_000));

describe('LanguageText', () => {
  for (const tokenizer of tokenizers) {
    test(`its tokens are exactly those of ${tokenizer.name}, for any seed, target and limit`, () => {
      fc.assert(
        fc.property(
          fc.maxSafeNat(),
          fc.integer({ min: 1, max: 300 }),
          fc.integer({ min: 1, max: 300 }),
          (seed, target, max) => {
            const { tokens } = generate(seed, target, max, tokenizer);
            assert.deepEqual(tokenizer.split(tokens.join('')), tokens);
            assert.equal(tokenizer.count(tokens.join('')), tokens.length);
          },
        ),
        { numRuns: 3_000 },
      );
    });

    test(`every cut of every piece is exact in ${tokenizer.name}, alone and after a word`, () => {
      for (const piece of languagePieces) {
        const tokens = tokenizer.split(piece);
        for (let kept = 1; kept <= tokens.length; kept++) {
          const cut = tokens.slice(0, kept).join('');
          assert.equal(tokenizer.count(cut), kept, `"${piece}" cut to "${cut}"`);
          if (!/^[A-Za-z]/.test(piece)) {
            assert.equal(tokenizer.count(`word${cut}`), 1 + kept, `"${piece}" cut to "${cut}" after a word`);
          }
        }
      }
    });
  }

  test('says the same in every encoding', () => {
    for (let seed = 0; seed < 50; seed++) {
      const one = generate(seed, 300, 10_000).tokens.join('');
      const other = generate(seed, 300, 10_000, cl100k).tokens.join('');
      const common = Math.min(one.length, other.length) - 1;
      assert.equal(one.slice(0, common), other.slice(0, common));
    }
  });

  test('a lower limit gives the beginning of the same tokens', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 200 }), (seed, max) => {
        const { tokens } = generate(seed, 200, 400);
        assert.deepEqual(generate(seed, 200, max).tokens, tokens.slice(0, max));
      }),
    );
  });

  test('ends with the first sentence that reaches the target, or says that the limit cut it', () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 300 }),
        (seed, target, max) => {
          const { tokens, complete } = generate(seed, target, max);
          assert.ok(tokens.length >= 1 && tokens.length <= max);
          if (!complete) {
            assert.equal(tokens.length, max);
            return;
          }
          assert.ok(tokens.length >= target && tokens.length < target + 80);
          assert.match(tokens.at(-1)!, /^[.?]$/);
          assert.ok(
            !/[.?][^.?]*[.?]$/.test(tokens.slice(target - 1).join('')),
            'no sentence ends between target and end',
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  test('gives exactly the limit when the target is out of reach', () => {
    const { tokens, complete } = generate(1, Number.MAX_SAFE_INTEGER, 5_000);
    assert.equal(tokens.length, 5_000);
    assert.equal(complete, false);
  });

  test('is written in whole sentences, with capitals, single spaces and marks in their places', () => {
    for (const text of LONG_TEXTS) {
      assert.match(text, /^[A-Z]/);
      for (const paragraph of text.split('\n\n'))
        assert.match(paragraph, /^(?:[A-Z].*[.?:]|(?:- [A-Z].*\.(?:\n|$))+)$/s);
      assert.doesNotMatch(text, / {2}|\s[,.;:?]|[,;:][^\s]|[.?] [a-z0-9]|[,;] [A-Z](?!onday|hursday)|\$/);
      assert.doesNotMatch(text, /\b(\w+) \1\b/i, 'no word stands twice in a row');
    }
  });

  test('agrees articles with the sound that follows', () => {
    const all = LONG_TEXTS.join('\n');
    const afterA = new Set(Array.from(all.matchAll(/\b[Aa] (\w+)/g), ([, word]) => word));
    const afterAn = new Set(Array.from(all.matchAll(/\b[Aa]n (\w+)/g), ([, word]) => word));
    const vowelLetters = [...afterA].filter((word) => /^[aeiou]/i.test(word));
    const consonantLetters = [...afterAn].filter((word) => !/^[aeiou]/i.test(word));
    assert.deepEqual(
      vowelLetters.filter((word) => !['useful'].includes(word)),
      [],
    );
    assert.deepEqual(
      consonantLetters.filter((word) => !['honest'].includes(word)),
      [],
    );
    assert.ok(afterA.size > 50 && afterAn.size > 20);
  });

  test('has words enough, lists, questions and colons, and does not run in circles', () => {
    assert.ok(new Set(languagePieces.map((piece) => piece.trim().toLowerCase())).size >= 1_000);
    const all = LONG_TEXTS.join('\n\n');
    for (const sign of ['\n- ', '?', ': ', ';', ':\n\n']) assert.ok(all.includes(sign), JSON.stringify(sign));
    for (const text of LONG_TEXTS) {
      const sentences = text.split(/(?<=[.?])\s/).filter((sentence) => sentence.split(' ').length > 6);
      assert.ok(new Set(sentences).size > 0.97 * sentences.length, 'long sentences hardly ever repeat');
    }
    assert.equal(new Set(LONG_TEXTS.map((text) => text.slice(0, 100))).size, LONG_TEXTS.length);
  });
});
