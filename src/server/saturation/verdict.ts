/** Whether a node is saturated, why, and the figures that say so: plain data, the same in every process of the node. */

import { countDelays, type DelayCounts, delayQuantileUs } from '../../telemetry/delay-histogram.js';
import { NO_PRESSURE, type Pressure } from '../backpressure/pressure.js';

/**
 * Why what a client measures at this node is not what the configuration says:
 *
 *   slip            more than 1 % of the planned chunks and replies were late by more than simulation.slip_limit_ms
 *   late_starts     the same of first tokens and whole replies alone, of which there are few among many chunks
 *   overdue         something that is due has not been written for over a second
 *   worker_backlog  a request has waited for a worker for over a second
 *   accept_queue    more than 1 % of the new connections may have waited longer than the limit to be accepted
 *   event_loop      for more than 1 % of the time, whatever came to a process had to wait longer than the limit
 *   refusing        a request was turned away because a limit of the simulator's own was reached
 *   no_files        a process could open no more files, and so accept no connections
 *   stalled         a process has not reported for three seconds
 */
export const SATURATION_REASONS = [
  'slip',
  'late_starts',
  'overdue',
  'worker_backlog',
  'accept_queue',
  'event_loop',
  'refusing',
  'no_files',
  'stalled',
] as const;
export type SaturationReason = (typeof SATURATION_REASONS)[number];

/** Quantiles are within 3.2 %. */
export interface DelaySummary {
  readonly count: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
}

export interface Verdict {
  /** In the order of SATURATION_REASONS; empty when the node is not saturated. */
  readonly reasons: readonly SaturationReason[];
  /** When the first of the reasons began, ms since 1970; undefined when there is none. */
  readonly sinceMs: number | undefined;
  readonly slipLimitUs: number;
  /** Over the last ten seconds and all processes. */
  readonly slip: DelaySummary;
  readonly starts: DelaySummary;
  /** Of the connections that were accepted: how long each waited at most. */
  readonly accepts: DelaySummary;
  /** Of the process that fares worst. */
  readonly loopLag: DelaySummary;
  readonly oldestDueUs: number;
  readonly oldestUnplannedUs: number;
  /** The places of the processes that do not report, from 0. */
  readonly stalledPlaces: readonly number[];
  /** No reason for saturation, but told along with it. */
  readonly pressure: Pressure;
}

const NO_DELAYS: DelaySummary = { count: 0, p50Us: 0, p99Us: 0, maxUs: 0 };

/** Before the first report. */
export function firstVerdict(slipLimitUs: number): Verdict {
  return {
    reasons: [],
    sinceMs: undefined,
    slipLimitUs,
    slip: NO_DELAYS,
    starts: NO_DELAYS,
    accepts: NO_DELAYS,
    loopLag: NO_DELAYS,
    oldestDueUs: 0,
    oldestUnplannedUs: 0,
    stalledPlaces: [],
    pressure: NO_PRESSURE,
  };
}

export function summarizeDelays(delays: DelayCounts): DelaySummary {
  return {
    count: countDelays(delays),
    p50Us: delayQuantileUs(delays, 0.5),
    p99Us: delayQuantileUs(delays, 0.99),
    maxUs: delays.maxUs,
  };
}
