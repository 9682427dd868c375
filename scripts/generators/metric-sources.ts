/** Every metric as the classes that keep it describe it, with nothing counted. */
import { AcceptorGaugeMetrics } from '../../src/telemetry/acceptor-gauges.js';
import { BatchingMetrics } from '../../src/telemetry/batching-metrics.js';
import type { MetricFamily, MetricsSnapshot } from '../../src/telemetry/metric-family.js';
import { AcceptorMetrics } from '../../src/telemetry/metrics.js';
import { NodeFactsMetrics } from '../../src/telemetry/node-facts-metrics.js';
import { NodeMetrics } from '../../src/telemetry/node-metrics.js';
import { PoolMetrics } from '../../src/telemetry/pool-metrics.js';
import { ProcessMetrics } from '../../src/telemetry/process-metrics.js';
import { ReloadMetrics } from '../../src/telemetry/reload-metrics.js';
import { SaturationMetrics } from '../../src/telemetry/saturation-metrics.js';
import { ScenarioMetrics } from '../../src/telemetry/scenario-metrics.js';
import { TraceMetrics } from '../../src/telemetry/tracing/trace-metrics.js';

const none = () => 0;
const NO_GAUGES = {
  activeRequests: none,
  activeStreams: none,
  waitingRequests: none,
  renderingRequests: none,
  backpressure: () => false,
  connections: none,
  generation: none,
};
const NO_RING = { capacityBytes: 0, usedBytes: 0, usedMaxBytes: 0 };
const NO_DELAY = { p99Us: 0 };

const NO_SPANS = { exported: 0, dropped: { queue_full: 0, export_failed: 0, thread_lost: 0 } };

const SATURATION = {
  reasons: [],
  slip: NO_DELAY,
  starts: NO_DELAY,
  accepts: NO_DELAY,
  loopLag: NO_DELAY,
  pressure: { occupancy: 0 },
};

function pools(): PoolMetrics {
  return new PoolMetrics({
    pool: () => ({ threads: 0, backlogBytes: 0, rings: { requests: NO_RING, plans: NO_RING } }),
    slots: () => ({ capacity: 0, inUseMax: 0 }),
    planMemoryBytes: none,
  });
}

function facts(): NodeFactsMetrics {
  return new NodeFactsMetrics({
    version: '',
    transport: () => undefined,
    capacity: () => ({
      maxConcurrentRequests: 0,
      queueSize: 0,
      backpressureThreshold: 0,
      maxConnections: 0,
      models: 0,
    }),
    uptimeSecs: none,
    nowSecs: none,
  });
}

async function processSnapshot(): Promise<MetricsSnapshot> {
  const metrics = new ProcessMetrics('');
  metrics.close();
  return metrics.snapshot();
}

/** In the order of the page. */
export async function metricsBySubject(): Promise<{ readonly [subject: string]: readonly MetricFamily[] }> {
  const acceptor = await new AcceptorMetrics([], NO_GAUGES).snapshot();
  const present = await new AcceptorGaugeMetrics(NO_GAUGES).snapshot();
  const isPresent = ({ name }: MetricFamily) => present.some((gauge) => gauge.name === name);
  return {
    'gen ai': acceptor.filter(({ name }) => name.startsWith('gen_ai_')),
    requests: acceptor.filter((family) => !family.name.startsWith('gen_ai_') && !isPresent(family)),
    present,
    saturation: await new SaturationMetrics([], () => SATURATION).snapshot(),
    facts: [...(await facts().snapshot()), ...(await new ReloadMetrics().snapshot())],
    scenarios: await new ScenarioMetrics({ names: [], activeNames: [] }).snapshot(),
    batching: await new BatchingMetrics(() => []).snapshot(),
    pools: await pools().snapshot(),
    node: await new NodeMetrics({ acceptors: none, silent: none, logLinesDropped: none }).snapshot(),
    tracing: await new TraceMetrics(() => NO_SPANS).snapshot(),
    process: await processSnapshot(),
  };
}
