/** window: from one point on, up to but without another. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import { type PatternPlugin, type PatternProblem, POSITION_MAX, positionIn, unitProperty } from './contract.js';

const schema = {
  type: 'object',
  description: 'Requests between two points of the sequence or of time.',
  properties: {
    kind: { const: 'window' },
    from: {
      type: 'number',
      minimum: 0,
      maximum: POSITION_MAX,
      default: 0,
      description: 'Where it begins, in the unit.',
    },
    until: {
      type: 'number',
      minimum: 0,
      maximum: POSITION_MAX,
      description:
        'Where it ends, in the unit: the first that is healthy again; more than from. Absent: it does not end.',
    },
    unit: unitProperty,
  },
  required: ['kind'],
  additionalProperties: false,
  examples: [
    { kind: 'window', from: 100, until: 200 },
    { kind: 'window', from: 60, until: 90, unit: 'seconds' },
  ],
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: true }>;

function problems({ from = 0, until = Number.POSITIVE_INFINITY }: Parameters): PatternProblem[] {
  return until > from ? [] : [{ path: ['until'], message: `must be > from (${from})`, related: ['from'] }];
}

export const window = {
  name: 'window',
  schema,
  unitOf: ({ unit = 'requests' }) => unit,
  problems,
  create: ({ from = 0, until = Number.POSITIVE_INFINITY, unit = 'requests' }) => ({
    shareAt: (moment) => {
      const position = positionIn(unit, moment);
      return position >= from && position < until ? 1 : 0;
    },
  }),
} as const satisfies PatternPlugin<Parameters>;
