/**
 * Delays counted in fine buckets: exact below 16 µs, then 16 buckets per factor of two up to 36 minutes, so that any quantile can be told
 * to within 3.2 % (half a bucket is at most 1/32 of its lower bound). Counts of several histograms add up bucket by bucket.
 *
 *   bucket  0 … 15      16 … 31       32 … 47          …   432 … 447
 *   µs      0 … 15      16 … 31       32 … 63 by 2     …   2^30 … 2^31 by 2^26, and everything above
 */

const STEP_BITS = 4;
const STEPS = 1 << STEP_BITS;
const DELAY_US_MAX = 2 ** 31 - 1;
/** The exponent of the first bucket that is not exact is STEP_BITS; its number is STEPS. */
const EXPONENT_OFFSET = STEP_BITS - 1;

export const DELAY_BUCKETS = (31 - EXPONENT_OFFSET) * STEPS;
/** The largest error of a quantile, relative to the exact one; whole microseconds below 16 µs. */
export const DELAY_RELATIVE_ERROR = 1 / 32;

/** Delays as they are handed on: plain data that crosses between processes. */
export interface DelayCounts {
  readonly buckets: Uint32Array;
  /** The largest delay, exactly; 0 when there is none. */
  readonly maxUs: number;
}

/** @param delayUs 0 or more; what is beyond the last bucket counts there */
export function delayBucketOf(delayUs: number): number {
  const us = delayUs < DELAY_US_MAX ? delayUs | 0 : DELAY_US_MAX;
  if (us < STEPS) return us;
  const exponent = 31 - Math.clz32(us);
  return ((exponent - EXPONENT_OFFSET) << STEP_BITS) + ((us >> (exponent - STEP_BITS)) & (STEPS - 1));
}

/** The least delay of a bucket. */
export function delayBucketFloorUs(bucket: number): number {
  return bucket < STEPS ? bucket : (STEPS + (bucket & (STEPS - 1))) * widthOfBucketUs(bucket);
}

/** What a bucket's delays are taken for: its middle. */
export function delayOfBucketUs(bucket: number): number {
  return bucket < STEPS ? bucket : delayBucketFloorUs(bucket) + widthOfBucketUs(bucket) / 2;
}

/** Of a bucket that is not exact. */
function widthOfBucketUs(bucket: number): number {
  return 2 ** ((bucket >> STEP_BITS) + EXPONENT_OFFSET - STEP_BITS);
}

export function noDelays(): DelayCounts {
  return { buckets: new Uint32Array(DELAY_BUCKETS), maxUs: 0 };
}

export function mergeDelays(parts: readonly DelayCounts[]): DelayCounts {
  const buckets = new Uint32Array(DELAY_BUCKETS);
  let maxUs = 0;
  for (const part of parts) {
    for (let bucket = 0; bucket < DELAY_BUCKETS; bucket++) buckets[bucket] += part.buckets[bucket];
    maxUs = Math.max(maxUs, part.maxUs);
  }
  return { buckets, maxUs };
}

export function countDelays({ buckets }: DelayCounts): number {
  let count = 0;
  for (const value of buckets) count += value;
  return count;
}

/** How many delays are above the limit, each taken for the middle of its bucket. */
export function countDelaysAbove({ buckets }: DelayCounts, limitUs: number): number {
  let count = 0;
  for (let bucket = DELAY_BUCKETS - 1; bucket >= 0 && delayOfBucketUs(bucket) > limitUs; bucket--)
    count += buckets[bucket];
  return count;
}

/**
 * The smallest delay that at least the share of all delays do not exceed (nearest rank), to within DELAY_RELATIVE_ERROR; 0 when there is
 * none.
 * @param share above 0, at most 1
 */
export function delayQuantileUs(delays: DelayCounts, share: number): number {
  const rank = Math.max(1, Math.ceil(countDelays(delays) * share));
  let seen = 0;
  for (let bucket = 0; bucket < DELAY_BUCKETS; bucket++) {
    seen += delays.buckets[bucket];
    if (seen >= rank) return Math.min(delayOfBucketUs(bucket), delays.maxUs);
  }
  return 0;
}
