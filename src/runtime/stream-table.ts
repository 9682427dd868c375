/**
 * Table of the streams in flight: one row (slot) per stream, one typed array per column, so that 10,000 streams cost a few
 * flat arrays and the pacer touches no objects. Columns are public and indexed directly by the hot path.
 *
 *   free stack ─ acquire() ─▶ in use, columns zero ─ release() ─▶ free stack, generation + 1, references dropped
 *
 * Invariants: a slot is handed out to one owner at a time; a slot's generation changes with every release, so a message that
 * was sent for an earlier stream of the same slot is recognised by isCurrent(). Last released, first reused: warm cache lines.
 */
import { Failure } from '../kernel/failure.js';
import { PlanStore } from './plan-store.js';

/** Rows of a table; more than any process has file descriptors. */
export const STREAM_TABLE_CAPACITY_MAX = 2 ** 20;

/** Value of StreamTable.workerIndex while no worker has the stream. */
export const NO_WORKER = -1;

/** @typeParam T the transport's side of a stream, kept by reference */
export class StreamTable<T> {
  readonly capacity: number;
  /** What the owner says; 0 after acquire(), and while the slot is free. */
  readonly state: Uint8Array;
  /** Bumped on release, modulo 2^32. */
  readonly generation: Uint32Array;
  /** When the request's service began, µs of the monotonic clock: when it arrived, or when it got a place after waiting for one. */
  readonly startUs: Float64Array;
  /** How long it had waited by then, µs. */
  readonly waitedUs: Float64Array;
  /** When the next frame is due. */
  readonly deadlineUs: Float64Array;
  /** When the last frame was written; 0 before the first. */
  readonly lastWriteUs: Float64Array;
  readonly framesLeft: Uint32Array;
  /** Frames that went out, as the metrics count them. */
  readonly chunksWritten: Uint32Array;
  /** By how much a frame or reply was late at the most, µs. */
  readonly slipMaxUs: Float64Array;
  readonly modelIndex: Uint16Array;
  /** Which worker thread builds the plan; NO_WORKER after acquire(). */
  readonly workerIndex: Int16Array;
  /** Of a stream that has begun: the content-type that its headers stated, which its plan does not say any more. */
  readonly contentType: (string | undefined)[];
  /** What the workers made of the requests, by slot. */
  readonly plans: PlanStore;
  readonly exchange: (T | undefined)[];

  readonly #isTaken: Uint8Array;
  readonly #freeSlots: Uint32Array;
  #freeCount: number;
  /** The most slots that have been in use at a time. */
  inUseMax = 0;

  /** @param capacity 1 … STREAM_TABLE_CAPACITY_MAX; anything else is a Failure */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > STREAM_TABLE_CAPACITY_MAX) {
      throw new Failure('INTERNAL', `a stream table cannot have ${capacity} rows`, {
        hint: `The capacity must be an integer from 1 to ${STREAM_TABLE_CAPACITY_MAX}.`,
      });
    }
    this.capacity = capacity;
    this.state = new Uint8Array(capacity);
    this.generation = new Uint32Array(capacity);
    this.startUs = new Float64Array(capacity);
    this.waitedUs = new Float64Array(capacity);
    this.deadlineUs = new Float64Array(capacity);
    this.lastWriteUs = new Float64Array(capacity);
    this.framesLeft = new Uint32Array(capacity);
    this.chunksWritten = new Uint32Array(capacity);
    this.slipMaxUs = new Float64Array(capacity);
    this.modelIndex = new Uint16Array(capacity);
    this.workerIndex = new Int16Array(capacity).fill(NO_WORKER);
    this.contentType = new Array<undefined>(capacity).fill(undefined);
    this.plans = new PlanStore(capacity);
    this.exchange = new Array<undefined>(capacity).fill(undefined);
    this.#isTaken = new Uint8Array(capacity);
    // Filled backwards, so that the first slot handed out is 0.
    this.#freeSlots = Uint32Array.from({ length: capacity }, (_, index) => capacity - 1 - index);
    this.#freeCount = capacity;
  }

  get inUse(): number {
    return this.capacity - this.#freeCount;
  }

  /** A free slot with all columns but the generation reset, or -1 when every slot is in use. */
  acquire(): number {
    if (this.#freeCount === 0) return -1;
    this.#freeCount -= 1;
    const slot = this.#freeSlots[this.#freeCount];
    this.#isTaken[slot] = 1;
    if (this.inUse > this.inUseMax) this.inUseMax = this.inUse;
    this.state[slot] = 0;
    this.startUs[slot] = 0;
    this.waitedUs[slot] = 0;
    this.deadlineUs[slot] = 0;
    this.lastWriteUs[slot] = 0;
    this.framesLeft[slot] = 0;
    this.chunksWritten[slot] = 0;
    this.slipMaxUs[slot] = 0;
    this.modelIndex[slot] = 0;
    this.workerIndex[slot] = NO_WORKER;
    return slot;
  }

  /** Gives a slot back. Releasing one that is not in use is a Failure: somebody else may own it by then. */
  release(slot: number): void {
    if (this.#isTaken[slot] !== 1) {
      throw new Failure('INTERNAL', `slot ${slot} was released but is not in use`, {
        hint: 'A stream must end exactly once; please report this.',
      });
    }
    this.#isTaken[slot] = 0;
    this.state[slot] = 0;
    this.generation[slot] += 1;
    this.contentType[slot] = undefined;
    this.plans.drop(slot);
    this.exchange[slot] = undefined;
    this.#freeSlots[this.#freeCount] = slot;
    this.#freeCount += 1;
  }

  /** True when the slot is in use by the stream that had it in that generation; false also for slots out of range. */
  isCurrent(slot: number, generation: number): boolean {
    return this.#isTaken[slot] === 1 && this.generation[slot] === generation;
  }
}
