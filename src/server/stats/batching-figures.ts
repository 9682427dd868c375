/** What the simulated serving engines have done and do now, by model, read from their metrics. */
import type { MetricSums } from '../../telemetry/metric-sums.js';

export interface BatchingRow {
  readonly model: string;
  readonly running: number;
  readonly waiting: number;
  /** Share of the KV-cache blocks in use, from 0 to 1. */
  readonly kv_usage: number;
  readonly steps: number;
  /** Time that steps took, summed over the replicas. */
  readonly busy_seconds: number;
  readonly preemptions: number;
  readonly rejected: number;
  readonly prefill_tokens: number;
  readonly decode_tokens: number;
}

/** Null where no model has an engine. */
export function batchingRows(sums: MetricSums): readonly BatchingRow[] | null {
  const models = [...sums.sumsBy('llm_simulator_batch_running_requests', 'model').keys()];
  if (models.length === 0) return null;
  return models.sort().map((model) => {
    const figure = (name: string, labels = {}): number => sums.sum(`llm_simulator_batch_${name}`, { model, ...labels });
    return {
      model,
      running: figure('running_requests'),
      waiting: figure('waiting_requests'),
      kv_usage: figure('kv_usage_ratio'),
      steps: figure('steps_total'),
      busy_seconds: figure('busy_seconds_total'),
      preemptions: figure('preemptions_total'),
      rejected: figure('rejected_total'),
      prefill_tokens: figure('tokens_total', { phase: 'prefill' }),
      decode_tokens: figure('tokens_total', { phase: 'decode' }),
    };
  });
}
