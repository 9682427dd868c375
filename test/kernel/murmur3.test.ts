import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Murmur3Words } from '../../src/kernel/murmur3.js';

/**
 * Number of words, seed, hash: MurmurHash3_x86_128 of the little-endian bytes of the words 0x9e3779b9 × 1, × 2, … (mod 2^32),
 * computed by the Python package mmh3 (hash_bytes, x64arch=False) and by C code after the published source.
 */
const VECTORS: [number, number, [number, number, number, number]][] = [
  [0, 0, [0, 0, 0, 0]],
  [1, 0, [2801260871, 1255586778, 1255586778, 1255586778]],
  [2, 0, [3472262525, 2003927780, 2465343622, 2465343622]],
  [3, 0, [980208689, 1506892565, 4168837269, 1528417421]],
  [4, 0, [1185183639, 247912234, 3109701219, 1094524497]],
  [5, 42, [1866690032, 1435094427, 2224362858, 1643036862]],
  [6, 0, [2353168757, 1136143529, 54304604, 4241622803]],
  [7, 0, [3731024747, 3959022666, 3526706036, 455795195]],
  [8, 0, [3236271820, 4146719981, 208800008, 88875595]],
  [9, 0, [2580711043, 2866470671, 1591413075, 1357547593]],
];

describe('Murmur3Words', () => {
  test('is MurmurHash3_x86_128 over the words', () => {
    const hasher = new Murmur3Words();
    const hash = new Uint32Array(4);
    for (const [count, seed, expected] of VECTORS) {
      hasher.reset(seed);
      for (let i = 1; i <= count; i++) hasher.add(Math.imul(0x9e3779b9, i));
      hasher.finish(hash);
      assert.deepEqual(Array.from(hash), expected, `${count} words`);
    }
  });

  /** The text's words before it, then the text, both ways. */
  function assertByString(text: string, before: number): void {
    const words = [...Array(before).keys(), text.length];
    for (let i = 0; i < text.length; i += 2) words.push(text.charCodeAt(i) | ((text.charCodeAt(i + 1) || 0) << 16));
    const byString = new Uint32Array(4);
    const byWords = new Uint32Array(4);
    const hasher = new Murmur3Words();
    for (let word = 0; word < before; word++) hasher.add(word);
    hasher.addString(text);
    hasher.finish(byString);
    hasher.reset(0);
    hasher.addAll(Uint32Array.from(words));
    hasher.finish(byWords);
    assert.deepEqual(byString, byWords);
  }

  test('a string is its length and its code units, two to a word', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.nat(4), assertByString));
  });

  test('so is a long one, be it ASCII or not', () => {
    const foreign = fc.constantFrom('', 'é', '漢', '😀', '\ud800', 'éé', '\u0080'.repeat(4_096));
    const length = fc.oneof(
      fc.nat(400),
      fc.integer({ min: 8_000, max: 8_400 }),
      fc.integer({ min: 16_000, max: 17_000 }),
    );
    fc.assert(
      fc.property(length, length, foreign, fc.nat(4), (left, right, middle, before) => {
        const ascii = 'The quick brown fox. '.repeat(1_000);
        assertByString(ascii.slice(0, left) + middle + ascii.slice(0, right), before);
      }),
    );
  });
});
