/**
 * Public pairs of a model and GPUs for latency.batching. What is typed here are figures of data sheets and of the models' published
 * configurations; the coefficients of a step follow from them by the equations of docs/batching.md and the stated efficiencies.
 */
import type { StepTimeCoefficients } from './batching-parameters.js';

/** Dense BF16 figures of one GPU. */
interface Gpu {
  readonly name: string;
  readonly teraflops: number;
  readonly gigabytesPerSecond: number;
  readonly gigabytes: number;
}

interface Model {
  readonly name: string;
  readonly parameters: number;
  /** Of a mixture of experts, those that one token uses. */
  readonly activeParameters: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDimension: number;
}

export interface BatchingPreset {
  readonly model: string;
  readonly gpus: string;
  readonly maxBatchSize: number;
  readonly maxBatchedTokens: number;
  /** Tokens that the KV cache holds. */
  readonly kvTokens: number;
  readonly stepTime: StepTimeCoefficients;
}

const BYTES_PER_VALUE = 2;
/** Share of the data sheet's bandwidth and of its dense FLOPS that the kernels reach. */
const BANDWIDTH_EFFICIENCY = 0.8;
const COMPUTE_EFFICIENCY = 0.5;
/** vLLM's default gpu_memory_utilization, and what activations and CUDA graphs take of it. */
const MEMORY_UTILISATION = 0.9;
const ACTIVATION_GIGABYTES = 3;
const HOST_MS = 2.5;
const ALL_REDUCE_MS = 0.012;
const PER_SEQUENCE_MS = 0.008;

const a100: Gpu = { name: 'A100 80GB SXM', teraflops: 312, gigabytesPerSecond: 2_039, gigabytes: 80 };
const h100: Gpu = { name: 'H100 80GB SXM', teraflops: 989.4, gigabytesPerSecond: 3_350, gigabytes: 80 };
const l4: Gpu = { name: 'L4 24GB', teraflops: 121, gigabytesPerSecond: 300, gigabytes: 24 };

const llama8b: Model = {
  name: 'Llama-3.1-8B',
  parameters: 8.03e9,
  activeParameters: 8.03e9,
  layers: 32,
  heads: 32,
  kvHeads: 8,
  headDimension: 128,
};
const llama70b: Model = {
  name: 'Llama-3.1-70B',
  parameters: 70.55e9,
  activeParameters: 70.55e9,
  layers: 80,
  heads: 64,
  kvHeads: 8,
  headDimension: 128,
};

function presetOf(model: Model, gpu: Gpu, count: number): BatchingPreset {
  const bytesPerMs = gpu.gigabytesPerSecond * 1e6 * count * BANDWIDTH_EFFICIENCY;
  const operationsPerMs = gpu.teraflops * 1e9 * count * COMPUTE_EFFICIENCY;
  const weightBytes = model.parameters * BYTES_PER_VALUE;
  const kvBytes = 2 * model.layers * model.kvHeads * model.headDimension * BYTES_PER_VALUE;
  const freeBytes = (gpu.gigabytes * MEMORY_UTILISATION - ACTIVATION_GIGABYTES) * 1e9 * count - weightBytes;
  return {
    model: model.name,
    gpus: count === 1 ? gpu.name : `${count} × ${gpu.name}`,
    maxBatchSize: 256,
    maxBatchedTokens: 8_192,
    kvTokens: Math.floor(freeBytes / kvBytes),
    stepTime: {
      baseMs: HOST_MS + (count === 1 ? 0 : 2 * model.layers * ALL_REDUCE_MS),
      weightsMs: weightBytes / bytesPerMs,
      perTokenMs: (2 * model.activeParameters) / operationsPerMs,
      perSequenceMs: PER_SEQUENCE_MS,
      perContextTokenUs: (kvBytes / bytesPerMs) * 1e3,
      perAttentionPairNs: ((4 * model.layers * model.heads * model.headDimension) / operationsPerMs) * 1e6,
    },
  };
}

export const batchingPresets = {
  'llama-3.1-8b-a100-80gb': presetOf(llama8b, a100, 1),
  'llama-3.1-8b-h100-80gb': presetOf(llama8b, h100, 1),
  'llama-3.1-8b-l4': presetOf(llama8b, l4, 1),
  'llama-3.1-70b-4xa100-80gb': presetOf(llama70b, a100, 4),
  'llama-3.1-70b-4xh100-80gb': presetOf(llama70b, h100, 4),
} as const satisfies { readonly [name: string]: BatchingPreset };

export type PresetName = keyof typeof batchingPresets;

export const presetNames = Object.keys(batchingPresets) as PresetName[];
