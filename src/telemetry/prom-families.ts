/** What is counted with prom-client's own counters and gauges, which are few and rarely touched, as families. */
import { Counter, Gauge, type MetricObject, type Registry } from 'prom-client';
import type { MergeRule, MetricFamily, MetricsSnapshot } from './metric-family.js';

/** As far as it is needed of what prom-client's metrics are. */
interface PromMetric extends MetricObject {
  readonly labelNames: readonly string[];
  get(): Promise<{ readonly values: readonly PromSample[] }>;
}

interface PromSample {
  readonly value: number;
  readonly labels: { readonly [label: string]: string | number };
}

export async function familiesOf(registry: Registry): Promise<MetricsSnapshot> {
  const metrics = registry.getMetricsAsArray() as unknown as readonly PromMetric[];
  return Promise.all(metrics.map(familyOf));
}

async function familyOf(metric: PromMetric): Promise<MetricFamily> {
  const { values } = await metric.get();
  const { aggregator, help, labelNames, name, type } = metric;
  return {
    name,
    help,
    type: String(type) === 'counter' ? 'counter' : 'gauge',
    merge: aggregator as MergeRule,
    labels: labelNames,
    rows: values.map(({ labels }) => labelNames.map((label) => String(labels[label] ?? ''))),
    numbers: Float64Array.from(values, ({ value }) => value),
  };
}

/** A gauge that is read when somebody scrapes. @param merge how those of several processes become one */
export function readGauge(
  registry: Registry,
  name: string,
  help: string,
  read: () => number,
  merge: MergeRule = 'sum',
): void {
  new Gauge({
    name,
    help,
    aggregator: merge,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

/** The same of a counter. @param read only grows */
export function readCounter(registry: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}
