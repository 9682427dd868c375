/**
 * One worker thread as the main thread sees it: a ring of requests going there, a ring of plans coming back, and a port on which the
 * thread taps when the main thread has said that it sleeps.
 *
 *   starting ──ready──▶ serving ──crash, hang──▶ lost ──▶ (the pool starts a fresh lane in its place)
 *                          └─────close()───────▶ closed
 *
 * Invariant: `outstanding` counts the records sent and not answered; a lane that is lost answers none of them any more.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { ByteRing, RingConsumer, RingProducer } from './byte-ring.js';
import { PLAN_BYTES_MAX } from './plan-layout.js';
import { RecordReceiver, RecordSender } from './record-channel.js';

/** Holds a thousand requests of usual size; a larger body flows through in pieces. */
const REQUEST_RING_BYTES = 256 * 1024;
/** Holds some hundred plans of usual size; when the main thread lags behind, the worker waits. */
const REPLY_RING_BYTES = 512 * 1024;
/** What may wait on the main thread for room in the ring: several bodies of the largest default size. */
const QUEUED_BYTES_MAX = 64 * 1024 * 1024;
const QUEUED_RECORDS_MAX = 20_000;
/** After which the ring is filled up again: long enough for the thread to have its core meanwhile where there is one for both. */
const REFILL_MS = 1;

/** What a thread needs to take part, besides the application's own data. */
export interface LaneEnds {
  readonly requests: SharedArrayBuffer;
  readonly replies: SharedArrayBuffer;
  /**
   * The thread posts 'ready' once, then 'wake' whenever the main thread sleeps, {defect} for an error worth a log line, and
   * {prepared} for every generation that it was told to get ready for.
   */
  readonly port: MessagePort;
  /** The thread's work can wait: sockets and the other threads come first. It ends with the task, so that no other task inherits that. */
  readonly lowPriority: boolean;
}

/** How full a ring is. */
export type RingUse = Pick<ByteRing, 'capacityBytes' | 'usedBytes' | 'usedMaxBytes'>;

export type LaneMessage =
  | 'ready'
  | 'wake'
  | { readonly defect: string }
  /** Before 'ready': what it has loaded that other threads of the process can use. */
  | { readonly loaded: unknown }
  /** It is ready to render under the generation, or says why it cannot be. */
  | { readonly prepared: number; readonly failure?: string };

export class RenderLane {
  readonly ends: Omit<LaneEnds, 'lowPriority'>;
  readonly #port: MessagePort;
  readonly #onMessage: (message: LaneMessage) => void;
  readonly #requests: RingProducer;
  readonly #replies: RingConsumer;
  readonly #sender: RecordSender;
  readonly #receiver: RecordReceiver;
  /** Made with the first backlog and armed again and again. */
  #refill: NodeJS.Timeout | undefined;
  readonly abort = new AbortController();
  outstanding = 0;
  /** When the thread had loaded its modules, on the pool's clock; Infinity until then. */
  readyUs = Number.POSITIVE_INFINITY;
  /** When the lane last answered or was last found without work, on the pool's clock. */
  progressUs = 0;

  constructor(onMessage: (message: LaneMessage) => void) {
    const requests = ByteRing.allocate(REQUEST_RING_BYTES);
    const replies = ByteRing.allocate(REPLY_RING_BYTES);
    const { port1, port2 } = new MessageChannel();
    this.ends = { requests, replies, port: port2 };
    this.#port = port1;
    this.#onMessage = onMessage;
    this.#port.on('message', onMessage);
    this.#port.unref();
    this.#requests = new RingProducer(requests);
    this.#replies = new RingConsumer(replies);
    this.#sender = new RecordSender(this.#requests, {
      queuedBytesMax: QUEUED_BYTES_MAX,
      queuedRecordsMax: QUEUED_RECORDS_MAX,
    });
    this.#receiver = new RecordReceiver(this.#replies, { recordBytesMax: PLAN_BYTES_MAX });
  }

  /** Whether the thread has loaded its modules: before that it answers nothing, and is not to be taken for hung. */
  get isServing(): boolean {
    return this.readyUs < Number.POSITIVE_INFINITY;
  }

  /** Sends a record to the thread; false when too much waits already. */
  send(parts: readonly Uint8Array[]): boolean {
    if (!this.#sender.send(parts)) return false;
    this.outstanding++;
    return true;
  }

  /** Sends a record that is no request, and has no answer on the ring; false when too much waits already. */
  notify(parts: readonly Uint8Array[]): boolean {
    return this.#sender.send(parts);
  }

  /** Whether anything waits for room in the ring. */
  get isBacklogged(): boolean {
    return this.backlogBytes > 0;
  }

  /** What waits for room in the ring. */
  get backlogBytes(): number {
    return this.#sender.queuedBytes;
  }

  /** The one to the thread and the one back. */
  get rings(): { readonly requests: RingUse; readonly plans: RingUse } {
    return { requests: this.#requests, plans: this.#replies };
  }

  /** Moves what waited for room in the ring. */
  flush(): void {
    this.#sender.flush();
  }

  /** The next plan, or undefined when none is complete. */
  receive(): Uint8Array | undefined {
    const record = this.#receiver.receive();
    if (record !== undefined) this.outstanding--;
    return record;
  }

  /**
   * Asks for a tap on the port when a plan comes; false when one is there already. What waits for room in the ring is no reason to stay
   * awake, which would take the core from the thread that makes room: it wakes in a moment.
   */
  declareAsleep(): boolean {
    if (!this.#replies.declareAsleep()) return false;
    if (this.isBacklogged) this.#wakeSoon();
    return true;
  }

  /** Tells the thread to finish and shuts the port. */
  close(): void {
    clearTimeout(this.#refill);
    this.#requests.close();
    this.#replies.close();
    this.#port.close();
  }

  #wakeSoon(): void {
    if (this.#refill === undefined) this.#refill = setTimeout(() => this.#onMessage('wake'), REFILL_MS);
    else this.#refill.refresh();
  }
}
