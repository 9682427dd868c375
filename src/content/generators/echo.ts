/** echo: the text of the last message that a user wrote, word for word. */
import type { GeneratorPlugin } from '../contract.js';
import { givenText } from '../given-text.js';

export const echo = {
  name: 'echo',
  description: 'The last message that a user wrote, word for word.',
  takesText: false,
  create: () => ({
    generate: ({ facts, tokenizer, maxTokens }) => givenText(facts.lastMessage, tokenizer, maxTokens),
  }),
} as const satisfies GeneratorPlugin;
