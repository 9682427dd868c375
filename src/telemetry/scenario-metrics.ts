/** Which scenarios are active, as a gauge. Kept where they are started and stopped, so that a node has it once. Labels are configured names. */
import { Gauge, Registry } from 'prom-client';
import type { MetricsSnapshot } from './metric-family.js';
import { familiesOf } from './prom-families.js';

export interface ScenarioFigures {
  readonly names: readonly string[];
  readonly activeNames: readonly string[];
}

export class ScenarioMetrics {
  readonly #registry = new Registry();

  /** @param figures looked at when somebody scrapes */
  constructor(figures: ScenarioFigures) {
    new Gauge({
      name: 'llm_simulator_scenario_active',
      help: 'Which of the configured scenarios are active: 0 or 1 each',
      labelNames: ['scenario'],
      registers: [this.#registry],
      collect() {
        const { activeNames, names } = figures;
        this.reset();
        for (const scenario of names) this.set({ scenario }, activeNames.includes(scenario) ? 1 : 0);
      },
    });
  }

  snapshot(): Promise<MetricsSnapshot> {
    return familiesOf(this.#registry);
  }
}
