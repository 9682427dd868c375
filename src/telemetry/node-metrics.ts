/** What the primary of a node counts of its processes. */
import { Counter, Registry } from 'prom-client';
import type { MetricsSnapshot } from './metric-family.js';
import { familiesOf, readCounter, readGauge } from './prom-families.js';

export interface NodeMetricsSources {
  /** Acceptors that serve. */
  readonly acceptors: () => number;
  /** Of those, the ones whose figures are older than the scrape, because they did not answer it. */
  readonly silent: () => number;
  /** Log lines that could not be written, by all processes of the node since its start. */
  readonly logLinesDropped: () => number;
}

export type DeathCause = 'died' | 'frozen' | 'not_started';

export class NodeMetrics {
  readonly #registry = new Registry();
  readonly #deaths: Counter<'cause'>;

  constructor({ acceptors, logLinesDropped, silent }: NodeMetricsSources) {
    const registry = this.#registry;
    readGauge(registry, 'llm_simulator_acceptors', 'Acceptor processes that serve', acceptors);
    readGauge(
      registry,
      'llm_simulator_acceptors_silent',
      'Acceptor processes that did not answer this scrape: their part of it is what they said last',
      silent,
    );
    this.#deaths = new Counter({
      name: 'llm_simulator_acceptor_deaths_total',
      help: 'Acceptor processes that ended while the node served, by cause: died, frozen (and was killed), not_started',
      labelNames: ['cause'],
      registers: [registry],
    });
    for (const cause of ['died', 'frozen', 'not_started']) this.#deaths.inc({ cause }, 0);
    readCounter(
      registry,
      'llm_simulator_log_lines_dropped_total',
      'Log lines that could not be written, by all processes of the node',
      logLinesDropped,
    );
  }

  acceptorDied(cause: DeathCause): void {
    this.#deaths.inc({ cause });
  }

  snapshot(): Promise<MetricsSnapshot> {
    return familiesOf(this.#registry);
  }
}
