/** What became of the spans of one process, as metrics. */
import { Counter, Registry } from 'prom-client';
import type { MetricsSnapshot } from '../metric-family.js';
import { familiesOf } from '../prom-families.js';
import type { SpanCounts } from './span-outlet.js';

export class TraceMetrics {
  readonly #registry = new Registry();

  /** @param counts as they stand */
  constructor(counts: () => SpanCounts) {
    const registers = [this.#registry];
    new Counter({
      name: 'llm_simulator_trace_spans_exported_total',
      help: 'Spans of requests that a collector took',
      registers,
      collect() {
        this.reset();
        this.inc(counts().exported);
      },
    });
    new Counter({
      name: 'llm_simulator_trace_spans_dropped_total',
      help: 'Spans of requests that got no further, by reason: queue_full, export_failed, thread_lost',
      labelNames: ['reason'],
      registers,
      collect() {
        this.reset();
        for (const [reason, spans] of Object.entries(counts().dropped)) this.inc({ reason }, spans);
      },
    });
  }

  snapshot(): Promise<MetricsSnapshot> {
    return familiesOf(this.#registry);
  }
}
