/**
 * Turns the main thread's event loop into a clock for the pacer: runs `tick` once per millisecond while many streams are open, at the
 * next deadline while few are, and not at all while none is.
 *
 *   many entries:  tick ─▶ arm for 1 ms after its start ─▶ tick …   a tick that took longer is followed by the next at once
 *   few entries:   tick ─▶ arm for the next deadline; a request or a plan that arrives meanwhile calls wake()
 *   behind:        tick ─▶ setImmediate ─▶ tick                      sockets are served in between
 *
 * At most one tick runs per turn of the loop: Node accepts one connection per turn, so the length of a turn bounds how many clients
 * per second can get in while the streams of others keep the process busy.
 */
import type { Clock } from '../../kernel/clock.js';

/** From here on a timer per millisecond is cheaper than working out and arming the exact next deadline. */
const MANY_ENTRIES = 128;
/** The pace of the wheel. */
const TICK_US = 1_000;
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
  /** For more than a millisecond. One that fires early stays: a tick for nothing costs less than a new timer with every request. */
  #timer: NodeJS.Timeout | undefined;
  #timerUs = 0;
  /** The timer of one millisecond, which is made once and armed again and again. It may fire without need, which does no harm. */
  #pulse: NodeJS.Timeout | undefined;
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
    clearTimeout(this.#pulse);
    clearImmediate(this.#immediate);
  }

  /** A timer's call, which leaves the tick to this turn's immediate where there is one. */
  readonly #fire = (): void => {
    if (this.#immediate === undefined) this.#run();
  };

  readonly #fireTimer = (): void => {
    this.#timer = undefined;
    this.#fire();
  };

  readonly #run = (): void => {
    this.#immediate = undefined;
    const startUs = this.#clock.nowUs();
    const done = this.#source.tick();
    if (!done) this.wake();
    else if (this.#source.entries >= MANY_ENTRIES) this.#arm(startUs + TICK_US);
    else if (!this.#source.prepareSleep()) this.wake();
    else {
      const next = this.#source.nextDeadlineUs();
      if (next !== Number.POSITIVE_INFINITY) this.#arm(next);
    }
  };

  #arm(deadlineUs: number): void {
    if (this.#stopped || (this.#timer !== undefined && this.#timerUs <= deadlineUs)) return;
    const delayMs = Math.ceil((deadlineUs - this.#clock.nowUs()) / 1_000);
    if (delayMs <= 0) this.wake();
    else if (delayMs > 1) {
      clearTimeout(this.#timer);
      this.#timerUs = deadlineUs;
      this.#timer = setTimeout(this.#fireTimer, Math.min(SLEEP_MAX_MS, delayMs));
    } else if (this.#pulse === undefined) this.#pulse = setTimeout(this.#fire, 1);
    else this.#pulse.refresh();
  }
}
