/** What a process and its thread that exports spans say to each other. */
import type { TracedRequest } from './request-record.js';

export type ToExporter =
  | { readonly kind: 'requests'; readonly requests: readonly TracedRequest[] }
  /** Send what there is now, and say so under this number. */
  | { readonly kind: 'flush'; readonly id: number }
  /** Send what there is, and end. */
  | { readonly kind: 'end' };

export type FromExporter =
  /** Spans left the thread, one way or the other. */
  | { readonly kind: 'sent'; readonly exported: number; readonly dropped: number; readonly failure?: string }
  | { readonly kind: 'flushed'; readonly id: number };
