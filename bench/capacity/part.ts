/**
 * What a part of the capacity measurement is: it measures one transport and returns figures that go into a file as JSON, from which the
 * page is made. A part starts what it measures itself, leaves nothing running, and takes a time that its options bound.
 */
import type { TransportName } from '../../src/server/transport/contract.js';

export const partNames = ['startup', 'paced', 'parts', 'replies', 'scaling', 'ratios', 'headroom', 'soak'] as const;
export type PartName = (typeof partNames)[number];

/** How much is measured. */
export interface Extent {
  /** Numbers of open streams whose capacity is searched for. */
  readonly streams: readonly number[];
  /** Interleaved pairs, or repetitions where nothing is compared. */
  readonly pairs: number;
  /** Of the window in which is measured, after the load has settled. */
  readonly windowMs: number;
  readonly settleMs: number;
  /** The same where the lateness of single chunks is judged: what opening thousands of streams leaves behind takes a second or two to be cleared away. */
  readonly rateSettleMs: number;
  readonly soakMinutes: number;
  /** A smoke test: few streams, figures without meaning. */
  readonly isQuick: boolean;
}

export interface PartContext {
  readonly transport: TransportName;
  /** Mean length of an event of the simulator, for servers that are compared with it. */
  readonly frameBytes: number;
  readonly extent: Extent;
  /** A folder for files that are not kept. */
  readonly folder: string;
  /** A bare server in C; undefined where there is none. */
  readonly limitProgram: string | undefined;
  /** Files that a process may open. */
  readonly openFilesMax: number;
  /** Says what is being done. */
  progress(text: string): void;
  /** Streams or requests that went wrong make the run a failure. */
  broke(what: string): void;
}

/** What is compared with what: sums up figures of several runs. NaN for none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** To so many significant digits: figures of a machine have no more. */
export function digits(value: number, significant = 4): number {
  return Number(value.toPrecision(significant));
}
