/** Percentiles of delays since the start, or since they were last reset, as /admin/stats shows them: each within 3.2 %. */
import { DELAY_KINDS, type DelayKind, type DelayRow, delayQuantilesUs } from '../../telemetry/delay-sketches.js';
import { toMs } from './saturation-figures.js';

const SHARES = [0.5, 0.9, 0.95, 0.99];

export interface PercentileFigures {
  readonly count: number;
  readonly p50_ms: number;
  readonly p90_ms: number;
  readonly p95_ms: number;
  readonly p99_ms: number;
}

/** By kind; null where there was none. */
export type LatencyFigures = { readonly [kind in DelayKind]: PercentileFigures | null };

export function latencyFigures(rows: readonly DelayRow[]): LatencyFigures {
  const figures = DELAY_KINDS.map((kind) => [kind, percentiles(rows.filter((row) => row.kind === kind))]);
  return Object.fromEntries(figures) as LatencyFigures;
}

function percentiles(rows: readonly DelayRow[]): PercentileFigures | null {
  const found = delayQuantilesUs(rows, SHARES);
  if (found === undefined) return null;
  const [p50_ms, p90_ms, p95_ms, p99_ms] = found.quantilesUs.map(toMs);
  return { count: found.count, p50_ms, p90_ms, p95_ms, p99_ms };
}
