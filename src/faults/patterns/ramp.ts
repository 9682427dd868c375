/** ramp: a probability that goes straight from one value to another between two points, and keeps either beyond them. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import { type PatternPlugin, type PatternProblem, POSITION_MAX, positionIn, unitProperty } from './contract.js';

const probability = { type: 'number', minimum: 0, maximum: 1 } as const;

const schema = {
  type: 'object',
  description: 'A probability that grows or falls evenly between two points of the sequence or of time.',
  properties: {
    kind: { const: 'ramp' },
    from_probability: { ...probability, default: 0, description: 'Share of the requests before and at `from`.' },
    to_probability: { ...probability, default: 1, description: 'Share of the requests at and behind `until`.' },
    from: {
      type: 'number',
      minimum: 0,
      maximum: POSITION_MAX,
      default: 0,
      description: 'Where it begins to change, in the unit.',
    },
    until: {
      type: 'number',
      minimum: 0,
      maximum: POSITION_MAX,
      description: 'Where it ceases to change, in the unit; more than from.',
    },
    unit: unitProperty,
  },
  required: ['kind', 'until'],
  additionalProperties: false,
  examples: [{ kind: 'ramp', from_probability: 0, to_probability: 0.5, from: 0, until: 120, unit: 'seconds' }],
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: true }>;

function problems({ from = 0, until }: Parameters): PatternProblem[] {
  return until > from ? [] : [{ path: ['until'], message: `must be > from (${from})`, related: ['from'] }];
}

export const ramp = {
  name: 'ramp',
  schema,
  unitOf: ({ unit = 'requests' }) => unit,
  problems,
  create: ({ from_probability: start = 0, to_probability: end = 1, from = 0, until, unit = 'requests' }) => ({
    shareAt: (moment) => {
      const progress = Math.min(1, Math.max(0, (positionIn(unit, moment) - from) / (until - from)));
      return start + (end - start) * progress;
    },
  }),
} as const satisfies PatternPlugin<Parameters>;
