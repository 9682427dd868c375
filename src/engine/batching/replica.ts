/**
 * One replica: the scheduler of a serving engine that batches continuously, step by step in simulated time. What a step computes is decided
 * when it begins, and its end is known then. The request that was admitted first always goes on: it may take the blocks of all others, and
 * its own need never passes the cache, so that every request comes to its end. A step costs O(requests in the batch).
 *
 * The rules are those of vLLM's scheduler (V1, first come first served): running requests come before waiting ones; what is left of the
 * step's tokens goes to prompts; a request is admitted when its whole sequence would fit into free blocks; one that finds no block makes the
 * last admitted one give up all of its own and go back to the front of the queue, to be computed anew. A step that took a request's blocks
 * admits nobody: the blocks that are left are fewer than that request gave, and it is the first in the queue.
 */
import type { BatchingParameters } from '../../config/batching-parameters.js';
import type { BatchStep } from './contract.js';
import type { EngineRequest } from './engine-request.js';
import { attentionPairs, type StepLoad, stepMs } from './step-time.js';
import { WaitingQueue } from './waiting-queue.js';

export class Replica {
  readonly #index: number;
  readonly #parameters: BatchingParameters;
  readonly #timeScale: number;
  readonly #finished: (request: EngineRequest) => void;
  readonly #waiting = new WaitingQueue();
  /** In the order of admission. Those that got their last token in the step that runs are among them until it ends. */
  readonly #running: EngineRequest[] = [];
  /** Sequences and blocks of the running ones. */
  #sequences = 0;
  #blocks = 0;
  /** End of the last step. */
  #freeUs = 0;
  readonly #load: StepLoad = { tokens: 0, sequences: 0, contextTokens: 0, attentionPairs: 0 };
  #served: number[] = [];

  steps = 0;
  prefillTokens = 0;
  outputTokens = 0;
  preemptions = 0;
  busyUs = 0;

  /** `finished` is called when the step begins that gives the request its last token. */
  constructor(
    index: number,
    parameters: BatchingParameters,
    timeScale: number,
    finished: (request: EngineRequest) => void,
  ) {
    this.#index = index;
    this.#parameters = parameters;
    this.#timeScale = timeScale;
    this.#finished = finished;
  }

  get running(): number {
    return this.#running.length;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get blocksUsed(): number {
    return this.#blocks;
  }

  get lastArrivalUs(): number {
    return this.#waiting.lastArrivalUs;
  }

  enqueue(request: EngineRequest): void {
    this.#waiting.push(request);
  }

  /** The request is one of this replica's. It still takes part in the step that runs; its blocks are free from the next one on. */
  drop(request: EngineRequest): void {
    request.isOver = true;
    if (request.blocks === 0) this.#waiting.forget();
  }

  /** When begin has something to do; Infinity when the replica is idle. */
  nextUs(): number {
    if (this.#running.length > 0) return this.#freeUs;
    const head = this.#waiting.head();
    return head === undefined ? Number.POSITIVE_INFINITY : Math.max(this.#freeUs, head.arrivalUs);
  }

  /** Ends the step that runs and begins the next one, at nextUs(). Undefined when there is nothing left to compute. */
  begin(): BatchStep | undefined {
    const startUs = this.nextUs();
    this.#retire();
    this.#clearStep();
    if (this.#parameters.chunkedPrefill) this.#composeMixed(startUs);
    else this.#composeApart(startUs);
    if (this.#load.tokens === 0) return undefined;
    const durationUs = stepMs(this.#parameters.stepTime, this.#load) * 1e3 * this.#timeScale;
    this.#freeUs = startUs + durationUs;
    this.steps++;
    this.busyUs += durationUs;
    return { replica: this.#index, startUs, endUs: this.#freeUs, served: this.#served };
  }

  /** Decodes and pieces of prompts share the step. */
  #composeMixed(startUs: number): void {
    this.#continueRunning();
    this.#admit(startUs);
  }

  /** Whole prompts come first, in steps of their own; decoding waits for them. */
  #composeApart(startUs: number): void {
    this.#admit(startUs);
    if (this.#load.tokens === 0) this.#continueRunning();
  }

  #clearStep(): void {
    const load = this.#load;
    load.tokens = load.sequences = load.contextTokens = load.attentionPairs = 0;
    this.#served = [];
  }

  /** Lets the running requests that are over go. */
  #retire(): void {
    const running = this.#running;
    let kept = 0;
    for (const request of running) {
      if (request.isOver) this.#release(request);
      else running[kept++] = request;
    }
    running.length = kept;
  }

  #release(request: EngineRequest): void {
    this.#sequences -= request.sequences;
    this.#blocks -= request.blocks;
    request.blocks = 0;
  }

  #continueRunning(): void {
    const running = this.#running;
    // Preemption shortens the list from its end, behind the request that asks for blocks.
    for (let index = 0; index < running.length; index++) {
      const request = running[index]!;
      const tokens = Math.min(request.target - request.computed, this.#budget());
      if (tokens <= 0) break;
      if (this.#reserve(request, request.computed + tokens)) this.#compute(request, tokens);
    }
  }

  /** Admits from the front of the queue for as long as the batch, the cache and the step have room. */
  #admit(startUs: number): void {
    const { maxBatchSize, kvBlocks, chunkedPrefill } = this.#parameters;
    for (let head = this.#waiting.head(); head !== undefined; head = this.#waiting.head()) {
      const budget = this.#budget();
      const needed = head.target - head.cachedTokens;
      // A whole prompt that no step has room for gets a step of its own, so that it does not hold the queue up for ever.
      const isAlone = !chunkedPrefill && this.#load.tokens === 0;
      const hasTokens = chunkedPrefill ? budget > 0 : needed <= budget || isAlone;
      const hasPlace = this.#sequences + head.sequences <= maxBatchSize;
      const hasBlocks = this.#blocksFor(head, head.target) <= kvBlocks - this.#blocks;
      if (head.arrivalUs > startUs || !hasTokens || !hasPlace || !hasBlocks) return;
      this.#waiting.removeHead();
      this.#running.push(head);
      this.#sequences += head.sequences;
      const tokens = chunkedPrefill ? Math.min(needed, budget) : needed;
      head.computed = head.cachedTokens;
      this.#hold(head, this.#blocksFor(head, head.computed + tokens));
      this.#compute(head, tokens);
    }
  }

  #budget(): number {
    return this.#parameters.maxBatchedTokens - this.#load.tokens;
  }

  /** Takes the blocks for so many tokens, from the last admitted ones if need be. False when the request itself had to give its own. */
  #reserve(request: EngineRequest, tokens: number): boolean {
    const blocks = this.#blocksFor(request, tokens);
    while (this.#blocks + blocks - request.blocks > this.#parameters.kvBlocks) {
      const last = this.#running.pop()!;
      this.#release(last);
      last.computed = 0;
      this.#waiting.putBack(last);
      this.preemptions++;
      if (last === request) return false;
    }
    this.#hold(request, blocks);
    return true;
  }

  #hold(request: EngineRequest, blocks: number): void {
    this.#blocks += blocks - request.blocks;
    request.blocks = blocks;
  }

  /**
   * Blocks for so many tokens of all sequences: full ones of the prompt are shared, each sequence has the others for itself. A request that
   * needs more than there are makes do with all of them, as if each new token took the place of its oldest one.
   */
  #blocksFor(request: EngineRequest, tokens: number): number {
    const { blockTokens, kvBlocks } = this.#parameters;
    const { promptTokens, sequences } = request;
    if (sequences === 1 || tokens < promptTokens) return Math.min(kvBlocks, Math.ceil(tokens / blockTokens));
    const shared = Math.floor(promptTokens / blockTokens);
    const own = promptTokens - shared * blockTokens + Math.ceil((tokens - promptTokens) / sequences);
    return Math.min(kvBlocks, shared + sequences * Math.ceil(own / blockTokens));
  }

  /** Counts the request's share of the step: one token of each sequence that decodes, or a piece of what has to be computed before that. */
  #compute(request: EngineRequest, tokens: number): void {
    const load = this.#load;
    load.tokens += tokens;
    if (request.generated > 0 && tokens === request.sequences) {
      load.sequences += tokens;
      load.contextTokens += tokens * (request.promptTokens + request.generated);
    } else {
      load.attentionPairs += attentionPairs(request.computed, tokens);
      this.prefillTokens += tokens;
    }
    request.computed += tokens;
    if (request.computed === request.target) this.#generate(request);
  }

  #generate(request: EngineRequest): void {
    request.generated++;
    request.target += request.sequences;
    this.outputTokens += request.sequences;
    this.#served.push(request.id);
    if (request.generated < request.outputTokens) return;
    request.isOver = true;
    this.#finished(request);
  }
}
