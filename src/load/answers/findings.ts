/**
 * What has been found in one answer so far. A dialect writes into it, event by event; the first flaw is the one that counts, as what
 * comes behind it may be its consequence.
 */
import type { Outcome, TokenUsage } from '../contract.js';

/** Words for what is wrong with an answer that says nothing itself. */
export type FlawWord =
  | 'invalid_json'
  | 'invalid_utf8'
  /** JSON, but not what the dialect has in this place. */
  | 'unexpected_shape'
  /** The body is over in the middle of an event. */
  | 'truncated_event'
  /** An event behind the one that ends the stream. */
  | 'event_after_end'
  /** A stream was asked for, and something else was answered. */
  | 'not_a_stream'
  | 'event_too_long'
  | 'answer_too_long'
  | 'usage_missing'
  /** A count that is no natural number, a part that is more than its whole, or a total that is not the sum. */
  | 'usage_inconsistent';

export interface Flaw {
  readonly outcome: Outcome;
  /** The provider's word, or one of ours. */
  readonly word?: string;
}

export class Findings {
  flaw: Flaw | undefined;
  finishReason: string | undefined;
  /** Null: there was some, and it cannot be right. */
  usage: TokenUsage | null | undefined;
  /** Whether the event that ends the stream was there. */
  isOver = false;

  blame(outcome: Outcome, word?: string): void {
    this.flaw ??= word === undefined ? { outcome } : { outcome, word };
  }

  malformed(word: FlawWord): void {
    this.blame('malformed', word);
  }

  /** An error of the provider's where HTTP says that all is well. */
  providerError(word: string | undefined): void {
    this.blame('error_event', word);
  }
}
