/**
 * A token bucket that refills continuously: it holds at most the limit and gets the limit back per window, evenly. From any moment on it
 * gives at most what it held plus what has flowed in since: over a window that begins full at most twice the limit, in the long run the
 * limit per window.
 *
 * It keeps what has been taken since an anchor in time, and works out what has flowed in since then from the two times alone: there is no
 * sum of small refills that could drift. Whole windows move the anchor without any rounding. While limit × window stays below 2^53 (150
 * million per minute, 100,000 per day) every comparison is exact, above it is right to 15 digits.
 *
 * Giving back is exact: afterwards the bucket stands as if that amount had never been taken (see LowMarks, and there for its bound).
 */
import type { Budget } from './budget.js';
import { LowMarks } from './low-marks.js';

export class TokenBucket implements Budget {
  readonly #windowUs: number;
  readonly #marks = new LowMarks();
  #limit: number;
  /** What has been taken since the anchor, less what was given back: an integer until the limit changes. */
  #taken = 0;
  #anchorUs = Number.NEGATIVE_INFINITY;
  /** The latest time seen. */
  #nowUs = Number.NEGATIVE_INFINITY;
  /** When it was last known to be full. */
  #fullAtUs = Number.NEGATIVE_INFINITY;

  /** @param limit an integer from 0 @param windowUs how long a full refill takes: an integer from 1 */
  constructor(limit: number, windowUs: number) {
    this.#limit = limit;
    this.#windowUs = windowUs;
  }

  setLimit(limit: number, nowUs: number): void {
    const elapsedUs = this.#settle(nowUs);
    this.#taken = this.#debt(elapsedUs);
    this.#anchorUs = this.#nowUs;
    this.#limit = limit;
  }

  fits(amount: number, nowUs: number): boolean {
    const elapsedUs = this.#settle(nowUs);
    return (this.#taken + amount - this.#limit) * this.#windowUs <= elapsedUs * this.#limit;
  }

  waitUs(amount: number, nowUs: number): number | undefined {
    if (amount > this.#limit) return undefined;
    const elapsedUs = this.#settle(nowUs);
    return Math.max(0, this.#flowUs(this.#taken + amount - this.#limit) - elapsedUs);
  }

  take(amount: number, nowUs: number): void {
    if (amount === 0 || this.#limit === 0) return;
    const elapsedUs = this.#settle(nowUs);
    const debt = this.#debt(elapsedUs);
    if (debt > 0) this.#marks.mark(debt, this.#nowUs);
    this.#taken += amount;
  }

  noteUnspent(amount: number, nowUs: number): void {
    const debt = this.#debt(this.#settle(nowUs));
    if (amount > 0 && debt > 0) this.#marks.mark(Math.max(0, debt - amount), this.#nowUs);
  }

  giveBack(amount: number, takenAtUs: number, nowUs: number): void {
    const elapsedUs = this.#settle(nowUs);
    if (this.#fullAtUs > takenAtUs) return;
    const debt = this.#debt(elapsedUs);
    const returned = Math.min(amount, Math.floor(this.#marks.lowestSince(takenAtUs)));
    if (returned >= debt) this.#becomeFull();
    else {
      this.#marks.lower(returned, takenAtUs);
      this.#taken -= returned;
    }
  }

  remaining(nowUs: number): number {
    const elapsedUs = this.#settle(nowUs);
    const whole = Math.floor(this.#taken);
    const flown = (elapsedUs * this.#limit) / this.#windowUs;
    return Math.max(0, this.#limit - whole + Math.floor(flown - (this.#taken - whole)));
  }

  resetUs(nowUs: number): number {
    const elapsedUs = this.#settle(nowUs);
    return this.#limit === 0 ? 0 : Math.max(0, this.#flowUs(this.#taken) - elapsedUs);
  }

  /** How long an amount takes to flow in, in whole µs. */
  #flowUs(amount: number): number {
    return Math.ceil((amount * this.#windowUs) / this.#limit);
  }

  /** Brings the bucket up to the time. @returns how long ago the anchor is: less than a window */
  #settle(nowUs: number): number {
    if (nowUs > this.#nowUs) this.#nowUs = nowUs;
    if (this.#taken === 0) {
      this.#becomeFull();
      return 0;
    }
    const windows = Math.floor((this.#nowUs - this.#anchorUs) / this.#windowUs);
    if (windows > 0) {
      this.#anchorUs += windows * this.#windowUs;
      this.#taken -= windows * this.#limit;
    }
    const elapsedUs = this.#nowUs - this.#anchorUs;
    if (this.#taken * this.#windowUs > elapsedUs * this.#limit) return elapsedUs;
    this.#becomeFull();
    return 0;
  }

  #becomeFull(): void {
    this.#taken = 0;
    this.#anchorUs = this.#nowUs;
    this.#fullAtUs = this.#nowUs;
    this.#marks.clear();
  }

  #debt(elapsedUs: number): number {
    return this.#taken - (elapsedUs * this.#limit) / this.#windowUs;
  }
}
