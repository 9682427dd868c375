/** What the node asks an acceptor about its journal, and what comes back: plain data. */
import type { JournalEntry } from './journal-entry.js';
import type { JournalOutcome, JournalResult } from './journal-row.js';

/** From the last entry back, or from the first one on. */
export type JournalOrder = 'newest' | 'oldest';

/** A point in a process's journal: a moment, in Unix ms, or an entry's number. */
export type JournalPoint = { readonly wallMs: number } | { readonly sequence: number };

/** All that is given has to fit. */
export interface JournalFilter {
  readonly process?: number | undefined;
  readonly provider?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly model?: string | undefined;
  /** Both included. */
  readonly status?: { readonly from: number; readonly to: number } | undefined;
  readonly outcome?: JournalOutcome | undefined;
  readonly result?: JournalResult | undefined;
  /** A kind's name; `any` for every kind, `none` for requests without a fault. */
  readonly fault?: string | undefined;
  readonly requestId?: string | undefined;
  readonly session?: string | undefined;
  readonly limitedBy?: string | undefined;
  /** Included. */
  readonly since?: JournalPoint | undefined;
  /** Not included. */
  readonly until?: JournalPoint | undefined;
}

export interface JournalQuestion {
  readonly order: JournalOrder;
  /** Entries beyond this number, in the order's direction; null for all. */
  readonly beyond: number | null;
  readonly entriesMax: number;
  readonly filter: JournalFilter;
}

export interface JournalAnswer {
  /** Told anew by every process: numbers of another epoch mean nothing. */
  readonly epoch: string;
  /** Number of the last entry. */
  readonly newest: number;
  readonly kept: number;
  readonly recorded: number;
  readonly entries: readonly { readonly endUs: number; readonly entry: JournalEntry }[];
  /** The last entry that was looked at, fitting or not; `beyond` where none was. */
  readonly reached: number | null;
  /** Whether there is more beyond it. */
  readonly more: boolean;
}
