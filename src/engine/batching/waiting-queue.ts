/**
 * Requests that wait for a place in a batch: first come, first served, but for those that were preempted, which come before all others and
 * among themselves in the order in which they were admitted. Leaving costs nothing: a request that is over is skipped, and the memory of
 * those that were skipped is bounded by the number of those that wait.
 */
import type { EngineRequest } from './engine-request.js';

/** Entries beyond twice the living ones, at which the list is swept: seldom enough to cost nothing, soon enough to hold no memory. */
const SLACK = 64;

export class WaitingQueue {
  /** The last one is the first in the queue. */
  readonly #preempted: EngineRequest[] = [];
  #arrived: EngineRequest[] = [];
  /** Index of the first one in `#arrived` that may still wait. */
  #first = 0;
  #lastArrivalUs = Number.NEGATIVE_INFINITY;
  #length = 0;

  /** Requests that wait. */
  get length(): number {
    return this.#length;
  }

  /** No request of the queue arrived later. */
  get lastArrivalUs(): number {
    return this.#lastArrivalUs;
  }

  /** Arrivals never run backwards. */
  push(request: EngineRequest): void {
    this.#arrived.push(request);
    this.#lastArrivalUs = request.arrivalUs;
    this.#length++;
    if (this.#arrived.length > 2 * this.#length + SLACK) this.#sweep();
  }

  /** Takes back a request that was admitted. Of several, the one that was admitted last has to come first. */
  putBack(request: EngineRequest): void {
    this.#preempted.push(request);
    this.#length++;
  }

  /** The first in the queue, which stays there. */
  head(): EngineRequest | undefined {
    for (let last = this.#preempted.at(-1); last !== undefined; last = this.#preempted.at(-1)) {
      if (!last.isOver) return last;
      this.#preempted.pop();
    }
    for (; this.#first < this.#arrived.length; this.#first++) {
      const request = this.#arrived[this.#first]!;
      if (!request.isOver) return request;
    }
    return undefined;
  }

  /** Removes what head() returned last. */
  removeHead(): void {
    if (this.#preempted.length > 0) this.#preempted.pop();
    else this.#first++;
    this.#length--;
  }

  /** One of those that wait is over from now on. */
  forget(): void {
    this.#length--;
  }

  #sweep(): void {
    this.#arrived = this.#arrived.slice(this.#first).filter((request) => !request.isOver);
    this.#first = 0;
  }
}
