/**
 * The renderers of one thread, by generation of the configuration: a request is rendered under the generation that it names, so that one
 * under way when the configuration changes is answered by what held when it came. One whose generation is no longer kept is rendered under
 * the newest.
 */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import { createRenderer } from './create-renderer.js';
import type { Renderer, RendererContext } from './renderer.js';
import { warmUp } from './warm-up.js';

export class Renderers {
  readonly #surroundings: Omit<RendererContext, 'snapshot' | 'tokenizers'>;
  readonly #betweenWindows: (() => void) | undefined;
  readonly #byGeneration = new Map<number, Renderer>();
  #newest: Renderer | undefined;

  /** For both parameters see createRenderer(). */
  constructor(surroundings: Omit<RendererContext, 'snapshot' | 'tokenizers'>, betweenWindows?: () => void) {
    this.#surroundings = surroundings;
    this.#betweenWindows = betweenWindows;
  }

  /** Gets ready to render under the snapshot. */
  async add(snapshot: ConfigurationSnapshot): Promise<void> {
    if (this.#byGeneration.has(snapshot.generation)) return;
    const renderer = await createRenderer(snapshot, this.#surroundings, this.#betweenWindows);
    warmUp(renderer, snapshot);
    this.#byGeneration.set(snapshot.generation, renderer);
    this.#findNewest();
  }

  forget(generation: number): void {
    this.#byGeneration.delete(generation);
    this.#findNewest();
  }

  /** Expects that there has been a snapshot. */
  of(generation: number): Renderer {
    return this.#byGeneration.get(generation) ?? (this.#newest as Renderer);
  }

  #findNewest(): void {
    this.#newest = this.#byGeneration.get(Math.max(...this.#byGeneration.keys()));
  }
}
