/** What each process of the nodes uses: the primary and its acceptors. */
import type { Section } from '../contract.js';
import { timeseries } from '../panels.js';
import { NODES, quantileOf } from '../selections.js';

export const processes: Section = {
  title: 'Load of each process',
  height: 8,
  panels: [
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
  ],
};
