/** How often the configuration was reloaded. Counted where reloads are done, so that a node has it once. */
import { Counter, Registry } from 'prom-client';
import type { MetricsSnapshot } from './metrics.js';

/** A reload took effect, or changed nothing because something was wrong with it. */
export type ReloadResult = 'applied' | 'refused';

export class ReloadMetrics {
  readonly #registry = new Registry();
  readonly #reloads = new Counter({
    name: 'llm_simulator_config_reloads_total',
    help: 'Reloads of the configuration, by result: applied, or refused because something was wrong',
    labelNames: ['result'],
    registers: [this.#registry],
  });

  constructor() {
    for (const result of ['applied', 'refused']) this.#reloads.inc({ result }, 0);
  }

  count(result: ReloadResult): void {
    this.#reloads.inc({ result });
  }

  snapshot(): Promise<MetricsSnapshot> {
    return this.#registry.getMetricsAsJSON() as unknown as Promise<MetricsSnapshot>;
  }
}
