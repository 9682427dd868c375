/** template: a text with variables that the request fills. */
import type { GeneratorPlugin } from '../contract.js';
import { givenText } from '../given-text.js';
import { ReplyVariables } from '../reply-variables.js';
import { Template } from '../template.js';

export const template = {
  name: 'template',
  description: 'The text in `replies.text` with `{{variables}}` of the request.',
  takesText: true,
  variables: (text) => new Template(text).variables,
  create: (text) => {
    const parsed = new Template(text);
    return {
      generate: ({ facts, tokenizer, maxTokens }) => {
        const variables = new ReplyVariables(facts);
        const filled = parsed.fill((variable) => variables.read(variable));
        return givenText(filled, tokenizer, maxTokens);
      },
    };
  },
} as const satisfies GeneratorPlugin;
