/**
 * A run's seconds, thinned to as many points as a picture shows: counts become rates, which keep their mean; what is high for a moment stays
 * visible, since a point of a tail or of requests in flight is the worst of its seconds. Medians are weighted by the requests of theirs.
 */
import type { SecondFigures } from '../result.js';

export interface SeriesPoint {
  /** Where the point's seconds begin. */
  readonly second: number;
  readonly startedRate: number;
  readonly finishedRate: number;
  readonly errorRate: number;
  readonly outputTokenRate: number;
  readonly inFlight: number;
  /** NaN where no request of these seconds had one. */
  readonly delays: { readonly [name in DelayName]: number };
}

const TAILS = ['ttft_p99_ms', 'itl_p99_ms', 'e2e_p99_ms', 'late_p99_ms'] as const;
const MEDIANS = ['ttft_p50_ms', 'itl_p50_ms', 'e2e_p50_ms'] as const;
type DelayName = (typeof TAILS)[number] | (typeof MEDIANS)[number];

/** More would be closer together than a picture's pixels. */
const POINTS_MAX = 300;

/** Of how many seconds a point is. */
export function secondsPerPoint(series: readonly SecondFigures[]): number {
  if (series.length === 0) return 1;
  const seconds = series.at(-1)!.second - series[0]!.second + 1;
  return Math.max(1, Math.ceil(seconds / POINTS_MAX));
}

/** Ascending in time; seconds that the series lacks are in no point. */
export function seriesPoints(series: readonly SecondFigures[]): SeriesPoint[] {
  const width = secondsPerPoint(series);
  const groups = new Map<number, SecondFigures[]>();
  for (const second of series) {
    const start = Math.floor(second.second / width) * width;
    const group = groups.get(start);
    if (group === undefined) groups.set(start, [second]);
    else group.push(second);
  }
  return Array.from(groups, ([second, group]) => pointOf(second, group));
}

function pointOf(second: number, group: readonly SecondFigures[]): SeriesPoint {
  const rate = (name: 'started' | 'finished' | 'errors' | 'output_tokens'): number =>
    group.reduce((sum, each) => sum + each[name], 0) / group.length;
  return {
    second,
    startedRate: rate('started'),
    finishedRate: rate('finished'),
    errorRate: rate('errors'),
    outputTokenRate: rate('output_tokens'),
    inFlight: group.reduce((most, { in_flight }) => Math.max(most, in_flight), 0),
    delays: Object.fromEntries([
      ...TAILS.map((name) => [name, worst(group, name)]),
      ...MEDIANS.map((name) => [name, weighted(group, name)]),
    ]) as SeriesPoint['delays'],
  };
}

function worst(group: readonly SecondFigures[], name: (typeof TAILS)[number]): number {
  const values = group.map((second) => second[name]).filter((value) => value !== null);
  return values.length === 0 ? Number.NaN : Math.max(...values);
}

function weighted(group: readonly SecondFigures[], name: (typeof MEDIANS)[number]): number {
  let [sum, weights] = [0, 0];
  for (const second of group) {
    const value = second[name];
    if (value === null) continue;
    // Gaps may be known of a second in which no request ended.
    const weight = Math.max(1, second.finished);
    sum += weight * value;
    weights += weight;
  }
  return weights === 0 ? Number.NaN : sum / weights;
}
