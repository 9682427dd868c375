/** content_filter: the provider's filter does not let the prompt through. */
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

export const contentFilter = {
  name: 'content_filter',
  summary: 'The prompt is blocked before anything is said: 400, from Gemini a reply without candidates.',
  stage: 'before',
  schema,
  breaks: true,
  refuse: ({ after_ms }) => ({ problem: { kind: 'prompt_blocked' }, afterMs: after_ms }),
} as const satisfies RefusingFault<Parameters>;
