/**
 * Notices worker threads that hang: those that have work and answer nothing for long.
 *
 * Invariant: a pause of our own (a frozen container, a blocked main thread) counts for none of them, since what they answered meanwhile is
 * still unread, and they may have been stopped with us.
 */
import type { RenderLane } from './render-lane.js';

/** How often check() is to be called, ms. */
export const WATCH_INTERVAL_MS = 1_000;
const WATCH_INTERVAL_US = WATCH_INTERVAL_MS * 1_000;

type WatchedLane = Pick<RenderLane, 'isServing' | 'outstanding'> & { progressUs: number };

export class HangWatch {
  readonly #limitUs: number;
  #checkedUs: number;

  /**
   * @param limitUs a thread that answers nothing for longer hangs
   * @param nowUs on a clock that never goes back, as everywhere here
   */
  constructor(limitUs: number, nowUs: number) {
    this.#limitUs = limitUs;
    this.#checkedUs = nowUs;
  }

  /** Those of the lanes whose threads hang. */
  check<Lane extends WatchedLane>(lanes: Iterable<Lane | undefined>, nowUs: number): Lane[] {
    const pausedUs = nowUs - this.#checkedUs - WATCH_INTERVAL_US;
    this.#checkedUs = nowUs;
    const hung: Lane[] = [];
    for (const lane of lanes) {
      if (lane === undefined) continue;
      if (pausedUs > WATCH_INTERVAL_US) lane.progressUs = Math.min(nowUs, lane.progressUs + pausedUs);
      if (lane.isServing && lane.outstanding > 0 && nowUs - lane.progressUs > this.#limitUs) hung.push(lane);
    }
    return hung;
  }
}
