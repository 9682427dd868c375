/** malformed_json: an event whose JSON lacks its last brace, in a stream that goes on. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { StreamFault } from '../contract.js';
import { withoutByte } from '../event-bytes.js';
import { placeIn, placeProperties } from '../places.js';

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
  rewrite(parameters, reply, { timeScale }) {
    const place = placeIn(reply, parameters, timeScale);
    if (place === undefined) return false;
    const at = reply.frames.findIndex(({ bytes }, index) => index >= place.frames && bytes.includes(CLOSING_BRACE));
    if (at < 0) return false;
    const event = reply.frames[at];
    reply.frames[at] = { ...event, bytes: withoutByte(event.bytes, event.bytes.lastIndexOf(CLOSING_BRACE)) };
    return true;
  },
} as const satisfies StreamFault<Parameters>;
