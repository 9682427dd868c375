/**
 * Judges one model's times to first token or gaps: each check compares a figure with a bound that docs/latency-verification.md derives.
 *
 *   configured ──planned percentiles, KS──▶ planned ──percentiles, rate──▶ measured
 *       └──────────────percentiles, KS beyond the allowance──────────────────▲
 *
 * The first arrow has nothing to do with time and is always judged. Whether the others are depends on the strictness.
 */
import type { ExpectedDistribution } from './expected-distribution.js';
import type { ModelSamples, PairedTimes } from './samples.js';
import {
  allowanceMs,
  ksBound,
  ksDistance,
  ksDistanceBeyond,
  percentile,
  percentileInterval,
  sorted,
  type Tolerance,
} from './statistics.js';

export type Role = 'ttft' | 'itl';

export interface Strictness {
  /** Leave out what was measured while the machine took a core from the server or the client, or the client was late itself. */
  readonly quietOnly: boolean;
  /** Fewer measured times than this, or fewer replies than a tenth, say nothing. */
  readonly timesMin: number;
  /** A percentile is held against its bound when so many measured times or more lie beyond it: else a single one decides. */
  readonly timesBeyondMin: number;
}

export interface Check {
  readonly name: string;
  /** Breaks the bound when it is larger. */
  readonly value: number;
  readonly bound: number;
  readonly unit: 'ms' | 'share' | 'replies';
}

export const PERCENTILES = [0.5, 0.95, 0.99] as const;

export interface CaseFigures {
  /** Times that count, and all that were measured. */
  readonly times: number;
  readonly timesMeasured: number;
  /** At PERCENTILES, ms. */
  readonly configuredMs: readonly number[];
  readonly plannedMs: readonly number[];
  readonly measuredMs: readonly number[];
  readonly ks: number;
  readonly ksBeyond: number;
  readonly ksBound: number;
  /** Arrival less planned time of the tokens, over all of them, ms. */
  readonly slipMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Measured over planned length of the replies behind their first token, less one; undefined for TTFT. */
  readonly rateError: number | undefined;
}

export interface CaseJudgement {
  readonly figures: CaseFigures;
  readonly checks: readonly Check[];
  readonly broken: readonly Check[];
  readonly verdict: 'holds' | 'broken' | 'not judged';
}

/**
 * The chance of any one statistical check to fail without cause. A run has at most some thousand of them, so some 1 % for all together;
 * and since a run's draws are fixed, one that has passed passes again.
 */
export const SIGNIFICANCE = 1e-5;
/** A plan holds whole microseconds. */
const ROUNDING: Tolerance = { relative: 0, absoluteMs: 0.002 };
/** What the replies' pace may be off beyond what the lateness of their first and last token explains. */
const RATE_ERROR_MAX = 0.002;
const REPLIES_PER_TIMES = 10;

export function judge(
  samples: ModelSamples,
  role: Role,
  expected: ExpectedDistribution,
  tolerance: Tolerance,
  { quietOnly, timesMin, timesBeyondMin }: Strictness,
): CaseJudgement {
  const all = samples[role];
  const times = quietOnly ? all.quietOnes() : all;
  const spans = quietOnly ? samples.spans.quietOnes() : samples.spans;
  const enough = times.measured.length >= timesMin && spans.measured.length >= timesMin / REPLIES_PER_TIMES;
  const figures = figuresOf(samples, role, times, spans, expected, tolerance);
  const checks = [
    { name: 'replies as planned', value: samples.wrongReplies, bound: 0, unit: 'replies' } as const,
    ...planChecks(sorted(all.planned), samples.recordings, expected),
    ...(enough ? lateChecks(spans, figures, tolerance, timesBeyondMin) : []),
    ...(enough && !quietOnly ? directChecks(figures, expected, tolerance) : []),
  ];
  // A figure that is not a number breaks its bound too.
  const broken = checks.filter(({ value, bound }) => !(value <= bound));
  return { figures, checks, broken, verdict: broken.length > 0 ? 'broken' : enough ? 'holds' : 'not judged' };
}

function figuresOf(
  samples: ModelSamples,
  role: Role,
  times: PairedTimes,
  spans: PairedTimes,
  expected: ExpectedDistribution,
  tolerance: Tolerance,
): CaseFigures {
  const measured = sorted(times.measured);
  const planned = sorted(times.planned);
  const arrivals = role === 'ttft' ? samples.ttft : samples.arrivals;
  const slip = sorted(arrivals.measured.map((ms, index) => ms - arrivals.planned[index]!));
  return {
    times: measured.length,
    timesMeasured: samples[role].measured.length,
    configuredMs: PERCENTILES.map((p) => expected.quantile(p)),
    plannedMs: PERCENTILES.map((p) => percentile(planned, p)),
    measuredMs: PERCENTILES.map((p) => percentile(measured, p)),
    ks: ksDistance(measured, expected.cumulative),
    ksBeyond: ksDistanceBeyond(measured, expected.cumulative, tolerance),
    ksBound: ksBound(measured.length, SIGNIFICANCE),
    slipMs: { p50: percentile(slip, 0.5), p99: percentile(slip, 0.99), max: percentile(slip, 1) },
    rateError: role === 'itl' ? rateErrorOf(spans) : undefined,
  };
}

/** The median over the replies, which a few disturbed ones do not move. */
function rateErrorOf(spans: PairedTimes): number {
  return percentile(sorted(spans.measured.map((ms, index) => ms / spans.planned[index]! - 1)), 0.5);
}

/** Planned against configured: chance alone. A plan that was kept several times is no larger a sample. */
function planChecks(planned: Float64Array, recordings: number, expected: ExpectedDistribution): Check[] {
  const draws = Math.max(1, Math.floor(planned.length / recordings));
  const percentiles = PERCENTILES.map((p): Check => {
    const value = distanceFromInterval(percentile(planned, p), draws, p, expected);
    return { name: `planned p${p * 100} and chance`, value, bound: ROUNDING.absoluteMs, unit: 'ms' };
  });
  const value = ksDistanceBeyond(planned, expected.cumulative, ROUNDING);
  return [...percentiles, { name: 'KS of the plan', value, bound: ksBound(draws, SIGNIFICANCE), unit: 'share' }];
}

/** Measured against planned: lateness alone. */
function lateChecks(spans: PairedTimes, figures: CaseFigures, tolerance: Tolerance, timesBeyondMin: number): Check[] {
  const percentiles = PERCENTILES.flatMap((p, index): Check[] => {
    if (figures.times * (1 - p) < timesBeyondMin) return [];
    const [measured, planned] = [figures.measuredMs[index]!, figures.plannedMs[index]!];
    const bound = allowanceMs(tolerance, planned);
    return [{ name: `p${p * 100} against the plan`, value: Math.abs(measured - planned), bound, unit: 'ms' }];
  });
  if (figures.rateError === undefined) return percentiles;
  const spanMs = percentile(sorted(spans.planned), 0.5);
  const bound = RATE_ERROR_MAX + tolerance.absoluteMs / spanMs;
  return [...percentiles, { name: 'pace', value: Math.abs(figures.rateError), bound, unit: 'share' }];
}

/** Measured against configured: lateness and chance. */
function directChecks(figures: CaseFigures, expected: ExpectedDistribution, tolerance: Tolerance): Check[] {
  const percentiles = PERCENTILES.map((p, index): Check => {
    const value = distanceFromInterval(figures.measuredMs[index]!, figures.times, p, expected);
    const bound = allowanceMs(tolerance, figures.configuredMs[index]!);
    return { name: `p${p * 100} beyond chance`, value, bound, unit: 'ms' };
  });
  return [
    ...percentiles,
    { name: 'KS beyond the allowance', value: figures.ksBeyond, bound: figures.ksBound, unit: 'share' },
  ];
}

/** How far a sample's percentile lies outside of where chance puts it, ms. */
function distanceFromInterval(ms: number, n: number, p: number, expected: ExpectedDistribution): number {
  const [low, high] = percentileInterval(n, p, SIGNIFICANCE);
  return Math.max(expected.quantile(low) - ms, ms - expected.quantile(high), 0);
}
