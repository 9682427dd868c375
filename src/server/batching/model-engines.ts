/**
 * The serving engines of one model: the one that requests enter, and those from before its parameters changed, until what is in them has
 * ended. What they count is counted once for the model and never goes back.
 */
import type { ServingStats } from '../../engine/batching/contract.js';
import type { ServingEngine } from '../../engine/batching/serving-engine.js';

/** What has only ever grown. */
const GROWN = [
  'steps',
  'prefillTokens',
  'outputTokens',
  'preemptions',
  'finished',
  'left',
  'rejected',
  'busyUs',
] as const;
type Grown = { [name in (typeof GROWN)[number]]: number };

export interface EngineSource {
  /** Engines of equal keys behave alike. */
  readonly key: string;
  readonly create: () => ServingEngine;
}

export class ModelEngines {
  readonly name: string;
  #key: string;
  #current: ServingEngine;
  readonly #earlier = new Set<ServingEngine>();
  /** Of the engines that are gone. */
  readonly #past: Grown = Object.fromEntries(GROWN.map((name) => [name, 0])) as Grown;

  constructor(name: string, { create, key }: EngineSource) {
    this.name = name;
    this.#key = key;
    this.#current = create();
  }

  /** The one that requests enter. */
  get current(): ServingEngine {
    return this.#current;
  }

  /** All that may have steps to begin. */
  all(): readonly ServingEngine[] {
    return this.#earlier.size === 0 ? [this.#current] : [this.#current, ...this.#earlier];
  }

  /** From now on requests enter an engine of the source's; that is the present one where it behaves alike. */
  replace({ create, key }: EngineSource): void {
    if (key === this.#key) return;
    this.#earlier.add(this.#current);
    this.#key = key;
    this.#current = create();
    this.dropIdle();
  }

  /** Lets go of earlier engines that nothing is in. */
  dropIdle(): void {
    for (const engine of this.#earlier) {
      const stats = engine.stats();
      if (stats.running + stats.waiting > 0 || engine.nextUs() !== Number.POSITIVE_INFINITY) continue;
      for (const name of GROWN) this.#past[name] += stats[name];
      this.#earlier.delete(engine);
    }
  }

  /** Of all engines together; the size of the KV cache is the present engine's. */
  stats(): ServingStats {
    const current = this.#current.stats();
    const total = { ...current };
    for (const name of GROWN) total[name] += this.#past[name];
    for (const engine of this.#earlier) {
      const stats = engine.stats();
      for (const name of GROWN) total[name] += stats[name];
      total.running += stats.running;
      total.waiting += stats.waiting;
    }
    return total;
  }
}
