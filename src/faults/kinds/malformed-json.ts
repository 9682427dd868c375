/** malformed_json: an event whose JSON lacks its last brace, in a stream that goes on. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { ReplyFrame } from '../../runtime/finished-reply.js';
import type { StreamFault } from '../contract.js';
import { withoutByte } from '../event-bytes.js';
import { placeByTokens, placeProperties } from '../places.js';

const CLOSING_BRACE = 0x7d;

const schema = {
  type: 'object',
  properties: { after_tokens: placeProperties.after_tokens },
  additionalProperties: false,
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

export const malformedJson = {
  name: 'malformed_json',
  summary: 'The JSON of one event, or of a whole reply, lacks its last brace; everything around it is as it should be.',
  stage: 'stream',
  schema,
  breaks: true,
  rewrite(parameters, reply) {
    const place = placeByTokens(reply, parameters.after_tokens);
    const hasJson = ({ bytes }: ReplyFrame) => bytes.includes(CLOSING_BRACE);
    const behind = reply.frames.findIndex((frame, index) => index >= place.frames && hasJson(frame));
    // What ends a stream need not hold JSON.
    const at = behind >= 0 ? behind : reply.frames.findLastIndex(hasJson);
    if (at < 0) return false;
    const event = reply.frames[at];
    reply.frames[at] = { ...event, bytes: withoutByte(event.bytes, event.bytes.lastIndexOf(CLOSING_BRACE)) };
    return true;
  },
} as const satisfies StreamFault<Parameters>;
