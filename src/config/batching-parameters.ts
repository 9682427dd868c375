/**
 * A model's batching parameters, complete: what the configuration sets, and the preset's value for what it leaves null. Every figure is
 * that of one replica, of real time (before simulation.time_scale), and finite.
 */

import type { ReadonlyDeep } from '../kernel/readonly-deep.js';
import { batchingPresets } from './batching-presets.js';
import type { ModelConfiguration } from './schema/configuration.js';

/** The coefficients of the equation of a step's time, see docs/batching.md. */
export interface StepTimeCoefficients {
  /** What every step costs, whatever is in it: scheduling, launching kernels, sampling, communication. */
  readonly baseMs: number;
  /** Reading the weights once; the step's matrix products take at least this long. */
  readonly weightsMs: number;
  /** The matrix products of one token; counts where it is more than `weightsMs` for all tokens of the step. */
  readonly perTokenMs: number;
  /** Per sequence that decodes. */
  readonly perSequenceMs: number;
  /** Per token of context whose keys and values a decoding sequence reads. */
  readonly perContextTokenUs: number;
  /** Per pair of a prefilled token and a token that it attends to. */
  readonly perAttentionPairNs: number;
}

export interface BatchingParameters {
  readonly replicas: number;
  /** Sequences that one replica runs at a time. */
  readonly maxBatchSize: number;
  /** Tokens that one step computes at most; never less than maxBatchSize. */
  readonly maxBatchedTokens: number;
  readonly chunkedPrefill: boolean;
  /** Requests that wait at a time, over all replicas. */
  readonly maxQueued: number;
  /** What a request takes on its way to the queue; it costs the engine no time. */
  readonly requestMs: number;
  /** Blocks of one replica's KV cache. */
  readonly kvBlocks: number;
  readonly blockTokens: number;
  readonly stepTime: StepTimeCoefficients;
}

export type BatchingConfiguration = ReadonlyDeep<ModelConfiguration['latency']['batching']>;

/** Expects a configuration that passed validation; whether batching is enabled plays no part. */
export function batchingParameters(configured: BatchingConfiguration): BatchingParameters {
  const preset = batchingPresets[configured.preset];
  const { step_time: given } = configured;
  const stepTime = preset.stepTime;
  return {
    replicas: configured.replicas,
    maxBatchSize: configured.max_batch_size ?? preset.maxBatchSize,
    maxBatchedTokens: configured.max_batched_tokens ?? preset.maxBatchedTokens,
    chunkedPrefill: configured.chunked_prefill,
    maxQueued: configured.max_queued,
    requestMs: configured.request_ms ?? preset.requestMs,
    kvBlocks: configured.kv_blocks ?? Math.max(1, Math.floor(preset.kvTokens / configured.block_tokens)),
    blockTokens: configured.block_tokens,
    stepTime: {
      baseMs: given.base_ms ?? stepTime.baseMs,
      weightsMs: given.weights_ms ?? stepTime.weightsMs,
      perTokenMs: given.per_token_ms ?? stepTime.perTokenMs,
      perSequenceMs: given.per_sequence_ms ?? stepTime.perSequenceMs,
      perContextTokenUs: given.per_context_token_us ?? stepTime.perContextTokenUs,
      perAttentionPairNs: given.per_attention_pair_ns ?? stepTime.perAttentionPairNs,
    },
  };
}
