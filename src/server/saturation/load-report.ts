/**
 * What an acceptor reports of itself once a second: how late it was over the last ten seconds, what waits at the moment, and what its
 * process uses. Plain data, about 7 KB, that goes from the acceptor to the node's judge.
 */
import type { DelayCounts } from '../../telemetry/delay-histogram.js';
import type { WorkTotals } from '../../telemetry/metrics.js';
import type { ProcessUse } from './process-meter.js';

export const REPORT_INTERVAL_US = 1_000_000;

export interface LoadReport {
  /** Lateness of every chunk and whole reply for which a delay was planned. */
  readonly slip: DelayCounts;
  /** Of those, the first token of each stream, and whole replies. */
  readonly starts: DelayCounts;
  /** What new connections may have waited to be accepted; none where the transport accepts all that wait in one turn. */
  readonly accepts: DelayCounts;
  /** What events had to wait for the main thread. */
  readonly loopLag: DelayCounts;
  /** How long the frame that is due and not written has been due, the longest of all; 0 when none is. */
  readonly oldestDueUs: number;
  /** How long the oldest request that has no plan has been here; 0 when every one has. */
  readonly oldestUnplannedUs: number;
  /** Whether a limit of the simulator's own has turned a request away within the last ten seconds. */
  readonly refusing: boolean;
  /** Whether it could open no more files, and thus accept no connections, within the last ten seconds. */
  readonly lacksFiles: boolean;
  readonly process: ProcessFigures;
  /** Since the start of the process. */
  readonly totals: WorkTotals;
}

export interface ProcessFigures extends ProcessUse {
  readonly activeRequests: number;
  /** Of those, the ones that wait for a place. */
  readonly waitingRequests: number;
  /** Of those, the ones that worker threads have. */
  readonly renderingRequests: number;
  readonly connections: number;
  /** Of the configuration that new requests get. */
  readonly generation: number;
}
