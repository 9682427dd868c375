/** How often the configuration was reloaded. Counted where reloads are done, so that a node has it once. */
import { Counter, Registry } from 'prom-client';
import type { MetricsSnapshot } from './metric-family.js';
import { familiesOf, readGauge } from './prom-families.js';

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

  #lastSuccessful = 1;
  #appliedSecs = Date.now() / 1_000;

  constructor() {
    for (const result of ['applied', 'refused']) this.#reloads.inc({ result }, 0);
    readGauge(
      this.#registry,
      'llm_simulator_config_last_reload_successful',
      'Whether the last reload took effect, or there was none: 0 or 1',
      () => this.#lastSuccessful,
    );
    readGauge(
      this.#registry,
      'llm_simulator_config_last_reload_success_timestamp_seconds',
      'When the configuration in effect was read, Unix time',
      () => this.#appliedSecs,
    );
  }

  count(result: ReloadResult): void {
    this.#reloads.inc({ result });
    this.#lastSuccessful = result === 'applied' ? 1 : 0;
    if (result === 'applied') this.#appliedSecs = Date.now() / 1_000;
  }

  snapshot(): Promise<MetricsSnapshot> {
    return familiesOf(this.#registry);
  }
}
