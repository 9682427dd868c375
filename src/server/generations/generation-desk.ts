/**
 * Has an acceptor take another generation of the configuration: first its threads get ready for it, while everything is served as before;
 * then, in one turn of the loop, it holds for every request that comes. Requests that are under way keep what they came under.
 */
import type { RenderPool } from '../../runtime/render-pool.js';
import { encodeNotice, type SnapshotTexts } from '../../runtime/thread-notice.js';
import type { Generations } from './generations.js';
import type { Reconfigured } from './reconfigured.js';

export interface GenerationDeskOptions {
  readonly generations: Generations;
  readonly pool: Pick<RenderPool, 'prepare' | 'notify'>;
  /** Whatever holds something that follows from the configuration. */
  readonly parts: readonly Reconfigured[];
}

export class GenerationDesk {
  readonly #options: GenerationDeskOptions;

  constructor(options: GenerationDeskOptions) {
    this.#options = options;
  }

  /** Resolves when every worker thread can render under the generation; rejects with why one cannot. */
  prepare(texts: SnapshotTexts): Promise<void> {
    this.#options.generations.prepare(texts);
    return this.#options.pool.prepare(texts.generation, encodeNotice({ kind: 'get_ready', texts }));
  }

  /** @throws RangeError when the generation is not prepared */
  commit(generation: number): void {
    const { generations, parts } = this.#options;
    const dropped = generations.commit(generation);
    const { snapshot } = generations.current;
    for (const part of parts) part.reconfigure(snapshot);
    for (const one of dropped) this.#forget(one);
  }

  abandon(generation: number): void {
    this.#options.generations.abandon(generation);
    this.#forget(generation);
  }

  /** A thread that cannot be told now keeps a renderer that nobody asks for. */
  #forget(generation: number): void {
    this.#options.pool.notify(encodeNotice({ kind: 'forget', generation }));
  }
}
