/** wrong_content_length: a whole reply that is not as long as it says. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { StreamFault } from '../contract.js';

/** A shorter body than an empty document is none. */
const ANNOUNCED_BYTES_MIN = 2;
const DIFFERENCE_BYTES_MAX = 1_000_000;

const schema = {
  type: 'object',
  properties: {
    difference_bytes: {
      type: 'integer',
      minimum: -DIFFERENCE_BYTES_MAX,
      maximum: DIFFERENCE_BYTES_MAX,
      default: 10,
      description: 'How many bytes more are announced than come, or fewer where negative.',
      'x-unit': 'bytes',
    },
  },
  additionalProperties: false,
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

export const wrongContentLength = {
  name: 'wrong_content_length',
  summary:
    'The content-length of a whole reply is not that of its body, behind which the connection is closed. Streams have none and are left alone.',
  stage: 'stream',
  schema,
  breaks: true,
  rewrite({ difference_bytes }, reply) {
    if (reply.kind === 'stream') return false;
    const { length } = reply.frames[0].bytes;
    const announced = Math.max(ANNOUNCED_BYTES_MIN, length + difference_bytes);
    if (announced === length) return false;
    reply.announcedBytes = announced;
    reply.ending = 'close';
    return true;
  },
} as const satisfies StreamFault<Parameters>;
