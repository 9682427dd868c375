/**
 * How a gateway tries again: after what, how soon, and whether it waits as long as the provider asked. Both ends of a wait are the
 * upstream's own, so no clock but its own is in it; what it saw waited is what the gateway waited and the ways between them.
 */
import { fateOf, hasBegun, type RequestAttempts } from './attempts.js';
import type { UpstreamEntry } from './journal-entry.js';
import type { DuplicateFigures, RetryFigures } from './result.js';
import { spreadOf } from './spread.js';

/** Timers may fire so much early, and the journal rounds. */
const EARLY_MS = 2;

/** The same request would be refused again: trying helps nobody. 408, 409, 429 and 5xx are worth it. */
const FINAL_STATUSES = new Set(['400', '401', '403', '404', '405', '413', '422']);

export interface RetryVerdict {
  readonly retries: RetryFigures;
  readonly duplicates: DuplicateFigures;
  /** Keys of the requests in question. */
  readonly tooEarly: readonly string[];
  readonly afterContent: readonly string[];
  readonly hopeless: readonly string[];
  readonly overlapping: readonly string[];
  readonly afterSuccess: readonly string[];
}

export function judgeRetries(requests: readonly RequestAttempts[]): RetryVerdict {
  const books = new RetryBooks();
  for (const { attempts, request } of requests) {
    attempts.forEach((attempt, index) => {
      if (index > 0) books.follow(request.key, attempts[index - 1], attempt);
    });
    const last = attempts.at(-1);
    // A client that has left wants no retry.
    if (last !== undefined && request.outcome !== 'cancelled') books.last(last);
  }
  return books.verdict();
}

class RetryBooks {
  readonly #byReason: { [reason: string]: number } = {};
  readonly #notRetried: { [reason: string]: number } = {};
  readonly #waitsMs: number[] = [];
  readonly #beyondMs: number[] = [];
  readonly #tooEarly: string[] = [];
  readonly #afterContent: string[] = [];
  readonly #hopeless: string[] = [];
  readonly #overlapping: string[] = [];
  readonly #afterSuccess: string[] = [];

  follow(key: string, before: UpstreamEntry, next: UpstreamEntry): void {
    if (next.arrivedUs < before.endedUs) {
      this.#overlapping.push(key);
      return;
    }
    const fate = fateOf(before);
    if (fate === 'ok') {
      this.#afterSuccess.push(key);
      return;
    }
    const waitMs = (next.arrivedUs - before.endedUs) / 1_000;
    count(this.#byReason, fate);
    this.#waitsMs.push(waitMs);
    if (FINAL_STATUSES.has(fate)) this.#hopeless.push(key);
    if (hasBegun(before)) this.#afterContent.push(key);
    if (before.retryAfterMs === null) return;
    const beyondMs = waitMs - before.retryAfterMs;
    this.#beyondMs.push(beyondMs);
    if (beyondMs < -EARLY_MS) this.#tooEarly.push(key);
  }

  last(attempt: UpstreamEntry): void {
    const fate = fateOf(attempt);
    if (fate !== 'ok') count(this.#notRetried, fate);
  }

  verdict(): RetryVerdict {
    return {
      retries: {
        count: this.#waitsMs.length,
        by_reason: this.#byReason,
        not_retried: this.#notRetried,
        wait: spreadOf(this.#waitsMs),
        with_retry_after: this.#beyondMs.length,
        beyond_retry_after: spreadOf(this.#beyondMs),
        too_early: this.#tooEarly.length,
        after_content: this.#afterContent.length,
      },
      duplicates: { overlapping: this.#overlapping.length, after_success: this.#afterSuccess.length },
      tooEarly: this.#tooEarly,
      afterContent: this.#afterContent,
      hopeless: this.#hopeless,
      overlapping: this.#overlapping,
      afterSuccess: this.#afterSuccess,
    };
  }
}

function count(counts: { [reason: string]: number }, reason: string): void {
  counts[reason] = (counts[reason] ?? 0) + 1;
}
