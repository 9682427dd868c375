/**
 * Delays since the start by model, fine enough for any quantile: one histogram of DELAY_BUCKETS per model and kind, made with its first
 * delay. What is handed on holds only the buckets that counted something, so a model costs a process 11 KB and a message less than 1 KB.
 *
 *   kind      of
 *   ttft      streams: from the arrival to the first token
 *   gap       streams: between two tokens' chunks
 *   duration  successful requests: from the arrival to the last byte
 */
import { DELAY_BUCKETS, delayBucketOf, delayOfBucketUs } from './delay-histogram.js';

export const DELAY_KINDS = ['ttft', 'gap', 'duration'] as const;
export type DelayKind = (typeof DELAY_KINDS)[number];

/** One model's delays of one kind, as they cross between processes. */
export interface DelayRow {
  readonly model: string;
  readonly kind: DelayKind;
  /** Bucket, count, bucket, count, … in the order of the buckets; no count is 0. */
  readonly counts: Float64Array;
}

export class DelaySketches {
  readonly #rows = new Map<number, Float64Array>();
  /** The row that counted last, which nearly always counts next; -1 for none. */
  #lastRow = -1;
  #lastBuckets: Float64Array = new Float64Array(0);

  /** @param row the model's index; counts a delay in microseconds there @param bucket the delay's, where it is known already */
  observe(delayUs: number, row: number, bucket = delayBucketOf(delayUs)): void {
    if (row !== this.#lastRow) this.#turnTo(row);
    this.#lastBuckets[bucket]++;
  }

  clear(): void {
    this.#rows.clear();
    this.#lastRow = -1;
  }

  #turnTo(row: number): void {
    const known = this.#rows.get(row);
    this.#lastBuckets = known ?? new Float64Array(DELAY_BUCKETS);
    this.#lastRow = row;
    if (known === undefined) this.#rows.set(row, this.#lastBuckets);
  }

  /** @param modelOf the name that a row goes by; rows of one name are told one by one */
  read(kind: DelayKind, modelOf: (row: number) => string): DelayRow[] {
    return [...this.#rows].map(([row, buckets]) => ({ model: modelOf(row), kind, counts: sparse(buckets) }));
  }
}

function sparse(buckets: Float64Array): Float64Array {
  const pairs: number[] = [];
  for (let bucket = 0; bucket < DELAY_BUCKETS; bucket++) {
    if (buckets[bucket] > 0) pairs.push(bucket, buckets[bucket]);
  }
  return Float64Array.from(pairs);
}

/** The rows added up, one for each model and kind. */
export function mergeDelayRows(rows: readonly DelayRow[]): DelayRow[] {
  const merged = new Map<string, { readonly row: DelayRow; readonly buckets: Float64Array }>();
  for (const row of rows) {
    const key = `${row.kind} ${row.model}`;
    const entry = merged.get(key) ?? { row, buckets: new Float64Array(DELAY_BUCKETS) };
    merged.set(key, entry);
    addTo(entry.buckets, row);
  }
  return [...merged.values()].map(({ row: { kind, model }, buckets }) => ({ kind, model, counts: sparse(buckets) }));
}

/**
 * Quantiles by nearest rank over all rows, each to within DELAY_RELATIVE_ERROR.
 * @param shares above 0, at most 1
 * @returns microseconds, one per share; undefined where nothing was counted
 */
export function delayQuantilesUs(
  rows: readonly DelayRow[],
  shares: readonly number[],
): { readonly count: number; readonly quantilesUs: readonly number[] } | undefined {
  const buckets = new Float64Array(DELAY_BUCKETS);
  for (const row of rows) addTo(buckets, row);
  const count = buckets.reduce((sum, value) => sum + value, 0);
  if (count === 0) return undefined;
  return { count, quantilesUs: shares.map((share) => quantileUs(buckets, Math.max(1, Math.ceil(count * share)))) };
}

function addTo(buckets: Float64Array, { counts }: DelayRow): void {
  for (let index = 0; index < counts.length; index += 2) buckets[counts[index]] += counts[index + 1];
}

function quantileUs(buckets: Float64Array, rank: number): number {
  let seen = 0;
  let bucket = 0;
  for (; bucket < DELAY_BUCKETS; bucket++) {
    seen += buckets[bucket];
    if (seen >= rank) break;
  }
  return delayOfBucketUs(bucket);
}
