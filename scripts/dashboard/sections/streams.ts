/** What clients of a model notice: when the first token comes, how fast the others follow, and how many there are. */
import type { Panel, Query, Section } from '../contract.js';
import { timeseries } from '../panels.js';
import { MODELS, NODES, quantileOf, ratePer } from '../selections.js';

const QUANTILES = [0.5, 0.95, 0.99];

function percentiles(histogram: string): Query[] {
  return QUANTILES.map((quantile) => ({
    expr: quantileOf(quantile, histogram, MODELS, 'model'),
    legend: `{{model}} p${quantile * 100}`,
  }));
}

function delays(title: string, description: string, histogram: string): Panel {
  return timeseries({ title, description, width: 12, unit: 's', queries: percentiles(histogram) });
}

export const streams: Section = {
  title: 'Tokens and streams',
  height: 9,
  panels: [
    delays(
      'Time to first token',
      'From a stream’s arrival to its first token, by model; a wait in the queue counts.',
      'llm_simulator_ttft_seconds',
    ),
    delays('Inter-token latency', 'Gap between two chunks of a stream, by model.', 'llm_simulator_itl_seconds'),
    delays(
      'Time per output token',
      'Time per token after the first over a whole stream, by model: what a reader notices of its speed.',
      'llm_simulator_tpot_seconds',
    ),
    timeseries({
      title: 'Tokens per second',
      description: 'Tokens of successful requests, of prompts and of replies. Counted when a request ends.',
      width: 12,
      unit: 'short',
      queries: [
        {
          expr: ratePer('llm_simulator_tokens_total', MODELS, 'model', 'direction'),
          legend: '{{model}} {{direction}}',
        },
        { expr: ratePer('llm_simulator_cached_tokens_total', MODELS, 'model'), legend: '{{model}} cached input' },
      ],
    }),
    timeseries({
      title: 'Open streams and chunks',
      description: 'Streams that are open, and stream chunks written per second.',
      width: 12,
      unit: 'short',
      queries: [
        { expr: `sum by (instance) (llm_simulator_active_streams{${NODES}})`, legend: '{{instance}} streams' },
        { expr: ratePer('llm_simulator_chunks_total', NODES, 'instance'), legend: '{{instance}} chunks/s' },
      ],
    }),
    timeseries({
      title: 'Requests by model',
      description: 'Requests answered per second; "other" are those about no model of the configuration.',
      width: 12,
      unit: 'reqps',
      stacked: true,
      queries: [{ expr: ratePer('llm_simulator_requests_total', MODELS, 'model'), legend: '{{model}}' }],
    }),
  ],
};
