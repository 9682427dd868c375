/** Whether the simulator keeps its plans: the verdict, its reasons, and what they rest on. */
import type { Section } from '../contract.js';
import { stateTimeline, timeseries } from '../panels.js';
import { NODES, quantileOf } from '../selections.js';

const HOLDS = [
  { value: 0, text: 'no', color: 'green' },
  { value: 1, text: 'yes', color: 'red' },
];

export const trust: Section = {
  title: 'Slip and saturation',
  height: 8,
  panels: [
    stateTimeline({
      title: 'Saturated',
      description: 'When which node could not keep its plans. Measurements from these times are worth nothing.',
      width: 12,
      unit: 'short',
      words: HOLDS,
      queries: [{ expr: `max by (instance) (llm_simulator_saturated{${NODES}})`, legend: '{{instance}}' }],
    }),
    stateTimeline({
      title: 'Reasons',
      description: 'Why: each reason that held anywhere. docs/saturation.md says what to do about it.',
      width: 12,
      unit: 'short',
      words: HOLDS,
      queries: [{ expr: `max by (reason) (llm_simulator_saturation_reason{${NODES}})`, legend: '{{reason}}' }],
    }),
    timeseries({
      title: 'Slip',
      description: 'How much later than planned chunks and replies were written. Some 1 ms is the clock’s tick.',
      width: 12,
      unit: 's',
      queries: [
        { expr: quantileOf(0.5, 'llm_simulator_slip_seconds', NODES), legend: 'p50' },
        { expr: quantileOf(0.99, 'llm_simulator_slip_seconds', NODES), legend: 'p99' },
        { expr: `max by (instance) (llm_simulator_slip_p99_seconds{${NODES}})`, legend: '{{instance}} p99 of 10 s' },
      ],
    }),
    timeseries({
      title: 'Starts, accepts and event loops',
      description:
        'p99 of the last ten seconds: lateness of first tokens, waits of new connections, and waits for the main thread of the process that fares worst.',
      width: 12,
      unit: 's',
      queries: [
        {
          expr: `max by (instance) (llm_simulator_start_slip_p99_seconds{${NODES}})`,
          legend: '{{instance}} start slip',
        },
        {
          expr: `max by (instance) (llm_simulator_accept_wait_p99_seconds{${NODES}})`,
          legend: '{{instance}} accept wait',
        },
        {
          expr: `max by (instance) (llm_simulator_event_loop_lag_p99_seconds{${NODES}})`,
          legend: '{{instance}} event-loop lag',
        },
      ],
    }),
  ],
};
