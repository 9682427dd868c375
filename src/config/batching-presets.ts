/**
 * Public pairs of a model and GPUs for latency.batching. What is typed here are figures of data sheets and of the models' published
 * configurations, and a few shares and constants that published measurements gave; a step's coefficients follow by the equations of a
 * roofline. Derivation, sources and the comparison with measurements are in docs/batching.md. All figures are of 16-bit weights and caches.
 */
import type { StepTimeCoefficients } from './batching-parameters.js';

/** One GPU, by its data sheet: dense BF16 arithmetic, and the memory that the driver reports. */
interface Gpu {
  readonly name: string;
  readonly teraflops: number;
  readonly gigabytesPerSecond: number;
  readonly gibibytes: number;
  /** Share of the arithmetic that the matrix products of a prompt reach. */
  readonly computeEfficiency: number;
  /** What vLLM's server takes on such a GPU when it is not told. */
  readonly maxBatchSize: number;
  readonly maxBatchedTokens: number;
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

/** The parameters of latency.batching that depend on the pair. */
export interface BatchingPreset {
  readonly model: string;
  readonly gpus: string;
  readonly maxBatchSize: number;
  readonly maxBatchedTokens: number;
  readonly requestMs: number;
  /** Tokens that the KV cache holds. */
  readonly kvTokens: number;
  readonly stepTime: StepTimeCoefficients;
}

const BYTES_PER_VALUE = 2;
/** Share of the data sheet's memory bandwidth that decoding reaches. */
const BANDWIDTH_EFFICIENCY = 0.85;
/** vLLM's gpu_memory_utilization. */
const MEMORY_SHARE = 0.9;
/** What activations and captured graphs take of each GPU's share. */
const ACTIVATION_GIBIBYTES = 2;
/** HTTP, tokenising and the way to the scheduler. */
const REQUEST_MS = 8;
/** Scheduling, launching and sampling of one step. */
const HOST_MS = 1.5;
/** One all-reduce between GPUs; each layer needs two. */
const ALL_REDUCE_MS = 0.025;
/** Sampling and bookkeeping of one sequence. */
const PER_SEQUENCE_MS = 0.01;

const a100: Gpu = {
  name: 'A100 SXM 80 GB',
  teraflops: 312,
  gigabytesPerSecond: 2_039,
  gibibytes: 79.1,
  computeEfficiency: 0.6,
  maxBatchSize: 256,
  maxBatchedTokens: 2_048,
};
const h100: Gpu = {
  name: 'H100 SXM 80 GB',
  teraflops: 989.4,
  gigabytesPerSecond: 3_350,
  gibibytes: 79.6,
  computeEfficiency: 0.5,
  maxBatchSize: 1_024,
  maxBatchedTokens: 8_192,
};
const l4: Gpu = {
  name: 'L4 24 GB',
  teraflops: 121,
  gigabytesPerSecond: 300,
  gibibytes: 22.5,
  computeEfficiency: 0.2,
  maxBatchSize: 256,
  maxBatchedTokens: 2_048,
};

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
const mixtral: Model = {
  name: 'Mixtral-8x7B',
  parameters: 46.7e9,
  activeParameters: 12.9e9,
  layers: 32,
  heads: 32,
  kvHeads: 8,
  headDimension: 128,
};
const qwen7b: Model = {
  name: 'Qwen2.5-7B',
  parameters: 7.62e9,
  activeParameters: 7.62e9,
  layers: 28,
  heads: 28,
  kvHeads: 4,
  headDimension: 128,
};

function presetOf(model: Model, gpu: Gpu, count: number): BatchingPreset {
  const bytesPerMs = gpu.gigabytesPerSecond * 1e6 * count * BANDWIDTH_EFFICIENCY;
  const operationsPerMs = gpu.teraflops * 1e9 * count * gpu.computeEfficiency;
  const weightBytes = model.parameters * BYTES_PER_VALUE;
  const kvBytesPerToken = 2 * model.layers * model.kvHeads * model.headDimension * BYTES_PER_VALUE;
  const usableBytes = (gpu.gibibytes * MEMORY_SHARE - ACTIVATION_GIBIBYTES) * 2 ** 30 * count;
  const operationsPerPair = 4 * model.layers * model.heads * model.headDimension;
  return {
    model: model.name,
    gpus: count === 1 ? gpu.name : `${count} × ${gpu.name}`,
    maxBatchSize: gpu.maxBatchSize,
    maxBatchedTokens: gpu.maxBatchedTokens,
    requestMs: REQUEST_MS,
    kvTokens: Math.floor((usableBytes - weightBytes) / kvBytesPerToken),
    stepTime: {
      baseMs: HOST_MS + (count === 1 ? 0 : 2 * model.layers * ALL_REDUCE_MS),
      weightsMs: weightBytes / bytesPerMs,
      perTokenMs: (2 * model.activeParameters) / operationsPerMs,
      perSequenceMs: PER_SEQUENCE_MS,
      perContextTokenUs: (kvBytesPerToken / bytesPerMs) * 1e3,
      perAttentionPairNs: (operationsPerPair / operationsPerMs) * 1e6,
    },
  };
}

export const batchingPresets = {
  'llama-3.1-8b-a100-80gb': presetOf(llama8b, a100, 1),
  'llama-3.1-8b-h100-80gb': presetOf(llama8b, h100, 1),
  'llama-3.1-8b-l4': presetOf(llama8b, l4, 1),
  'llama-3.1-70b-4xa100-80gb': presetOf(llama70b, a100, 4),
  'llama-3.1-70b-4xh100-80gb': presetOf(llama70b, h100, 4),
  'mixtral-8x7b-2xh100-80gb': presetOf(mixtral, h100, 2),
  'qwen2.5-7b-l4': presetOf(qwen7b, l4, 1),
} as const satisfies { readonly [name: string]: BatchingPreset };

export const presetNames = Object.keys(batchingPresets) as (keyof typeof batchingPresets)[];
