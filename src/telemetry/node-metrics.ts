/** What the primary of a node counts of its processes. */
import { Counter, Gauge, Registry } from 'prom-client';
import type { MetricsSnapshot } from './metrics.js';

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
    const registers = [this.#registry];
    gauge('llm_simulator_acceptors', 'Acceptor processes that serve', acceptors, registers);
    gauge(
      'llm_simulator_acceptors_silent',
      'Acceptor processes that did not answer this scrape: their part of it is what they said last',
      silent,
      registers,
    );
    this.#deaths = new Counter({
      name: 'llm_simulator_acceptor_deaths_total',
      help: 'Acceptor processes that ended while the node served, by cause: died, frozen (and was killed), not_started',
      labelNames: ['cause'],
      registers,
    });
    for (const cause of ['died', 'frozen', 'not_started']) this.#deaths.inc({ cause }, 0);
    new Counter({
      name: 'llm_simulator_log_lines_dropped_total',
      help: 'Log lines that could not be written, by all processes of the node',
      registers,
      collect() {
        this.reset();
        this.inc(logLinesDropped());
      },
    });
  }

  acceptorDied(cause: DeathCause): void {
    this.#deaths.inc({ cause });
  }

  snapshot(): Promise<MetricsSnapshot> {
    return this.#registry.getMetricsAsJSON() as unknown as Promise<MetricsSnapshot>;
  }
}

function gauge(name: string, help: string, read: () => number, registers: Registry[]): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(read());
    },
  });
}
