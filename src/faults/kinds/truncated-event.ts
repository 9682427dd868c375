/** truncated_event: an event that is cut in the middle is the last thing that comes. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { StreamFault } from '../contract.js';
import { ENDINGS, needsOf } from '../manners.js';
import { placeIn, placeProperties } from '../places.js';

const schema = {
  type: 'object',
  properties: {
    ...placeProperties,
    ending: {
      type: 'string',
      enum: ['end', 'fin', 'rst'],
      default: 'end',
      description:
        '`end`: the answer ends as if it were complete, a whole reply with the content-length of what comes; `fin`, `rst`: the connection is closed or reset.',
    },
  },
  additionalProperties: false,
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

export const truncatedEvent = {
  name: 'truncated_event',
  summary: 'The answer ends in the middle of an event, or of a whole reply, though HTTP may say that it is complete.',
  stage: 'stream',
  schema,
  breaks: true,
  needs: ({ ending }) => needsOf(ending),
  rewrite(parameters, reply, { timeScale }) {
    const place = placeIn(reply, parameters, timeScale);
    if (place === undefined) return false;
    const { ending } = parameters;
    const event = reply.frames[place.frames];
    const isBody = reply.kind === 'whole';
    if (isBody && ending !== 'end') reply.announcedBytes = event.bytes.length;
    // A body is cut where its tokens are, an event in its middle.
    const bytes = place.bytes > 0 ? place.bytes : Math.ceil(event.bytes.length / 2);
    const cut = { ...event, bytes: event.bytes.subarray(0, bytes) };
    reply.frames = [...reply.frames.slice(0, place.frames), cut];
    reply.ending = ENDINGS[ending];
    return true;
  },
} as const satisfies StreamFault<Parameters>;
