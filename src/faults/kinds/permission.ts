/** permission: the key is good, and not for this. */
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

export const permission = {
  name: 'permission',
  summary: 'The key may not do that: 403.',
  stage: 'before',
  schema,
  breaks: true,
  refuse: ({ after_ms }) => ({ problem: { kind: 'forbidden' }, afterMs: after_ms }),
} as const satisfies RefusingFault<Parameters>;
