/** What went wrong, and how much of it was asked for. */
import type { Section } from '../contract.js';
import { stateTimeline, timeseries } from '../panels.js';
import { NODES, ratePer } from '../selections.js';

export const errors: Section = {
  title: 'Errors and faults',
  height: 8,
  panels: [
    timeseries({
      title: 'Errors by type',
      description: 'Requests without a right answer, by HTTP status, or by what cut or spoilt the answer.',
      width: 8,
      unit: 'reqps',
      stacked: true,
      queries: [{ expr: ratePer('llm_simulator_errors_total', NODES, 'type'), legend: '{{type}}' }],
    }),
    timeseries({
      title: 'Faults by kind',
      description: 'Replies that carried an injected fault.',
      width: 8,
      unit: 'reqps',
      stacked: true,
      queries: [{ expr: ratePer('llm_simulator_faults_total', NODES, 'kind'), legend: '{{kind}}' }],
    }),
    timeseries({
      title: 'Intended and unintended errors',
      description:
        'Share of all requests of the job: with an error of any cause, and with one that neither a fault nor a simulated rate limit explains.',
      width: 8,
      unit: 'percentunit',
      queries: [
        { expr: 'job:llm_simulator_errors:ratio_rate5m{job="$job"}', legend: 'all' },
        { expr: 'job:llm_simulator_unintended_errors:ratio_rate5m{job="$job"}', legend: 'unintended' },
      ],
    }),
    timeseries({
      title: 'Ends of requests',
      description:
        'Started, and ended by outcome: finished, aborted by the client, failed by the simulator, lost with a process that died.',
      width: 12,
      unit: 'reqps',
      queries: [
        { expr: ratePer('llm_simulator_requests_started_total', NODES), legend: 'started' },
        { expr: ratePer('llm_simulator_requests_ended_total', NODES, 'outcome'), legend: '{{outcome}}' },
      ],
    }),
    stateTimeline({
      title: 'Scenarios',
      description: 'Which scenarios were active anywhere.',
      width: 12,
      unit: 'short',
      words: [
        { value: 0, text: 'no', color: 'transparent' },
        { value: 1, text: 'active', color: 'purple' },
      ],
      queries: [{ expr: `max by (scenario) (llm_simulator_scenario_active{${NODES}})`, legend: '{{scenario}}' }],
    }),
  ],
};
