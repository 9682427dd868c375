/** disconnect: the connection ends in the middle of the answer. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { StreamFault } from '../contract.js';
import { ENDINGS, needsOf } from '../manners.js';
import { breakOff, placeIn, placeProperties } from '../places.js';

const schema = {
  type: 'object',
  properties: {
    manner: {
      type: 'string',
      enum: ['fin', 'rst'],
      default: 'fin',
      description: '`fin`: the connection is closed; `rst`: it is reset.',
    },
    ...placeProperties,
  },
  additionalProperties: false,
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

export const disconnect = {
  name: 'disconnect',
  summary:
    'The connection is closed (FIN) or reset (RST) in the middle of the answer. Of a whole reply a part of the body comes, with the content-length of all of it.',
  stage: 'stream',
  schema,
  breaks: true,
  needs: ({ manner }) => needsOf(manner),
  rewrite(parameters, reply, { timeScale }) {
    const place = placeIn(reply, parameters, timeScale);
    if (place === undefined) return false;
    breakOff(reply, place, ENDINGS[parameters.manner]);
    return true;
  },
} as const satisfies StreamFault<Parameters>;
