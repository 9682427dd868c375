/**
 * Starts conversations when they arrive, whatever becomes of those before. Every thread goes through all arrivals of the plan and starts
 * those whose number is its own, so that nothing has to be dealt out.
 */
import type { ArrivalProcess, LoadPlan, RequestSource } from '../contract.js';
import { type ConversingParts, converse, type Loop, prepare } from './conversing.js';

export interface OpenLoopOptions {
  readonly plan: LoadPlan;
  readonly arrivals: ArrivalProcess;
  readonly source: RequestSource;
  /** Of this thread, from 0. */
  readonly place: number;
  readonly threads: number;
}

export class OpenLoop implements Loop {
  readonly #options: OpenLoopOptions;

  constructor(options: OpenLoopOptions) {
    this.#options = options;
  }

  async run(parts: ConversingParts): Promise<void> {
    const underWay = new Set<Promise<unknown>>();
    await this.#start(parts, underWay);
    await Promise.all(underWay);
  }

  /** Resolves when this thread's last arrival has come, or the agenda is closed. */
  async #start(parts: ConversingParts, underWay: Set<Promise<unknown>>): Promise<void> {
    const { arrivals, place, plan, source, threads } = this.#options;
    const bound = new RequestBound(plan, source);
    for (let number = 0; ; number++) {
      const atMs = arrivals.next();
      if (atMs === undefined || atMs * 1_000 >= parts.endUs) return;
      const isOwn = number % threads === place;
      const turns = bound.turnsOf(number, isOwn);
      if (turns === 0) return;
      if (!isOwn) continue;
      const prepared = prepare(source.conversation(number), turns);
      if (!(await parts.agenda.at(atMs * 1_000))) return;
      const conversed = converse(parts, prepared, atMs * 1_000);
      underWay.add(conversed);
      void conversed.then(() => underWay.delete(conversed));
    }
  }
}

/** How many turns of each conversation a plan's number of requests has room for: the same in every thread. */
class RequestBound {
  readonly #source: RequestSource;
  readonly #isBounded: boolean;
  readonly #haveOneTurn: boolean;
  #left: number;

  constructor(plan: LoadPlan, source: RequestSource) {
    this.#source = source;
    this.#isBounded = plan.requestsMax !== undefined;
    this.#haveOneTurn = plan.mix.every(({ conversation }) => conversation.turns === 1);
    this.#left = plan.requestsMax ?? Number.POSITIVE_INFINITY;
  }

  /** To be asked for every number in order. @param isOwn whether the number is needed; another's may be any but 0, which means the end */
  turnsOf(number: number, isOwn: boolean): number {
    if (this.#left <= 0) return 0;
    const isOne = this.#haveOneTurn || (!isOwn && !this.#isBounded);
    const turns = isOne ? 1 : Math.min(this.#left, this.#source.conversation(number).turns);
    this.#left -= turns;
    return turns;
  }
}
