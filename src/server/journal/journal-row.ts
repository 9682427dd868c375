/**
 * What the journal keeps of a request: a row of numbers and one of texts, so that an entry costs a few stores and no object. The texts are
 * the client's own strings by reference, cut to their bound only when somebody reads them.
 */

/** Where each number of a row stands. Times that are unknown are negative. */
export const ROW = {
  /** When the request arrived: Unix ms, and µs since the node's start. */
  wallMs: 0,
  atUs: 1,
  /** Index in the registry of endpoints; NO_INDEX for a request that reached none. */
  endpoint: 2,
  /** Index in the registry of providers. */
  provider: 3,
  model: 4,
  connection: 5,
  /** Two words of the request's identity. */
  identityHigh: 6,
  identityLow: 7,
  /** NO_INDEX while there is no plan. */
  planKind: 8,
  planStatus: 9,
  planTtftUs: 10,
  planEndUs: 11,
  planFrames: 12,
  promptTokens: 13,
  cachedTokens: 14,
  completionTokens: 15,
  /** Number of the kind of fault that was planned, from 1; 0 for none. */
  planFault: 16,
  ending: 17,
  generation: 18,
  status: 19,
  /** Place in OUTCOMES, and in RESULTS. */
  outcome: 20,
  result: 21,
  firstByteUs: 22,
  durationUs: 23,
  chunks: 24,
  bytes: 25,
  slipMaxUs: 26,
  /** Number of the kind of fault that the request is counted under. */
  fault: 27,
  waitedUs: 28,
  /** What the answer asks its client to wait; NO_RETRY_AFTER where it asks for nothing. */
  retryAfterMs: 29,
} as const;

export const ROW_NUMBERS = 30;

/** Where each text of a row stands. */
export const TEXT = {
  requestId: 0,
  userAgent: 1,
  /** The key itself: only its hash ever leaves the process. */
  apiKey: 2,
  retryCount: 3,
  session: 4,
  limit: 5,
  cause: 6,
  /** Method and path of a request that reached no endpoint. */
  target: 7,
  announcement: 8,
  /** What the request is counted as among the errors. */
  error: 9,
} as const;

export const ROW_TEXTS = 10;

export const NO_INDEX = -1;

/** How a request ended; `refused` is one that was answered before it was admitted. */
export const OUTCOMES = ['finished', 'aborted', 'failed', 'refused'] as const;
export type JournalOutcome = (typeof OUTCOMES)[number];

/** What llm_simulator_requests_total counts it as. */
export const RESULTS = ['success', 'error', 'aborted'] as const;
export type JournalResult = (typeof RESULTS)[number];

/** Rows by index; what is read before it was written is of no meaning. */
export class JournalRows {
  readonly numbers: Float64Array;
  readonly texts: (string | undefined)[];

  constructor(rows: number) {
    this.numbers = new Float64Array(rows * ROW_NUMBERS);
    this.texts = new Array<undefined>(rows * ROW_TEXTS).fill(undefined);
  }

  number(row: number, column: number): number {
    return this.numbers[row * ROW_NUMBERS + column];
  }

  text(row: number, column: number): string | undefined {
    return this.texts[row * ROW_TEXTS + column];
  }

  /** Takes over a row of another table, and leaves none of its texts there. */
  move(from: JournalRows, fromRow: number, toRow: number): void {
    const numbers = from.numbers;
    let source = fromRow * ROW_NUMBERS;
    let target = toRow * ROW_NUMBERS;
    for (const end = source + ROW_NUMBERS; source < end; source++) this.numbers[target++] = numbers[source];
    source = fromRow * ROW_TEXTS;
    target = toRow * ROW_TEXTS;
    for (const end = source + ROW_TEXTS; source < end; source++) {
      this.texts[target++] = from.texts[source];
      from.texts[source] = undefined;
    }
  }
}
