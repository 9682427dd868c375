/** What the measuring process and the timing client say to each other, and how the client hands over what it has seen. */

/** A request but for its identifier. */
export interface RequestTemplate {
  /** Request line and headers, each with its line end. */
  readonly head: string;
  readonly body: string;
  readonly tokenMarker: string;
}

export interface ClientPlan {
  readonly port: number;
  readonly stage: string;
  readonly streams: number;
  readonly requestsPerStream: number;
  readonly tokens: number;
  readonly rampMs: number;
  readonly templates: readonly RequestTemplate[];
  /** Where the recording goes. */
  readonly file: string;
}

export type ToClient = { readonly kind: 'run'; readonly plan: ClientPlan };

export type FromClient =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'connected' }
  | {
      readonly kind: 'finished';
      /** Kinds of broken replies with their numbers. */
      readonly defects: { readonly [kind: string]: number };
    };

/**
 * The recording: a row of doubles per request, in the order of requestAt(). Times are those of the machine's monotonic clock in ms.
 *
 *   0 when it was sent   1 how many tokens came   2… when each token came, ms after it was sent
 *   2 + tokens…  how late the client itself may have been at that token, ms
 */
export const COLUMN_SENT = 0;
export const COLUMN_TOKENS = 1;
export const COLUMN_ARRIVALS = 2;

export function columnsOf(tokens: number): number {
  return COLUMN_ARRIVALS + 2 * tokens;
}
