/**
 * A sliding window of counters: what was taken is counted in slots of a 60th of the window, and a slot counts in full until its last
 * moment is a whole window ago. So no stretch of time as long as the window, wherever it begins, ever sees more than the limit; what was
 * taken is free again after one window and up to a 60th more, which is the algorithm's whole error, and always to the careful side. An
 * exact log of the times would need memory without bound.
 */
import type { Budget } from './budget.js';

/** Slots per window: 61 numbers and an error of 1.7 % of the window. */
export const SLOTS_PER_WINDOW = 60;
/** Those that a window touches when it does not begin with a slot. */
const SLOTS = SLOTS_PER_WINDOW + 1;

export class SlidingWindow implements Budget {
  readonly #slotUs: number;
  readonly #amounts = new Float64Array(SLOTS);
  #limit: number;
  #sum = 0;
  /** The number of the slot that the latest time lies in: see #slotOf. */
  #slot = SLOTS;

  /** @param limit an integer from 0 @param windowUs a multiple of SLOTS_PER_WINDOW */
  constructor(limit: number, windowUs: number) {
    this.#limit = limit;
    this.#slotUs = windowUs / SLOTS_PER_WINDOW;
  }

  setLimit(limit: number): void {
    this.#limit = limit;
  }

  fits(amount: number, nowUs: number): boolean {
    this.#advance(nowUs);
    return this.#sum + amount <= this.#limit;
  }

  waitUs(amount: number, nowUs: number): number | undefined {
    if (amount > this.#limit) return undefined;
    this.#advance(nowUs);
    let sum = this.#sum;
    let slot = this.#slot - SLOTS;
    while (sum + amount > this.#limit) sum -= this.#amounts[++slot % SLOTS];
    return Math.max(0, this.#freeAtUs(slot) - nowUs);
  }

  take(amount: number, nowUs: number): void {
    this.#advance(nowUs);
    this.#amounts[this.#slot % SLOTS] += amount;
    this.#sum += amount;
  }

  /** What is given back goes to the time when it was taken: a lease hides nothing. */
  noteUnspent(): void {}

  giveBack(amount: number, takenAtUs: number, nowUs: number): void {
    this.#advance(nowUs);
    const slot = Math.min(this.#slot, this.#slotOf(takenAtUs));
    if (slot <= this.#slot - SLOTS) return;
    const returned = Math.min(amount, this.#amounts[slot % SLOTS]);
    this.#amounts[slot % SLOTS] -= returned;
    this.#sum -= returned;
  }

  remaining(nowUs: number): number {
    this.#advance(nowUs);
    return Math.max(0, this.#limit - this.#sum);
  }

  resetUs(nowUs: number): number {
    this.#advance(nowUs);
    if (this.#sum === 0) return 0;
    let slot = this.#slot;
    while (this.#amounts[slot % SLOTS] === 0) slot--;
    return Math.max(0, this.#freeAtUs(slot) - nowUs);
  }

  /** The number of the slot that a time lies in. Time 0 begins slot SLOTS, so that no number that is looked at is below 0. */
  #slotOf(us: number): number {
    return Math.floor(us / this.#slotUs) + SLOTS;
  }

  /** When a slot's amount no longer counts. */
  #freeAtUs(slot: number): number {
    return slot * this.#slotUs;
  }

  #advance(nowUs: number): void {
    const slot = this.#slotOf(nowUs);
    const passed = Math.min(SLOTS, slot - this.#slot);
    if (passed <= 0) return;
    for (let past = 0; past < passed; past++) {
      const index = (slot - past) % SLOTS;
      this.#sum -= this.#amounts[index];
      this.#amounts[index] = 0;
    }
    this.#slot = slot;
  }
}
