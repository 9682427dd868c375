/**
 * Where requests wait that have come while as many are served as may be. Bounded in number and in the memory of their bodies; whose turn it
 * is says the fair queue. Where it is full in either respect, a client that has fewer waiting than another takes the place of that other's
 * newest, if it fits there: the queue is shared in the end like the places are, and nobody can keep others out of it.
 *
 * Invariant: what waits is what entered and has neither been given a place nor left, and the bytes are those of its bodies.
 */
import { FairQueue } from '../../runtime/fair-queue.js';
import type { RequestLimits } from '../limits.js';

/** There is room for the request. */
export const ROOM = -1;
/** There is none, and nobody has to make any. */
export const NO_ROOM = -2;

export class WaitingRoom {
  readonly #queue: FairQueue;
  readonly #bytesMax: number;
  /** Of the body that waits, by slot. */
  readonly #bytesOf: Float64Array;
  #bytes = 0;

  /** @param slots of the table of streams */
  constructor(slots: number, { waitingBytesMax, waitingMax }: Pick<RequestLimits, 'waitingMax' | 'waitingBytesMax'>) {
    this.#queue = new FairQueue(slots, waitingMax);
    this.#bytesMax = waitingBytesMax;
    this.#bytesOf = new Float64Array(slots);
  }

  /** How many wait. */
  get length(): number {
    return this.#queue.length;
  }

  /**
   * Whether one more request may wait.
   * @param client whose it is, told by anything
   * @param bytes of its body, in memory
   * @returns ROOM, NO_ROOM, or the slot of the request that has to leave first
   */
  roomFor(client: string, bytes: number): number {
    const fits = this.#bytes + bytes <= this.#bytesMax;
    if (fits && this.#queue.length < this.#queue.capacity) return ROOM;
    if (this.#queue.waitingOf(client) + 1 >= this.#queue.most) return NO_ROOM;
    const leaving = this.#queue.newestOfMost();
    return this.#bytes - this.#bytesOf[leaving] + bytes <= this.#bytesMax ? leaving : NO_ROOM;
  }

  /** The slot's request waits from now on. There must be room for it. */
  enter(slot: number, client: string, bytes: number): void {
    this.#queue.add(slot, client);
    this.#bytesOf[slot] = bytes;
    this.#bytes += bytes;
  }

  /** The slot that is next to get a place, which waits no more. One must be waiting. */
  next(): number {
    const slot = this.#queue.take();
    this.#bytes -= this.#bytesOf[slot];
    return slot;
  }

  /** The slot's request waits no more. */
  leave(slot: number): void {
    this.#queue.remove(slot);
    this.#bytes -= this.#bytesOf[slot];
  }
}
