/**
 * A trace: what was recorded of requests to a model, one row each. It is plain data, column by column, so that it goes to processes and
 * threads as it is and a row costs a few bytes. A load generator can replay its arrivals, the engine its lengths and delays.
 */
import { delayMsMax } from '../contract.js';

/** What a row can say. */
export type TraceField = 'inputTokens' | 'outputTokens' | 'ttftMs' | 'itlMs' | 'e2eMs' | 'arrivalMs';

/** Every column has as many entries as there are rows. A column that the file lacks is absent. */
export type TraceColumns = { readonly [field in TraceField]?: readonly number[] };

export interface Trace {
  readonly rows: number;
  readonly columns: TraceColumns;
  /** For each of the columns its name in the file; of several the first that gave a value. */
  readonly names: { readonly [field in TraceField]?: string };
  /** Rows that were left out because their request got no output: failures. */
  readonly withoutOutput: number;
}

/** An entry that a row does not give. No length or delay is negative, and arrivals count from the earliest. */
export const NOT_GIVEN = -1;

/** The largest value of each field but the arrival. A prompt or reply that is longer than this is a mistake. */
export const fieldMax = {
  inputTokens: 100_000_000,
  outputTokens: 10_000_000,
  ttftMs: delayMsMax,
  itlMs: delayMsMax,
  e2eMs: delayMsMax,
} as const satisfies { readonly [field in TraceField]?: number };
