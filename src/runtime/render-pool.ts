/**
 * The worker threads of one acceptor: piscina keeps the threads, and each runs one long-lived task that consumes a ring. Handing a
 * request over costs a few microseconds instead of the tens that a task per request would.
 *
 *   lanes 0 … threads - 1   requests of usual size, to the lane with the least to do
 *   lane threads            large requests, so that none of usual size waits behind one; opened with the first, at low priority
 *
 * A thread that crashes or hangs loses only its own requests: onThreadLost says which lane, and a fresh thread takes its place after
 * a pause that doubles with every death in a row. Its lane is there at once, so that requests can wait in its ring; should the thread not come
 * up, they are lost with it, and the next lane is there. What is said to all threads takes their rings, in order with the requests; a thread
 * that starts is given what holds at that moment instead.
 *
 * Invariant: once started, every lane of usual size has a thread, one that starts, or a timer that will start one.
 */
import { Piscina } from 'piscina';
import type { Clock } from '../kernel/clock.js';
import { Failure } from '../kernel/failure.js';
import { HangWatch, WATCH_INTERVAL_MS } from './hang-watch.js';
import { Preparations } from './preparations.js';
import { type LaneEnds, type LaneMessage, RenderLane, type RingUse } from './render-lane.js';

const RESTART_PAUSE_FIRST_MS = 10;
const RESTART_PAUSE_MAX_MS = 2_000;
/** A thread that served for so long dies "for the first time" again. */
const HEALTHY_AFTER_US = 30e6;
/** The usual RenderPoolOptions.hungAfterUs: many times what the largest request takes. */
const HUNG_AFTER_US = 20e6;
/** A notice that is larger than what is free in a ring goes on this often, also while nothing else has the pool drained. */
const NOTICE_FLUSH_MS = 1;
/** Work enough to be passed over: a lane whose thread starts gets what comes only while no lane serves. */
const STARTING_COUNTS_AS = 2 ** 31;
/** A larger request takes the worker several milliseconds: parsing, hashing and counting cost some 35 ns a byte. */
export const LARGE_REQUEST_BYTES = 64 * 1024;

export interface RenderPoolHandler {
  /** A plan has come from the lane. */
  onPlan(plan: Uint8Array, lane: number): void;
  /** The lane's thread is gone: nothing sent to it will be answered. */
  onThreadLost(lane: number, cause: Error): void;
  /** A plan came while the pool was asleep: call drain() soon. */
  onWake(): void;
  /** A thread that starts has loaded something that other threads can use. */
  onLoaded?(loaded: unknown): void;
  /** A thread met an error inside itself that cost one request. */
  onDefect(text: string): void;
}

export interface RenderPoolOptions {
  /** The thread's entry module: a default export that takes LaneEnds & { data }. */
  readonly filename: string;
  /** For requests of usual size; one more serves large ones from the first of them on. */
  readonly threads: number;
  /** What a thread that is opened now gets; cloned. */
  readonly data: () => unknown;
  readonly clock: Clock;
  readonly handler: RenderPoolHandler;
  /** A thread that has work and answers nothing for so long is taken for hung and is replaced; 20 s unless given. */
  readonly hungAfterUs?: number;
}

/** Of all lanes; the most that has been in a ring is that of the fullest. */
export interface PoolUse {
  readonly threads: number;
  readonly backlogBytes: number;
  readonly rings: { readonly requests: RingUse; readonly plans: RingUse };
}

export class RenderPool {
  readonly #options: RenderPoolOptions;
  readonly #piscina: Piscina;
  readonly #lanes: (RenderLane | undefined)[] = [];
  readonly #pausesMs: number[] = [];
  /** Those that serve and those whose threads are still loading. */
  readonly #open = new Set<RenderLane>();
  readonly #preparations = new Preparations();
  #noticeFlush: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;
  /** The most that was seen in rings, also in those of threads that are gone. */
  #ringsMax = { requests: 0, plans: 0 };
  #closing = false;
  /** Whether there has been a large request: from then on its lane is kept and replaced like the others. */
  #isLargeOpened = false;

  constructor(options: RenderPoolOptions) {
    this.#options = options;
    this.#piscina = new Piscina({
      filename: options.filename,
      minThreads: options.threads,
      maxThreads: options.threads + 1,
      concurrentTasksPerWorker: 1,
      atomics: 'disabled',
      recordTiming: false,
    });
    // A thread that fails between two tasks costs nothing, and a lane's own failure reaches the lane by its task; but without a
    // listener the event would end the process.
    this.#piscina.on('error', () => {});
  }

  /** Resolves when every thread is ready; rejects when one cannot start. */
  async start(): Promise<void> {
    const starts: Promise<void>[] = [];
    for (let lane = 0; lane <= this.#options.threads; lane++) this.#pausesMs.push(RESTART_PAUSE_FIRST_MS);
    for (let lane = 0; lane < this.#options.threads; lane++) {
      starts.push(new Promise((resolve, reject) => this.#startThread(this.#createLane(lane, resolve, reject))));
    }
    await Promise.all(starts);
    const { clock, hungAfterUs = HUNG_AFTER_US } = this.#options;
    const watch = new HangWatch(hungAfterUs, clock.nowUs());
    this.#watch = setInterval(() => {
      for (const lane of watch.check(this.#lanes, clock.nowUs())) lane.abort.abort();
    }, WATCH_INTERVAL_MS);
    this.#watch.unref();
  }

  /** Whether a thread for requests of usual size serves; without one, what is submitted waits in a ring for the next. */
  get isServing(): boolean {
    for (let lane = 0; lane < this.#options.threads; lane++) if (this.#lanes[lane]?.isServing) return true;
    return false;
  }

  /** Requests that were sent and not yet answered. */
  get outstanding(): number {
    let sum = 0;
    for (const lane of this.#lanes) sum += lane?.outstanding ?? 0;
    return sum;
  }

  /** Its lanes that serve, and how full their rings are. */
  get use(): PoolUse {
    const requests = { capacityBytes: 0, usedBytes: 0, usedMaxBytes: this.#ringsMax.requests };
    const plans = { capacityBytes: 0, usedBytes: 0, usedMaxBytes: this.#ringsMax.plans };
    let threads = 0;
    let backlogBytes = 0;
    for (const lane of this.#lanes) {
      if (lane === undefined) continue;
      if (lane.isServing) threads++;
      backlogBytes += lane.backlogBytes;
      addUse(requests, lane.rings.requests);
      addUse(plans, lane.rings.plans);
    }
    this.#ringsMax = { requests: requests.usedMaxBytes, plans: plans.usedMaxBytes };
    return { threads, backlogBytes, rings: { requests, plans } };
  }

  /**
   * Hands a record to the lane for its size that has the least to do; returns the lane, or -1 when none can take it.
   * @param inflatedBytes what the record grows by when it is read
   */
  submit(parts: readonly Uint8Array[], inflatedBytes = 0): number {
    let bytes = inflatedBytes;
    for (const part of parts) bytes += part.byteLength;
    const index = bytes > LARGE_REQUEST_BYTES ? this.#laneForLarge() : this.#leastBusyLane();
    const lane = this.#lanes[index];
    if (lane === undefined) return -1;
    if (lane.outstanding === 0) lane.progressUs = this.#options.clock.nowUs();
    return lane.send(parts) ? index : -1;
  }

  /**
   * Has every thread get ready for a generation. Whatever opens a thread from now on has to give it that generation as well.
   * @param notice see encodeNotice()
   * @returns resolves when the threads that are open now are ready; rejects with what one of them could not do
   */
  prepare(generation: number, notice: readonly Uint8Array[]): Promise<void> {
    const prepared = this.#preparations.wait(generation, this.#open);
    if (!this.notify(notice)) {
      const [lane] = this.#open;
      this.#preparations.answered(lane, generation, 'too much waits for a worker thread already');
    }
    return prepared;
  }

  /** Tells every thread something that has no answer; false when one of them cannot take it now. */
  notify(notice: readonly Uint8Array[]): boolean {
    let taken = true;
    for (const lane of this.#open) taken = lane.notify(notice) && taken;
    this.#flushNotices();
    return taken;
  }

  readonly #flushNotices = (): void => {
    clearTimeout(this.#noticeFlush);
    let backlogged = false;
    for (const lane of this.#open) {
      lane.flush();
      backlogged ||= lane.isBacklogged;
    }
    if (backlogged && !this.#closing) this.#noticeFlush = setTimeout(this.#flushNotices, NOTICE_FLUSH_MS);
  };

  /** Of those that serve, or else of those that start; -1 when there is none. */
  #leastBusyLane(): number {
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let index = 0; index < this.#options.threads; index++) {
      const lane = this.#lanes[index];
      if (lane === undefined) continue;
      const work = lane.isServing ? lane.outstanding : lane.outstanding + STARTING_COUNTS_AS;
      if (work >= least) continue;
      best = index;
      least = work;
    }
    return best;
  }

  /** Opened with the first that asks for it: requests wait in its ring until the thread has loaded its modules. */
  #laneForLarge(): number {
    const index = this.#options.threads;
    if (this.#lanes[index] === undefined && this.#watch !== undefined && !this.#isLargeOpened) {
      this.#isLargeOpened = true;
      this.#startThread(this.#installLane(index));
    }
    return index;
  }

  /** Takes in the plans that have come, at most plansMax a lane; false when there may be more. */
  drain(plansMax: number): boolean {
    let drained = true;
    for (let index = 0; index < this.#lanes.length; index++) {
      const lane = this.#lanes[index];
      if (lane === undefined) continue;
      lane.flush();
      const taken = this.#drainLane(lane, index, plansMax);
      if (taken > 0) lane.progressUs = this.#options.clock.nowUs();
      if (taken === plansMax) drained = false;
    }
    return drained;
  }

  /**
   * Asks every lane for a tap (onWake) when a plan comes; false when one has something already. One that starts has nothing before it is
   * ready, which is told by itself.
   */
  declareAsleep(): boolean {
    let asleep = true;
    for (const lane of this.#lanes) {
      if (lane?.isServing && lane.outstanding > 0 && !lane.declareAsleep()) asleep = false;
    }
    return asleep;
  }

  /** Ends all threads. */
  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#watch);
    clearTimeout(this.#noticeFlush);
    this.#preparations.close();
    for (const lane of this.#lanes) lane?.close();
    await this.#piscina.destroy();
  }

  /** A lane that takes requests from now on, for a thread that is yet to start. */
  #installLane(index: number): LaneStart {
    const start = this.#createLane(index, this.#options.handler.onWake);
    this.#lanes[index] = start.lane;
    return start;
  }

  /** A lane of the index's, which takes requests when its thread is ready, and not before that unless it is installed. */
  #createLane(index: number, onReady: () => void, onFailed?: (cause: Error) => void): LaneStart {
    const { clock, handler } = this.#options;
    const lane: RenderLane = new RenderLane((message: LaneMessage) => {
      if (message === 'wake') handler.onWake();
      else if (message === 'ready') {
        lane.readyUs = clock.nowUs();
        lane.progressUs = lane.readyUs;
        this.#lanes[index] = lane;
        onReady();
      } else if ('loaded' in message) handler.onLoaded?.(message.loaded);
      else if ('prepared' in message) this.#preparations.answered(lane, message.prepared, message.failure);
      else handler.onDefect(message.defect);
    });
    return { index, lane, onFailed };
  }

  #startThread(start: LaneStart): void {
    const { index, lane } = start;
    this.#open.add(lane);
    const isForLarge = index === this.#options.threads;
    const task: LaneEnds & { data: unknown } = { ...lane.ends, lowPriority: isForLarge, data: this.#options.data() };
    this.#piscina.run(task, { transferList: [lane.ends.port], signal: lane.abort.signal }).then(
      () => this.#lost(start, new Error('the thread returned')),
      (cause: Error) => this.#lost(start, cause),
    );
  }

  #lost({ index, lane, onFailed }: LaneStart, cause: Error): void {
    if (this.#closing) return;
    // What the thread finished before it died is as good as any other plan.
    this.#drainLane(lane, index, Number.POSITIVE_INFINITY);
    lane.close();
    this.#open.delete(lane);
    this.#preparations.lost(lane);
    const failure = lane.isServing ? cause : notStarted(index, cause);
    if (this.#lanes[index] !== lane) {
      onFailed?.(failure);
      return;
    }
    this.#lanes[index] = undefined;
    this.#options.handler.onThreadLost(index, failure);
    const reopened = this.#installLane(index);
    const start = (): void => {
      if (!this.#closing) this.#startThread(reopened);
    };
    setTimeout(start, this.#pauseAfter(index, lane)).unref();
  }

  /** How long to wait before the lane's successor gets its thread, ms. */
  #pauseAfter(index: number, { readyUs }: RenderLane): number {
    if (this.#options.clock.nowUs() - readyUs > HEALTHY_AFTER_US) this.#pausesMs[index] = RESTART_PAUSE_FIRST_MS;
    const pauseMs = this.#pausesMs[index];
    this.#pausesMs[index] = Math.min(pauseMs * 2, RESTART_PAUSE_MAX_MS);
    return pauseMs;
  }

  /** Returns how many plans were taken in. */
  #drainLane(lane: RenderLane, index: number, plansMax: number): number {
    let taken = 0;
    for (; taken < plansMax; taken++) {
      const plan = lane.receive();
      if (plan === undefined) break;
      this.#options.handler.onPlan(plan, index);
    }
    return taken;
  }
}

/** What a lane's thread is to be started with. */
interface LaneStart {
  readonly index: number;
  readonly lane: RenderLane;
  /** For the first threads, on which the start of the pool waits: it did not start. */
  readonly onFailed?: (cause: Error) => void;
}

function notStarted(index: number, cause: Error): Failure {
  const hint = 'the cause says why; a broken installation is the usual reason';
  return new Failure('START_FAILED', `worker thread ${index} did not start: ${cause.message}`, { hint, cause });
}

function addUse(sum: { capacityBytes: number; usedBytes: number; usedMaxBytes: number }, ring: RingUse): void {
  sum.capacityBytes += ring.capacityBytes;
  sum.usedBytes += ring.usedBytes;
  sum.usedMaxBytes = Math.max(sum.usedMaxBytes, ring.usedMaxBytes);
}
