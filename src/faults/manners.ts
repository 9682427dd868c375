/** How a connection ends before its time, as parameters of faults say it. */
import type { TransportNeed } from './contract.js';

/** What a parameter calls an ending. */
export const ENDINGS = { end: 'complete', fin: 'close', rst: 'reset' } as const;

/** Not every transport can reset a connection. */
export function needsOf(manner: string): readonly TransportNeed[] {
  return manner === 'rst' ? ['reset'] : [];
}
