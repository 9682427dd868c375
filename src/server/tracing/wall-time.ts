/**
 * Unix time of moments on the acceptor's clock, exact enough to lie between the times that other machines' spans state: to the microsecond
 * among the moments of one process, and to a few milliseconds of the system's time, which it follows when that is set.
 */
import type { Clock } from '../../kernel/clock.js';

/** The system's time has whole milliseconds; what differs by more has been set, or has drifted. */
const DRIFT_US_MAX = 5_000;
const US_PER_MS = 1_000;

export class WallTime {
  readonly #wallMs: () => number;
  #offsetUs: number;

  constructor(clock: Clock, wallMs: () => number = Date.now) {
    this.#wallMs = wallMs;
    this.#offsetUs = wallMs() * US_PER_MS - clock.nowUs();
  }

  /** What to add to a time of the clock to have unix µs. @param nowUs the clock's time at this moment */
  offsetUs(nowUs: number): number {
    const offsetUs = this.#wallMs() * US_PER_MS - nowUs;
    if (Math.abs(offsetUs - this.#offsetUs) > DRIFT_US_MAX) this.#offsetUs = offsetUs;
    return this.#offsetUs;
  }
}
