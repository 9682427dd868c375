/** Draws from a random source in the forms that writing a document needs. None of them draws a number of times that is unbounded. */
import type { RandomSource } from '../../kernel/random-source.js';

const TWO_POW_32 = 2 ** 32;

export class Draws {
  readonly random: RandomSource;

  constructor(random: RandomSource) {
    this.random = random;
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return this.random.nextUnit();
  }

  /** A uniform integer in [0, count), count up to 2^32. */
  below(count: number): number {
    return Math.floor((this.random.nextUint32() * count) / TWO_POW_32);
  }

  /** A uniform integer from low to high, both included; both safe integers. */
  between(low: number, high: number): number {
    const count = high - low + 1;
    return low + (count <= TWO_POW_32 ? this.below(count) : Math.floor(this.unit() * count));
  }

  /** True with the probability. */
  chance(probability: number): boolean {
    return this.random.nextUnit() < probability;
  }

  /** One entry of a list that has any. */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  /** The entries in a random order. */
  shuffled<T>(list: readonly T[]): T[] {
    const result = [...list];
    for (let last = result.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      [result[last], result[other]] = [result[other] as T, result[last] as T];
    }
    return result;
  }
}
