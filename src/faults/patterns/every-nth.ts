/** every_nth: each request whose number is a multiple of n, or so far behind one. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { PatternPlugin, PatternProblem } from './contract.js';

const COUNT_MAX = 1_000_000_000;

const schema = {
  type: 'object',
  description: 'Every n-th request, by its number: n, 2n, 3n and so on.',
  properties: {
    kind: { const: 'every_nth' },
    n: {
      type: 'integer',
      minimum: 1,
      maximum: COUNT_MAX,
      description: 'One request in so many.',
      'x-unit': 'requests',
    },
    offset: {
      type: 'integer',
      minimum: 0,
      maximum: COUNT_MAX,
      default: 0,
      description: 'How many requests behind the multiple of n; less than n.',
      'x-unit': 'requests',
    },
  },
  required: ['kind', 'n'],
  additionalProperties: false,
  examples: [{ kind: 'every_nth', n: 10 }],
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: true }>;

function problems({ n, offset = 0 }: Parameters): PatternProblem[] {
  return offset < n ? [] : [{ path: ['offset'], message: `must be < n (${n})`, related: ['n'] }];
}

export const everyNth = {
  name: 'every_nth',
  schema,
  unitOf: () => 'requests',
  problems,
  create: ({ n, offset = 0 }) => ({ shareAt: ({ number }) => (number % n === offset ? 1 : 0) }),
} as const satisfies PatternPlugin<Parameters>;
