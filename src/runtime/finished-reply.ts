/**
 * A reply as its provider has written it, taken out of its plan to be changed and put back: what is sent, when, and how it ends.
 *
 *   plan ──finishedReplyOf──▶ FinishedReply ──changed in place──▶ PlanBuilder.deliver ──▶ plan
 *
 * Invariants: a reply that nobody changed gives back its plan's frames and delays; of what is sent, order and time follow from the frames
 * alone, so whoever puts in a wait lets everything behind it wait as well.
 */
/** After the last frame: the answer is whole, the connection is closed (FIN), or it is reset (RST). */
export type ReplyEnding = 'complete' | 'close' | 'reset';

/** One event, or what is written at a time. */
export interface ReplyFrame {
  /** After the frame before it; the first: after the request's arrival. µs */
  delayUs: number;
  bytes: Uint8Array;
  /** How many tokens the client has been shown with this frame and those before it, of all choices together. */
  tokens: number;
  /** It holds nothing of what the model says, and none before it does. */
  overture: boolean;
  /** It waits for more than the model: from here on no frame waits for a step of a serving engine. */
  held: boolean;
}

export interface FinishedReply {
  readonly kind: 'whole' | 'stream';
  readonly status: number;
  readonly headers: readonly string[];
  /** A whole reply has one, unless it is sent in pieces. */
  frames: ReplyFrame[];
  /**
   * When status and headers go out: a stream's when the reply is planned (`at_once`), a whole reply's with the body (`first_frame`), and those
   * of a connection that ends without a word never.
   */
  opening: 'at_once' | 'first_frame' | 'never';
  ending: ReplyEnding;
  /** Between the last frame and an ending that is not `complete`, µs. */
  endHoldUs: number;
  /** The content-length to announce: the true one where undefined, and none for a stream. */
  announcedBytes: number | undefined;
}
