/**
 * Single-producer single-consumer byte ring over one SharedArrayBuffer, for one thread to write and one other to read.
 *
 *   control lines (64 bytes each, so that the two sides do not invalidate each other's cache lines)
 *   ┌──────┬──────┬────────┬────────────────┬────────────────┐┌──────────────────────────────────────┐
 *   │ tail │ head │ closed │ consumer sleep │ producer sleep ││ · · · b b b b b b b b b b · · · · · · │ data, 2^n bytes
 *   └──────┴──────┴────────┴────────────────┴────────────────┘└───────▲───────────────────▲──────────┘
 *                                                              head & mask          tail & mask
 *
 * Invariants: head and tail count bytes modulo 2^32; only the producer stores tail, only the consumer stores head; the bytes
 * in the ring are (tail - head) mod 2^32 and never exceed the capacity. No wake-up is lost: a side that wants to sleep sets
 * its sleep word, looks at the ring once more and waits on that word; the other side first publishes, then looks at the word
 * and clears it before it notifies. With sequentially consistent Atomics one of the two always sees the other, and nobody
 * pays for a notify while both are awake.
 */
import { Failure } from '../kernel/failure.js';

export const RING_BYTES_MIN = 4 * 1024;
/** Far below 2^32, so that counters that wrap can never make a full ring look empty. */
export const RING_BYTES_MAX = 64 * 1024 * 1024;

const INTS_PER_LINE = 16;
const TAIL = 0;
const HEAD = 1 * INTS_PER_LINE;
const CLOSED = 2 * INTS_PER_LINE;
const CONSUMER_SLEEP = 3 * INTS_PER_LINE;
const PRODUCER_SLEEP = 4 * INTS_PER_LINE;
const CONTROL_BYTES = 5 * INTS_PER_LINE * Int32Array.BYTES_PER_ELEMENT;

/** Values of a sleep word. */
const AWAKE = 0;
/** Blocked in Atomics.wait: a notify wakes it. */
const BLOCKED = 1;
/** Back on its event loop: the other side has to reach it by a message. */
const ON_EVENT_LOOP = 2;

/** Up to here a loop beats set(), which needs a view of the source first: 24 ns against 47 ns for 16 bytes. */
const LOOP_COPY_BYTES_MAX = 16;

function copyBytes(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): void {
  if (end - start > LOOP_COPY_BYTES_MAX) {
    target.set(source.subarray(start, end), at);
    return;
  }
  for (let index = start; index < end; index += 1) target[at + index - start] = source[index];
}

function assertRingBytes(ringBytes: number): void {
  const isPowerOfTwo = Number.isInteger(ringBytes) && Math.log2(ringBytes) % 1 === 0;
  if (isPowerOfTwo && ringBytes >= RING_BYTES_MIN && ringBytes <= RING_BYTES_MAX) return;
  throw new Failure('INTERNAL', `a ring of ${ringBytes} bytes is not possible`, {
    hint: `The capacity must be a power of two from ${RING_BYTES_MIN} to ${RING_BYTES_MAX} bytes.`,
  });
}

/** What both ends share: the views on the buffer, the closed flag, and waking the other end. */
export abstract class ByteRing {
  readonly capacityBytes: number;
  /** The most bytes that this end has seen in the ring. */
  usedMaxBytes = 0;
  protected readonly control: Int32Array;
  protected readonly data: Uint8Array;

  /**
   * Memory for one ring, to be handed to both threads.
   * @param capacityBytes a power of two from RING_BYTES_MIN to RING_BYTES_MAX; anything else is a Failure
   * @param counterStart where both counters begin; a ring behaves the same wherever that is
   */
  static allocate(capacityBytes: number, counterStart = 0): SharedArrayBuffer {
    assertRingBytes(capacityBytes);
    const buffer = new SharedArrayBuffer(CONTROL_BYTES + capacityBytes);
    const control = new Int32Array(buffer, 0, CONTROL_BYTES / Int32Array.BYTES_PER_ELEMENT);
    control[TAIL] = counterStart;
    control[HEAD] = counterStart;
    return buffer;
  }

  constructor(buffer: SharedArrayBuffer) {
    this.capacityBytes = buffer.byteLength - CONTROL_BYTES;
    assertRingBytes(this.capacityBytes);
    this.control = new Int32Array(buffer, 0, CONTROL_BYTES / Int32Array.BYTES_PER_ELEMENT);
    this.data = new Uint8Array(buffer, CONTROL_BYTES, this.capacityBytes);
  }

  /** True once either end has closed the ring. */
  get isClosed(): boolean {
    return Atomics.load(this.control, CLOSED) !== 0;
  }

  /**
   * Ends the ring for both sides and wakes whichever is blocked. Nothing more is taken; what is inside can still be read.
   * A producer that closes must also look at takeConsumerAsleep().
   */
  close(): void {
    Atomics.store(this.control, CLOSED, 1);
    this.wakeBlocked(CONSUMER_SLEEP);
    this.wakeBlocked(PRODUCER_SLEEP);
  }

  /** True while this end can do nothing but wait for the other one. */
  protected abstract get isStuck(): boolean;

  /** At the moment. */
  get usedBytes(): number {
    return (Atomics.load(this.control, TAIL) - Atomics.load(this.control, HEAD)) >>> 0;
  }

  /** Clearing the word first makes a sleeper that is between its last look and its wait return at once. */
  protected wakeBlocked(sleepWord: number): void {
    if (Atomics.load(this.control, sleepWord) !== BLOCKED) return;
    if (Atomics.compareExchange(this.control, sleepWord, BLOCKED, AWAKE) !== BLOCKED) return;
    Atomics.notify(this.control, sleepWord, 1);
  }

  /**
   * Blocks until this end is no longer stuck or the time is up. Looks again after every wake-up, since one can be late: the
   * other end publishes, this end takes everything in unasked and sleeps again, and only then the other end sees the word.
   */
  protected blockWhileStuck(sleepWord: number, timeoutMs: number): void {
    if (!this.isStuck) return;
    const deadlineMs = performance.now() + timeoutMs;
    for (let leftMs = timeoutMs; leftMs > 0 && this.isStuck; leftMs = deadlineMs - performance.now()) {
      Atomics.store(this.control, sleepWord, BLOCKED);
      if (this.isStuck) Atomics.wait(this.control, sleepWord, BLOCKED, leftMs);
      Atomics.store(this.control, sleepWord, AWAKE);
    }
  }
}

/** The writing end; exactly one per ring. */
export class RingProducer extends ByteRing {
  /** Behind what was staged, and behind what the consumer may see: nobody else moves them. */
  #tail: number;
  #published: number;

  constructor(buffer: SharedArrayBuffer) {
    super(buffer);
    this.#tail = Atomics.load(this.control, TAIL);
    this.#published = this.#tail;
  }

  /** What is staged takes room already. */
  get freeBytes(): number {
    return this.capacityBytes - ((this.#tail - Atomics.load(this.control, HEAD)) >>> 0);
  }

  protected override get isStuck(): boolean {
    return this.freeBytes === 0 && !this.isClosed;
  }

  /**
   * Copies as much of bytes[start, end) as fits, shows it to the consumer and wakes it where it is blocked.
   * @returns the number of bytes taken, 0 when the ring is full or closed
   */
  write(bytes: Uint8Array, start: number, end: number): number {
    const taken = this.stage(bytes, start, end);
    this.publish();
    return taken;
  }

  /**
   * Copies as much of bytes[start, end) as fits behind what was staged before. The consumer does not see it before publish(): of what is
   * written in pieces it is woken once, and finds all of it.
   * @returns the number of bytes taken, 0 when the ring is full or closed
   */
  stage(bytes: Uint8Array, start: number, end: number): number {
    const { control, data, capacityBytes } = this;
    if (Atomics.load(control, CLOSED) !== 0) return 0;
    const tail = this.#tail;
    const free = capacityBytes - ((tail - Atomics.load(control, HEAD)) >>> 0);
    const length = Math.min(free, end - start);
    if (length <= 0) return 0;

    const at = tail & (capacityBytes - 1);
    const beforeWrap = Math.min(length, capacityBytes - at);
    copyBytes(bytes, start, start + beforeWrap, data, at);
    if (beforeWrap < length) copyBytes(bytes, start + beforeWrap, start + length, data, 0);

    this.#tail = (tail + length) | 0;
    const used = capacityBytes - free + length;
    if (used > this.usedMaxBytes) this.usedMaxBytes = used;
    return length;
  }

  /** Shows the consumer what was staged, and wakes it where it is blocked. */
  publish(): void {
    if (this.#published === this.#tail) return;
    this.#published = this.#tail;
    Atomics.store(this.control, TAIL, this.#tail);
    this.wakeBlocked(CONSUMER_SLEEP);
  }

  /**
   * True once for each time the consumer went to sleep on its event loop (declareAsleep) and has not been told since; the
   * caller then owes it a message. To be asked after every write, or after the last one of a batch, and after close().
   */
  takeConsumerAsleep(): boolean {
    if (Atomics.load(this.control, CONSUMER_SLEEP) !== ON_EVENT_LOOP) return false;
    return Atomics.compareExchange(this.control, CONSUMER_SLEEP, ON_EVENT_LOOP, AWAKE) === ON_EVENT_LOOP;
  }

  /**
   * Blocks this thread while the ring is full; for worker threads. A sleeper is woken only when half the ring is free, or a
   * full ring would cost a system call for every few bytes read.
   * @param timeoutMs may be Infinity
   * @returns true when there is space, false when the time is up or the ring is closed
   */
  waitForSpace(timeoutMs: number): boolean {
    this.blockWhileStuck(PRODUCER_SLEEP, timeoutMs);
    return !this.isClosed && this.freeBytes > 0;
  }
}

/** The reading end; exactly one per ring. */
export class RingConsumer extends ByteRing {
  get availableBytes(): number {
    return this.usedBytes;
  }

  /** True when the ring is closed and its last byte has been read: nothing will ever come again from a producer that closed. */
  get isClosedAndDrained(): boolean {
    // The flag is read first: a producer closes after its last write, so a tail read after that is the final one.
    return this.isClosed && this.usedBytes === 0;
  }

  protected override get isStuck(): boolean {
    return this.usedBytes === 0 && !this.isClosed;
  }

  /**
   * Moves up to length bytes out of the ring to target[offset, …) and wakes a blocked producer once half the ring is free.
   * @returns the number of bytes read, 0 when the ring is empty
   */
  read(target: Uint8Array, offset: number, length: number): number {
    const { control, data, capacityBytes } = this;
    const head = Atomics.load(control, HEAD);
    const used = (Atomics.load(control, TAIL) - head) >>> 0;
    const taken = Math.min(used, length);
    if (taken <= 0) return 0;
    if (used > this.usedMaxBytes) this.usedMaxBytes = used;

    const at = head & (capacityBytes - 1);
    const beforeWrap = Math.min(taken, capacityBytes - at);
    copyBytes(data, at, at + beforeWrap, target, offset);
    if (beforeWrap < taken) copyBytes(data, 0, taken - beforeWrap, target, offset + beforeWrap);

    Atomics.store(control, HEAD, (head + taken) | 0);
    // A producer sleeps only on a full ring, so a consumer that reads on until it is empty always passes this mark.
    if (used - taken <= capacityBytes / 2) this.wakeBlocked(PRODUCER_SLEEP);
    return taken;
  }

  /**
   * Blocks this thread while the ring is empty; for worker threads.
   * @param timeoutMs may be Infinity
   * @returns true when there are bytes to read, false when the time is up or the ring is closed and drained
   */
  waitForBytes(timeoutMs: number): boolean {
    this.blockWhileStuck(CONSUMER_SLEEP, timeoutMs);
    return this.usedBytes > 0;
  }

  /**
   * For a consumer that lives on an event loop: from here on the producer learns from takeConsumerAsleep() that the next
   * bytes, or the end, need a message.
   * @returns false when bytes or the end have come meanwhile: the consumer stays awake and has to look again
   */
  declareAsleep(): boolean {
    Atomics.store(this.control, CONSUMER_SLEEP, ON_EVENT_LOOP);
    if (this.isStuck) return true;
    Atomics.store(this.control, CONSUMER_SLEEP, AWAKE);
    return false;
  }
}
