/**
 * What one dimension's budget can do, whatever its algorithm. Amounts are integers from 0; times are µs on one clock. A time that lies
 * before one that the budget has seen counts as that one, so that a clock which steps back gives and takes nothing.
 */
export interface Budget {
  /** The limit may change at any time: what is used stays used. */
  setLimit(limit: number, nowUs: number): void;
  fits(amount: number, nowUs: number): boolean;
  /** After how many µs an amount that does not fit will, if nothing else is taken. @returns undefined when never, or nobody can tell */
  waitUs(amount: number, nowUs: number): number | undefined;
  /** Takes, whether or not it fits: then the budget owes what is beyond it. */
  take(amount: number, nowUs: number): void;
  /**
   * So much of what is taken was leased to somebody who has not said that it is spent. It hides how little is owed for all else: what is
   * given back of that from now on is at most that little.
   */
  noteUnspent(amount: number, nowUs: number): void;
  /** Gives back of what was taken at takenAtUs, except for what time has given back already. */
  giveBack(amount: number, takenAtUs: number, nowUs: number): void;
  /** What fits: an integer from 0 to the limit. */
  remaining(nowUs: number): number;
  /** After how many µs all of the limit is there if nothing else is taken. */
  resetUs(nowUs: number): number;
}
