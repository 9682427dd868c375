/** empty_choice: a reply that says nothing at all and claims to be complete, as models sometimes give. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { ContentFault } from '../contract.js';

const schema = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema>;

export const emptyChoice = {
  name: 'empty_choice',
  summary: 'Every choice is empty: no text, no tool call, and the usual end.',
  stage: 'content',
  schema,
  breaks: true,
  change: (_, choices) =>
    choices.map(() => ({ parts: [{ kind: 'text', tokens: [] }], finish: 'stop', stopSequence: undefined })),
} as const satisfies ContentFault<Parameters>;
