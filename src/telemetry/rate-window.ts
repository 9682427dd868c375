/**
 * How much of something happened per second lately: a ring of one sum per second, so that what is older than the window costs nothing and
 * is forgotten.
 *
 * Invariant: a rate over n seconds is made of the n whole seconds before the present one, or of as many as there have been.
 */

/** How far back a rate can reach. */
export const RATE_WINDOW_SECS = 60;

const SECOND_US = 1_000_000;
/** The present second, which is not over, has a place of its own. */
const SLOTS = RATE_WINDOW_SECS + 1;

export class RateWindow {
  readonly #sums = new Float64Array(SLOTS);
  readonly #firstSecond: number;
  #second: number;

  /** @param nowUs the present of the clock from which all later times come */
  constructor(nowUs: number) {
    this.#firstSecond = Math.floor(nowUs / SECOND_US);
    this.#second = this.#firstSecond;
  }

  add(amount: number, nowUs: number): void {
    this.#enter(nowUs);
    this.#sums[this.#second % SLOTS] += amount;
  }

  /**
   * Per second, over the last whole seconds; 0 before the first one is over.
   * @param secs from 1 to RATE_WINDOW_SECS
   */
  rate(secs: number, nowUs: number): number {
    this.#enter(nowUs);
    const reach = Math.min(secs, this.#second - this.#firstSecond);
    if (reach === 0) return 0;
    let sum = 0;
    for (let back = 1; back <= reach; back++) sum += this.#sums[(this.#second - back) % SLOTS];
    return sum / reach;
  }

  /** Clears the seconds that have begun since the last call. */
  #enter(nowUs: number): void {
    const second = Math.floor(nowUs / SECOND_US);
    const first = Math.max(this.#second + 1, second - SLOTS + 1);
    for (let begun = first; begun <= second; begun++) this.#sums[begun % SLOTS] = 0;
    this.#second = Math.max(this.#second, second);
  }
}
