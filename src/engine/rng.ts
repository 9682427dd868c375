/**
 * xoshiro128** (David Blackman and Sebastiano Vigna, "Scrambled Linear Pseudorandom Number Generators", 2021; reference code
 * https://prng.di.unimi.it/xoshiro128starstar.c), whose 32-bit operations are what JavaScript computes fastest, and the
 * seeding that gives every request and every purpose within it a stream of its own. Period 2^128 - 1; never all-zero; a draw
 * allocates nothing.
 */
import type { ContentHash } from '../kernel/content-hash.js';
import { Murmur3Words } from '../kernel/murmur3.js';
import type { RandomSource } from '../kernel/random-source.js';

/** The four state words as unsigned integers. */
export type XoshiroState = readonly [number, number, number, number];

/** The published polynomial of a jump by 2^64 draws. */
const JUMP = [0x8764000b, 0xf542d2d3, 0x6fa035c3, 0x77f2db5b] as const;

const TWO_POW_26 = 2 ** 26;
const TWO_POW_32 = 2 ** 32;
const TWO_POW_MINUS_53 = 2 ** -53;

export class Xoshiro128StarStar implements RandomSource {
  #s0: number;
  #s1: number;
  #s2: number;
  #s3: number;

  /**
   * @param state four words, of which the low 32 bits count
   * @throws RangeError for the all-zero state, from which every draw is zero
   */
  constructor(state: XoshiroState) {
    this.#s0 = state[0] | 0;
    this.#s1 = state[1] | 0;
    this.#s2 = state[2] | 0;
    this.#s3 = state[3] | 0;
    if ((this.#s0 | this.#s1 | this.#s2 | this.#s3) === 0) throw new RangeError('xoshiro128** has no all-zero state');
  }

  get state(): XoshiroState {
    return [this.#s0 >>> 0, this.#s1 >>> 0, this.#s2 >>> 0, this.#s3 >>> 0];
  }

  nextUint32(): number {
    const s1 = this.#s1;
    const scrambled = Math.imul(s1, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
    const s2 = this.#s2 ^ this.#s0;
    const s3 = this.#s3 ^ s1;
    this.#s1 = s1 ^ s2;
    this.#s0 ^= s3;
    this.#s2 = s2 ^ (s1 << 9);
    this.#s3 = (s3 << 11) | (s3 >>> 21);
    return result >>> 0;
  }

  /** 27 bits of one draw above 26 of the next. */
  nextUnit(): number {
    const high = this.nextUint32() >>> 5;
    const low = this.nextUint32() >>> 6;
    return (high * TWO_POW_26 + low) * TWO_POW_MINUS_53;
  }

  /** Moves ahead by 2^64 draws: of one state, 2^64 streams that never overlap. */
  jump(): void {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (const word of JUMP) {
      for (let bit = 0; bit < 32; bit++) {
        if ((word >>> bit) & 1) {
          s0 ^= this.#s0;
          s1 ^= this.#s1;
          s2 ^= this.#s2;
          s3 ^= this.#s3;
        }
        this.nextUint32();
      }
    }
    this.#s0 = s0;
    this.#s1 = s1;
    this.#s2 = s2;
    this.#s3 = s3;
  }
}

/**
 * The random stream of one purpose (content, timing, faults) of one request. The state is the 128-bit MurmurHash3 of
 * (seed, key, stream).
 *
 * Why this is sound: in the hash every input bit flips every output bit about half of the time, so keys that differ in a
 * single bit (seeds 1 and 2, streams 0 and 1) start at unrelated points of one cycle of 2^128 - 1 states. Two streams of at most 2^32
 * draws overlap with a probability below 2^-94, and of a billion streams any two below 2^-35. Jumping would exclude overlap
 * altogether but needs an order of requests, which determinism across threads and replicas forbids.
 *
 * @param seed integer in [0, 2^53)
 * @param key four words that identify the request, for instance its content hash
 * @param stream small integer constant, one per purpose
 */
export function seededRandom(seed: number, key: ContentHash, stream: number): Xoshiro128StarStar {
  mixer.reset(0);
  mixer.add(seed);
  mixer.add(seed / TWO_POW_32);
  mixer.addAll(key);
  mixer.add(stream);
  mixer.finish(mixed);
  const isZero = (mixed[0] | mixed[1] | mixed[2] | mixed[3]) === 0;
  return new Xoshiro128StarStar([isZero ? 1 : mixed[0], mixed[1], mixed[2], mixed[3]]);
}

const mixer = new Murmur3Words();
const mixed = new Uint32Array(4);
