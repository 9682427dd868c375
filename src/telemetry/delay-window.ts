/**
 * The delays of the last ten seconds, for a verdict that must forget: a ring of one histogram per second. Observing costs a few
 * nanoseconds and allocates nothing (`npm run bench -- slip`).
 *
 *   seconds  … [12][13][14] … [21]     12 is cleared and reused for 22 when the first delay of that second comes
 *
 * Invariant: what is told at a moment are the delays of that second and of the nine before it, each counted once.
 */
import { DELAY_BUCKETS, type DelayCounts, delayBucketOf } from './delay-histogram.js';

/** How far back a window reaches, the present second included. */
export const WINDOW_SECS = 10;
const SLOT_US = 1_000_000;

export class DelayWindow {
  readonly #counts = new Uint32Array(WINDOW_SECS * DELAY_BUCKETS);
  readonly #maxUs = new Float64Array(WINDOW_SECS);
  /** The second in which the last delay was observed, where its counts begin, and when it ends. */
  #second: number;
  #offset: number;
  #endUs: number;
  /** The largest delay of the second so far; it goes to #maxUs when the second has passed, or somebody reads. */
  #largestUs = 0;

  /** @param nowUs the present of the clock from which all later times come */
  constructor(nowUs: number) {
    this.#second = Math.floor(nowUs / SLOT_US);
    this.#offset = (this.#second % WINDOW_SECS) * DELAY_BUCKETS;
    this.#endUs = (this.#second + 1) * SLOT_US;
  }

  /** @param delayUs 0 or more @param bucket its delayBucketOf(), where it is known already */
  observe(delayUs: number, nowUs: number, bucket = delayBucketOf(delayUs)): void {
    if (nowUs >= this.#endUs) this.#enter(Math.floor(nowUs / SLOT_US));
    this.#counts[this.#offset + bucket]++;
    if (delayUs > this.#largestUs) this.#largestUs = delayUs;
  }

  /** What the window holds at the moment, added up. */
  read(nowUs: number): DelayCounts {
    if (nowUs >= this.#endUs) this.#enter(Math.floor(nowUs / SLOT_US));
    this.#maxUs[this.#second % WINDOW_SECS] = this.#largestUs;
    const buckets = new Uint32Array(DELAY_BUCKETS);
    for (let index = 0; index < this.#counts.length; index++) buckets[index % DELAY_BUCKETS] += this.#counts[index];
    return { buckets, maxUs: Math.max(...this.#maxUs) };
  }

  /** Clears the seconds that have passed since the last delay, which are those that leave the window. */
  #enter(second: number): void {
    this.#maxUs[this.#second % WINDOW_SECS] = this.#largestUs;
    this.#largestUs = 0;
    const first = Math.max(this.#second + 1, second - WINDOW_SECS + 1);
    for (let passed = first; passed <= second; passed++) {
      const slot = passed % WINDOW_SECS;
      this.#counts.fill(0, slot * DELAY_BUCKETS, (slot + 1) * DELAY_BUCKETS);
      this.#maxUs[slot] = 0;
    }
    this.#second = second;
    this.#offset = (second % WINDOW_SECS) * DELAY_BUCKETS;
    this.#endUs = (second + 1) * SLOT_US;
  }
}
