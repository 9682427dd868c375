/** What is read of an acceptor when somebody scrapes. */
import { Registry } from 'prom-client';
import type { MetricsSnapshot } from './metric-family.js';
import { familiesOf, readGauge } from './prom-families.js';

export interface AcceptorGauges {
  readonly activeRequests: () => number;
  /** Streams that have begun and not ended. */
  readonly activeStreams: () => number;
  /** For a place among those served. */
  readonly waitingRequests: () => number;
  /** With worker threads. */
  readonly renderingRequests: () => number;
  /** Whether there is pressure, as the acceptor sees it. */
  readonly backpressure: () => boolean;
  readonly connections: () => number;
  /** Of the configuration that new requests are served under. */
  readonly generation: () => number;
}

const GENERATION_HELP = 'Generation of the configuration that new requests are served under; of several processes the';

export class AcceptorGaugeMetrics {
  readonly #registry = new Registry();

  constructor(gauges: AcceptorGauges) {
    const registry = this.#registry;
    readGauge(
      registry,
      'llm_simulator_active_requests',
      'Requests taken in and not yet ended, those that wait in the queue included',
      gauges.activeRequests,
    );
    readGauge(
      registry,
      'llm_simulator_active_streams',
      'Streams whose head has gone out and which have not ended',
      gauges.activeStreams,
    );
    readGauge(
      registry,
      'llm_simulator_queue_depth',
      'Requests that wait for a place because max_concurrent_requests are being served',
      gauges.waitingRequests,
    );
    readGauge(
      registry,
      'llm_simulator_worker_queue_depth',
      'Requests that were handed to worker threads and have no plan yet',
      gauges.renderingRequests,
    );
    readGauge(
      registry,
      'llm_simulator_backpressure',
      'Whether so many requests are being served that fewer are wanted: 0 or 1',
      () => (gauges.backpressure() ? 1 : 0),
      'max',
    );
    readGauge(registry, 'llm_simulator_active_connections', 'Open client connections', gauges.connections);
    // They differ while a reload is under way.
    readGauge(registry, 'llm_simulator_config_generation', `${GENERATION_HELP} newest`, gauges.generation, 'max');
    readGauge(
      registry,
      'llm_simulator_config_generation_oldest',
      `${GENERATION_HELP} oldest`,
      gauges.generation,
      'min',
    );
  }

  snapshot(): Promise<MetricsSnapshot> {
    return familiesOf(this.#registry);
  }
}
