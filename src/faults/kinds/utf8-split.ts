/** utf8_split: the bytes of one character come in two writes. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { StreamFault } from '../contract.js';
import { wideCharacterBehind, withWideCharacter } from '../event-bytes.js';
import { gapSchema } from '../gaps.js';
import { pieces, placeProperties } from '../places.js';

const schema = {
  type: 'object',
  properties: { after_tokens: placeProperties.after_tokens, gap_ms: gapSchema },
  additionalProperties: false,
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

export const utf8Split = {
  name: 'utf8_split',
  summary:
    'The bytes of one character come in two writes, in a stream or a body that is right as a whole. A text without such a character gets an em dash; a JSON document does not.',
  stage: 'stream',
  schema,
  breaks: false,
  prepare: ({ after_tokens }, choices) => withWideCharacter(choices, after_tokens),
  rewrite(parameters, reply, { timeScale }) {
    const character = wideCharacterBehind(reply, parameters.after_tokens);
    if (character === undefined) return false;
    const { frame, start } = character;
    const gapUs = parameters.gap_ms * 1_000 * timeScale;
    reply.frames.splice(frame, 1, ...pieces(reply.frames[frame], [start + 1], gapUs));
    return true;
  },
} as const satisfies StreamFault<Parameters>;
