/** What the main thread and the threads that send requests say to each other. */
import type { MessagePort } from 'node:worker_threads';
import type { LoadPlan, ThreadReport } from '../contract.js';

/** What a thread is started with. */
export interface LoadTask {
  readonly plan: LoadPlan;
  /** From 0; a thread starts every n-th conversation, or every n-th user. */
  readonly place: number;
  readonly threads: number;
  /** Of SharedCounters. */
  readonly counters: SharedArrayBuffer;
  /** Whether records keep what comparisons need. */
  readonly capture: boolean;
  readonly port: MessagePort;
}

export type ToLoadThread =
  /** The run starts at this time of the machine's clock. */
  | { readonly kind: 'start'; readonly originUs: number }
  /** Nothing is sent any more, and what is in flight is cut. */
  | { readonly kind: 'stop' };

export type FromLoadThread =
  /** Everything is loaded. */
  | { readonly kind: 'ready' }
  | ({ readonly kind: 'report' } & ThreadReport)
  /** The last one. `overUs` is when nothing was in flight any more, from the run's start. */
  | { readonly kind: 'done'; readonly cut: number; readonly overUs: number };
