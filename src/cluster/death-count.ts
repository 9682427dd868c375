/**
 * When a node gives up: processes that die one after another, although each is replaced, have a reason that no replacement mends. An end
 * with its own exit code lets whoever supervises the node see that, where a node that flaps would look alive.
 */

/** So many deaths … */
export const DEATHS_MAX = 5;
/** … within so long. */
export const DEATHS_WINDOW_MS = 30_000;

export class DeathCount {
  readonly #timesMs: number[] = [];

  /**
   * A process has died.
   * @param nowMs on any clock that never goes back
   * @returns whether there were too many lately
   */
  died(nowMs: number): boolean {
    this.#timesMs.push(nowMs);
    if (this.#timesMs.length > DEATHS_MAX) this.#timesMs.shift();
    return this.#timesMs.length === DEATHS_MAX && nowMs - this.#timesMs[0] <= DEATHS_WINDOW_MS;
  }
}
