/**
 * What a comparison came to, as plain data: `--json` prints it as it is, the table and the report are made of it. Field names are snake_case,
 * delays are milliseconds, shares lie in [0, 1]. "Added" is what the gateway's way takes longer than the direct one.
 */
import type { Outcome } from '../contract.js';
import type { OracleResult } from '../oracle/result.js';
import type { AssertionResult, DelayPlot, Validity } from '../result.js';
import type { DifferenceKind } from './contract.js';

/** A percentile with its interval of 95 %; null where there are too few values to say. */
export interface PercentileEstimate {
  readonly ms: number | null;
  readonly low_ms: number | null;
  readonly high_ms: number | null;
}

/** How a delay that the gateway added is spread over the pairs. */
export interface AddedDelay {
  /** Pairs that have it. */
  readonly pairs: number;
  readonly p50: PercentileEstimate;
  readonly p90: PercentileEstimate;
  readonly p99: PercentileEstimate;
  readonly min_ms: number | null;
  readonly max_ms: number | null;
}

export interface PathResult {
  readonly url: string;
  /** Of the plan's mix, each once. */
  readonly dialects: readonly string[];
  readonly outcomes: { readonly [outcome in Outcome]?: number };
  readonly chunks: number;
  /** Chunks that came in the same read as the one before. */
  readonly chunks_together: number;
}

/** How answers of the two ways ended, and how many pairs ended so. */
export interface EndingPair {
  readonly direct: string;
  readonly gateway: string;
  readonly pairs: number;
}

/** A header or a field of the answer that differs, over all pairs. */
export interface DifferenceCount {
  readonly name: string;
  readonly kind: DifferenceKind;
  readonly pairs: number;
  /** Of one pair. */
  readonly direct: string | null;
  readonly gateway: string | null;
}

export const ANOMALIES = [
  /** The gateway's answer lacks a piece of the content. */
  'content_lost',
  'content_added',
  'content_changed',
  /** The same pieces in another order. */
  'content_reordered',
  'usage_changed',
  'finish_reason_changed',
  /** Another status. */
  'status_changed',
  /** The same status with another word for the error. */
  'error_changed',
  /** The direct answer ended, the gateway's did not until the request's time was over. */
  'hung',
  /** The gateway's stream ended in another way than the direct one. */
  'ended_otherwise',
  /** The direct stream broke off or told an error, the gateway's ended as if it were whole. */
  'break_hidden',
  /** The client left, the upstream served on: to the end, or until it was told late. */
  'cancellation_lost',
  /** The upstream got the request more than once. */
  'repeated',
  /** The upstream never got the request, and yet it was answered. */
  'answered_without_upstream',
  /** The upstream never got the request, and the gateway answered it with an error. */
  'refused_without_upstream',
] as const;
export type AnomalyKind = (typeof ANOMALIES)[number];

/** Something that happened to one request: its key finds it in the journal. */
export interface Anomaly {
  readonly kind: AnomalyKind;
  readonly key: string;
  readonly message: string;
}

/** `totals` are usage and the reason of the end; `attempts` is what the journal tells of each request. */
export type CoveredPart = 'endings' | 'contents' | 'totals' | 'cancellations' | 'attempts';

export interface Coverage {
  /** That have the part at all. */
  readonly pairs: number;
  readonly judged: number;
}

export interface CompareResult {
  readonly kind: 'compare';
  readonly version: string;
  /** RFC 3339. */
  readonly started_at: string;
  readonly elapsed_secs: number;
  readonly seed: number;
  readonly plan: readonly string[];
  readonly pairs: number;
  readonly concurrency: number;
  readonly confidence: number;
  readonly direct: PathResult;
  readonly gateway: PathResult;
  /** On what ground the pairs are comparable: see docs/compare.md. */
  readonly ground: {
    readonly same_plan: number;
    readonly journal: number;
    readonly unknown: number;
    /** How the gateway's requests were known at the upstream. */
    readonly told_by: 'header' | 'body' | 'both' | 'content' | 'nothing';
    readonly explanation: string;
  };
  readonly added: {
    /** Until the answer's head. */
    readonly headers: AddedDelay;
    /** Until the first content; of whole answers, which have but one chunk, nothing. */
    readonly ttft: AddedDelay;
    /** Per gap between two chunks, the mean of each stream. */
    readonly gap: AddedDelay;
    /** Until the end. */
    readonly e2e: AddedDelay;
    /** Of each chunk of all streams, until its content was complete. Chunks of one stream are no independent draws: no intervals. */
    readonly chunk: AddedDelay;
  };
  /** Of streams with the same plan. */
  readonly chunking: {
    readonly streams: number;
    readonly chunks: number;
    /** Boundaries between chunks that the gateway took away, or put in. */
    readonly merged: number;
    readonly split: number;
    /** Streams of which none was. */
    readonly streams_unchanged: number;
    /** Chunks that came in the same read as the one before, on either way: coalesced on the way, not by their content. */
    readonly together_direct: number;
    readonly together_gateway: number;
  };
  readonly content: { readonly compared: number; readonly equal: number };
  readonly endings: readonly EndingPair[];
  readonly headers: readonly DifferenceCount[];
  readonly fields: readonly DifferenceCount[];
  readonly cancellations: {
    readonly requests: number;
    /** The upstream noticed within 100 ms, before it had finished. */
    readonly reached: number;
    /** It served on for longer, to the end or until it was told late. */
    readonly lost: number;
    /** The answer was over before, or the journal does not tell. */
    readonly unknown: number;
  };
  /** Of how many pairs each part could be judged: what was judged of none is not known to be without anomalies. */
  readonly coverage: { readonly [part in CoveredPart]: Coverage };
  readonly anomaly_counts: { readonly [kind in AnomalyKind]?: number };
  /** The first ones; the counts are of all. */
  readonly anomalies: readonly Anomaly[];
  /** What the journal shows of the gateway; null where it cannot be read. */
  readonly upstream: OracleResult | null;
  readonly plots: {
    readonly ttft: DelayPlot;
    readonly gap: DelayPlot;
    readonly chunk: DelayPlot;
    readonly e2e: DelayPlot;
  };
  readonly validity: Validity;
  /** What makes the figures less sharp: a simulator or a machine that was at its limit. */
  readonly warnings: Validity['reasons'];
  readonly assertions: readonly AssertionResult[];
}
