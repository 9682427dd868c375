/** first: the requests with the numbers 1 to count, then none: what a client that tries again gets over. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { PatternPlugin } from './contract.js';

const schema = {
  type: 'object',
  description:
    'The first requests, by their number from 1 on, then none. Without numbers of its own, a client that repeats a request gets over it.',
  properties: {
    kind: { const: 'first' },
    count: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000_000,
      description: 'How many.',
      'x-unit': 'requests',
    },
  },
  required: ['kind', 'count'],
  additionalProperties: false,
  examples: [{ kind: 'first', count: 2 }],
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema>;

export const first = {
  name: 'first',
  schema,
  unitOf: () => 'requests',
  problems: () => [],
  create: ({ count }) => ({ shareAt: ({ number }) => (number >= 1 && number <= count ? 1 : 0) }),
} as const satisfies PatternPlugin<Parameters>;
