/**
 * What the threads of a pool were told to get ready for, and who has still to say that it is.
 *
 * Invariants: a thread that is gone is not waited for, since the one in its place starts with everything; every wait ends, at the latest
 * when the pool is closed.
 */
import type { RenderLane } from './render-lane.js';

interface Preparation {
  readonly waiting: Set<RenderLane>;
  readonly resolve: () => void;
  readonly reject: (cause: Error) => void;
}

export class Preparations {
  readonly #byGeneration = new Map<number, Preparation>();

  /** Resolves when all of them are ready for the generation; rejects with what one of them could not do. One wait per generation. */
  wait(generation: number, lanes: Iterable<RenderLane>): Promise<void> {
    return new Promise((resolve, reject) => {
      const preparation = { waiting: new Set(lanes), resolve, reject };
      this.#byGeneration.set(generation, preparation);
      this.#settleWhenDone(generation, preparation);
    });
  }

  /** The lane's thread has answered. @param failure why it is not ready */
  answered(lane: RenderLane, generation: number, failure?: string): void {
    const preparation = this.#byGeneration.get(generation);
    if (preparation === undefined) return;
    if (failure === undefined) {
      preparation.waiting.delete(lane);
      this.#settleWhenDone(generation, preparation);
    } else {
      this.#byGeneration.delete(generation);
      preparation.reject(new Error(failure));
    }
  }

  lost(lane: RenderLane): void {
    for (const [generation, preparation] of [...this.#byGeneration]) {
      preparation.waiting.delete(lane);
      this.#settleWhenDone(generation, preparation);
    }
  }

  close(): void {
    for (const { reject } of this.#byGeneration.values()) reject(new Error('the pool is closed'));
    this.#byGeneration.clear();
  }

  #settleWhenDone(generation: number, { waiting, resolve }: Preparation): void {
    if (waiting.size > 0) return;
    this.#byGeneration.delete(generation);
    resolve();
  }
}
