/**
 * A rate that is made of straight pieces: constant, ramp, steps and spike are such. The integral over a piece is a quadratic, so its inverse
 * is exact, without search or iteration:
 *
 *   from·t + (to − from)/(2·secs)·t² = n     ⇒     t = 2n / (from + √(from² + 2n·(to − from)/secs))
 *
 * That form of the root does not cancel where the rate hardly changes. Finding the piece takes the logarithm of their number.
 */
import type { RateCourse, Spacing } from './contract.js';

export interface RatePiece {
  readonly secs: number;
  /** Arrivals per second at its beginning and its end. */
  readonly from: number;
  readonly to: number;
}

export class LinearRate implements RateCourse {
  readonly kind = 'rate';
  readonly spacing: Spacing;
  readonly durationSecs: number;
  readonly expected: number;
  readonly #pieces: readonly RatePiece[];
  /** Of each piece, what is expected before it and when it begins. */
  readonly #countsBefore: readonly number[];
  readonly #secsBefore: readonly number[];

  /** @param pieces one after the other; those without length are left out */
  constructor(pieces: readonly RatePiece[], spacing: Spacing) {
    this.spacing = spacing;
    this.#pieces = pieces.filter(({ secs }) => secs > 0);
    const counts: number[] = [];
    const starts: number[] = [];
    let count = 0;
    let start = 0;
    for (const { secs, from, to } of this.#pieces) {
      counts.push(count);
      starts.push(start);
      count += (secs * (from + to)) / 2;
      start += secs;
    }
    this.#countsBefore = counts;
    this.#secsBefore = starts;
    this.expected = count;
    this.durationSecs = start;
  }

  secsOf(count: number): number {
    const index = this.#pieceAt(count);
    const { secs, from, to } = this.#pieces[index]!;
    const within = count - this.#countsBefore[index]!;
    if (within <= 0) return this.#secsBefore[index]!;
    const root = Math.sqrt(Math.max(0, from * from + (2 * within * (to - from)) / secs));
    return this.#secsBefore[index]! + Math.min(secs, (2 * within) / (from + root));
  }

  /** The last piece that begins with no more than the count. Where pieces without arrivals share a beginning, the one that has some. */
  #pieceAt(count: number): number {
    let low = 0;
    let high = this.#countsBefore.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#countsBefore[middle]! <= count) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
