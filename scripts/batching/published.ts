/**
 * Published measurements of vLLM on the pairs of the presets, 16-bit weights, one GPU. Those that we found with all that is needed to do
 * the same in the simulation; the model is Llama-3-8B, whose architecture is that of Llama-3.1-8B.
 */
import type { batchingPresets } from '../../src/config/batching-presets.js';

export interface Measurement {
  readonly preset: keyof typeof batchingPresets;
  readonly gpu: string;
  readonly engine: string;
  readonly source: keyof typeof sources;
  /** One request at a time: medians, ms. */
  readonly aloneTtftMs?: number;
  readonly aloneTpotMs?: number;
  /** Closed loop of 8 clients: output tokens per second. */
  readonly eightClients?: number;
  /** 100 requests that come at once, until the last is done: output tokens per second. */
  readonly hundredAtOnce?: number;
}

export const sources = {
  accelmark:
    'AccelMark, verified results of suite A, April and May 2026 (github.com/FreedomIntelligence/AccelMark, results/verified)',
  yobitel: 'InferenceBench, recipe "concurrency sweep", May 2026 (yobitelcomm.github.io/bench), FP16',
} as const;

export const measurements: readonly Measurement[] = [
  {
    preset: 'llama-3.1-8b-a100-80gb',
    gpu: 'A100 SXM 80 GB',
    engine: 'vLLM 0.20.1',
    source: 'accelmark',
    aloneTtftMs: 27.78,
    aloneTpotMs: 10.77,
    eightClients: 713.8,
    hundredAtOnce: 3_908,
  },
  {
    preset: 'llama-3.1-8b-a100-80gb',
    gpu: 'A100 SXM 80 GB',
    engine: 'vLLM 0.7.3',
    source: 'accelmark',
    aloneTtftMs: 46.45,
    aloneTpotMs: 13.19,
    eightClients: 562.9,
    hundredAtOnce: 2_697,
  },
  {
    preset: 'llama-3.1-8b-h100-80gb',
    gpu: 'H100 SXM 80 GB',
    engine: 'vLLM 0.21.0',
    source: 'yobitel',
    aloneTtftMs: 13.98,
    aloneTpotMs: 6.48,
  },
  {
    preset: 'llama-3.1-8b-h100-80gb',
    gpu: 'H100 SXM 80 GB',
    engine: 'vLLM 0.7.3',
    source: 'accelmark',
    aloneTtftMs: 20.08,
    aloneTpotMs: 7.74,
    eightClients: 910.2,
    hundredAtOnce: 5_118,
  },
  {
    preset: 'llama-3.1-8b-l4',
    gpu: 'L4 24 GB',
    engine: 'vLLM 0.7.3',
    source: 'accelmark',
    aloneTtftMs: 161.63,
    aloneTpotMs: 61.2,
    eightClients: 118.3,
    hundredAtOnce: 365,
  },
];
