/**
 * A Prometheus histogram for values that are observed once per chunk: counts in typed arrays, no label object and no string per
 * observation. It takes part in a prom-client registry like any other metric and is read only when somebody scrapes.
 * A value's bucket is looked up by the fine bucket of delay-histogram.ts that it falls into, which leaves one or two bounds to compare.
 *
 *   counts: row 0 [ b0 b1 … bn +Inf ] row 1 [ … ] …      one row per label value
 */
import { DELAY_BUCKETS, delayBucketFloorUs, delayBucketOf } from './delay-histogram.js';

export class BucketHistogram {
  readonly name: string;
  readonly help: string;
  readonly #boundsSecs: readonly number[];
  readonly #boundsUs: Float64Array;
  readonly #label: string | undefined;
  #labelValues: readonly string[];
  #counts: Float64Array;
  #sumsUs: Float64Array;
  readonly #width: number;
  /** By fine bucket: the first bucket that its values can be in. */
  readonly #firstOf: Uint8Array;

  /**
   * @param boundsSecs upper bounds, ascending, in seconds, without +Inf
   * @param label a label's name and all its values, one row each; without it there is one row
   */
  constructor(
    name: string,
    help: string,
    boundsSecs: readonly number[],
    label?: { name: string; values: readonly string[] },
  ) {
    this.name = name;
    this.help = help;
    this.#boundsSecs = [...boundsSecs];
    // 0.004082 * 1e6 is a little less than 4082, and a value of 4082 us belongs to that bound: the product's last digits are dropped.
    this.#boundsUs = Float64Array.from(boundsSecs, (bound) => Number((bound * 1e6).toPrecision(12)));
    this.#width = boundsSecs.length + 1;
    this.#firstOf = Uint8Array.from({ length: DELAY_BUCKETS }, (_, fine) =>
      this.#bucketOf(delayBucketFloorUs(fine), 0),
    );
    this.#label = label?.name;
    this.#labelValues = label?.values ?? [''];
    this.#counts = new Float64Array(this.#width * this.#labelValues.length);
    this.#sumsUs = new Float64Array(this.#labelValues.length);
  }

  /**
   * Puts further rows before the last, which keeps what it has counted.
   * @param values all of the label's, at least as many as before, the earlier ones in their places but for the last
   */
  grow(values: readonly string[]): void {
    const last = this.#sumsUs.length - 1;
    const newLast = values.length - 1;
    const counts = new Float64Array(this.#width * values.length);
    counts.set(this.#counts.subarray(0, last * this.#width));
    counts.set(this.#counts.subarray(last * this.#width), newLast * this.#width);
    const sumsUs = new Float64Array(values.length);
    sumsUs.set(this.#sumsUs.subarray(0, last));
    sumsUs[newLast] = this.#sumsUs[last];
    this.#labelValues = values;
    this.#counts = counts;
    this.#sumsUs = sumsUs;
  }

  /**
   * Counts a value in microseconds in the row; a row beyond the last counts there.
   * @param valueUs 0 or more
   * @param fine the value's delayBucketOf(), where it is known already
   */
  observe(valueUs: number, wantedRow: number, fine = delayBucketOf(valueUs)): void {
    const row = Math.min(wantedRow, this.#sumsUs.length - 1);
    this.#counts[row * this.#width + this.#bucketOf(valueUs, this.#firstOf[fine])]++;
    this.#sumsUs[row] += valueUs;
  }

  /** The metric as prom-client's registries exchange it. Rows that never counted anything are left out. */
  get(): { name: string; help: string; type: string; aggregator: string; values: MetricValue[] } {
    const values: MetricValue[] = [];
    for (let row = 0; row < this.#sumsUs.length; row++) this.#appendRow(row, values);
    return { name: this.name, help: this.help, type: 'histogram', aggregator: 'sum', values };
  }

  /** Called by a registry that is reset. */
  reset(): void {
    this.#counts.fill(0);
    this.#sumsUs.fill(0);
  }

  /** The bucket of a value that is above all bounds before the first. */
  #bucketOf(valueUs: number, first: number): number {
    let bucket = first;
    while (bucket < this.#boundsUs.length && valueUs > this.#boundsUs[bucket]) bucket++;
    return bucket;
  }

  #appendRow(row: number, values: MetricValue[]): void {
    const labels: { [name: string]: string | number } =
      this.#label === undefined ? {} : { [this.#label]: this.#labelValues[row] };
    const bucketName = `${this.name}_bucket`;
    let count = 0;
    const first = values.length;
    for (let bucket = 0; bucket < this.#width; bucket++) {
      count += this.#counts[row * this.#width + bucket];
      const le = this.#boundsSecs[bucket] ?? '+Inf';
      values.push({ labels: { le, ...labels }, value: count, metricName: bucketName });
    }
    if (count === 0 && this.#label !== undefined) {
      values.length = first;
      return;
    }
    values.push({ labels, value: this.#sumsUs[row] / 1e6, metricName: `${this.name}_sum` });
    values.push({ labels, value: count, metricName: `${this.name}_count` });
  }
}

interface MetricValue {
  readonly labels: { [name: string]: string | number };
  readonly value: number;
  readonly metricName: string;
}
