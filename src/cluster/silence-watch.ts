/**
 * Notices acceptors that have stopped to speak: every one that serves reports once a second, so one that says nothing for long is frozen,
 * and its streams and the connections that the kernel still deals out to it hang with it.
 *
 * Invariant: a pause of our own (a suspended machine, a frozen primary) counts for nobody, since what they said meanwhile is still unread.
 */

/** How often check() is to be called, ms. */
export const CHECK_INTERVAL_MS = 1_000;

export class SilenceWatch<Watched> {
  readonly #limitMs: number;
  readonly #heardMs = new Map<Watched, number>();
  #checkedMs: number;

  /**
   * @param limitMs who says nothing for longer is frozen
   * @param nowMs on a clock that never goes back, as everywhere here
   */
  constructor(limitMs: number, nowMs: number) {
    this.#limitMs = limitMs;
    this.#checkedMs = nowMs;
  }

  /** It lives. */
  heard(watched: Watched, nowMs: number): void {
    this.#heardMs.set(watched, nowMs);
  }

  /** Nothing more is expected of it. */
  forget(watched: Watched): void {
    this.#heardMs.delete(watched);
  }

  /** Those that are frozen, each of them once. */
  check(nowMs: number): Watched[] {
    const pausedMs = nowMs - this.#checkedMs - CHECK_INTERVAL_MS;
    this.#checkedMs = nowMs;
    if (pausedMs > CHECK_INTERVAL_MS)
      for (const [watched, heardMs] of this.#heardMs) this.#heardMs.set(watched, Math.min(nowMs, heardMs + pausedMs));
    const frozen = [...this.#heardMs].flatMap(([watched, heardMs]) =>
      nowMs - heardMs > this.#limitMs ? [watched] : [],
    );
    for (const watched of frozen) this.#heardMs.delete(watched);
    return frozen;
  }
}
