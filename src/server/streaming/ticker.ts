/**
 * Turns the main thread's event loop into a clock for the pacer: runs `tick` once per millisecond while many streams are open, at the
 * next deadline while few are, and not at all while none is.
 *
 *   many entries:  arm 1 ms ─▶ tick ─▶ (loop: sockets) ─▶ tick …    armed before the work, so that a long tick is not followed by a wait
 *   few entries:   tick ─▶ arm for the next deadline; a request or a plan that arrives meanwhile calls wake()
 *   behind:        tick ─▶ setImmediate ─▶ tick                      sockets are served in between
 */
import type { Clock } from '../../kernel/clock.js';

/** From here on a timer per millisecond is cheaper than working out and arming the exact next deadline. */
const MANY_ENTRIES = 128;
/** setTimeout's own limit is 2^31 - 1 ms; a check every minute costs nothing. */
const SLEEP_MAX_MS = 60_000;

export interface TickSource {
  /** How many entries wait for a deadline. */
  readonly entries: number;
  /** When something may be due, µs; Infinity for never. */
  nextDeadlineUs(): number;
  /** Does what is due; returns false when it stopped before everything was done. */
  tick(): boolean;
  /** Called before a sleep; false when there is something to do after all. */
  prepareSleep(): boolean;
}

export class Ticker {
  readonly #source: TickSource;
  readonly #clock: Clock;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #stopped = false;

  constructor(source: TickSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /** Runs a tick as soon as the loop turns. */
  wake(): void {
    if (this.#stopped) return;
    this.#immediate ??= setImmediate(this.#run);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
  }

  readonly #run = (): void => {
    this.#immediate = undefined;
    const many = this.#source.entries >= MANY_ENTRIES;
    if (many) this.#arm(this.#clock.nowUs() + 1_000);
    const done = this.#source.tick();
    if (!done) {
      this.wake();
      return;
    }
    if (many) return;
    if (!this.#source.prepareSleep()) {
      this.wake();
      return;
    }
    const next = this.#source.nextDeadlineUs();
    if (next !== Number.POSITIVE_INFINITY) this.#arm(next);
  };

  #arm(deadlineUs: number): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    const delayMs = Math.ceil((deadlineUs - this.#clock.nowUs()) / 1_000);
    this.#timer = setTimeout(this.#run, Math.min(SLEEP_MAX_MS, Math.max(1, delayMs)));
  }
}
