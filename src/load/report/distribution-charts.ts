/**
 * Pictures of a delay's distribution: percentile curves over an axis that gives each further nine as much room as the one before, and
 * histograms whose bins are equally wide on a logarithmic axis. The bins that come in may be of any widths; no value is lost or counted
 * twice.
 */
import type { DelayPlot } from '../result.js';
import { delayText, shareText } from './figure-text.js';
import { CHART_HEIGHT, CHART_WIDTH } from './html-page.js';
import { lineChart, type Point } from './plots/line-chart.js';

export interface NamedPlot {
  readonly name: string;
  readonly plot: DelayPlot;
}

/** As many as a picture of this size shows apart. */
const BINS = 60;
/** Where a log axis begins for values of 0: a tick of the clock. */
const LEAST_MS = 0.001;
/**
 * Of the median: what is further below is not drawn to scale. Chunks that came in one read have no time between them, and decades of nothing
 * would leave no room for the others.
 */
const SHOWN_BELOW_MEDIAN = 1 / 20;
/** Least ratio of a histogram's ends, so that equal values have a bin of some width. */
const LEAST_SPAN = 1.2;
/** 99.99 %: beyond, most runs have too few values. */
const NINES_MAX = 4;
/** 99.9 % is three nines, though 100 − 99.9 is a little less than 0.1 in binary. */
const ROUNDING = 1e-6;

/** The curves of several delays in one picture; undefined when none has a value. */
export function percentileChart(title: string, named: readonly NamedPlot[]): string | undefined {
  const shown = named.filter(({ plot }) => plot.percentiles.length > 0);
  if (shown.length === 0) return undefined;
  const most = Math.max(...shown.map(({ plot }) => plot.percentiles.at(-1)!.percentile));
  const nines = Math.min(NINES_MAX, Math.max(2, Math.ceil(Math.log10(rarity(most)) - ROUNDING)));
  const least = Math.max(LEAST_MS, SHOWN_BELOW_MEDIAN * Math.min(...shown.map(({ plot }) => medianOf(plot))));
  return lineChart({
    title,
    width: CHART_WIDTH,
    height: CHART_HEIGHT,
    carriesStyle: false,
    x: { label: 'percentile', scale: 'log', domain: [1, 10 ** nines], tickLabel: percentileLabel },
    y: { label: 'ms', scale: 'log' },
    series: shown.map(({ name, plot }) => ({
      name,
      points: plot.percentiles.map(({ percentile, ms }): Point => [rarity(percentile), ms >= least ? ms : Number.NaN]),
    })),
  });
}

function medianOf({ percentiles }: DelayPlot): number {
  return (percentiles.find(({ percentile }) => percentile >= 50) ?? percentiles.at(-1)!).ms;
}

/** One of so many values lies above the percentile: 10 for the 90th, 100 for the 99th. */
function rarity(percentile: number): number {
  return 100 / (100 - percentile);
}

function percentileLabel(rareness: number): string {
  return String(Number((100 - 100 / rareness).toPrecision(8)));
}

/** Shares of values by delay; undefined when there is none. */
export function histogramChart(title: string, { bins }: DelayPlot, colour: number): string | undefined {
  const points = histogramPoints(bins);
  if (points === undefined) return undefined;
  const [[least]] = points as [Point];
  const below = bins.reduce((sum, { to_ms, count }) => (to_ms <= least ? sum + count : sum), 0);
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  return lineChart({
    title,
    subtitle: below === 0 ? undefined : `${shareText(below / total)} below ${delayText(least)} ms, in the first bar`,
    width: CHART_WIDTH,
    height: CHART_HEIGHT,
    carriesStyle: false,
    x: { label: 'ms', scale: 'log', domain: [points[0]![0], points.at(-1)![0]] },
    y: { label: 'share, %', domain: [0, 1.05 * Math.max(...points.map(([, share]) => share))] },
    series: [{ name: '', shape: 'bars', colour, points }],
  });
}

/**
 * The beginning of each bin with its share in percent, and the last bin's end with 0. The first bin holds what is far below the median as
 * well. Counts of a bin that lies in several of the new ones are dealt to them by its width in each.
 */
export function histogramPoints(bins: DelayPlot['bins']): Point[] | undefined {
  const filled = bins.filter(({ count }) => count > 0);
  if (filled.length === 0) return undefined;
  const low = Math.max(LEAST_MS, filled[0]!.from_ms, SHOWN_BELOW_MEDIAN * medianOfBins(filled));
  const high = Math.max(low * LEAST_SPAN, filled.at(-1)!.to_ms);
  const step = Math.log(high / low) / BINS;
  const counts = new Float64Array(BINS);
  const edge = (index: number): number => low * Math.exp(step * index);
  const binOf = (ms: number): number => clamped(Math.floor(Math.log(Math.max(ms, low) / low) / step), 0, BINS - 1);
  let total = 0;
  for (const { from_ms, to_ms, count } of filled) {
    total += count;
    const [first, last] = [binOf(from_ms), binOf(to_ms)];
    for (let index = first; index <= last; index++) {
      const from = index === first ? from_ms : edge(index);
      const to = index === last ? to_ms : edge(index + 1);
      counts[index]! += first === last ? count : (count * (to - from)) / (to_ms - from_ms);
    }
  }
  const points = Array.from(counts, (count, index): Point => [edge(index), (100 * count) / total]);
  return [...points, [high, 0]];
}

/** The beginning of the bin that holds it. */
function medianOfBins(filled: DelayPlot['bins']): number {
  let left = filled.reduce((sum, { count }) => sum + count, 0) / 2;
  for (const { from_ms, count } of filled) {
    left -= count;
    if (left <= 0) return from_ms;
  }
  return filled.at(-1)!.from_ms;
}

function clamped(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
