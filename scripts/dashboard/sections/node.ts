/** Processes, configuration and build of the nodes. */
import type { Section } from '../contract.js';
import { timeseries } from '../panels.js';
import { growthOf, NODES } from '../selections.js';

export const node: Section = {
  title: 'Processes and configuration',
  height: 8,
  panels: [
    timeseries({
      title: 'Acceptor processes',
      description: 'Processes that serve, and those that did not answer the scrape.',
      width: 8,
      unit: 'short',
      queries: [
        { expr: `sum by (instance) (llm_simulator_acceptors{${NODES}})`, legend: '{{instance}} serving' },
        { expr: `sum by (instance) (llm_simulator_acceptors_silent{${NODES}})`, legend: '{{instance}} silent' },
      ],
    }),
    timeseries({
      title: 'Deaths of processes',
      description: 'Acceptor processes that ended while the node served, by cause.',
      width: 8,
      unit: 'short',
      queries: [
        {
          expr: growthOf('llm_simulator_acceptor_deaths_total', NODES, 'instance', 'cause'),
          legend: '{{instance}} {{cause}}',
        },
      ],
    }),
    timeseries({
      title: 'Worker threads lost',
      description: 'Worker threads that ended or hung and were replaced.',
      width: 8,
      unit: 'short',
      queries: [
        { expr: growthOf('llm_simulator_worker_threads_lost_total', NODES, 'instance'), legend: '{{instance}}' },
      ],
    }),
    timeseries({
      title: 'Configuration generation',
      description:
        'Generation that new requests are served under: of the process that is furthest, and of the one that is least.',
      width: 8,
      unit: 'short',
      queries: [
        { expr: `max by (instance) (llm_simulator_config_generation{${NODES}})`, legend: '{{instance}} newest' },
        { expr: `min by (instance) (llm_simulator_config_generation_oldest{${NODES}})`, legend: '{{instance}} oldest' },
      ],
    }),
    timeseries({
      title: 'Reloads',
      description: 'Reloads of the configuration, applied and refused.',
      width: 8,
      unit: 'short',
      queries: [
        {
          expr: growthOf('llm_simulator_config_reloads_total', NODES, 'instance', 'result'),
          legend: '{{instance}} {{result}}',
        },
      ],
    }),
    timeseries({
      title: 'Log lines dropped',
      description: 'Log lines that could not be written.',
      width: 8,
      unit: 'short',
      queries: [{ expr: growthOf('llm_simulator_log_lines_dropped_total', NODES, 'instance'), legend: '{{instance}}' }],
    }),
  ],
};
