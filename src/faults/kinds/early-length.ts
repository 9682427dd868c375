/** early_length: the reply is cut as by a limit on its length that nobody set. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import { tokensIn } from '../../providers/generation.js';
import type { ContentFault } from '../contract.js';
import { firstTokens } from '../shortened.js';

const schema = {
  type: 'object',
  properties: {
    after_tokens: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: 16,
      description: 'How many tokens there are before, with the reasoning. A reply that has no more lacks its last one.',
      'x-unit': 'tokens',
    },
  },
  additionalProperties: false,
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

export const earlyLength = {
  name: 'early_length',
  summary:
    "The reply is cut after some tokens, with the provider's finish reason for a limit: half a sentence, or half a document.",
  stage: 'content',
  schema,
  breaks: true,
  change: ({ after_tokens: tokens }, choices) =>
    choices.map(({ parts }) => ({
      parts: firstTokens(parts, Math.min(tokens, Math.max(0, tokensIn(parts) - 1))),
      finish: 'length',
      stopSequence: undefined,
    })),
} as const satisfies ContentFault<Parameters>;
