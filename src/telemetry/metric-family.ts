/**
 * Metrics as they cross between processes and are added up: plain data, one family for each name, its labels' values once per row and all
 * its numbers in one array, so that a node with a hundred models is collected, added up and written out in milliseconds.
 *
 *   counter, gauge   [ value ] per row
 *   histogram        [ b0 b1 … bn +Inf sum ] per row, the buckets' own counts, not cumulative
 *
 * Invariant: families of one name have the same labels and bounds, because all processes come from one build.
 */

export type MetricType = 'counter' | 'gauge' | 'histogram';

/** How rows with the same labels' values, of several processes, become one. */
export type MergeRule = 'sum' | 'max' | 'min';

/** A request of which a trace tells more. */
export interface Exemplar {
  /** The row of the family. */
  readonly row: number;
  /** The bucket that its value is in. */
  readonly bucket: number;
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  readonly value: number;
  /** Unix seconds. */
  readonly atSecs: number;
}

export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly merge: MergeRule;
  /** Names of the labels. */
  readonly labels: readonly string[];
  /** Of a histogram: its buckets' upper bounds, ascending, without +Inf. */
  readonly bounds?: readonly number[];
  /** The labels' values, row by row. */
  readonly rows: readonly (readonly string[])[];
  readonly numbers: Float64Array;
  /** At most one for each bucket of a row. */
  readonly exemplars?: readonly Exemplar[];
}

export type MetricsSnapshot = readonly MetricFamily[];

/** Units that names may end in, without `_total`. */
const UNITS: readonly string[] = ['seconds', 'bytes', 'ratio'];

/** The unit that a name says; undefined for a count. */
export function unitOf(name: string): string | undefined {
  const last = name
    .replace(/_total$/, '')
    .split('_')
    .at(-1) as string;
  return UNITS.includes(last) ? last : undefined;
}

/** How many numbers a row has. */
export function widthOf({ bounds }: Pick<MetricFamily, 'bounds'>): number {
  return bounds === undefined ? 1 : bounds.length + 2;
}

/** Several snapshots as one. */
export function mergeSnapshots(snapshots: readonly MetricsSnapshot[]): MetricsSnapshot {
  const byName = new Map<string, MetricFamily[]>();
  for (const family of snapshots.flat()) {
    const known = byName.get(family.name);
    if (known === undefined) byName.set(family.name, [family]);
    else known.push(family);
  }
  return [...byName.values()].map(mergeFamilies);
}

/** What stays true after the process that counted it is gone. */
export function withoutGauges(snapshot: MetricsSnapshot): MetricsSnapshot {
  return snapshot.filter(({ type }) => type !== 'gauge');
}

function mergeFamilies(families: readonly MetricFamily[]): MetricFamily {
  const [first] = families;
  if (families.length === 1) return first;
  const rows: (readonly string[])[] = [];
  const places = new Map<string, number>();
  const targets = families.map((family) =>
    family.rows.map((row) => {
      const key = row.join('\u0000');
      const known = places.get(key);
      if (known !== undefined) return known;
      places.set(key, rows.length);
      return rows.push(row) - 1;
    }),
  );
  const width = widthOf(first);
  const numbers = new Float64Array(rows.length * width).fill(START[first.merge]);
  for (const [index, family] of families.entries()) addTo(numbers, family, targets[index], width);
  const exemplars = newestExemplars(families, targets, width);
  return { ...first, rows, numbers, ...(exemplars.length === 0 ? {} : { exemplars }) };
}

const START = { sum: 0, max: Number.NEGATIVE_INFINITY, min: Number.POSITIVE_INFINITY } as const;

function addTo(
  numbers: Float64Array,
  { merge, numbers: own }: MetricFamily,
  targets: readonly number[],
  width: number,
): void {
  for (const [row, target] of targets.entries()) {
    for (let column = 0; column < width; column++) {
      const at = target * width + column;
      const value = own[row * width + column];
      if (merge === 'sum') numbers[at] += value;
      else numbers[at] = merge === 'max' ? Math.max(numbers[at], value) : Math.min(numbers[at], value);
    }
  }
}

function newestExemplars(
  families: readonly MetricFamily[],
  targets: readonly (readonly number[])[],
  width: number,
): readonly Exemplar[] {
  const newest = new Map<number, Exemplar>();
  for (const [index, { exemplars = [] }] of families.entries()) {
    for (const exemplar of exemplars) {
      const row = targets[index][exemplar.row];
      const place = row * width + exemplar.bucket;
      if ((newest.get(place)?.atSecs ?? 0) < exemplar.atSecs) newest.set(place, { ...exemplar, row });
    }
  }
  return [...newest.values()];
}
