/** reset_before: the connection ends before any byte of an answer. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { StreamFault } from '../contract.js';
import { ENDINGS, needsOf } from '../manners.js';
import { afterMs } from '../parameters.js';

const schema = {
  type: 'object',
  properties: {
    manner: {
      type: 'string',
      enum: ['rst', 'fin'],
      default: 'rst',
      description: '`rst`: the connection is reset; `fin`: it is closed.',
    },
    after_ms: { ...afterMs, description: 'How long the client waits for it, multiplied by `simulation.time_scale`.' },
  },
  additionalProperties: false,
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

export const resetBefore = {
  name: 'reset_before',
  summary: 'The connection is reset, or closed, before any byte of an answer, whole or streamed.',
  stage: 'stream',
  schema,
  breaks: true,
  needs: ({ manner }) => needsOf(manner),
  rewrite({ after_ms, manner }, reply, { timeScale }) {
    reply.frames = [];
    reply.opening = 'never';
    reply.ending = ENDINGS[manner];
    reply.endHoldUs = after_ms * 1_000 * timeScale;
    return true;
  },
} as const satisfies StreamFault<Parameters>;
