/** refusal: the model breaks off, or the filter stops it, in the middle of what it says; with the provider's own reason for the end. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { GeneratedChoice } from '../../providers/generation.js';
import type { ContentFault } from '../contract.js';
import { firstTokens } from '../shortened.js';

/** What a model says that was about to call a tool. */
const REFUSAL: readonly string[] = [
  'I',
  "'m",
  ' sorry',
  ',',
  ' but',
  ' I',
  ' can',
  "'t",
  ' help',
  ' with',
  ' that',
  '.',
];

const schema = {
  type: 'object',
  properties: {
    after_tokens: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: 12,
      description: 'How many tokens are said before, without the reasoning.',
      'x-unit': 'tokens',
    },
  },
  additionalProperties: false,
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

function refused({ parts }: GeneratedChoice, tokens: number): GeneratedChoice {
  const reasoning = parts.filter(({ kind }) => kind === 'reasoning');
  const said = parts.filter(({ kind, tokens: spoken }) => kind === 'text' && spoken.length > 0);
  const words = said.length > 0 ? said : [{ kind: 'text' as const, tokens: REFUSAL }];
  return { parts: [...reasoning, ...firstTokens(words, tokens)], finish: 'content_filter', stopSequence: undefined };
}

export const refusal = {
  name: 'refusal',
  summary:
    'What the model says ends early in a refusal or at the safety filter: `content_filter`, `refusal` or `SAFETY` as the provider calls it.',
  stage: 'content',
  schema,
  breaks: true,
  change: ({ after_tokens: tokens }, choices) => choices.map((choice) => refused(choice, tokens)),
} as const satisfies ContentFault<Parameters>;
