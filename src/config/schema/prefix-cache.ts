/** A model's `prefix_cache`: the automatic prompt cache of a provider that reuses what earlier prompts began with. */
import type { JsonSchema } from '../../kernel/json-schema.js';

export const prefixCacheSchema = {
  type: 'object',
  description:
    'Automatic prompt caching as OpenAI, Azure and Gemini do it: a prompt that begins like an earlier one is partly cached, which shows in usage and shortens TTFT where latency.prefill_tokens_per_sec is set. With it, cached tokens and time depend on earlier requests; content does not. Without meaning for Claude models, whose requests say by cache_control what is cached.',
  additionalProperties: false,
  default: {},
  properties: {
    enabled: { type: 'boolean', default: false, description: 'Whether prompts are cached.' },
    block_tokens: {
      type: 'integer',
      minimum: 16,
      maximum: 4_096,
      default: 128,
      description: 'Prompts are cached in blocks of this many tokens; only whole blocks hit.',
      'x-unit': 'tokens',
    },
    min_tokens: {
      type: 'integer',
      minimum: 1,
      maximum: 100_000_000,
      description:
        'A shorter prompt is not cached, and a shorter prefix does not hit. When absent it is what the provider documents: 1024 for OpenAI and for Gemini flash models from 2.5 on, 4096 for other Gemini models.',
      'x-unit': 'tokens',
    },
    capacity_tokens: {
      type: 'integer',
      minimum: 4_096,
      maximum: 100_000_000,
      default: 10_000_000,
      description:
        'What the cache of the model holds over the whole node; the blocks unused for longest make room. A block takes some 50 bytes of the primary process.',
      'x-unit': 'tokens',
    },
    ttl_secs: {
      type: 'number',
      minimum: 1,
      maximum: 2_592_000,
      default: 300,
      description: 'A block is forgotten when it was not used for this long; a request may ask for longer.',
      'x-unit': 's',
    },
  },
} as const satisfies JsonSchema;
