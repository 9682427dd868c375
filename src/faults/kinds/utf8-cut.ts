/** utf8_cut: a character without its last byte. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { StreamFault } from '../contract.js';
import { wideCharacterBehind, withoutByte, withWideCharacter } from '../event-bytes.js';
import { placeProperties } from '../places.js';

const schema = {
  type: 'object',
  properties: { after_tokens: placeProperties.after_tokens },
  additionalProperties: false,
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

export const utf8Cut = {
  name: 'utf8_cut',
  summary:
    'One character lacks its last byte, so that the stream or the body is no valid UTF-8. A text without a character of several bytes gets an em dash; a JSON document does not.',
  stage: 'stream',
  schema,
  breaks: true,
  prepare: ({ after_tokens }, choices) => withWideCharacter(choices, after_tokens),
  rewrite(parameters, reply) {
    const character = wideCharacterBehind(reply, parameters.after_tokens);
    if (character === undefined) return false;
    const event = reply.frames[character.frame];
    reply.frames[character.frame] = { ...event, bytes: withoutByte(event.bytes, character.end - 1) };
    return true;
  },
} as const satisfies StreamFault<Parameters>;
