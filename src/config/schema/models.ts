/**
 * The `providers` section: one entry per simulated model. The entries of config/profiles/ are the catalogue that a user's
 * entries merge into.
 */
import type { JsonSchema } from '../../kernel/json-schema.js';
import { lengthSchema } from '../../latency/lengths.js';
import { latencySchema } from './latency.js';
import { prefixCacheSchema } from './prefix-cache.js';
import { traceSchema } from './trace.js';

export const OUTPUT_TOKENS_MAX = 10_000_000;
export const REASONING_TOKENS_MAX = 1_000_000;

const probability = { type: 'number', minimum: 0, maximum: 1 } as const;

const errorsSchema = {
  type: 'object',
  description:
    'Errors in place of answers, each for its share of the requests; the shares add up to 1 at most. More kinds and patterns: `faults`.',
  additionalProperties: false,
  default: {},
  properties: {
    enabled: {
      type: 'boolean',
      default: false,
      description:
        'Whether they are given. The original reference enables them for gpt-4-turbo; the default is false so that a fresh simulator answers every valid request.',
    },
    rate_limit: {
      type: 'object',
      description: 'Answers 429.',
      additionalProperties: false,
      default: {},
      properties: {
        probability: { ...probability, default: 0.02, description: 'Share of requests.' },
        retry_after_secs: {
          type: 'integer',
          minimum: 0,
          maximum: 86_400,
          default: 60,
          description: 'The retry-after header of the answer.',
          'x-unit': 's',
        },
      },
    },
    timeout: {
      type: 'object',
      description: 'Answers 504 (Azure: 408) after a while.',
      additionalProperties: false,
      default: {},
      properties: {
        probability: { ...probability, default: 0.01, description: 'Share of requests.' },
        timeout_ms: {
          type: 'number',
          minimum: 0,
          maximum: 3_600_000,
          default: 30_000,
          description: 'How long the client waits for the error, multiplied by `simulation.time_scale`.',
          'x-unit': 'ms',
        },
      },
    },
    server_error: {
      type: 'object',
      description: 'Answers 500.',
      additionalProperties: false,
      default: {},
      properties: { probability: { ...probability, default: 0.005, description: 'Share of requests.' } },
    },
  },
} as const satisfies JsonSchema;

/** From no thinking to all there is; `medium` is what reasoning.tokens describes. */
const reasoningSchema = {
  type: 'object',
  description:
    'Thinking before the answer. Hidden reasoning takes its tokens at the inter-token latency before the first visible token.',
  additionalProperties: false,
  default: {},
  properties: {
    enabled: { type: 'boolean', default: false, description: 'Whether the model can think.' },
    default_effort: {
      type: 'string',
      enum: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'],
      default: 'medium',
      description: 'How much it thinks when the request does not say.',
    },
    tokens: {
      ...lengthSchema(REASONING_TOKENS_MAX, { p50: 250, p95: 1_200 }),
      default: { p50: 250, p95: 1_200 },
      description: 'Length of the reasoning at medium effort.',
    },
  },
} as const satisfies JsonSchema;

export const modelSchema = {
  type: 'object',
  description: 'One simulated model.',
  additionalProperties: false,
  properties: {
    extends: {
      type: ['string', 'null'],
      maxLength: 128,
      default: null,
      description:
        'Another configured model, from which this one takes every key that it does not give itself, but `enabled`. A model that is not enabled may be one.',
    },
    enabled: { type: 'boolean', default: true, description: 'false removes the model from the catalogue.' },
    dialect: {
      type: 'string',
      enum: ['openai', 'anthropic', 'gemini'],
      description:
        "Whose API serves the model. When absent it is that of the model that this one extends, or follows from the name: claude-* is anthropic, gemini-* and Google's embedding models are gemini, any other is openai.",
    },
    kind: {
      type: 'string',
      enum: ['chat', 'completion', 'embedding', 'moderation'],
      default: 'chat',
      description: 'Which endpoints serve it.',
    },
    context_window_tokens: {
      type: 'integer',
      minimum: 1,
      maximum: 100_000_000,
      default: 128_000,
      description: 'Prompt and reply together; a longer prompt gets the context-length error.',
      'x-unit': 'tokens',
    },
    max_output_tokens: {
      type: 'integer',
      minimum: 1,
      maximum: 10_000_000,
      default: 4_096,
      description: 'Longest reply; at most context_window_tokens. Without meaning for an embedding model.',
      'x-unit': 'tokens',
    },
    encoding: {
      type: 'string',
      enum: ['o200k_base', 'cl100k_base'],
      default: 'o200k_base',
      description: 'How text is cut into tokens.',
    },
    created: {
      type: 'integer',
      minimum: 0,
      maximum: 4_102_444_800,
      default: 1_699_900_000,
      description: 'Creation time in the list of models, in seconds since 1970.',
      'x-unit': 's',
    },
    output_tokens: {
      ...lengthSchema(OUTPUT_TOKENS_MAX, { p50: 150, p95: 600 }),
      default: { p50: 150, p95: 600 },
      description: 'Length of the reply when the request sets no limit.',
    },
    reasoning: reasoningSchema,
    embedding_dimensions: {
      type: 'integer',
      minimum: 1,
      maximum: 65_536,
      default: 1_536,
      description: 'Length of the vectors of an embedding model, unless the request asks for shorter ones.',
      'x-unit': 'dimensions',
    },
    latency: latencySchema,
    trace: traceSchema,
    prefix_cache: prefixCacheSchema,
    errors: errorsSchema,
  },
} as const satisfies JsonSchema;

export const modelsSchema = {
  type: 'object',
  description:
    'The simulated models by name. Entries merge into the default catalogue; `enabled: false` removes one; a name that the catalogue lacks adds one.',
  default: {},
  maxProperties: 1_000,
  propertyNames: {
    type: 'string',
    maxLength: 128,
    pattern: '^[A-Za-z0-9][A-Za-z0-9._:/@-]*$',
    title: 'a model name: at most 128 letters, digits, ".", "_", ":", "/", "@" or "-", the first a letter or digit',
  },
  additionalProperties: modelSchema,
} as const satisfies JsonSchema;
