/** What the measuring process and the load client say to each other over the IPC channel. */
import type { DelayCounts } from './latency-histogram.js';

export interface LoadPlan {
  readonly host: string;
  readonly port: number;
  readonly streams: number;
  /** How many streams other client processes open: theirs are the first of the source addresses. */
  readonly streamsBefore: number;
  /** Over how long the connections are opened, evenly. */
  readonly rampMs: number;
  /** The constant gap between two tokens. */
  readonly intervalMs: number;
  /** Tokens of each reply. Events behind them (the finish chunk, [DONE]) are counted but have no lateness. */
  readonly tokens: number;
  /** The whole request as it goes over the wire. */
  readonly request: string;
}

export type ToClient =
  | { readonly kind: 'open'; readonly plan: LoadPlan }
  | { readonly kind: 'begin_window' }
  | { readonly kind: 'end_window' }
  /** Report the totals and exit; streams that are open are reset. */
  | { readonly kind: 'close' };

export type FromClient =
  | { readonly kind: 'loaded' }
  /** Every stream's response headers have come, or it has broken. */
  | { readonly kind: 'all_open'; readonly elapsedMs: number }
  /** Every stream has sent its first event or has broken. */
  | { readonly kind: 'all_streaming' }
  /** Every stream is complete or broken. */
  | { readonly kind: 'all_ended' }
  | ({ readonly kind: 'window' } & WindowFigures)
  | ({ readonly kind: 'totals' } & StreamTotals);

export interface WindowFigures {
  readonly seconds: number;
  /** When it began and ended, on the machine's monotonic clock (process.hrtime). */
  readonly fromUs: number;
  readonly toUs: number;
  readonly events: number;
  readonly bytes: number;
  readonly reads: number;
  /** Of one core. */
  readonly clientCpuShare: number;
  /** Arrival of a token against its place on the stream's own grid. */
  readonly slip: DelayCounts;
}

export interface StreamTotals {
  readonly events: number;
  /** Ended with the last chunk, after [DONE]. */
  readonly complete: number;
  /** Refused, cut short, malformed, or without [DONE]. */
  readonly broken: number;
  /** Open when the client closed them. */
  readonly open: number;
  /** How often each defect occurred; at most DEFECT_KINDS_MAX kinds. */
  readonly defects: { readonly [defect: string]: number };
}

export const DEFECT_KINDS_MAX = 16;
