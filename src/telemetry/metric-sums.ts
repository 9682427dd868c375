/** Figures read back from a snapshot of metrics, for answers that are not in Prometheus' format. */
import { type MetricFamily, type MetricsSnapshot, widthOf } from './metric-family.js';

type Labels = { readonly [name: string]: string };

/** What a name means: a family, or a histogram's with _sum or _count. */
interface Meant {
  readonly family: MetricFamily;
  /** The value of a row. */
  readonly numberOf: (row: number) => number;
}

/** The samples of one metric; of a histogram, ask for its name with _sum or _count. */
export class MetricSums {
  readonly #meant = new Map<string, Meant>();

  /** @param snapshot merged: no name is there twice */
  constructor(snapshot: MetricsSnapshot) {
    for (const family of snapshot) {
      const { name, numbers } = family;
      const width = widthOf(family);
      if (family.bounds === undefined) this.#meant.set(name, { family, numberOf: (row) => numbers[row] });
      else {
        this.#meant.set(`${name}_sum`, { family, numberOf: (row) => numbers[(row + 1) * width - 1] });
        this.#meant.set(`${name}_count`, { family, numberOf: (row) => countOf(numbers, row, width) });
      }
    }
  }

  /** The sum over all samples that have these labels; 0 when there is none. */
  sum(name: string, labels: Labels = {}): number {
    const meant = this.#meant.get(name);
    if (meant === undefined) return 0;
    const { family, numberOf } = meant;
    const wanted = Object.entries(labels).map(([label, value]) => [family.labels.indexOf(label), value] as const);
    let sum = 0;
    for (const [row, values] of family.rows.entries())
      if (wanted.every(([column, value]) => values[column] === value)) sum += numberOf(row);
    return sum;
  }

  /** The sums by the values of a label. */
  sumsBy(name: string, label: string): ReadonlyMap<string, number> {
    const sums = new Map<string, number>();
    const meant = this.#meant.get(name);
    if (meant === undefined) return sums;
    const column = meant.family.labels.indexOf(label);
    for (const [row, values] of meant.family.rows.entries()) {
      const value = values[column] ?? '';
      sums.set(value, (sums.get(value) ?? 0) + meant.numberOf(row));
    }
    return sums;
  }
}

function countOf(numbers: Float64Array, row: number, width: number): number {
  let count = 0;
  for (let at = row * width; at < (row + 1) * width - 1; at++) count += numbers[at];
  return count;
}
