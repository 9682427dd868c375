/** The figures of some delays, exact: there are never more of them than requests that were looked at one by one. */
import type { DelaySpread } from './result.js';

/** @param delaysMs in any order. Without any the count and all figures are 0. A percentile is the smallest delay that so many do not exceed. */
export function spreadOf(delaysMs: readonly number[]): DelaySpread {
  const sorted = Float64Array.from(delaysMs).sort();
  const at = (share: number): number => {
    const rank = Math.max(1, Math.ceil(share * sorted.length));
    return rounded(sorted[rank - 1] ?? 0);
  };
  return {
    count: sorted.length,
    min_ms: at(0),
    p50_ms: at(0.5),
    p90_ms: at(0.9),
    p99_ms: at(0.99),
    max_ms: at(1),
  };
}

/** To the microsecond, which is as fine as both sides tell time. */
function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
