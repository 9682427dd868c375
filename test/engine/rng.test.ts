import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seededRandom, Xoshiro128StarStar, type XoshiroState } from '../../src/engine/rng.js';

const KEY = Uint32Array.of(0x01234567, 0x89abcdef, 0xdeadbeef, 0x0badf00d);

/**
 * Computed by the reference C code (https://prng.di.unimi.it/xoshiro128starstar.c) compiled with gcc: the draws with these
 * numbers, the FNV-1a fold of the words of all 10,000 draws, and the state after them.
 */
const REFERENCE_RUNS: { start: XoshiroState; draws: [number, number][]; fold: number; end: XoshiroState }[] = [
  {
    start: [1, 2, 3, 4],
    draws: [
      [1, 11520],
      [10, 4258142804],
      [100, 1213600173],
      [1000, 3170714187],
      [10000, 4275519364],
    ],
    fold: 733426707,
    end: [1425163862, 2104554873, 3809361441, 3810743010],
  },
  {
    start: [0xdeadbeef, 0x01234567, 0x89abcdef, 0xffffffff],
    draws: [
      [1, 2576977298],
      [10, 428123984],
      [100, 1687752899],
      [1000, 3915379393],
      [10000, 1557912592],
    ],
    fold: 4174900342,
    end: [1041837798, 2330152890, 523913289, 103819053],
  },
  {
    start: [0x80000000, 0, 0, 0],
    draws: [
      [1, 0],
      [10, 3959435360],
      [100, 2699607655],
      [1000, 1983439849],
      [10000, 2941002659],
    ],
    fold: 1516190469,
    end: [2364628360, 2540986783, 387839253, 2097112990],
  },
];

describe('Xoshiro128StarStar', () => {
  test('draws the published reference sequence (reference() of the crate rand_xoshiro 0.8)', () => {
    const random = new Xoshiro128StarStar([1, 2, 3, 4]);
    const expected = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ];
    assert.deepEqual(
      expected.map(() => random.nextUint32()),
      expected,
    );
  });

  test('jumps to the published state (test_jump() of the crate rand_xoshiro 0.8)', () => {
    const random = new Xoshiro128StarStar([1, 2, 3, 4]);
    random.jump();
    assert.deepEqual(random.state, [2843103750, 2038079848, 1533207345, 44816753]);
    random.jump();
    assert.deepEqual(random.state, [1683059163, 42983221, 988985087, 3798436341]);
  });

  for (const { start, draws, fold, end } of REFERENCE_RUNS) {
    test(`agrees with the reference C code over 10,000 draws from ${start.join(' ')}`, () => {
      const random = new Xoshiro128StarStar(start);
      const wanted = new Map(draws);
      let folded = 2166136261;
      for (let draw = 1; draw <= 10_000; draw++) {
        const word = random.nextUint32();
        folded = Math.imul(folded ^ word, 16777619);
        if (wanted.has(draw)) assert.equal(word, wanted.get(draw), `draw ${draw}`);
      }
      assert.equal(folded >>> 0, fold);
      assert.deepEqual(random.state, end);
    });
  }

  test('refuses the all-zero state', () => {
    assert.throws(() => new Xoshiro128StarStar([0, 0, 0, 0]), RangeError);
  });

  test('nextUnit is built from the 27 and 26 high bits of two draws and stays below 1', () => {
    const words = new Xoshiro128StarStar([5, 6, 7, 8]);
    const units = new Xoshiro128StarStar([5, 6, 7, 8]);
    for (let i = 0; i < 1_000; i++) {
      const expected = (BigInt(words.nextUint32() >>> 5) << 26n) | BigInt(words.nextUint32() >>> 6);
      const unit = units.nextUnit();
      assert.equal(BigInt(unit * 2 ** 53), expected);
      assert.ok(unit >= 0 && unit < 1);
    }
  });

  test('fills 256 cells evenly by its high and by its low bits (chi-square, alpha 0.001, fixed seed)', () => {
    const random = seededRandom(2026, KEY, 0);
    const high = new Float64Array(256);
    const low = new Float64Array(256);
    const units = new Float64Array(256);
    const draws = 256_000;
    for (let i = 0; i < draws; i++) {
      const word = random.nextUint32();
      high[word >>> 24]++;
      low[word & 255]++;
      units[Math.floor(random.nextUnit() * 256)]++;
    }
    for (const cells of [high, low, units]) {
      const chiSquare = cells.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0);
      assert.ok(chiSquare < 330.5 && chiSquare > 190, `chi-square of 255 degrees of freedom is ${chiSquare}`);
    }
  });
});

describe('seededRandom', () => {
  test('gives the same stream for the same seed, key and stream, and depends on nothing else', () => {
    const first = seededRandom(42, KEY, 3);
    first.nextUint32();
    assert.deepEqual(seededRandom(42, Uint32Array.from(KEY), 3).state, seededRandom(42, KEY, 3).state);
  });

  test('tells apart any two seeds of 53 bits, keys and streams', () => {
    const input = fc.tuple(fc.maxSafeNat(), fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(3)), fc.nat(20));
    fc.assert(
      fc.property(input, input, ([seed, key, stream], [otherSeed, otherKey, otherStream]) => {
        const same = seed === otherSeed && key.join() === otherKey.join() && stream === otherStream;
        const one = seededRandom(seed, Uint32Array.from(key), stream).state.join();
        const other = seededRandom(otherSeed, Uint32Array.from(otherKey), otherStream).state.join();
        assert.equal(one === other, same);
      }),
    );
    assert.notDeepEqual(seededRandom(1, KEY, 0).state, seededRandom(1 + 2 ** 32, KEY, 0).state);
  });

  test('flips about half of the state bits for one input bit (every bit, mean over 200 seeds within 3 %)', () => {
    for (let bit = 0; bit < 53 + 128 + 5; bit++) {
      let flipped = 0;
      for (let seed = 0; seed < 200; seed++) {
        flipped += distance(stateOf(seed * 7_919, undefined), stateOf(seed * 7_919, bit));
      }
      const share = flipped / (200 * 128);
      assert.ok(Math.abs(share - 0.5) < 0.03, `input bit ${bit} flips ${share} of the state`);
    }
  });

  test('streams of neighbouring seeds and purposes are uncorrelated (20,000 draws, 5 standard errors)', () => {
    for (const [one, other] of [
      [seededRandom(1, KEY, 0), seededRandom(2, KEY, 0)],
      [seededRandom(1, KEY, 0), seededRandom(1, KEY, 1)],
    ]) {
      let sum = 0;
      for (let i = 0; i < 20_000; i++) sum += (one.nextUnit() - 0.5) * (other.nextUnit() - 0.5) * 12;
      assert.ok(Math.abs(sum / 20_000) < 5 / Math.sqrt(20_000));
    }
  });
});

/** The state for a seed and a fixed key, with one of the 53 + 128 + 5 input bits flipped. */
function stateOf(seed: number, flippedBit: number | undefined): XoshiroState {
  const key = Uint32Array.from(KEY);
  if (flippedBit === undefined) return seededRandom(seed, key, 0).state;
  if (flippedBit < 53) return seededRandom(Number(BigInt(seed) ^ (1n << BigInt(flippedBit))), key, 0).state;
  if (flippedBit >= 181) return seededRandom(seed, key, 1 << (flippedBit - 181)).state;
  key[(flippedBit - 53) >> 5] ^= 1 << ((flippedBit - 53) & 31);
  return seededRandom(seed, key, 0).state;
}

function distance(one: XoshiroState, other: XoshiroState): number {
  let bits = 0;
  for (let i = 0; i < 4; i++) {
    for (let difference = (one[i] ^ other[i]) >>> 0; difference !== 0; difference &= difference - 1) bits++;
  }
  return bits;
}
