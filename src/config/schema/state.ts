/** The `state` section: what requests leave behind for later ones, such as stored responses and cached prompts. */
import type { JsonSchema } from '../../kernel/json-schema.js';

export const stateSchema = {
  type: 'object',
  description:
    'What requests leave behind for later ones: stored responses, cached prompts. Kept in the memory of the primary process and found from every acceptor.',
  additionalProperties: false,
  default: {},
  properties: {
    max_entries: {
      type: 'integer',
      'x-restart': true,
      minimum: 1,
      maximum: 10_000_000,
      default: 100_000,
      description: 'Entries kept at a time; the one unused for longest makes room.',
      'x-unit': 'entries',
    },
    max_bytes: {
      type: 'integer',
      'x-restart': true,
      minimum: 1_048_576,
      maximum: 68_719_476_736,
      default: 268_435_456,
      description: 'Size of all entries together; the one unused for longest makes room.',
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
