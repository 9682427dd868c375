import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import * as frequentTokens from '../../src/content/language/frequent-tokens.js';
import { LanguageText } from '../../src/content/language-text.js';
import { TOP_MAX, tokenProbabilities } from '../../src/content/token-probabilities.js';
import { loadTokenizer } from '../../src/content/tokenizers/load-tokenizer.js';
import { seededRandom } from '../../src/engine/rng.js';
import { SeededRandom } from '../latency/fixtures/seeded-random.js';

// The same cases every time: a test that is red today was red yesterday.
fc.configureGlobal({ seed: 1 });

const tokenizers = [await loadTokenizer('o200k_base'), await loadTokenizer('cl100k_base')];
const PROSE = new LanguageText().generate(
  seededRandom(7, Uint32Array.of(1, 2, 3, 4), 0),
  tokenizers[0],
  5_000,
  5_000,
).tokens;

const anyTokens = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }),
    fc.constantFrom(
      ' the',
      'The',
      ' The',
      'ing',
      '.',
      ' (',
      '7',
      ' 2024',
      '\n\n',
      '漢',
      '😀',
      ' Привет',
      'é',
      '{"',
      '\ud800',
    ),
  ),
  { maxLength: 40 },
);
const anyTop = fc.integer({ min: 0, max: TOP_MAX });

/** Which kind of token a reader would call it, told apart without the code under test. */
function kindOf(token: string): string {
  const space = token.startsWith(' ') ? 'space + ' : '';
  const first = token.trim().charAt(0);
  if (first === '') return 'blank';
  if (first >= '0' && first <= '9') return 'number';
  if (first.toLowerCase() === first.toUpperCase()) return `${space}mark`;
  return space + (first === first.toLowerCase() ? 'small' : 'capital');
}

describe('tokenProbabilities', () => {
  test('lists as many alternatives as asked for, distinct, the best first, with probabilities that sum to at most one', () => {
    fc.assert(
      fc.property(anyTokens, anyTop, fc.maxSafeNat(), (tokens, top, seed) => {
        const scored = tokenProbabilities(tokens, top, new SeededRandom(seed));
        assert.deepEqual(
          scored.map(({ token }) => token),
          tokens,
        );
        for (const { token, logprob, top: listed } of scored) {
          assert.equal(listed.length, top);
          assert.equal(new Set(listed.map((entry) => entry.token)).size, top);
          for (let i = 1; i < top; i++) assert.ok(listed[i].logprob <= listed[i - 1].logprob);
          const own = listed.find((entry) => entry.token === token);
          if (own !== undefined) assert.equal(own.logprob, logprob);
          else if (top > 0) assert.ok(logprob <= listed[top - 1].logprob);
          const all =
            own === undefined ? [logprob, ...listed.map((entry) => entry.logprob)] : listed.map((e) => e.logprob);
          assert.ok(all.every((value) => value <= 0 && Number.isFinite(value)));
          assert.ok(all.reduce((sum, value) => sum + Math.exp(value), 0) <= 1 + 1e-12);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('is a function of tokens and randomness; more alternatives or tokens change nothing of the others', () => {
    fc.assert(
      fc.property(anyTokens, anyTop, anyTop, fc.maxSafeNat(), (tokens, one, other, seed) => {
        const scored = tokenProbabilities(tokens, Math.max(one, other), new SeededRandom(seed));
        const fewer = tokenProbabilities(tokens.slice(0, 20), Math.min(one, other), new SeededRandom(seed));
        fewer.forEach(({ logprob, top }, i) => {
          assert.equal(logprob, scored[i].logprob);
          assert.deepEqual(
            top.map((entry) => entry.logprob),
            scored[i].top.slice(0, top.length).map((entry) => entry.logprob),
          );
        });
      }),
    );
  });

  test('the token is usually the most probable, at times another one listed, and seldom none of five', () => {
    const scored = tokenProbabilities(PROSE, 5, new SeededRandom(1));
    const ranks = scored.map(({ token, top }) => top.findIndex((entry) => entry.token === token));
    const share = (rank: (value: number) => boolean) => ranks.filter(rank).length / ranks.length;
    assert.ok(share((rank) => rank === 0) > 0.75 && share((rank) => rank === 0) < 0.92);
    assert.ok(share((rank) => rank > 0) > 0.05);
    assert.ok(share((rank) => rank === -1) > 0 && share((rank) => rank === -1) < 0.02);
  });

  test('a token has its rank as often as its probability says', () => {
    const scored = tokenProbabilities(PROSE, 3, new SeededRandom(2));
    for (const rank of [0, 1, 2]) {
      const probabilities = scored.map(({ top }) => Math.exp(top[rank].logprob));
      const expected = probabilities.reduce((sum, p) => sum + p, 0);
      const deviation = Math.sqrt(probabilities.reduce((sum, p) => sum + p * (1 - p), 0));
      const seen = scored.filter(({ token, top }) => top[rank].token === token).length;
      // Five standard deviations: one seed in two million.
      assert.ok(
        Math.abs(seen - expected) < 5 * deviation,
        `rank ${rank}: ${seen}, expected ${expected} ± ${deviation}`,
      );
    }
  });

  test('alternatives are of the kind of the token, spaces kept', () => {
    for (const { token, top } of tokenProbabilities(
      [...PROSE, ' (', '42', '\n\n', '"', 'ing'],
      20,
      new SeededRandom(3),
    )) {
      for (const entry of top) assert.equal(kindOf(entry.token), kindOf(token), `${token} | ${entry.token}`);
    }
  });

  test('tokens of other scripts get alternatives from the same text first', () => {
    const tokens = Array.from('春夏秋冬東西南北');
    const listed = tokenProbabilities(tokens, 5, new SeededRandom(4)).flatMap(({ top }) =>
      top.map(({ token }) => token),
    );
    assert.ok(new Set(listed.filter((token) => tokens.includes(token))).size > 4);
  });

  test('refuses more alternatives than there are', () => {
    assert.throws(() => tokenProbabilities(['a'], TOP_MAX + 1, new SeededRandom(5)), RangeError);
  });
});

describe('the frequent tokens', () => {
  for (const [name, list] of Object.entries(frequentTokens)) {
    test(`${name} are distinct, more than a reply can list, and single tokens of every encoding`, () => {
      assert.equal(new Set(list).size, list.length);
      assert.ok(list.length > TOP_MAX);
      for (const tokenizer of tokenizers) {
        assert.deepEqual(
          list.filter((token) => tokenizer.count(token) !== 1),
          [],
          tokenizer.name,
        );
      }
    });
  }
});
