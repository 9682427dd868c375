/**
 * What the threads of one run count together, in shared memory: requests in flight, the next conversation's number, and how many requests
 * the plan still has. Every method is one step for all threads.
 */

const IN_FLIGHT = 0;
const NEXT_CONVERSATION = 1;
const REQUESTS_LEFT = 2;
const WORDS = 3;
/** A run without a bound of its own ends here; it would be days of more than this machine can send. */
const REQUESTS_MAX = 2 ** 31 - 1;

export class SharedCounters {
  readonly #words: Int32Array;

  /** @param memory of allocate() */
  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
  }

  static allocate(requestsMax: number = REQUESTS_MAX): SharedArrayBuffer {
    const memory = new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT);
    new Int32Array(memory)[REQUESTS_LEFT] = Math.min(requestsMax, REQUESTS_MAX);
    return memory;
  }

  get inFlight(): number {
    return Atomics.load(this.#words, IN_FLIGHT);
  }

  /** Counts a request in, unless so many are in flight already. */
  enter(inFlightMax: number): boolean {
    if (Atomics.add(this.#words, IN_FLIGHT, 1) < inFlightMax) return true;
    Atomics.sub(this.#words, IN_FLIGHT, 1);
    return false;
  }

  leave(): void {
    Atomics.sub(this.#words, IN_FLIGHT, 1);
  }

  /** From 0, each number once. */
  nextConversation(): number {
    return Atomics.add(this.#words, NEXT_CONVERSATION, 1);
  }

  /** Takes as many of the requests as are left, at most as asked for; 0 when there are none. */
  reserve(requests: number): number {
    for (;;) {
      const left = Atomics.load(this.#words, REQUESTS_LEFT);
      const taken = Math.min(left, requests);
      if (Atomics.compareExchange(this.#words, REQUESTS_LEFT, left, left - taken) === left) return taken;
    }
  }
}
