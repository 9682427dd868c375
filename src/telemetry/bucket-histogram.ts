/**
 * A histogram for values that are observed once per chunk or request: counts in typed arrays, no label object and no string per observation.
 * Made into a family of metrics only when somebody scrapes. A value's bucket is looked up by the fine bucket of delay-histogram.ts that it
 * falls into, which leaves one or two bounds to compare.
 *
 *   counts: row 0 [ b0 b1 … bn +Inf ] row 1 [ … ] …      one row per combination of label values
 */
import { DELAY_BUCKETS, delayBucketFloorUs, delayBucketOf } from './delay-histogram.js';
import type { Exemplar, MetricFamily } from './metric-family.js';

/** What a histogram tells apart. */
export interface LabelRows {
  readonly names: readonly string[];
  /** The labels' values, row by row. */
  readonly rows: readonly (readonly string[])[];
}

const NO_LABELS: LabelRows = { names: [], rows: [[]] };

export class BucketHistogram {
  readonly name: string;
  readonly #help: string;
  readonly #boundsSecs: readonly number[];
  readonly #boundsUs: Float64Array;
  readonly #labels: readonly string[];
  #rows: readonly (readonly string[])[];
  /** Rows that there is room for; doubled when a row more is appended. */
  #room: number;
  #counts: Float64Array;
  #sumsUs: Float64Array;
  readonly #width: number;
  /** By fine bucket: the first bucket that its values can be in. */
  readonly #firstOf: Uint8Array;
  /** The last request with a trace, by place among the counts: at most one for each. */
  readonly #exemplars = new Map<number, Omit<Exemplar, 'row' | 'bucket'>>();

  /**
   * @param boundsSecs upper bounds, ascending, in seconds, without +Inf
   * @param labels one row for each combination that may be counted; without them there is one row
   */
  constructor(name: string, help: string, boundsSecs: readonly number[], labels: LabelRows = NO_LABELS) {
    this.name = name;
    this.#help = help;
    this.#boundsSecs = [...boundsSecs];
    // 0.004082 * 1e6 is a little less than 4082, and a value of 4082 us belongs to that bound: the product's last digits are dropped.
    this.#boundsUs = Float64Array.from(boundsSecs, (bound) => Number((bound * 1e6).toPrecision(12)));
    this.#width = boundsSecs.length + 1;
    this.#firstOf = Uint8Array.from({ length: DELAY_BUCKETS }, (_, fine) =>
      this.#bucketOf(delayBucketFloorUs(fine), 0),
    );
    this.#labels = labels.names;
    this.#rows = labels.rows;
    this.#room = labels.rows.length;
    this.#counts = new Float64Array(this.#width * this.#room);
    this.#sumsUs = new Float64Array(this.#room);
  }

  /**
   * Puts further rows before the last, which keeps what it has counted.
   * @param rows all of them, at least as many as before, the earlier ones in their places but for the last
   */
  grow(rows: readonly (readonly string[])[]): void {
    const last = this.#rows.length - 1;
    const newLast = rows.length - 1;
    const counts = new Float64Array(this.#width * rows.length);
    counts.set(this.#counts.subarray(0, last * this.#width));
    counts.set(this.#counts.subarray(last * this.#width, (last + 1) * this.#width), newLast * this.#width);
    const sumsUs = new Float64Array(rows.length);
    sumsUs.set(this.#sumsUs.subarray(0, last));
    sumsUs[newLast] = this.#sumsUs[last];
    this.#moveExemplars(last, newLast);
    this.#rows = rows;
    this.#room = rows.length;
    this.#counts = counts;
    this.#sumsUs = sumsUs;
  }

  /** Puts a row behind the last. @returns its number */
  append(row: readonly string[]): number {
    if (this.#rows.length === this.#room) {
      this.#room = Math.max(1, this.#room * 2);
      const counts = new Float64Array(this.#width * this.#room);
      counts.set(this.#counts);
      this.#counts = counts;
      const sumsUs = new Float64Array(this.#room);
      sumsUs.set(this.#sumsUs);
      this.#sumsUs = sumsUs;
    }
    this.#rows = [...this.#rows, row];
    return this.#rows.length - 1;
  }

  /**
   * Counts a value in microseconds in the row; a row beyond the last counts there.
   * @param valueUs 0 or more
   * @param fine the value's delayBucketOf(), where it is known already
   */
  observe(valueUs: number, wantedRow: number, fine = delayBucketOf(valueUs)): void {
    const row = Math.min(wantedRow, this.#rows.length - 1);
    this.#counts[row * this.#width + this.#bucketOf(valueUs, this.#firstOf[fine])]++;
    this.#sumsUs[row] += valueUs;
  }

  /** The value that was just observed in the row is that of a request with a trace. @param atSecs Unix seconds */
  exemplify(valueUs: number, wantedRow: number, traceId: string, atSecs: number): void {
    const row = Math.min(wantedRow, this.#rows.length - 1);
    const at = row * this.#width + this.#bucketOf(valueUs, this.#firstOf[delayBucketOf(valueUs)]);
    this.#exemplars.set(at, { traceId, value: valueUs / 1e6, atSecs });
  }

  /** What was counted. Of several rows those are left out that never counted anything. */
  family(): MetricFamily {
    const counted = this.#labels.length === 0 ? [0] : this.#countedRows();
    const numbers = new Float64Array(counted.length * (this.#width + 1));
    for (const [index, row] of counted.entries()) {
      const to = index * (this.#width + 1);
      numbers.set(this.#counts.subarray(row * this.#width, (row + 1) * this.#width), to);
      numbers[to + this.#width] = this.#sumsUs[row] / 1e6;
    }
    return {
      name: this.name,
      help: this.#help,
      type: 'histogram',
      merge: 'sum',
      labels: this.#labels,
      bounds: this.#boundsSecs,
      rows: counted.map((row) => this.#rows[row]),
      numbers,
      ...(this.#exemplars.size === 0 ? {} : { exemplars: this.#exemplarsOf(counted) }),
    };
  }

  /** The bucket of a value that is above all bounds before the first. */
  #bucketOf(valueUs: number, first: number): number {
    let bucket = first;
    while (bucket < this.#boundsUs.length && valueUs > this.#boundsUs[bucket]) bucket++;
    return bucket;
  }

  #countedRows(): number[] {
    const counted: number[] = [];
    for (let row = 0; row < this.#rows.length; row++) {
      for (let at = row * this.#width; at < (row + 1) * this.#width; at++) {
        if (this.#counts[at] === 0) continue;
        counted.push(row);
        break;
      }
    }
    return counted;
  }

  #exemplarsOf(counted: readonly number[]): Exemplar[] {
    const places = new Map(counted.map((row, index) => [row, index]));
    return [...this.#exemplars].flatMap(([at, exemplar]) => {
      const row = places.get(Math.floor(at / this.#width));
      return row === undefined ? [] : [{ ...exemplar, row, bucket: at % this.#width }];
    });
  }

  #moveExemplars(from: number, to: number): void {
    for (let bucket = 0; bucket < this.#width; bucket++) {
      const exemplar = this.#exemplars.get(from * this.#width + bucket);
      if (exemplar === undefined) continue;
      this.#exemplars.delete(from * this.#width + bucket);
      this.#exemplars.set(to * this.#width + bucket, exemplar);
    }
  }
}
