/** The `state.redis` section: the server where replicas share limits and stored documents. */
import type { JsonSchema } from '../../kernel/json-schema.js';

export const redisSchema = {
  type: 'object',
  'x-restart': true,
  description: 'Where state.backend is redis: which server, and what holds while it cannot be reached.',
  additionalProperties: false,
  default: {},
  properties: {
    url: {
      type: 'string',
      minLength: 8,
      maxLength: 2_048,
      default: 'redis://127.0.0.1:6379/0',
      'x-secret': true,
      description:
        'redis:// or, with TLS, rediss://, then [[user]:password@]host[:port][/database]. Never shown in messages.',
    },
    key_prefix: {
      type: 'string',
      maxLength: 128,
      default: 'llm-simulator:',
      description: 'What the names of all keys begin with. Replicas that share limits and documents have the same one.',
    },
    connect_timeout_ms: {
      type: 'integer',
      minimum: 10,
      maximum: 60_000,
      default: 2_000,
      description: 'How long a connection may take until Redis answers on it.',
      'x-unit': 'ms',
    },
    command_timeout_ms: {
      type: 'integer',
      minimum: 10,
      maximum: 60_000,
      default: 500,
      description: 'How long Redis may take to answer a command before it counts as unreachable.',
      'x-unit': 'ms',
    },
    on_failure: {
      type: 'string',
      enum: ['open', 'closed'],
      default: 'open',
      description:
        "While Redis cannot be reached: open serves requests as if no limit were near and nothing were stored; closed answers what needs Redis with the provider's own error of an overloaded service.",
    },
  },
} as const satisfies JsonSchema;
