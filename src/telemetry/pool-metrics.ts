/**
 * How full an acceptor's rings, threads and tables are, and how full they have been. High-water marks are since the start; of several
 * processes the highest is told, because a sum of marks that were reached at different times was never reached.
 */
import { Gauge, Registry } from 'prom-client';
import type { MetricsSnapshot } from './metric-family.js';
import { familiesOf, readGauge } from './prom-families.js';

/** Of all rings of one direction. */
export interface RingFigures {
  readonly capacityBytes: number;
  readonly usedBytes: number;
  /** The most that one of them has held. */
  readonly usedMaxBytes: number;
}

export interface PoolFigures {
  readonly threads: number;
  /** From the main thread to the workers, and back. */
  readonly rings: { readonly requests: RingFigures; readonly plans: RingFigures };
  /** What waits because a ring is full. */
  readonly backlogBytes: number;
}

export interface PoolSources {
  readonly pool: () => PoolFigures;
  /** Of the table of requests. */
  readonly slots: () => { readonly capacity: number; readonly inUseMax: number };
  readonly planMemoryBytes: () => number;
}

const RINGS = ['requests', 'plans'] as const;

export class PoolMetrics {
  readonly #registry = new Registry();

  constructor({ planMemoryBytes, pool, slots }: PoolSources) {
    const registry = this.#registry;
    readGauge(registry, 'llm_simulator_worker_threads', 'Worker threads that serve', () => pool().threads);
    this.#ringGauge(
      pool,
      'llm_simulator_ring_capacity_bytes',
      'Size of the rings to and from worker threads',
      'capacityBytes',
    );
    this.#ringGauge(pool, 'llm_simulator_ring_used_bytes', 'What is in them at the moment', 'usedBytes');
    this.#ringGauge(
      pool,
      'llm_simulator_ring_used_max_bytes',
      'The most that has been in one of them; of several processes the highest',
      'usedMaxBytes',
      'max',
    );
    readGauge(
      registry,
      'llm_simulator_ring_backlog_bytes',
      'What waits on main threads because a ring is full',
      () => pool().backlogBytes,
    );
    readGauge(
      registry,
      'llm_simulator_slots',
      'Requests that there is room for, served and waiting; all processes together have somewhat more than the limits',
      () => slots().capacity,
    );
    readGauge(
      registry,
      'llm_simulator_slots_used_max',
      'The most requests that a process has had at a time; of several the highest',
      () => slots().inUseMax,
      'max',
    );
    readGauge(
      registry,
      'llm_simulator_plan_memory_bytes',
      'Memory in which the plans of open streams lie, free parts of it included',
      planMemoryBytes,
    );
  }

  snapshot(): Promise<MetricsSnapshot> {
    return familiesOf(this.#registry);
  }

  #ringGauge(
    pool: () => PoolFigures,
    name: string,
    help: string,
    figure: keyof RingFigures,
    aggregator: 'sum' | 'max' = 'sum',
  ): void {
    new Gauge({
      name,
      help,
      labelNames: ['ring'],
      aggregator,
      registers: [this.#registry],
      collect() {
        const { rings } = pool();
        for (const ring of RINGS) this.set({ ring }, rings[ring][figure]);
      },
    });
  }
}
