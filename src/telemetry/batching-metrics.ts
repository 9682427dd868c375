/**
 * What a node's serving engines say of themselves, by model. The engines live in one process of the node, so their figures are a snapshot
 * of their own beside those of the acceptors, and are counted once. The label holds names of the configuration only.
 */
import { Counter, Gauge, Registry } from 'prom-client';
import type { MetricsSnapshot } from './metric-family.js';
import { familiesOf } from './prom-families.js';

/** What is read of each engine when somebody asks. */
export interface EngineFigures {
  readonly model: string;
  readonly running: number;
  readonly waiting: number;
  readonly kvBlocksUsed: number;
  readonly kvBlocks: number;
  readonly steps: number;
  readonly prefillTokens: number;
  readonly outputTokens: number;
  readonly preemptions: number;
  readonly rejected: number;
  readonly busyUs: number;
}

type Figure = (figures: EngineFigures) => number;

const gauges: readonly (readonly [name: string, help: string, figure: Figure])[] = [
  ['llm_simulator_batch_running_requests', 'Requests in the batches of a model', ({ running }) => running],
  ['llm_simulator_batch_waiting_requests', 'Requests that wait for a place in a batch', ({ waiting }) => waiting],
  [
    'llm_simulator_batch_kv_usage_ratio',
    'Share of the KV-cache blocks that are in use, from 0 to 1',
    ({ kvBlocks, kvBlocksUsed }) => kvBlocksUsed / kvBlocks,
  ],
];

const counters: readonly (readonly [name: string, help: string, figure: Figure])[] = [
  ['llm_simulator_batch_steps_total', 'Steps of the engine, over all replicas', ({ steps }) => steps],
  [
    'llm_simulator_batch_busy_seconds_total',
    'Time that steps took, summed over the replicas',
    ({ busyUs }) => busyUs / 1e6,
  ],
  [
    'llm_simulator_batch_preemptions_total',
    'Requests put back to wait because the KV cache was full',
    ({ preemptions }) => preemptions,
  ],
  ['llm_simulator_batch_rejected_total', 'Requests that found the queue full', ({ rejected }) => rejected],
];

export class BatchingMetrics {
  readonly #registry = new Registry();

  /** @param read the present figures of every engine */
  constructor(read: () => readonly EngineFigures[]) {
    const registers = [this.#registry];
    const labelNames = ['model'];
    for (const [name, help, figure] of gauges) {
      const collect = () => {
        for (const figures of read()) gauge.set({ model: figures.model }, figure(figures));
      };
      const gauge = new Gauge({ name, help, labelNames, registers, collect });
    }
    for (const [name, help, figure] of counters) {
      const collect = () => {
        counter.reset();
        for (const figures of read()) counter.inc({ model: figures.model }, figure(figures));
      };
      const counter = new Counter({ name, help, labelNames, registers, collect });
    }
    const collect = () => {
      tokens.reset();
      for (const { model, outputTokens, prefillTokens } of read()) {
        tokens.inc({ model, phase: 'prefill' }, prefillTokens);
        tokens.inc({ model, phase: 'decode' }, outputTokens);
      }
    };
    const tokens = new Counter({
      name: 'llm_simulator_batch_tokens_total',
      help: 'Tokens that the engine computed, by phase: prefill (of prompts, again after a preemption) and decode (of replies)',
      labelNames: ['model', 'phase'],
      registers,
      collect,
    });
  }

  snapshot(): Promise<MetricsSnapshot> {
    return familiesOf(this.#registry);
  }
}
