/** What a document says of counted delays: their percentiles, and the points and bins that plots are drawn from. */
import type { DelayFigures, DelayPlot } from '../result.js';
import type { ValueHistogram } from './value-histogram.js';

const TOLD = [50, 75, 90, 95, 99, 99.9];

/** @param delays in microseconds */
export function delayFigures(delays: ValueHistogram): DelayFigures {
  const [p50, p75, p90, p95, p99, p999] = delays.quantiles(TOLD).map(inMs);
  return {
    count: delays.count,
    mean_ms: inMs(Math.round(delays.mean)),
    min_ms: inMs(delays.min),
    max_ms: inMs(delays.max),
    p50_ms: p50,
    p75_ms: p75,
    p90_ms: p90,
    p95_ms: p95,
    p99_ms: p99,
    p99_9_ms: p999,
  };
}

/** From whole microseconds. */
export function inMs(us: number): number {
  return us / 1_000;
}

const tenth = (base: number, step: number): number[] =>
  Array.from({ length: 9 }, (_, index) => Number((base + (index + 1) * step).toFixed(3)));

/** 0 to 99 by one, then each nine by its tenths. */
const CURVE: readonly number[] = [
  ...Array.from({ length: 100 }, (_, percentile) => percentile),
  ...tenth(99, 0.1),
  ...tenth(99.9, 0.01),
  ...tenth(99.99, 0.001),
];

/** A little less, since 100 − 99.9 is a little less than 0.1. */
const ONE = 0.999;

/** Bins have this many in each doubling, so that each is a few percent wide wherever the delays lie; below as many µs each is one wide. */
const BINS_PER_DOUBLING = 16;

/**
 * Points and bins of counted delays. The curve ends where it would tell of less than one delay. Bins are the same in every run, so two
 * runs can be laid over each other: 16 of equal width from each power of two (of microseconds) to the next.
 * @param delays in microseconds
 */
export function delayPlot(delays: ValueHistogram): DelayPlot {
  if (delays.count === 0) return { percentiles: [], bins: [] };
  const told = CURVE.filter((percentile) => percentile <= 50 || ((100 - percentile) / 100) * delays.count >= ONE);
  const values = delays.quantiles(told);
  return {
    percentiles: told.map((percentile, index) => ({ percentile, ms: inMs(values[index]) })),
    bins: binsOf(delays),
  };
}

function binsOf(delays: ValueHistogram): DelayPlot['bins'] {
  const bins: { from_ms: number; to_ms: number; count: number }[] = [];
  for (const { low, count } of delays.buckets()) {
    const [from, to] = binAround(low);
    const last = bins.at(-1);
    if (last?.from_ms === inMs(from)) last.count += count;
    else bins.push({ from_ms: inMs(from), to_ms: inMs(to), count });
  }
  return bins;
}

/** From where, and up to but without which, the bin of a whole number goes. */
function binAround(us: number): [from: number, to: number] {
  if (us < BINS_PER_DOUBLING) return [us, us + 1];
  const width = 2 ** Math.floor(Math.log2(us)) / BINS_PER_DOUBLING;
  const from = Math.floor(us / width) * width;
  return [from, from + width];
}
