/** A model's `latency.batching`: the serving engine whose batches, queue and KV cache decide when tokens come. */
import type { JsonSchema } from '../../kernel/json-schema.js';
import { presetNames } from '../batching-presets.js';

const coefficient = { type: ['number', 'null'], minimum: 0, default: null } as const;

const stepTimeSchema = {
  type: 'object',
  description: 'Coefficients of the equation of a step. null takes the value of the preset.',
  additionalProperties: false,
  default: {},
  properties: {
    base_ms: {
      ...coefficient,
      maximum: 60_000,
      description: 'What every step costs, whatever is in it: scheduling, launching kernels, sampling, communication.',
      'x-unit': 'ms',
    },
    weights_ms: {
      ...coefficient,
      maximum: 60_000,
      description: "Reading the model's weights once; the matrix products of a step take at least this long.",
      'x-unit': 'ms',
    },
    per_token_ms: {
      ...coefficient,
      maximum: 60_000,
      description:
        'The matrix products of one token; all tokens of a step together count where that is more than weights_ms.',
      'x-unit': 'ms',
    },
    per_sequence_ms: {
      ...coefficient,
      maximum: 60_000,
      description: 'Added for each sequence that decodes.',
      'x-unit': 'ms',
    },
    per_context_token_us: {
      ...coefficient,
      maximum: 1_000_000,
      description: 'Added for each token of context whose keys and values a decoding sequence reads.',
      'x-unit': 'µs',
    },
    per_attention_pair_ns: {
      ...coefficient,
      maximum: 1_000_000,
      description:
        'Added for each pair of a prompt token and a token before it: the part of prefill that grows with the square.',
      'x-unit': 'ns',
    },
  },
} as const satisfies JsonSchema;

export const batchingSchema = {
  type: 'object',
  description:
    'A simulated serving engine that batches continuously, see docs/batching.md. Where enabled, delays come from it instead of ttft and itl, and depend on what else is being served; content never does.',
  additionalProperties: false,
  default: {},
  properties: {
    enabled: { type: 'boolean', default: false, description: 'Whether the model is served by the simulated engine.' },
    preset: {
      type: 'string',
      enum: presetNames,
      default: 'llama-3.1-8b-a100-80gb',
      description: 'Public model and GPUs whose figures stand for every key that is null.',
    },
    replicas: {
      type: 'integer',
      minimum: 1,
      maximum: 256,
      default: 1,
      description: 'Engines that share the requests of the model; a request goes to the least loaded one.',
      'x-unit': 'replicas',
    },
    max_batch_size: {
      type: ['integer', 'null'],
      minimum: 1,
      maximum: 4_096,
      default: null,
      description: 'Sequences that a replica runs at a time.',
      'x-unit': 'sequences',
    },
    max_batched_tokens: {
      type: ['integer', 'null'],
      minimum: 1,
      maximum: 1_000_000,
      default: null,
      description: 'Tokens that one step computes at most; at least max_batch_size.',
      'x-unit': 'tokens',
    },
    chunked_prefill: {
      type: 'boolean',
      default: true,
      description:
        'true: a step decodes every running sequence and spends the rest of its tokens on pieces of prompts. false: whole prompts, in steps of their own that come before decoding.',
    },
    max_queued: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: 10_000,
      description:
        "Requests that wait for a place in a batch, over all replicas; above it they get the provider's overloaded error.",
      'x-unit': 'requests',
    },
    request_ms: {
      ...coefficient,
      maximum: 60_000,
      description:
        "What a request takes on its way to the engine's queue (HTTP, tokenising): it delays the first token and costs the engine no time.",
      'x-unit': 'ms',
    },
    kv_blocks: {
      type: ['integer', 'null'],
      minimum: 1,
      maximum: 100_000_000,
      default: null,
      description: 'Blocks of the KV cache of a replica.',
      'x-unit': 'blocks',
    },
    block_tokens: {
      type: 'integer',
      minimum: 1,
      maximum: 4_096,
      default: 16,
      description: 'Tokens in a block of the KV cache.',
      'x-unit': 'tokens',
    },
    step_time: stepTimeSchema,
  },
} as const satisfies JsonSchema;
