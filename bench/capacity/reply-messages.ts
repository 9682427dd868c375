/** What the measuring process and a client of whole replies say to each other over the IPC channel. */
import type { DelayCounts } from '../streams/latency-histogram.js';

export type ToReplyClient =
  | { readonly kind: 'ask'; readonly port: number; readonly connections: number; readonly request: string }
  | { readonly kind: 'begin_window' }
  | { readonly kind: 'end_window' };

export type FromReplyClient = { readonly kind: 'loaded' } | ({ readonly kind: 'window' } & ReplyWindow);

export interface ReplyWindow {
  readonly seconds: number;
  readonly replies: number;
  /** Answers that are not 200, and connections that ended. */
  readonly failed: number;
  /** What the first of them was. */
  readonly failure: string | undefined;
  readonly clientCpuShare: number;
  /** From the request's write to the reply's last byte. */
  readonly latency: DelayCounts;
}
