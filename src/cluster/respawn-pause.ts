/**
 * How long to wait before a process that died is replaced: short the first time, twice as long with every death in a row, so that a
 * machine on which nothing can start is not kept busy by starting.
 */

const FIRST_MS = 50;
const MAX_MS = 5_000;
/** A process that served for so long dies "for the first time" again. */
const HEALTHY_AFTER_MS = 30_000;

export class RespawnPause {
  #nextMs = FIRST_MS;

  /** @param servedMs how long the process had served, 0 when it never did */
  after(servedMs: number): number {
    if (servedMs > HEALTHY_AFTER_MS) this.#nextMs = FIRST_MS;
    const pauseMs = this.#nextMs;
    this.#nextMs = Math.min(pauseMs * 2, MAX_MS);
    return pauseMs;
  }
}
