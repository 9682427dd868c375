/** The simulated serving engines of models that have one (`latency.batching`). */
import type { Section } from '../contract.js';
import { timeseries } from '../panels.js';
import { growthOf, MODELS, ratePer } from '../selections.js';

export const batching: Section = {
  title: 'Serving engines (models with batching)',
  height: 8,
  collapsed: true,
  panels: [
    timeseries({
      title: 'Batches',
      description: 'Requests in the batches of a model, and those that wait for a place in one.',
      width: 8,
      unit: 'short',
      queries: [
        { expr: `sum by (model) (llm_simulator_batch_running_requests{${MODELS}})`, legend: '{{model}} running' },
        { expr: `sum by (model) (llm_simulator_batch_waiting_requests{${MODELS}})`, legend: '{{model}} waiting' },
      ],
    }),
    timeseries({
      title: 'KV cache',
      description: 'Share of the KV-cache blocks that are in use.',
      width: 8,
      unit: 'percentunit',
      max: 1,
      queries: [{ expr: `max by (model) (llm_simulator_batch_kv_usage_ratio{${MODELS}})`, legend: '{{model}}' }],
    }),
    timeseries({
      title: 'Tokens computed',
      description: 'Tokens that the engines computed per second, of prompts and of replies.',
      width: 8,
      unit: 'short',
      queries: [
        { expr: ratePer('llm_simulator_batch_tokens_total', MODELS, 'model', 'phase'), legend: '{{model}} {{phase}}' },
      ],
    }),
    timeseries({
      title: 'Steps and time at work',
      description: 'Steps per second, and seconds at work per second, over all replicas.',
      width: 12,
      unit: 'short',
      queries: [
        { expr: ratePer('llm_simulator_batch_steps_total', MODELS, 'model'), legend: '{{model}} steps/s' },
        { expr: ratePer('llm_simulator_batch_busy_seconds_total', MODELS, 'model'), legend: '{{model}} at work' },
      ],
    }),
    timeseries({
      title: 'Preemptions and refusals',
      description: 'Requests put back to wait because the KV cache was full, and those that found the queue full.',
      width: 12,
      unit: 'short',
      queries: [
        { expr: growthOf('llm_simulator_batch_preemptions_total', MODELS, 'model'), legend: '{{model}} preempted' },
        { expr: growthOf('llm_simulator_batch_rejected_total', MODELS, 'model'), legend: '{{model}} refused' },
      ],
    }),
  ],
};
