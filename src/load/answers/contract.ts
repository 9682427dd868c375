/**
 * What reads one answer for the client: it is given the head, the bytes as they come and the end, and says what a record needs. One
 * reader per request, for one thread. It never throws, whatever comes: what is wrong with an answer is its outcome, and the first thing
 * that is wrong is the one that counts. It asks no clock; times are given, in microseconds from the sending.
 */
import type { RequestRecord } from '../contract.js';

/** Names in lower case, as Node and undici give them. */
export type AnswerHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** How the exchange ended, as the transport saw it. */
export type EndReason =
  /** As HTTP promised: the content length was reached, the last chunk came, or the connection ended a body without either. */
  | 'end'
  /** No connection came about. */
  | 'connect_failed'
  /** Reset or closed too early, before the head or behind it. */
  | 'lost'
  | 'timeout'
  /** By the plan of this request. */
  | 'cancelled';

/** The part of a record that the answer decides. */
export type Answer = Pick<
  RequestRecord,
  'status' | 'chunkTimesUs' | 'outcome' | 'error' | 'finishReason' | 'usage' | 'bytes' | 'retryAfterMs' | 'capture'
>;

export interface AnswerReader {
  /** Of the final head; not for 1xx. */
  head(status: number, headers: AnswerHeaders): void;
  /** Bytes of the body, decoded from transfer and content codings. They may be overwritten behind the call. */
  bytes(chunk: Uint8Array, atUs: number): void;
  /** Chunks with content so far, for clients that leave after some. 0 for whole answers until their end. */
  readonly contentChunks: number;
  /**
   * Once, at the end; may come without a head and without bytes. `word` is the system's or the client's for what went wrong (ECONNRESET),
   * and stands in the answer as its `error` where the provider has said none.
   */
  end(reason: EndReason, atUs: number, word?: string): Answer;
}

export interface AnswerReaderOptions {
  /** Keep headers, events and texts: for comparisons. */
  readonly capture?: boolean;
}
