/** Limits, the simulator's own and those that it simulates. */
import type { Section } from '../contract.js';
import { timeseries } from '../panels.js';
import { growthOf, NODES, quantileOf, ratePer } from '../selections.js';

export const limits: Section = {
  title: 'Limits',
  height: 8,
  panels: [
    timeseries({
      title: 'Rate limited',
      description: 'Requests that a simulated rate limit refused, by limit.',
      width: 8,
      unit: 'reqps',
      stacked: true,
      queries: [{ expr: ratePer('llm_simulator_rate_limited_total', NODES, 'limit'), legend: '{{limit}}' }],
    }),
    timeseries({
      title: 'Places taken and backpressure',
      description:
        'Share of max_concurrent_requests that is being served, and whether the node says that it is under pressure.',
      width: 8,
      unit: 'percentunit',
      max: 1,
      queries: [
        { expr: `max by (instance) (llm_simulator_occupancy_ratio{${NODES}})`, legend: '{{instance}} places' },
        { expr: `max by (instance) (llm_simulator_backpressure{${NODES}})`, legend: '{{instance}} backpressure' },
      ],
    }),
    timeseries({
      title: 'Queue depth',
      description: 'Requests that wait for a place, and those that worker threads have and that have no plan yet.',
      width: 8,
      unit: 'short',
      queries: [
        { expr: `sum by (instance) (llm_simulator_queue_depth{${NODES}})`, legend: '{{instance}} for a place' },
        { expr: `sum by (instance) (llm_simulator_worker_queue_depth{${NODES}})`, legend: '{{instance}} for a thread' },
      ],
    }),
    timeseries({
      title: 'Waits in the queue',
      description: 'How long requests had waited that got a place; without a queue there is none.',
      width: 8,
      unit: 's',
      queries: [
        { expr: quantileOf(0.5, 'llm_simulator_queue_wait_seconds', NODES), legend: 'p50' },
        { expr: quantileOf(0.99, 'llm_simulator_queue_wait_seconds', NODES), legend: 'p99' },
      ],
    }),
    timeseries({
      title: 'Connections',
      description: 'Open client connections.',
      width: 8,
      unit: 'short',
      queries: [{ expr: `sum by (instance) (llm_simulator_active_connections{${NODES}})`, legend: '{{instance}}' }],
    }),
    timeseries({
      title: 'Dropped connections',
      description: 'Connections closed without an answer, because far more were open than may be.',
      width: 8,
      unit: 'short',
      queries: [
        { expr: growthOf('llm_simulator_dropped_connections_total', NODES, 'instance'), legend: '{{instance}}' },
      ],
    }),
  ],
};
