/** What a run of streams comes to, as it is written down. */
import type { Measurement } from '../streams/load-run.js';
import { digits } from './part.js';

export interface StreamFigures {
  readonly chunksPerSecond: number;
  /** Of the server in the window; null where /proc is missing, as everything about processes. */
  readonly cpuUsPerChunk: number | null;
  /** From the first connection to the last event. */
  readonly wholeCpuUsPerChunk: number | null;
  readonly slipP50Ms: number;
  readonly slipP99Ms: number;
  readonly slipP999Ms: number;
  readonly slipMaxMs: number;
  /** Less what the idle server had. */
  readonly residentBytesPerStream: number | null;
  /** From the first connection to the last response head. */
  readonly openMs: number;
  readonly serverCpuShare: number | null;
  readonly serverWaitShare: number | null;
  /** Of the busiest client process. */
  readonly clientCpuShare: number;
  readonly complete: number;
  readonly broken: number;
}

export function figuresOf({ window, totals, ...run }: Measurement): StreamFigures {
  const optional = (value: number | undefined, significant?: number) =>
    value === undefined || !Number.isFinite(value) ? null : digits(value, significant);
  return {
    chunksPerSecond: Math.round(run.chunksPerSecond),
    cpuUsPerChunk: optional(run.cpuUsPerChunk),
    wholeCpuUsPerChunk: optional(run.wholeCpuUsPerChunk),
    slipP50Ms: digits(window.slip.p50Ms, 3),
    slipP99Ms: digits(window.slip.p99Ms, 3),
    slipP999Ms: digits(window.slip.p999Ms, 3),
    slipMaxMs: digits(window.slip.maxMs, 3),
    residentBytesPerStream: optional(run.residentBytesPerStream),
    openMs: Math.round(run.openMs),
    serverCpuShare: optional(run.serverCpuShare, 3),
    serverWaitShare: optional(run.serverWaitShare, 3),
    clientCpuShare: digits(window.clientCpuShare, 3),
    complete: totals.complete,
    broken: totals.broken,
  };
}
