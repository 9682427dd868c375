/**
 * How late a program may have been to look at what a socket has for it: an upper bound per read, from its own event loop alone.
 *
 *   check ──▶ poll: waits, or takes what has come meanwhile ──▶ read, read, read … ──▶ check
 *
 * A loop that waited was woken by what it reads first, so nothing is older than that first read; a loop that did not wait may find what has
 * come since it last began to poll. That the system did not let it run at all shows elsewhere: see disturbances.ts.
 */
import { performance } from 'node:perf_hooks';

export class OwnLateness {
  /** Since when what is read now may have been there; undefined outside of a turn with reads. */
  #sinceMs: number | undefined;
  #polledMs = performance.now();
  #idleMs = 0;

  /** The bound for what is read at this moment, ms. */
  boundMs(nowMs: number): number {
    if (this.#sinceMs === undefined) {
      const idleMs = performance.nodeTiming.idleTime;
      this.#sinceMs = idleMs > this.#idleMs ? nowMs : this.#polledMs;
      setImmediate(() => {
        this.#sinceMs = undefined;
        this.#idleMs = performance.nodeTiming.idleTime;
        this.#polledMs = performance.now();
      });
    }
    return nowMs - this.#sinceMs;
  }
}
