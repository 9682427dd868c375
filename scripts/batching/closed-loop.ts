/**
 * Drives a serving engine in virtual time as a load generator does: each of so many clients sends its next request when its last one has
 * ended. No clock and no sockets, and the lengths come from a seed, so that the same case gives the same figures anywhere.
 */
import type { BatchingParameters } from '../../src/config/batching-parameters.js';
import type { BatchStep } from '../../src/engine/batching/contract.js';
import { ServingEngine } from '../../src/engine/batching/serving-engine.js';
import { seededRandom } from '../../src/engine/rng.js';
import type { RandomSource } from '../../src/kernel/random-source.js';

export interface Lengths {
  readonly promptTokens: number;
  readonly outputTokens: number;
}

export interface ClosedLoop {
  readonly parameters: BatchingParameters;
  readonly concurrency: number;
  /** Requests per client. */
  readonly rounds: number;
  /** Clients begin one after another over this time: of those that begin at once, and ask for like lengths, all stay in step for long. */
  readonly rampSeconds: number;
  readonly lengths: (random: RandomSource) => Lengths;
}

export interface LoopResult {
  /**
   * Output tokens per second of simulated time while all clients are at work: from when the last one has ended its first request until the
   * first one has ended its last. NaN when there is no such time, as in a case of one round.
   */
  readonly tokensPerSecond: number;
  /** Of the requests and tokens in that time, ms, ascending. */
  readonly ttftMs: Float64Array;
  readonly itlMs: Float64Array;
  /** Of the whole case. */
  readonly preemptions: number;
  readonly outputTokens: number;
  /** From the first arrival to the last token. */
  readonly elapsedSeconds: number;
}

interface Client {
  readonly arrivalUs: number;
  readonly outputTokens: number;
  received: number;
  lastTokenUs: number;
  round: number;
}

const SEED = 4;

class Loop {
  readonly #case: ClosedLoop;
  readonly #engine: ServingEngine;
  readonly #random = seededRandom(SEED, Uint32Array.of(1, 2, 3, 4), 0);
  readonly #clients: Client[] = [];
  /** Ids of clients that are about to send, by time: a binary heap would be quicker, and there are at most some hundred. */
  readonly #due: { atUs: number; id: number }[] = [];
  #ended = 0;
  #measuredFromUs = Number.POSITIVE_INFINITY;
  #measuredToUs = Number.POSITIVE_INFINITY;
  #lastUs = 0;
  #outputTokens = 0;
  #measuredTokens = 0;
  readonly #ttftMs: number[] = [];
  readonly #itlMs: number[] = [];

  constructor(loop: ClosedLoop) {
    this.#case = loop;
    this.#engine = new ServingEngine(loop.parameters, 1);
    for (let id = 0; id < loop.concurrency; id++) {
      this.#clients.push({ arrivalUs: 0, outputTokens: 0, received: 0, lastTokenUs: 0, round: 0 });
      this.#plan(id, (loop.rampSeconds * 1e6 * id) / loop.concurrency);
    }
  }

  run(): LoopResult {
    for (;;) {
      const due = this.#due[0]?.atUs ?? Number.POSITIVE_INFINITY;
      const nextUs = this.#engine.nextUs();
      if (due === Number.POSITIVE_INFINITY && nextUs === Number.POSITIVE_INFINITY) break;
      if (due <= nextUs) this.#send(this.#due.shift()!);
      else for (const step of this.#engine.advance(nextUs)) this.#receive(step);
    }
    return this.#result();
  }

  #plan(id: number, atUs: number): void {
    const index = this.#due.findIndex((other) => other.atUs > atUs);
    this.#due.splice(index === -1 ? this.#due.length : index, 0, { atUs, id });
  }

  #send({ atUs, id }: { atUs: number; id: number }): void {
    const { promptTokens, outputTokens } = this.#case.lengths(this.#random);
    const { round } = this.#clients[id]!;
    this.#clients[id] = { arrivalUs: atUs, outputTokens, received: 0, lastTokenUs: 0, round };
    const entered = this.#engine.enter({
      id,
      arrivalUs: atUs,
      promptTokens,
      cachedTokens: 0,
      outputTokens,
      sequences: 1,
    });
    if (!entered) throw new Error('the queue of the engine under test is too short');
  }

  #receive({ endUs, served }: BatchStep): void {
    this.#lastUs = Math.max(this.#lastUs, endUs);
    this.#outputTokens += served.length;
    for (const id of served) {
      const client = this.#clients[id]!;
      if (endUs > this.#measuredFromUs && endUs <= this.#measuredToUs) this.#measure(client, endUs);
      client.received++;
      client.lastTokenUs = endUs;
      if (client.received === client.outputTokens) this.#end(id, client, endUs);
    }
  }

  #measure({ received, arrivalUs, lastTokenUs }: Client, endUs: number): void {
    this.#measuredTokens++;
    if (received === 0) this.#ttftMs.push((endUs - arrivalUs) / 1e3);
    else this.#itlMs.push((endUs - lastTokenUs) / 1e3);
  }

  #end(id: number, client: Client, endUs: number): void {
    client.round++;
    if (client.round === 1 && ++this.#ended === this.#case.concurrency) this.#measuredFromUs = endUs;
    if (client.round < this.#case.rounds) this.#plan(id, endUs);
    else this.#measuredToUs = Math.min(this.#measuredToUs, endUs);
  }

  #result(): LoopResult {
    return {
      tokensPerSecond: (this.#measuredTokens * 1e6) / (this.#measuredToUs - this.#measuredFromUs),
      ttftMs: Float64Array.from(this.#ttftMs).sort(),
      itlMs: Float64Array.from(this.#itlMs).sort(),
      preemptions: this.#engine.stats().preemptions,
      outputTokens: this.#outputTokens,
      elapsedSeconds: this.#lastUs / 1e6,
    };
  }
}

/** Runs the case to its end. */
export function runClosedLoop(loop: ClosedLoop): LoopResult {
  return new Loop(loop).run();
}

/** Of values in ascending order; NaN of none. @param share 0.5 for the median */
export function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
