/** missing_usage: the counts of tokens are missing. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { StreamFault } from '../contract.js';
import { bytesOf, textOf } from '../event-bytes.js';

const schema = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

export const missingUsage = {
  name: 'missing_usage',
  summary: 'The counts of tokens are missing from a stream or a whole reply that would have them.',
  stage: 'stream',
  schema,
  breaks: true,
  rewrite(_, reply, { events }) {
    let isChanged = false;
    reply.frames = reply.frames.flatMap((frame) => {
      const text = textOf(frame.bytes);
      const rest = events.withoutUsage(text);
      if (rest === text) return frame;
      isChanged = true;
      return rest === '' ? [] : { ...frame, bytes: bytesOf(rest) };
    });
    return isChanged;
  },
} as const satisfies StreamFault<Parameters>;
