/** The `rate_limits` section: how much an API key may ask for, of which models. */
import type { JsonSchema } from '../../kernel/json-schema.js';
import { KEY_PATTERN } from './admin.js';

const AMOUNT_MAX = 10_000_000_000;
const NAME_PATTERN = '^[A-Za-z0-9._ *-]+$';
const NAME_TITLE = 'a name of 1 to 64 letters, digits, spaces, ".", "_", "*" or "-"';

const modelLimitsSchema = {
  type: 'object',
  title: 'the limits of some models',
  additionalProperties: false,
  required: ['models'],
  properties: {
    models: {
      type: 'array',
      minItems: 1,
      maxItems: 256,
      items: { type: 'string', minLength: 1, maxLength: 128 },
      description:
        'Names of the models for which these limits hold; `*` in a name stands for any characters. The first entry of the tier that names a model holds for it.',
    },
    group: {
      type: 'string',
      minLength: 1,
      maxLength: 64,
      pattern: NAME_PATTERN,
      title: NAME_TITLE,
      description: 'The models share one budget under this name. When absent, each model has a budget of its own.',
    },
    requests_per_minute: {
      type: 'integer',
      minimum: 0,
      maximum: AMOUNT_MAX,
      description:
        'Requests in a minute (RPM); 0 refuses all. When absent, like each of the limits below, there is none.',
      'x-unit': 'requests/min',
    },
    requests_per_day: {
      type: 'integer',
      minimum: 0,
      maximum: AMOUNT_MAX,
      description: 'Requests in a day (RPD).',
      'x-unit': 'requests/day',
    },
    tokens_per_minute: {
      type: 'integer',
      minimum: 0,
      maximum: AMOUNT_MAX,
      description:
        'Tokens of prompts and answers together in a minute (TPM), as the provider estimates and counts them.',
      'x-unit': 'tokens/min',
    },
    input_tokens_per_minute: {
      type: 'integer',
      minimum: 0,
      maximum: AMOUNT_MAX,
      description: 'Tokens of prompts in a minute (ITPM); for Claude models without those read from the cache.',
      'x-unit': 'tokens/min',
    },
    output_tokens_per_minute: {
      type: 'integer',
      minimum: 0,
      maximum: AMOUNT_MAX,
      description: 'Tokens of answers in a minute (OTPM), reasoning included.',
      'x-unit': 'tokens/min',
    },
    concurrent_requests: {
      type: 'integer',
      minimum: 0,
      maximum: 1_000_000,
      description: 'Requests that are answered at a time.',
      'x-unit': 'requests',
    },
  },
} as const satisfies JsonSchema;

const tierSchema = {
  type: 'object',
  title: 'a tier',
  additionalProperties: false,
  default: {},
  properties: {
    per: {
      type: 'string',
      enum: ['key', 'all'],
      default: 'key',
      description: 'Whether every API key of the tier has budgets of its own, or all of them share theirs.',
    },
    limits: {
      type: 'array',
      maxItems: 256,
      items: modelLimitsSchema,
      default: [],
      description: 'The limits, each for some models. A model that no entry names is not limited.',
    },
  },
} as const satisfies JsonSchema;

export const rateLimitsSchema = {
  type: 'object',
  description:
    "Rate limits per API key, model and tier, with each provider's own headers and refusals. With them, what a request gets depends on the requests before it.",
  additionalProperties: false,
  default: {},
  properties: {
    enabled: { type: 'boolean', default: false, description: 'Whether requests are limited.' },
    algorithm: {
      type: 'string',
      enum: ['token_bucket', 'sliding_window'],
      default: 'token_bucket',
      description:
        'How a limit per time is kept. `token_bucket` refills continuously and holds a whole limit; `sliding_window` never lets more than the limit through in any minute or day.',
    },
    output_estimate: {
      type: 'string',
      enum: ['provider', 'max_tokens', 'none'],
      default: 'provider',
      description:
        'What a request reserves for its answer before the answer is known: what the provider documents, always its limit of output tokens, or nothing.',
    },
    correction: {
      type: 'string',
      enum: ['provider', 'always', 'never'],
      default: 'provider',
      description:
        'Whether the tokens that an answer really took replace the estimate when it is over: as the provider documents, always, or never.',
    },
    tiers: {
      type: 'object',
      title: 'a mapping of names to tiers',
      maxProperties: 256,
      propertyNames: { minLength: 1, maxLength: 64, pattern: NAME_PATTERN, title: NAME_TITLE },
      additionalProperties: tierSchema,
      default: {},
      description: 'What the tiers allow, by their names.',
    },
    keys: {
      type: 'array',
      maxItems: 10_000,
      items: {
        type: 'object',
        title: 'an API key with its tier',
        additionalProperties: false,
        required: ['api_key', 'tier'],
        properties: {
          api_key: {
            type: 'string',
            minLength: 1,
            maxLength: 1_024,
            pattern: KEY_PATTERN,
            'x-secret': true,
            title: 'an API key of 1 to 1024 visible ASCII characters without spaces',
            description: 'As clients send it. Never shown in messages.',
          },
          tier: { type: 'string', minLength: 1, maxLength: 64, description: 'The name of its tier.' },
        },
      },
      default: [],
      description: 'The tiers of API keys.',
    },
    default_tier: {
      type: ['string', 'null'],
      minLength: 1,
      maxLength: 64,
      default: null,
      description:
        'The tier of API keys that are not listed and of requests that carry none; null leaves them without limits.',
    },
  },
} as const satisfies JsonSchema;
