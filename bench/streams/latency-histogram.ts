/**
 * Histogram of delays in whole microseconds, log-linear: SUB_BUCKETS equal buckets per power of two, so that a value is known to
 * about 3 %. A fixed array, no allocation per value; what is longer than MAX_US (35 minutes) counts as MAX_US.
 */
const SUB_BUCKET_BITS = 5;
const SUB_BUCKETS = 1 << SUB_BUCKET_BITS;
const MAX_US = 2 ** 31 - 1;
const BUCKETS = (31 - SUB_BUCKET_BITS + 1) * SUB_BUCKETS;

/** What several histograms counted, as it goes through a message. */
export interface DelayCounts {
  /** [bucket, count, bucket, count, …] of those that are not empty. */
  readonly buckets: readonly number[];
  readonly maxUs: number;
}

export interface DelayFigures {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

export class LatencyHistogram {
  readonly #counts = new Float64Array(BUCKETS);
  #count = 0;
  #maxUs = 0;

  /** @param us at least 0 */
  record(us: number): void {
    const value = us >= MAX_US ? MAX_US : us | 0;
    this.#counts[bucketOf(value)]++;
    this.#count++;
    if (value > this.#maxUs) this.#maxUs = value;
  }

  counts(): DelayCounts {
    const buckets: number[] = [];
    this.#counts.forEach((count, bucket) => {
      if (count > 0) buckets.push(bucket, count);
    });
    return { buckets, maxUs: this.#maxUs };
  }

  /** Takes in what another histogram counted. */
  add({ buckets, maxUs }: DelayCounts): void {
    for (let at = 0; at < buckets.length; at += 2) {
      this.#counts[buckets[at]] += buckets[at + 1];
      this.#count += buckets[at + 1];
    }
    if (maxUs > this.#maxUs) this.#maxUs = maxUs;
  }

  reset(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#maxUs = 0;
  }

  /** The upper edge of the bucket that holds the share's value, so that it errs on the slow side; 0 when empty. */
  percentileUs(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.#counts[bucket];
      if (seen >= rank) return Math.min(upperEdgeUs(bucket), this.#maxUs);
    }
    return this.#maxUs;
  }

  figures(): DelayFigures {
    return {
      count: this.#count,
      p50Ms: this.percentileUs(0.5) / 1_000,
      p99Ms: this.percentileUs(0.99) / 1_000,
      p999Ms: this.percentileUs(0.999) / 1_000,
      maxMs: this.#maxUs / 1_000,
    };
  }
}

function bucketOf(value: number): number {
  if (value < SUB_BUCKETS) return value;
  const shift = 31 - Math.clz32(value) - SUB_BUCKET_BITS;
  return shift * SUB_BUCKETS + (value >>> shift);
}

function upperEdgeUs(bucket: number): number {
  if (bucket < SUB_BUCKETS) return bucket;
  const shift = Math.floor(bucket / SUB_BUCKETS) - 1;
  return (SUB_BUCKETS + (bucket % SUB_BUCKETS) + 1) * 2 ** shift - 1;
}
