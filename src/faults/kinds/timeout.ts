/** timeout: the answer does not come in time, and then an error, the end of the connection, or nothing at all. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { RefusingFault } from '../contract.js';
import { WAIT_MS_MAX } from '../parameters.js';

const schema = {
  type: 'object',
  properties: {
    hold_ms: {
      type: 'number',
      minimum: 0,
      maximum: WAIT_MS_MAX,
      default: 30_000,
      description: 'How long the client waits, multiplied by `simulation.time_scale`; without meaning for `silence`.',
      'x-unit': 'ms',
    },
    answer: {
      type: 'string',
      enum: ['error', 'close', 'silence'],
      default: 'error',
      description:
        'What comes then: the error of a gateway (504, from Azure 408), the end of the connection without a byte, or nothing until the client leaves, an hour at most.',
    },
  },
  additionalProperties: false,
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

export const timeout = {
  name: 'timeout',
  summary: 'The request is held, then ends in an error, without an answer, or not at all.',
  stage: 'before',
  schema,
  breaks: true,
  refuse: ({ hold_ms: holdMs, answer }) => {
    switch (answer) {
      case 'error':
        return { problem: { kind: 'timeout' }, afterMs: holdMs };
      case 'close':
        return { problem: undefined, afterMs: holdMs, ending: 'close' };
      case 'silence':
        return { problem: undefined, afterMs: WAIT_MS_MAX, ending: 'close', unscaled: true };
    }
  },
} as const satisfies RefusingFault<Parameters>;
