/** overloaded: the provider has no capacity for the moment. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { RefusingFault } from '../contract.js';
import { afterMs } from '../parameters.js';

const schema = {
  type: 'object',
  properties: { after_ms: afterMs },
  additionalProperties: false,
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

export const overloaded = {
  name: 'overloaded',
  summary: 'The service has no capacity: 503, from Anthropic 529.',
  stage: 'before',
  schema,
  breaks: true,
  refuse: ({ after_ms }) => ({ problem: { kind: 'overloaded' }, afterMs: after_ms }),
} as const satisfies RefusingFault<Parameters>;
