/** What the gateway's way adds to each delay, pair by pair, and how that is spread: percentiles with intervals, and points for plots. */
import type { DelayPlot } from '../result.js';
import type { GroundedPair } from './basis.js';
import { quantileInterval, quantileOf } from './intervals.js';
import type { AddedDelay, CompareResult, PercentileEstimate } from './result.js';

/** A plot has no more points than pixels. */
const PLOT_POINTS = 100;
const PLOT_BINS = 40;
/** Of the histogram's range: what is beyond falls into the outermost bins. */
const PLOT_RANGE = [0.005, 0.995] as const;
const NOTHING: PercentileEstimate = { ms: null, low_ms: null, high_ms: null };

export interface AddedSamples {
  readonly headers: Float64Array;
  readonly ttft: Float64Array;
  readonly gap: Float64Array;
  readonly e2e: Float64Array;
  /** Of every chunk of every stream with the same plan. */
  readonly chunk: Float64Array;
}

/** Sorted samples of the pairs that were complete both ways. */
export function addedSamples(pairs: readonly GroundedPair[]): AddedSamples {
  const complete = pairs.filter(
    ({ facts: { direct, gateway }, ground }) =>
      ground !== 'unknown' && direct.outcome === 'complete' && gateway.outcome === 'complete',
  );
  const samePlan = complete.filter(({ ground }) => ground === 'same_plan');
  return {
    headers: sorted(samePlan.map(addedHeaders)),
    ttft: sorted(complete.filter(({ facts }) => facts.stream).map(addedTtft)),
    gap: sorted(complete.map(addedGap)),
    e2e: sorted(complete.map(addedE2e)),
    chunk: sorted(samePlan.flatMap(({ facts }) => [...(facts.chunks?.delaysMs ?? [])])),
  };
}

function addedHeaders({ facts: { direct, gateway } }: GroundedPair): number | undefined {
  return difference(direct.headersMs, gateway.headersMs);
}

/** Milliseconds; undefined where one way has no first content. */
export function addedTtft({ facts: { direct, gateway }, upstreamTtftMs }: GroundedPair): number | undefined {
  return difference(direct.firstContentMs, gateway.firstContentMs, upstreamTtftMs);
}

/** Milliseconds, until the end. */
export function addedE2e({ facts: { direct, gateway }, upstreamEndMs }: GroundedPair): number | undefined {
  return difference(direct.endMs, gateway.endMs, upstreamEndMs);
}

/**
 * The mean over one stream's gaps, which telescopes to what the last chunk is later than the first. With the same plan the two chunks are
 * the same pieces of text both ways; with another one all that there is are the stream's ends.
 */
export function addedGap(pair: GroundedPair): number | undefined {
  const { facts, ground } = pair;
  if (ground === 'same_plan') {
    // Of content that differs the last chunk that is common may be half of one that the gateway merged.
    const delays = facts.content?.verdict === 'equal' ? (facts.chunks?.delaysMs ?? []) : [];
    return delays.length < 2 ? undefined : (delays[delays.length - 1]! - delays[0]!) / (delays.length - 1);
  }
  const [ttft, end] = [addedTtft(pair), addedE2e(pair)];
  const gaps = facts.direct.chunks - 1;
  return ttft === undefined || end === undefined || gaps < 1 || !facts.stream ? undefined : (end - ttft) / gaps;
}

function difference(direct: number | undefined, gateway: number | undefined, upstream = 0): number | undefined {
  return direct === undefined || gateway === undefined ? undefined : gateway - direct - upstream;
}

function sorted(values: readonly (number | undefined)[]): Float64Array {
  return Float64Array.from(values.filter((value) => value !== undefined)).sort();
}

export function addedDelays(samples: AddedSamples): CompareResult['added'] {
  return {
    headers: spreadOf(samples.headers, true),
    ttft: spreadOf(samples.ttft, true),
    gap: spreadOf(samples.gap, true),
    e2e: spreadOf(samples.e2e, true),
    chunk: spreadOf(samples.chunk, false),
  };
}

function spreadOf(sample: Float64Array, independent: boolean): AddedDelay {
  const estimate = (p: number): PercentileEstimate => {
    if (sample.length === 0) return NOTHING;
    if (!independent) return { ...NOTHING, ms: rounded(quantileOf(sample, p)) };
    const { high, low, value } = quantileInterval(sample, p);
    return { ms: rounded(value), low_ms: rounded(low), high_ms: rounded(high) };
  };
  return {
    pairs: sample.length,
    p50: estimate(0.5),
    p90: estimate(0.9),
    p99: estimate(0.99),
    min_ms: rounded(sample[0]),
    max_ms: rounded(sample.at(-1)),
  };
}

/** To the µs, which is what clients measure. */
const rounded = (ms: number | undefined): number | null => (ms === undefined ? null : Math.round(ms * 1_000) / 1_000);

export function addedPlots({ chunk, e2e, gap, ttft }: AddedSamples): CompareResult['plots'] {
  return { ttft: plotOf(ttft), gap: plotOf(gap), chunk: plotOf(chunk), e2e: plotOf(e2e) };
}

function plotOf(sample: Float64Array): DelayPlot {
  if (sample.length === 0) return { percentiles: [], bins: [] };
  const percentiles = Array.from({ length: PLOT_POINTS }, (_, index) => ({
    percentile: (100 * index) / PLOT_POINTS,
    ms: rounded(quantileOf(sample, index / PLOT_POINTS))!,
  }));
  return { percentiles, bins: binsOf(sample) };
}

function binsOf(sample: Float64Array): DelayPlot['bins'] {
  const [from, to] = PLOT_RANGE.map((p) => quantileOf(sample, p)) as [number, number];
  const width = (to - from) / PLOT_BINS || 1;
  const counts = new Array<number>(PLOT_BINS).fill(0);
  for (const value of sample) {
    const bin = Math.floor((value - from) / width);
    counts[Math.min(PLOT_BINS - 1, Math.max(0, bin))]! += 1;
  }
  return counts.flatMap((count, index) =>
    count === 0
      ? []
      : [{ from_ms: rounded(from + index * width)!, to_ms: rounded(from + (index + 1) * width)!, count }],
  );
}
