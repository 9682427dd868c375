/**
 * The serving engine of one model: hands each request to the least loaded of its replicas and lets their steps begin. A discrete-event
 * simulation: what happens depends on the times of enter and leave alone, never on when or how often advance is called. Steps follow one
 * another without a gap for as long as there is work, so that lateness of the caller never adds up.
 *
 * Bounds: `maxQueued` requests wait; of the running ones each replica has `maxBatchSize`; a preempted request waits beyond maxQueued, since it
 * has been admitted. Simulated times are those of simulation.time_scale: at 0 steps take no time.
 */
import type { BatchingParameters } from '../../config/batching-parameters.js';
import type { BatchedRequest, BatchStep, ServingStats } from './contract.js';
import { type EngineRequest, engineRequest } from './engine-request.js';
import { Replica } from './replica.js';

/**
 * Steps that one call begins at most, so that one that comes late, or has no time at all between steps, does not hold its thread for long;
 * what is left over is due at once.
 */
const STEPS_PER_CALL = 10_000;
/** How much more a waiting request counts than a running one when a replica is chosen; the figure is vLLM's. */
const WAITING_WEIGHT = 4;

interface Place {
  readonly request: EngineRequest;
  readonly replica: Replica;
}

export class ServingEngine {
  readonly #parameters: BatchingParameters;
  readonly #requestUs: number;
  readonly #replicas: readonly Replica[];
  readonly #places = new Map<number, Place>();
  /** Steps that enter or leave began, and that advance has not told of. */
  #untold: BatchStep[] = [];
  #finished = 0;
  #left = 0;
  #rejected = 0;

  /** @param timeScale factor on every step's time, simulation.time_scale */
  constructor(parameters: BatchingParameters, timeScale: number) {
    this.#parameters = parameters;
    this.#requestUs = parameters.requestMs * 1e3 * timeScale;
    const finished = (request: EngineRequest) => {
      this.#finished++;
      this.#places.delete(request.id);
    };
    this.#replicas = Array.from(
      { length: parameters.replicas },
      (_, index) => new Replica(index, parameters, timeScale, finished),
    );
  }

  /**
   * The request reaches the queue `requestMs` after its arrival, and takes part in steps from the first one on that begins then or later and
   * has room for it. An arrival that is told late still counts from its time where the replica was idle, but never before one that the
   * replica has been told of.
   * @returns false when the queue is full: the request is not served
   * @throws RangeError for an id that is in the engine
   */
  enter(request: BatchedRequest): boolean {
    if (this.#places.has(request.id)) throw new RangeError(`request ${request.id} is in the engine already`);
    this.#beginBefore(request.arrivalUs);
    if (this.#waiting() >= this.#parameters.maxQueued) {
      this.#rejected++;
      return false;
    }
    const replica = this.#leastLoaded();
    const arrivalUs = Math.max(request.arrivalUs + this.#requestUs, replica.lastArrivalUs);
    const entered = engineRequest(request, arrivalUs, this.#parameters.maxBatchSize);
    replica.enqueue(entered);
    this.#places.set(request.id, { request: entered, replica });
    return true;
  }

  /** The client has gone: no step that begins at `nowUs` or later serves the request. Of an unknown id, or a finished request, nothing happens. */
  leave(id: number, nowUs: number): void {
    this.#beginBefore(nowUs);
    const place = this.#places.get(id);
    if (place === undefined) return;
    this.#places.delete(id);
    place.replica.drop(place.request);
    this.#left++;
  }

  /**
   * Begins every step whose time has come; at most STEPS_PER_CALL of them.
   * @returns the steps that no call before has returned; those of one replica in the order of time
   */
  advance(nowUs: number): readonly BatchStep[] {
    for (const replica of this.#replicas) {
      while (replica.nextUs() <= nowUs && this.#untold.length < STEPS_PER_CALL) this.#begin(replica);
    }
    const steps = this.#untold;
    this.#untold = [];
    return steps;
  }

  /** When advance has something to do again, µs; in the past when it is due already, Infinity when the engine is idle. */
  nextUs(): number {
    let nextUs = this.#untold[0]?.startUs ?? Number.POSITIVE_INFINITY;
    for (const replica of this.#replicas) nextUs = Math.min(nextUs, replica.nextUs());
    return nextUs;
  }

  stats(): ServingStats {
    const sum = (figure: (replica: Replica) => number) =>
      this.#replicas.reduce((total, replica) => total + figure(replica), 0);
    return {
      running: sum((replica) => replica.running),
      waiting: this.#waiting(),
      kvBlocksUsed: sum((replica) => replica.blocksUsed),
      kvBlocks: this.#replicas.length * this.#parameters.kvBlocks,
      steps: sum((replica) => replica.steps),
      prefillTokens: sum((replica) => replica.prefillTokens),
      outputTokens: sum((replica) => replica.outputTokens),
      preemptions: sum((replica) => replica.preemptions),
      finished: this.#finished,
      left: this.#left,
      rejected: this.#rejected,
      busyUs: sum((replica) => replica.busyUs),
    };
  }

  /** Who enters or leaves finds the engine as it is at that time, even if advance has not been called for a while. */
  #beginBefore(us: number): void {
    for (const replica of this.#replicas) {
      while (replica.nextUs() < us && this.#untold.length < STEPS_PER_CALL) this.#begin(replica);
    }
  }

  #begin(replica: Replica): void {
    const step = replica.begin();
    if (step !== undefined) this.#untold.push(step);
  }

  #waiting(): number {
    let waiting = 0;
    for (const replica of this.#replicas) waiting += replica.waiting;
    return waiting;
  }

  #leastLoaded(): Replica {
    let chosen = this.#replicas[0]!;
    let least = Number.POSITIVE_INFINITY;
    for (const replica of this.#replicas) {
      const load = WAITING_WEIGHT * replica.waiting + replica.running;
      if (load >= least) continue;
      chosen = replica;
      least = load;
    }
    return chosen;
  }
}
