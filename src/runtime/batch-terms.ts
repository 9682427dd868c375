/** What a plan says to a serving engine, which decides when a batched reply's frames are due: see plan-layout.ts for where it stands. */
import { putUint32 } from './byte-order.js';

/** How a reply's delays are made of a serving engine's steps. */
export interface BatchTerms {
  /** When the first token is due where nothing else runs: an integer from 0 to 2^32 - 1. */
  readonly ttftUs: number;
  /** How far apart the steps are then: an integer from 1 to 2^32 - 1. */
  readonly stepUs: number;
  /** How many steps the longest choice takes, at least one. */
  readonly steps: number;
  /** How many choices run side by side. */
  readonly sequences: number;
}

/** Writes the terms into a plan's head. */
export function writeBatchTerms(plan: Uint8Array, { ttftUs, stepUs, steps, sequences }: BatchTerms): void {
  putUint32(plan, 44, ttftUs);
  putUint32(plan, 48, stepUs);
  putUint32(plan, 52, steps);
  putUint32(plan, 56, sequences);
}
