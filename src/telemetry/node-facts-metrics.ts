/** What a node is and may take, so that alerts and dashboards can divide by it. Kept once per node. */
import { Gauge, Registry } from 'prom-client';
import type { MetricsSnapshot } from './metric-family.js';
import { familiesOf, readGauge } from './prom-families.js';

export interface NodeFactsSources {
  readonly version: string;
  /** The name of the transport that runs; undefined before one does. */
  readonly transport: () => string | undefined;
  /** Of the configuration in effect. */
  readonly capacity: () => {
    readonly maxConcurrentRequests: number;
    readonly queueSize: number;
    readonly backpressureThreshold: number;
    readonly maxConnections: number;
    readonly models: number;
  };
  readonly uptimeSecs: () => number;
  /** Unix seconds. */
  readonly nowSecs: () => number;
}

export class NodeFactsMetrics {
  readonly #registry = new Registry();

  constructor({ capacity, nowSecs, transport, uptimeSecs, version }: NodeFactsSources) {
    const registry = this.#registry;
    const startedSecs = nowSecs() - uptimeSecs();
    new Gauge({
      name: 'llm_simulator_build_info',
      help: 'What runs; always 1',
      labelNames: ['version', 'node_version', 'transport'],
      registers: [registry],
      collect() {
        this.reset();
        this.set({ version, node_version: process.versions.node, transport: transport() ?? '' }, 1);
      },
    });
    readGauge(
      registry,
      'llm_simulator_max_concurrent_requests',
      'Requests that the node serves at a time (simulation.concurrency.max_concurrent_requests)',
      () => capacity().maxConcurrentRequests,
    );
    readGauge(
      registry,
      'llm_simulator_queue_size',
      'Requests that may wait for a place (simulation.concurrency.queue_size)',
      () => capacity().queueSize,
    );
    readGauge(
      registry,
      'llm_simulator_backpressure_threshold_ratio',
      'Share of max_concurrent_requests from which on there is pressure (simulation.concurrency.backpressure_threshold)',
      () => capacity().backpressureThreshold,
    );
    readGauge(
      registry,
      'llm_simulator_max_connections',
      'Connections that the node serves at a time (server.max_connections)',
      () => capacity().maxConnections,
    );
    readGauge(registry, 'llm_simulator_models', 'Models that are served', () => capacity().models);
    readGauge(registry, 'llm_simulator_start_time_seconds', 'When the node started, Unix time', () => startedSecs);
    readGauge(registry, 'llm_simulator_uptime_seconds', 'For how long the node has run', uptimeSecs);
  }

  snapshot(): Promise<MetricsSnapshot> {
    return familiesOf(this.#registry);
  }
}
