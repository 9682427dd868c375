/**
 * Whole numbers from 0 counted in a high dynamic range histogram: exact to a tenth of a percent over any range, with a count, a sum, a
 * least and a greatest that are exact. Takes no memory before its first number, then as much as its greatest needs (98 KB up to two
 * seconds of microseconds, 8 KB for each further doubling).
 *
 * Quantiles are by nearest rank: the smallest counted number that at least the share of all numbers do not exceed, told as the upper edge of
 * its bucket, as HDR histograms do, and never outside of the least and the greatest.
 */
import { Float64Histogram } from 'hdr-histogram-js';

/** A number is at most 1/1000 of itself away from what is told of it. */
const SIGNIFICANT_DIGITS = 3;
/** What is greater counts as this: a day of microseconds. */
const VALUE_MAX = 24 * 3_600e6;
const FIRST_VALUE_MAX = 2 ** 21 - 1;
/** Buckets of each doubling; below twice as much each number has its own. */
const HALF_BUCKETS = 1_024;
const DOUBLED_FROM_BITS = 31 - Math.log2(HALF_BUCKETS);
/** What bits can be counted of. */
const PLACEABLE_MAX = 2 ** 32 - 1;
/** Products of a share and a count end a little above the whole number that they mean: 0.999 of 1,000 is 999.0000000000001. */
const RANK_TOLERANCE = 1e-12;

export class ValueHistogram {
  #counts: Float64Histogram | undefined;
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  /** @param value counted as the nearest whole number; below 0 as 0 */
  add(value: number): void {
    const counted = Math.min(VALUE_MAX, Math.max(0, Math.round(value)));
    this.#counts ??= emptyCounts();
    if (counted >= this.#min && counted <= this.#max && counted <= PLACEABLE_MAX) {
      this.#counts.incrementCountAtIndex(placeOf(counted));
      this.#counts.incrementTotalCount();
    } else {
      this.#counts.recordValue(counted);
      this.#min = Math.min(this.#min, counted);
      this.#max = Math.max(this.#max, counted);
    }
    this.#count++;
    this.#sum += counted;
  }

  addAll(other: ValueHistogram): void {
    if (other.#counts === undefined || other.#count === 0) return;
    this.#counts ??= emptyCounts();
    this.#counts.add(other.#counts);
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  clear(): void {
    this.#counts?.reset();
    this.#count = 0;
    this.#sum = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = 0;
  }

  get count(): number {
    return this.#count;
  }

  /** 0 when nothing was counted, as the three that follow. */
  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  get min(): number {
    return this.#count === 0 ? 0 : this.#min;
  }

  get max(): number {
    return this.#max;
  }

  /** @param percentiles ascending, in [0, 100] @returns one number for each; zeros when nothing was counted */
  quantiles(percentiles: readonly number[]): number[] {
    const found: number[] = [];
    let seen = 0;
    for (const { high, count } of this.buckets()) {
      seen += count;
      while (found.length < percentiles.length && rankOf(percentiles[found.length], this.#count) <= seen) {
        found.push(Math.max(this.#min, Math.min(high, this.#max)));
      }
      if (found.length === percentiles.length) break;
    }
    if (percentiles[0] === 0 && found.length > 0) found[0] = this.#min;
    return [...found, ...percentiles.slice(found.length).map(() => this.#max)];
  }

  /** What was counted, ascending: how often a number from low to high, both included. */
  *buckets(): Generator<{ readonly low: number; readonly high: number; readonly count: number }> {
    const counts = this.#counts;
    if (counts === undefined || this.#count === 0) return;
    const last = counts.countsArrayIndex(this.#max);
    for (let index = counts.countsArrayIndex(this.#min); index <= last; index++) {
      const count = counts.getCountAtIndex(index);
      if (count === 0) continue;
      const low = counts.valueFromIndex(index);
      yield { low, high: counts.highestEquivalentValue(low), count };
    }
  }
}

function emptyCounts(): Float64Histogram {
  // 64 bits: a day of 250,000 gaps a second is more than 32 bits can count.
  const counts = new Float64Histogram(1, FIRST_VALUE_MAX, SIGNIFICANT_DIGITS);
  counts.autoResize = true;
  return counts;
}

/**
 * Where the histogram counts a number, as its own countsArrayIndex() has it: that takes a logarithm and two powers, and recordValue() with them
 * more than ten times as long as add() (`npm run bench -- load-measures`). Gaps come by the hundred thousand a second.
 */
function placeOf(value: number): number {
  const doublings = Math.max(0, DOUBLED_FROM_BITS - Math.clz32(value));
  return doublings * HALF_BUCKETS + (value >>> doublings);
}

function rankOf(percentile: number, count: number): number {
  return Math.max(1, Math.ceil((percentile / 100) * count * (1 - RANK_TOLERANCE)));
}
