/**
 * What a run came to, as plain data: `--json` prints it as it is, the table, the files and the report are made of it. Field names are
 * snake_case, as all documents of this program; delays are milliseconds, rates are per second, shares lie in [0, 1].
 */
import type { Outcome } from './contract.js';
import type { OracleResult } from './oracle/result.js';

export interface DelayFigures {
  readonly count: number;
  readonly mean_ms: number;
  readonly min_ms: number;
  readonly max_ms: number;
  readonly p50_ms: number;
  readonly p75_ms: number;
  readonly p90_ms: number;
  readonly p95_ms: number;
  readonly p99_ms: number;
  readonly p99_9_ms: number;
}

/** All of a run, or one entry of its mix. A delay without values has count 0 and zeros. */
export interface Figures {
  readonly requests: number;
  readonly complete: number;
  readonly cancelled: number;
  readonly errors: number;
  readonly errors_by_outcome: { readonly [outcome in Outcome]?: number };
  /** By status or, without one, the system's word. */
  readonly errors_by_kind: { readonly [kind: string]: number };
  /** Of requests that were not cancelled. */
  readonly error_rate: number;
  /** Finished requests of any kind. */
  readonly request_rate: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly output_token_rate: number;
  /** From the intended time of sending to the first content. Of complete streams. */
  readonly ttft: DelayFigures;
  /** Between chunks with content of one stream. */
  readonly itl: DelayFigures;
  /** Of each stream: (last chunk − first) / (output tokens − 1), without tokens of reasoning, which comes before the first chunk. */
  readonly tpot: DelayFigures;
  /** From the intended time of sending to the end. Of complete requests. */
  readonly e2e: DelayFigures;
  /** Of one stream, output tokens but those of reasoning over its time from the first chunk to the last, per second. */
  readonly tokens_per_second_per_user: { readonly mean: number; readonly p50: number; readonly p05: number };
  /** Share of requests, not counting cancelled ones, that were complete and within every objective; undefined without objectives. */
  readonly goodput_share?: number;
  readonly goodput_rate?: number;
}

/** One second of the run: of requests that ended in it, but for `started` and `in_flight`. */
export interface SecondFigures {
  readonly second: number;
  readonly started: number;
  readonly in_flight: number;
  readonly finished: number;
  readonly errors: number;
  readonly output_tokens: number;
  readonly ttft_p50_ms: number | null;
  readonly ttft_p99_ms: number | null;
  readonly itl_p50_ms: number | null;
  readonly itl_p99_ms: number | null;
  readonly e2e_p50_ms: number | null;
  readonly e2e_p99_ms: number | null;
  readonly late_p99_ms: number | null;
}

/** Points for a percentile curve, and bins for a histogram, of one delay. */
export interface DelayPlot {
  /** Ascending in both; percentiles in [0, 100). */
  readonly percentiles: readonly { readonly percentile: number; readonly ms: number }[];
  /** Bins with a count above 0, ascending. */
  readonly bins: readonly { readonly from_ms: number; readonly to_ms: number; readonly count: number }[];
}

export interface AssertionResult {
  /** As it was written. */
  readonly assertion: string;
  readonly measure: string;
  readonly actual: number | null;
  readonly passed: boolean;
  /** In the measure's own unit, for a person: `812.4 ms is not below 500 ms`. */
  readonly explanation: string;
}

/** Why figures may not be trusted. Empty: they may. */
export interface Validity {
  readonly valid: boolean;
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
}

export interface RunResult {
  readonly kind: 'load';
  readonly version: string;
  /** RFC 3339. */
  readonly started_at: string;
  readonly elapsed_secs: number;
  readonly target: string;
  readonly seed: number;
  /** One line each, for a person: the plan's arrivals or users, and its mix. */
  readonly plan: readonly string[];
  readonly total: Figures;
  readonly by_mix: { readonly [name: string]: Figures };
  readonly series: readonly SecondFigures[];
  readonly plots: {
    readonly ttft: DelayPlot;
    readonly itl: DelayPlot;
    readonly tpot: DelayPlot;
    readonly e2e: DelayPlot;
  };
  /** How late the generator itself sent, against the intended times. */
  readonly lateness: DelayFigures;
  readonly not_sent: number;
  /** Requests that were in flight when the grace period or the run ended; they count nowhere else. */
  readonly cut: number;
  readonly validity: Validity;
  readonly assertions: readonly AssertionResult[];
  /** What the journal of the simulator behind the target shows, where one was named. */
  readonly upstream?: OracleResult;
}
