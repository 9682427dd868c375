/** authentication: the API key is not accepted, or missing where the request has none. */
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

export const authentication = {
  name: 'authentication',
  summary: 'The API key is not accepted: 401, from Gemini 400.',
  stage: 'before',
  schema,
  breaks: true,
  refuse: ({ after_ms }, { apiKey }) => ({ problem: { kind: 'unauthorized', apiKey }, afterMs: after_ms }),
} as const satisfies RefusingFault<Parameters>;
