/**
 * Records (byte strings) over a ByteRing: every record that was taken arrives whole, once and in order, also when it is larger
 * than the ring; it then flows through in pieces.
 *
 *   ┌────────────┬─────────────┬──────── … ────────┬─────────────┐
 *   │ length u32 │ ~length u32 │ payload           │ 0-7 zeros   │  little endian, a multiple of 8 bytes
 *   └────────────┴─────────────┴──────── … ────────┴─────────────┘
 *
 * The complement tells a stream that is out of step from a length. The padding keeps payload and ring position equal modulo
 * 8: V8 copies shared memory word by word only then, otherwise byte by byte (1.2 against 9 µs for 40 KB).
 */
import { Failure } from '../kernel/failure.js';
import type { RingConsumer, RingProducer } from './byte-ring.js';

const HEAD_BYTES = 8;
/** What the head can say; no caller comes near it. */
const RECORD_BYTES_LIMIT = 2 ** 32 - 1;
const PADDING = new Uint8Array(7);

/** How many zeros follow a payload, or a sum of payloads, of this length. */
function paddingBytes(length: number): number {
  return -length & 7;
}

/** Reaches a consumer that sleeps on its event loop, by a message port for instance. */
export interface ConsumerWaker {
  wake(): void;
}

export interface RecordSenderLimits {
  /** Bytes, with heads and padding, that may wait because the ring is full. */
  readonly queuedBytesMax: number;
  /** Records that may wait, at least 1; one that is partly in the ring counts. */
  readonly queuedRecordsMax: number;
}

/** The sending end. On a closed ring it refuses everything and drops what is queued. */
export class RecordSender {
  readonly #producer: RingProducer;
  readonly #limits: RecordSenderLimits;
  readonly #waker: ConsumerWaker | undefined;
  /** Circular; each entry is a record's parts, by reference. */
  readonly #queue: (readonly Uint8Array[] | undefined)[];
  #oldest = 0;
  #recordCount = 0;
  #byteCount = 0;
  /** Position in the oldest record: part -1 is the head, part parts.length is the padding. */
  #part = -1;
  #partOffset = 0;
  readonly #head = new Uint8Array(HEAD_BYTES);
  readonly #headView = new DataView(this.#head.buffer);
  #padding = 0;
  /** Whether something came into the ring since the consumer was last looked after. */
  #isUntold = false;

  /** @param waker needed when the consumer uses declareAsleep(); a consumer blocked in waitForBytes() is woken by the ring. */
  constructor(producer: RingProducer, limits: RecordSenderLimits, waker?: ConsumerWaker) {
    this.#producer = producer;
    this.#limits = limits;
    this.#waker = waker;
    this.#queue = new Array<undefined>(limits.queuedRecordsMax).fill(undefined);
  }

  /** Bytes, with heads and padding, that are not in the ring yet. */
  get queuedBytes(): number {
    return this.#byteCount;
  }

  /** Records that are not, or not wholly, in the ring yet. */
  get queuedRecords(): number {
    return this.#recordCount;
  }

  /**
   * Sends one record made of the concatenated parts, without blocking. What does not fit into the ring is kept by reference
   * until flush(), so neither the array nor the bytes may change.
   * @returns false, with nothing taken, when the queue's bounds would be exceeded or the ring is closed
   */
  send(parts: readonly Uint8Array[]): boolean {
    const framedBytes = this.#framedBytes(parts);
    const isIdle = this.flush();
    if (this.#producer.isClosed) return false;
    const left = this.#byteCount + framedBytes - (isIdle ? this.#producer.freeBytes : 0);
    if (left > 0 && (left > this.#limits.queuedBytesMax || this.#recordCount >= this.#limits.queuedRecordsMax))
      return false;
    this.#enqueue(parts, framedBytes);
    this.flush();
    return true;
  }

  /**
   * Sends one record and blocks this thread until all of it is in the ring; for worker threads.
   * @param isTold false for one of several in a row: whoever sends them owes the consumer an announce() soon
   * @returns false when the ring was closed: the record may not have arrived
   */
  sendBlocking(parts: readonly Uint8Array[], isTold = true): boolean {
    const framedBytes = this.#framedBytes(parts);
    this.#flushBlocking();
    if (this.#producer.isClosed) return false;
    this.#enqueue(parts, framedBytes);
    this.#flushBlocking();
    if (isTold) this.announce();
    return !this.#producer.isClosed;
  }

  /** Moves queued bytes into the ring as far as they fit. Returns true when nothing is queued any more. */
  flush(): boolean {
    this.#fillRing();
    this.announce();
    return this.#recordCount === 0;
  }

  /** Wakes a consumer that sleeps on its event loop where it was not told of what was sent. */
  announce(): void {
    if (!this.#isUntold) return;
    this.#isUntold = false;
    if (this.#waker !== undefined && this.#producer.takeConsumerAsleep()) this.#waker.wake();
  }

  /** Closes the ring; what is queued is dropped, what is in the ring can still be received. */
  close(): void {
    this.#producer.close();
    this.#dropQueue();
    this.#isUntold = true;
    this.announce();
  }

  /** Ends because the consumer makes space or closes the ring; a closed ring empties the queue. */
  #flushBlocking(): void {
    this.#fillRing();
    while (this.#recordCount > 0) {
      this.announce();
      this.#producer.waitForSpace(Number.POSITIVE_INFINITY);
      this.#fillRing();
    }
  }

  /** Moves queued bytes into the ring as far as they fit; of a whole record the consumer hears once. */
  #fillRing(): void {
    if (this.#recordCount === 0) return;
    while (this.#recordCount > 0 && this.#writeOldest()) this.#dropOldest();
    this.#producer.publish();
    if (this.#producer.isClosed) this.#dropQueue();
    this.#isUntold = true;
  }

  #framedBytes(parts: readonly Uint8Array[]): number {
    let length = 0;
    for (let index = 0; index < parts.length; index += 1) length += parts[index].byteLength;
    if (length > RECORD_BYTES_LIMIT) {
      throw new Failure('INTERNAL', `a record of ${length} bytes is over the limit of ${RECORD_BYTES_LIMIT}`, {
        hint: 'Whoever builds records has to bound them; please report this.',
      });
    }
    return HEAD_BYTES + length + paddingBytes(length);
  }

  #enqueue(parts: readonly Uint8Array[], framedBytes: number): void {
    this.#queue[(this.#oldest + this.#recordCount) % this.#queue.length] = parts;
    this.#recordCount += 1;
    this.#byteCount += framedBytes;
  }

  /** Writes the oldest record from where it stopped; true when all of it is in the ring. */
  #writeOldest(): boolean {
    const parts = this.#queue[this.#oldest] as readonly Uint8Array[];
    if (this.#part === -1 && this.#partOffset === 0) this.#fillHead(parts);
    while (this.#part <= parts.length) {
      const isPadding = this.#part === parts.length;
      const bytes = this.#part === -1 ? this.#head : isPadding ? PADDING : parts[this.#part];
      const end = isPadding ? this.#padding : bytes.byteLength;
      const taken = this.#producer.stage(bytes, this.#partOffset, end);
      this.#byteCount -= taken;
      this.#partOffset += taken;
      if (this.#partOffset < end) return false;
      this.#part += 1;
      this.#partOffset = 0;
    }
    return true;
  }

  #fillHead(parts: readonly Uint8Array[]): void {
    let length = 0;
    for (let index = 0; index < parts.length; index += 1) length += parts[index].byteLength;
    this.#headView.setUint32(0, length, true);
    this.#headView.setUint32(4, ~length, true);
    this.#padding = paddingBytes(length);
  }

  #dropOldest(): void {
    this.#queue[this.#oldest] = undefined;
    this.#oldest = (this.#oldest + 1) % this.#queue.length;
    this.#recordCount -= 1;
    this.#part = -1;
    this.#partOffset = 0;
  }

  #dropQueue(): void {
    while (this.#recordCount > 0) this.#dropOldest();
    this.#byteCount = 0;
  }
}

/** Memory that a receiver keeps for the records to come; a larger record has memory of its own. */
const KEPT_BYTES_MAX = 256 * 1024;
const KEPT_BYTES_FIRST = 8 * 1024;

export interface RecordReceiverLimits {
  /** Bytes of the largest record, so that a broken length cannot exhaust memory. */
  readonly recordBytesMax: number;
}

/** The receiving end. */
export class RecordReceiver {
  readonly #consumer: RingConsumer;
  readonly #limits: RecordReceiverLimits;
  readonly #head = new Uint8Array(HEAD_BYTES);
  readonly #headView = new DataView(this.#head.buffer);
  #headReceived = 0;
  #record: Uint8Array | undefined = undefined;
  #received = 0;
  #padding = 0;
  /** Records are put together here, one after another. */
  #memory: Uint8Array = new Uint8Array(KEPT_BYTES_FIRST);

  constructor(consumer: RingConsumer, limits: RecordReceiverLimits) {
    this.#consumer = consumer;
    this.#limits = limits;
  }

  /**
   * The next complete record, copied once into unshared memory; undefined when none is complete yet. It is valid until the next call, and
   * whoever needs it for longer copies it: memory for each record would lie around in megabytes until it is collected. Never blocks. A
   * record over recordBytesMax, or a stream that is out of step, is a Failure, and so is every later call.
   */
  receive(): Uint8Array | undefined {
    if (this.#record === undefined) {
      this.#headReceived += this.#consumer.read(this.#head, this.#headReceived, HEAD_BYTES - this.#headReceived);
      if (this.#headReceived < HEAD_BYTES) return undefined;
      this.#record = this.#beginRecord();
    }
    const record = this.#record;
    this.#received += this.#consumer.read(record, this.#received, record.byteLength - this.#received);
    if (this.#received < record.byteLength) return undefined;
    this.#padding -= this.#consumer.read(this.#head, 0, this.#padding);
    if (this.#padding > 0) return undefined;
    this.#record = undefined;
    this.#headReceived = 0;
    return record;
  }

  #beginRecord(): Uint8Array {
    const length = this.#headView.getUint32(0, true);
    if (this.#headView.getUint32(4, true) !== ~length >>> 0 || length > this.#limits.recordBytesMax) {
      throw new Failure('INTERNAL', `a record claims ${length} bytes, the limit is ${this.#limits.recordBytesMax}`, {
        hint: 'The two ends of a channel disagree about its limit or its position; please report this.',
      });
    }
    this.#received = 0;
    this.#padding = paddingBytes(length);
    // Every byte is about to be overwritten: nothing is zeroed first.
    if (length > KEPT_BYTES_MAX) return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
    if (length > this.#memory.byteLength) this.#memory = new Uint8Array(2 ** Math.ceil(Math.log2(length)));
    return this.#memory.subarray(0, length);
  }
}
