/** Draws positions by their weights, in the logarithm of their number. */
import type { RandomSource } from '../../kernel/random-source.js';

export class WeightedChoice {
  /** Of all weights up to and with the position. */
  readonly #sums: Float64Array;

  /** @param weights at least one, none negative, not all 0 */
  constructor(weights: readonly number[]) {
    this.#sums = new Float64Array(weights.length);
    let sum = 0;
    for (const [position, weight] of weights.entries()) {
      sum += weight;
      this.#sums[position] = sum;
    }
    if (!(sum > 0)) throw new RangeError('a choice needs a weight above 0');
  }

  draw(random: RandomSource): number {
    const sums = this.#sums;
    const drawn = random.nextUnit() * sums[sums.length - 1]!;
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! > drawn) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** Zipf's law: the r-th of them weighs 1 / r^skew. 0: all alike. */
export function rankWeights(count: number, skew: number): number[] {
  return Array.from({ length: count }, (_, position) => (position + 1) ** -skew);
}
