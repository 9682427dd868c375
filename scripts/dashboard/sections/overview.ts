/** The specification's four panels, by their names, and what tells at a glance whether a node is well. */
import type { Section } from '../contract.js';
import { gauge, heatmap, stat, timeseries } from '../panels.js';
import { NODES, ratePer } from '../selections.js';

export const overview: Section = {
  title: 'Overview',
  height: 8,
  panels: [
    timeseries({
      title: 'Request Rate',
      description: 'Requests answered per second, in all and by how they ended.',
      width: 9,
      unit: 'reqps',
      queries: [
        { expr: ratePer('llm_simulator_requests_total', NODES), legend: 'Requests/s' },
        { expr: ratePer('llm_simulator_requests_total', NODES, 'status'), legend: '{{status}}' },
      ],
    }),
    gauge({
      title: 'Error Rate',
      description: 'Share of the requests of the last five minutes that got no right answer, intended faults included.',
      width: 5,
      unit: 'percentunit',
      max: 1,
      steps: [
        { color: 'green', value: null },
        { color: 'yellow', value: 0.01 },
        { color: 'red', value: 0.05 },
      ],
      queries: [
        {
          expr: `(sum(rate(llm_simulator_errors_total{${NODES}}[5m])) or vector(0)) / sum(rate(llm_simulator_requests_total{${NODES}}[5m]))`,
          legend: 'Errors',
        },
      ],
    }),
    stat({
      title: 'Active Requests',
      description:
        'Requests taken in and not yet ended, those that wait in the queue included; and the streams among them.',
      width: 5,
      unit: 'short',
      queries: [
        { expr: `sum(llm_simulator_active_requests{${NODES}})`, legend: 'Requests' },
        { expr: `sum(llm_simulator_active_streams{${NODES}})`, legend: 'Streams' },
      ],
    }),
    stat({
      title: 'Can be trusted',
      description:
        'Whether any node is saturated. A load test that runs on a saturated simulator measures the simulator.',
      width: 5,
      unit: 'short',
      words: [
        { value: 0, text: 'Yes', color: 'green' },
        { value: 1, text: 'Saturated', color: 'red' },
      ],
      queries: [{ expr: `max(llm_simulator_saturated{${NODES}})`, legend: 'Saturated' }],
    }),
    heatmap({
      title: 'Latency Distribution',
      description:
        'From arrival to the last byte, of whole replies and streams alike: a stream lasts as long as its tokens take.',
      width: 14,
      unit: 's',
      queries: [
        {
          expr: ratePer('llm_simulator_request_duration_seconds_bucket', NODES, 'le'),
          legend: '{{le}}',
          format: 'heatmap',
        },
      ],
    }),
    stat({
      title: 'Nodes',
      description: 'Nodes that answer scrapes, and those that do not.',
      width: 5,
      unit: 'short',
      steps: [{ color: 'blue', value: null }],
      queries: [
        { expr: 'sum(up{job="$job"} == bool 1)', legend: 'Up' },
        { expr: 'sum(up{job="$job"} == bool 0)', legend: 'Down' },
      ],
    }),
    stat({
      title: 'Version',
      description: 'Versions that run, and on how many nodes.',
      width: 5,
      unit: 'short',
      steps: [{ color: 'blue', value: null }],
      name: true,
      queries: [
        { expr: `count by (version) (llm_simulator_build_info{${NODES}})`, legend: '{{version}}', instant: true },
      ],
    }),
  ],
};
