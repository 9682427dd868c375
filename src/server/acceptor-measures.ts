/** All that an acceptor measures of itself: what it has counted, how full its pools are, what its process uses. */
import { endpoints } from '../providers/registry.js';
import type { RenderPool } from '../runtime/render-pool.js';
import type { StreamTable } from '../runtime/stream-table.js';
import type { AcceptorGauges } from '../telemetry/acceptor-gauges.js';
import { genAiOperationOf } from '../telemetry/gen-ai-names.js';
import type { MetricsSnapshot } from '../telemetry/metric-family.js';
import { type AcceptorFigures, AcceptorMetrics } from '../telemetry/metrics.js';
import { PoolMetrics } from '../telemetry/pool-metrics.js';
import { ProcessMetrics } from '../telemetry/process-metrics.js';

/** What the endpoints do, by index. */
const operations = endpoints.map(({ endpoint, provider }) => genAiOperationOf(provider.name, endpoint.name));

export interface AcceptorMeasuresOptions {
  /** The acceptor's number. */
  readonly place: number;
  readonly modelNames: readonly string[];
  readonly gauges: AcceptorGauges;
  readonly table: StreamTable<unknown>;
  /** Asked when somebody scrapes. */
  readonly pool: () => RenderPool;
}

export class AcceptorMeasures {
  readonly metrics: AcceptorMetrics;
  readonly #pools: PoolMetrics;
  readonly #process: ProcessMetrics;

  constructor({ gauges, modelNames, place, pool, table }: AcceptorMeasuresOptions) {
    this.metrics = new AcceptorMetrics(modelNames, gauges, operations);
    this.#process = new ProcessMetrics(`acceptor-${place}`);
    this.#pools = new PoolMetrics({
      pool: () => pool().use,
      slots: () => table,
      planMemoryBytes: () => table.plans.slabBytes,
    });
  }

  /** @param others what else the acceptor has counted */
  async figures(others: MetricsSnapshot): Promise<AcceptorFigures> {
    const { delays, metrics } = await this.metrics.figures();
    const pools = await this.#pools.snapshot();
    return { delays, metrics: [...metrics, ...pools, ...this.#process.snapshot(), ...others] };
  }

  /** Nothing more is observed. */
  close(): void {
    this.#process.close();
  }
}
