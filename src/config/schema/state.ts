/** The `state` section: what requests leave behind for later ones, such as stored responses and cached prompts. */
import type { JsonSchema } from '../../kernel/json-schema.js';
import { redisSchema } from './redis.js';

export const stateSchema = {
  type: 'object',
  description:
    'What requests leave behind for later ones: stored responses, cached prompts, what is used of rate limits. Found from every acceptor of the node.',
  additionalProperties: false,
  default: {},
  properties: {
    backend: {
      type: 'string',
      'x-restart': true,
      enum: ['memory', 'redis'],
      default: 'memory',
      description:
        'Where it is kept: in the memory of the primary process, or in Redis, where replicas share stored responses and rate limits (cached prompts stay with each node).',
    },
    redis: redisSchema,
    max_entries: {
      type: 'integer',
      'x-restart': true,
      minimum: 1,
      maximum: 10_000_000,
      default: 100_000,
      description:
        'Entries kept in memory at a time; the one unused for longest makes room. Redis has bounds of its own.',
      'x-unit': 'entries',
    },
    max_bytes: {
      type: 'integer',
      'x-restart': true,
      minimum: 1_048_576,
      maximum: 68_719_476_736,
      default: 268_435_456,
      description: 'Size of all entries in memory; the one unused for longest makes room. Redis has bounds of its own.',
      'x-unit': 'bytes',
    },
    ttl_secs: {
      type: 'number',
      'x-restart': true,
      minimum: 1,
      maximum: 2_592_000,
      default: 86_400,
      description: 'An entry is forgotten after this long, unless its kind says sooner.',
      'x-unit': 's',
    },
  },
} as const satisfies JsonSchema;
