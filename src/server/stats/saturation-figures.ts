/** The verdict as /health and /admin/stats show it: milliseconds, and names as JSON has them. */
import type { DelaySummary, SaturationReason, Verdict } from '../saturation/verdict.js';

export interface SaturationFigures {
  readonly now: boolean;
  readonly reasons: readonly SaturationReason[];
  /** RFC 3339; null when the node is not saturated. */
  readonly since: string | null;
  readonly slip_p99_ms: number;
  readonly slip_limit_ms: number;
  /** How many chunks and replies the p99 is of. */
  readonly slip_count: number;
  readonly start_slip_p99_ms: number;
  /** What new connections waited at most. */
  readonly accept_wait_p99_ms: number;
  readonly event_loop_lag_p99_ms: number;
  /** The numbers of the processes that do not report. */
  readonly stalled_processes: readonly number[];
}

export interface DelayFigures {
  readonly count: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly max_ms: number;
}

export function saturationFigures(verdict: Verdict): SaturationFigures {
  const { reasons, sinceMs, slip, slipLimitUs, starts, accepts, loopLag, stalledPlaces } = verdict;
  return {
    now: reasons.length > 0,
    reasons,
    since: sinceMs === undefined ? null : new Date(sinceMs).toISOString(),
    slip_p99_ms: toMs(slip.p99Us),
    slip_limit_ms: toMs(slipLimitUs),
    slip_count: slip.count,
    start_slip_p99_ms: toMs(starts.p99Us),
    accept_wait_p99_ms: toMs(accepts.p99Us),
    event_loop_lag_p99_ms: toMs(loopLag.p99Us),
    stalled_processes: stalledPlaces,
  };
}

export function delayFigures({ count, p50Us, p99Us, maxUs }: DelaySummary): DelayFigures {
  return { count, p50_ms: toMs(p50Us), p99_ms: toMs(p99Us), max_ms: toMs(maxUs) };
}

export interface PressureFigures {
  readonly now: boolean;
  /** Share of max_concurrent_requests that is being served. */
  readonly occupancy: number;
  readonly waiting: number;
}

export function pressureFigures({ pressure: { now, occupancy, waiting } }: Verdict): PressureFigures {
  return { now, occupancy: Math.round(occupancy * 1_000) / 1_000, waiting };
}

/** Milliseconds with three decimals. */
export function toMs(us: number): number {
  return Math.round(us) / 1_000;
}
