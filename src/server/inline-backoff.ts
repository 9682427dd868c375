/**
 * Whether it is worth while to begin a request to an endpoint on the acceptor's own thread. One that takes more work than it may there, or has
 * to wait for the node's state all the same, was begun in vain: after each of those, more of the endpoint's requests go to a worker unseen before
 * another is tried.
 *
 *   begun in vain:  pause doubles, up to PAUSE_MAX requests      completed:  pause halves
 *
 * Of a load whose requests all turn out long, one in PAUSE_MAX + 1 is begun twice; of one whose requests never do, all are planned at once.
 */

/**
 * What is tried so rarely runs uncompiled, and takes some 0.4 ms: that is shared by so many. A load that has become another is found out within
 * twice as many requests. Fits into a byte.
 */
const PAUSE_MAX = 255;

export class InlineBackoff {
  /** By endpoint: the length of the last pause, in requests, and what is left of the one at hand. */
  readonly #pause: Uint8Array;
  readonly #left: Uint8Array;

  constructor(endpoints: number) {
    this.#pause = new Uint8Array(endpoints);
    this.#left = new Uint8Array(endpoints);
  }

  /** Whether the endpoint's next request is to be tried; to be called once for each. */
  tries(endpoint: number): boolean {
    if (this.#left[endpoint] === 0) return true;
    this.#left[endpoint]--;
    return false;
  }

  /** One was begun in vain. */
  failed(endpoint: number): void {
    this.#pause[endpoint] = Math.min(PAUSE_MAX, 2 * this.#pause[endpoint] + 1);
    this.#left[endpoint] = this.#pause[endpoint];
  }

  /** One was completed. */
  completed(endpoint: number): void {
    this.#pause[endpoint] >>= 1;
  }
}
