/**
 * What GET /admin/stats answers: what the node has done since its start, how it fares now, and who does it. The same whichever process
 * answers, because it is made where the acceptors' figures come together.
 */

import type { StateFigures } from '../../runtime/state-store.js';
import type { DelayRow } from '../../telemetry/delay-sketches.js';
import type { MetricsSnapshot } from '../../telemetry/metric-family.js';
import { MetricSums } from '../../telemetry/metric-sums.js';
import type { LoadReport, ProcessFigures } from '../saturation/load-report.js';
import type { ProcessUse } from '../saturation/process-meter.js';
import { summarizeDelays, type Verdict } from '../saturation/verdict.js';
import { type BatchingRow, batchingRows } from './batching-figures.js';
import { type LatencyFigures, latencyFigures } from './latency-figures.js';
import type { NodeRateFigures } from './node-rates.js';
import {
  type DelayFigures,
  delayFigures,
  type PressureFigures,
  pressureFigures,
  type SaturationFigures,
  saturationFigures,
  toMs,
} from './saturation-figures.js';
import { type PrefixCacheRow, prefixCacheRows, type StateRow } from './state-figures.js';

export interface NodeStats {
  readonly version: string;
  readonly uptime_seconds: number;
  readonly saturated: SaturationFigures;
  readonly backpressure: PressureFigures;
  readonly requests: RequestFigures;
  /** Requests that were answered as a stream, and what was written of it. */
  readonly streams: { readonly begun: number; readonly chunks: number };
  readonly tokens: TokenFigures;
  /** By type: an HTTP status, or what cut the answer. */
  readonly errors: { readonly [type: string]: number };
  /** Injected, by kind. */
  readonly faults: { readonly [kind: string]: number };
  /** Refused by the simulated rate limits, by limit. */
  readonly rate_limited: { readonly [limit: string]: number };
  /** The names of those that are active. */
  readonly scenarios: readonly string[];
  readonly sessions: SessionFigures;
  readonly rates: NodeRateFigures;
  /** Over all models. */
  readonly latency: LatencyFigures;
  readonly connections: number;
  /** How much later than planned: over the last ten seconds. */
  readonly slip: DelayFigures;
  /** The same of first tokens and whole replies alone. */
  readonly start_slip: DelayFigures;
  /** How long the connections of the last ten seconds waited at most to be accepted. */
  readonly accept_wait: DelayFigures;
  /** Of the process that fares worst. */
  readonly event_loop_lag: DelayFigures;
  /** What waits at the moment. */
  readonly waiting: { readonly oldest_due_ms: number; readonly oldest_without_plan_ms: number };
  /** The primary; null where the server has no process of its own. */
  readonly primary: ProcessUseFigures | null;
  readonly processes: readonly ProcessRow[];
  readonly models: readonly ModelRow[];
  /** What requests left behind for later ones. */
  readonly state: StateRow | null;
  /** Of the models that have one. */
  readonly prefix_caches: readonly PrefixCacheRow[];
  /** Of the models whose serving engine is simulated; null where there is none. */
  readonly batching: readonly BatchingRow[] | null;
}

/** What the node's processes count, without what lives once per node. */
export type CountedStats = Omit<NodeStats, 'sessions'>;

export interface SessionFigures {
  /** At the moment. */
  readonly open: number;
  readonly created: number;
  /** Made room for others. */
  readonly evicted: number;
  readonly expired: number;
  readonly deleted: number;
}

interface RequestFigures {
  readonly started: number;
  readonly active: number;
  /** Of the active ones, those that wait for a place among those served. */
  readonly queued: number;
  /** Of the active ones, those that worker threads have. */
  readonly rendering: number;
  readonly finished: number;
  readonly aborted: number;
  readonly failed: number;
  readonly lost: number;
}

interface TokenFigures {
  readonly input: number;
  /** Of the input, what a prompt or prefix cache had. */
  readonly cached_input: number;
  readonly output: number;
}

interface ProcessUseFigures {
  readonly pid: number;
  readonly uptime_seconds: number;
  readonly cpu_cores: number;
  readonly resident_bytes: number;
  readonly heap_bytes: number;
}

interface ProcessRow extends ProcessUseFigures {
  readonly place: number;
  /** False when it has not reported for three seconds: its figures are then of its last report. */
  readonly reports: boolean;
  readonly active_requests: number;
  readonly queued_requests: number;
  readonly rendering_requests: number;
  /** Of the configuration that its new requests get. */
  readonly generation: number;
  readonly connections: number;
  readonly slip: DelayFigures;
  readonly event_loop_lag: DelayFigures;
}

interface ModelRow {
  readonly model: string;
  readonly requests: { readonly success: number; readonly error: number; readonly aborted: number };
  readonly tokens: TokenFigures;
  readonly streams: number;
  /** Since the start; null before the first. */
  readonly mean_ttft_ms: number | null;
  readonly mean_itl_ms: number | null;
  /** Since the start, or the last reset of the statistics. */
  readonly latency: LatencyFigures;
}

export interface NodeStatsParts {
  readonly version: string;
  readonly uptimeSecs: number;
  /** Of all processes, and of the serving engines, merged into one. */
  readonly metrics: MetricsSnapshot;
  /** Of all processes. */
  readonly delays: readonly DelayRow[];
  readonly rates: NodeRateFigures;
  /** Undefined where nothing is kept. */
  readonly state: StateFigures | undefined;
  /** By index. */
  readonly modelNames: readonly string[];
  readonly verdict: Verdict;
  readonly reports: readonly { readonly place: number; readonly report: LoadReport }[];
  readonly primary?: ProcessUse;
}

export function nodeStatsOf(parts: NodeStatsParts): CountedStats {
  const { delays, modelNames, state, verdict } = parts;
  const sums = new MetricSums(parts.metrics);
  const ended = (outcome: string): number => sums.sum('llm_simulator_requests_ended_total', { outcome });
  return {
    version: parts.version,
    uptime_seconds: Math.floor(parts.uptimeSecs),
    saturated: saturationFigures(verdict),
    backpressure: pressureFigures(verdict),
    requests: {
      started: sums.sum('llm_simulator_requests_started_total'),
      active: sums.sum('llm_simulator_active_requests'),
      queued: sums.sum('llm_simulator_queue_depth'),
      rendering: sums.sum('llm_simulator_worker_queue_depth'),
      finished: ended('finished'),
      aborted: ended('aborted'),
      failed: ended('failed'),
      lost: ended('lost'),
    },
    streams: { begun: sums.sum('llm_simulator_ttft_seconds_count'), chunks: sums.sum('llm_simulator_chunks_total') },
    tokens: tokensOf(sums),
    errors: Object.fromEntries(sums.sumsBy('llm_simulator_errors_total', 'type')),
    faults: Object.fromEntries(sums.sumsBy('llm_simulator_faults_total', 'kind')),
    rate_limited: Object.fromEntries(sums.sumsBy('llm_simulator_rate_limited_total', 'limit')),
    scenarios: [...sums.sumsBy('llm_simulator_scenario_active', 'scenario')]
      .filter(([, active]) => active > 0)
      .map(([name]) => name),
    rates: parts.rates,
    latency: latencyFigures(delays),
    connections: sums.sum('llm_simulator_active_connections'),
    slip: delayFigures(verdict.slip),
    start_slip: delayFigures(verdict.starts),
    accept_wait: delayFigures(verdict.accepts),
    event_loop_lag: delayFigures(verdict.loopLag),
    waiting: {
      oldest_due_ms: toMs(verdict.oldestDueUs),
      oldest_without_plan_ms: toMs(verdict.oldestUnplannedUs),
    },
    primary: parts.primary === undefined ? null : processUse(parts.primary),
    processes: parts.reports.map(({ place, report }) => ({
      place,
      reports: !verdict.stalledPlaces.includes(place),
      ...processFigures(report.process),
      slip: delayFigures(summarizeDelays(report.slip)),
      event_loop_lag: delayFigures(summarizeDelays(report.loopLag)),
    })),
    models: modelRows(sums, delays),
    state: state === undefined ? null : { entries: state.entries, bytes: state.bytes },
    prefix_caches: state === undefined ? [] : prefixCacheRows(state, modelNames),
    batching: batchingRows(sums),
  };
}

function processUse(use: ProcessUse): ProcessUseFigures {
  return {
    pid: use.pid,
    uptime_seconds: Math.floor(use.uptimeSecs),
    cpu_cores: Math.round(use.cpuCores * 1_000) / 1_000,
    resident_bytes: use.residentBytes,
    heap_bytes: use.heapBytes,
  };
}

function processFigures(figures: ProcessFigures): Omit<ProcessRow, 'place' | 'reports' | 'slip' | 'event_loop_lag'> {
  return {
    ...processUse(figures),
    active_requests: figures.activeRequests,
    queued_requests: figures.waitingRequests,
    rendering_requests: figures.renderingRequests,
    generation: figures.generation,
    connections: figures.connections,
  };
}

function tokensOf(sums: MetricSums, labels: { readonly model?: string } = {}): TokenFigures {
  return {
    input: sums.sum('llm_simulator_tokens_total', { ...labels, direction: 'input' }),
    cached_input: sums.sum('llm_simulator_cached_tokens_total', labels),
    output: sums.sum('llm_simulator_tokens_total', { ...labels, direction: 'output' }),
  };
}

/** The models that were asked for, by name. */
function modelRows(sums: MetricSums, delays: readonly DelayRow[]): ModelRow[] {
  const names = [...sums.sumsBy('llm_simulator_requests_total', 'model').keys()].sort();
  return names.map((model) => {
    const answered = (status: string): number => sums.sum('llm_simulator_requests_total', { model, status });
    return {
      model,
      requests: { success: answered('success'), error: answered('error'), aborted: answered('aborted') },
      tokens: tokensOf(sums, { model }),
      streams: sums.sum('llm_simulator_ttft_seconds_count', { model }),
      mean_ttft_ms: meanMs(sums, 'llm_simulator_ttft_seconds', model),
      mean_itl_ms: meanMs(sums, 'llm_simulator_itl_seconds', model),
      latency: latencyFigures(delays.filter((row) => row.model === model)),
    };
  });
}

function meanMs(sums: MetricSums, histogram: string, model: string): number | null {
  const count = sums.sum(`${histogram}_count`, { model });
  return count === 0 ? null : toMs((sums.sum(`${histogram}_sum`, { model }) * 1e6) / count);
}
