/** Figures read back from a snapshot of metrics, for answers that are not in Prometheus' format. */
import type { MetricsSnapshot } from './metrics.js';

type Labels = { readonly [name: string]: string | number | undefined };

interface Sample {
  readonly value: number;
  readonly labels: Labels;
  /** Of a histogram's samples: its name with _sum, _count or _bucket. */
  readonly metricName?: string;
}

/** The samples of one metric; of a histogram, ask for its name with _sum or _count. */
export class MetricSums {
  readonly #samples = new Map<string, Sample[]>();

  constructor(snapshot: MetricsSnapshot) {
    for (const metric of snapshot) {
      const { values } = metric as unknown as { readonly values: readonly Sample[] };
      for (const sample of values) {
        const name = sample.metricName ?? metric.name;
        const samples = this.#samples.get(name);
        if (samples === undefined) this.#samples.set(name, [sample]);
        else samples.push(sample);
      }
    }
  }

  /** The sum over all samples that have these labels; 0 when there is none. */
  sum(name: string, labels: Labels = {}): number {
    const wanted = Object.entries(labels);
    let sum = 0;
    for (const sample of this.#samples.get(name) ?? []) {
      if (wanted.every(([label, value]) => sample.labels[label] === value)) sum += sample.value;
    }
    return sum;
  }

  /** The sums by the values of a label. */
  sumsBy(name: string, label: string): ReadonlyMap<string, number> {
    const sums = new Map<string, number>();
    for (const sample of this.#samples.get(name) ?? []) {
      const value = String(sample.labels[label] ?? '');
      sums.set(value, (sums.get(value) ?? 0) + sample.value);
    }
    return sums;
  }
}
