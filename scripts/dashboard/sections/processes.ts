/** What each process of the nodes uses: the primary and its acceptors. */
import type { Section } from '../contract.js';
import { timeseries } from '../panels.js';
import { NODES, quantileOf, ratePer } from '../selections.js';

const OF_PROCESS = '{{instance}} {{process}}';

export const processes: Section = {
  title: 'Load of each process',
  height: 8,
  panels: [
    timeseries({
      title: 'CPU',
      description: 'Cores that a process uses, its worker threads included. Compare with what its container may use.',
      width: 8,
      unit: 'short',
      queries: [{ expr: ratePer('process_cpu_seconds_total', NODES, 'instance', 'process'), legend: OF_PROCESS }],
    }),
    timeseries({
      title: 'Memory',
      description: 'Resident memory of a process.',
      width: 8,
      unit: 'bytes',
      queries: [{ expr: `sum by (instance, process) (process_resident_memory_bytes{${NODES}})`, legend: OF_PROCESS }],
    }),
    timeseries({
      title: 'Event loop in use',
      description: 'Share of time that a main thread is busy. Chunks come late well before it is 1.',
      width: 8,
      unit: 'percentunit',
      max: 1,
      queries: [
        { expr: `max by (instance, process) (nodejs_eventloop_utilization_ratio{${NODES}})`, legend: OF_PROCESS },
      ],
    }),
    timeseries({
      title: 'Event-loop lag',
      description: 'How long what came to a process had to wait for its main thread, over all processes.',
      width: 8,
      unit: 's',
      queries: [
        {
          expr: quantileOf(0.5, 'llm_simulator_event_loop_lag_seconds', NODES, 'instance'),
          legend: '{{instance}} p50',
        },
        {
          expr: quantileOf(0.99, 'llm_simulator_event_loop_lag_seconds', NODES, 'instance'),
          legend: '{{instance}} p99',
        },
      ],
    }),
    timeseries({
      title: 'Garbage collection',
      description: 'Share of time that collections of garbage take.',
      width: 8,
      unit: 'percentunit',
      queries: [{ expr: ratePer('nodejs_gc_duration_seconds_sum', NODES, 'instance', 'process'), legend: OF_PROCESS }],
    }),
    timeseries({
      title: 'Heap',
      description: 'What is used of the main thread’s heap.',
      width: 8,
      unit: 'bytes',
      queries: [{ expr: `sum by (instance, process) (nodejs_heap_size_used_bytes{${NODES}})`, legend: OF_PROCESS }],
    }),
  ],
};
