/** How many requests are there at once: time gives nothing back, only their ends do. */
import type { Budget } from './budget.js';

export class Occupancy implements Budget {
  #limit: number;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  setLimit(limit: number): void {
    this.#limit = limit;
  }

  fits(amount: number): boolean {
    return this.#used + amount <= this.#limit;
  }

  waitUs(): undefined {
    return undefined;
  }

  take(amount: number): void {
    this.#used += amount;
  }

  noteUnspent(): void {}

  giveBack(amount: number): void {
    this.#used = Math.max(0, this.#used - amount);
  }

  remaining(): number {
    return Math.max(0, this.#limit - this.#used);
  }

  resetUs(): number {
    return 0;
  }
}
