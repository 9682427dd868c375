/** stall: the answer stops coming, and goes on, or does not. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { StreamFault } from '../contract.js';
import { ENDINGS, needsOf } from '../manners.js';
import { WAIT_MS_MAX } from '../parameters.js';
import { breakOff, hold, placeIn, placeProperties, splitAt } from '../places.js';

/** A client that waits longer than this for a byte is not coming back. */
const SILENCE_US = 3_600e6;

const schema = {
  type: 'object',
  properties: {
    ...placeProperties,
    for_ms: {
      type: 'number',
      minimum: 0,
      maximum: WAIT_MS_MAX,
      default: 30_000,
      description: 'How long nothing comes, multiplied by `simulation.time_scale`; `silence` does not end by it.',
      'x-unit': 'ms',
    },
    ending: {
      type: 'string',
      enum: ['resume', 'fin', 'rst', 'silence'],
      default: 'resume',
      description:
        '`resume`: the rest comes that much later; `fin`, `rst`: the connection is closed or reset; `silence`: nothing more comes until the client leaves, for an hour at most.',
    },
  },
  additionalProperties: false,
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

export const stall = {
  name: 'stall',
  summary:
    'The answer stops coming in the middle, and then goes on, breaks off, or never moves again. Of a whole reply a part of the body comes before.',
  stage: 'stream',
  schema,
  // Where the answer does not go on, its ending says so.
  breaks: false,
  needs: ({ ending }) => needsOf(ending),
  rewrite(parameters, reply, { timeScale }) {
    const place = placeIn(reply, parameters, timeScale);
    if (place === undefined) return false;
    const { ending, for_ms } = parameters;
    const forUs = for_ms * 1_000 * timeScale;
    if (ending === 'resume') {
      const next = splitAt(reply, place);
      reply.frames[next] = hold(reply.frames[next], forUs);
      return true;
    }
    breakOff(reply, place, ending === 'silence' ? 'close' : ENDINGS[ending]);
    // Silence is no time that passes faster where everything does.
    reply.endHoldUs = ending === 'silence' ? SILENCE_US : reply.endHoldUs + forUs;
    return true;
  },
} as const satisfies StreamFault<Parameters>;
