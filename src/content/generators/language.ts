/** text: prose that reads like English, as long as the model usually answers; different for every request. */
import type { GeneratorPlugin } from '../contract.js';
import { LanguageText } from '../language-text.js';

export const language = {
  name: 'text',
  description: 'Seeded English prose, as long as `output_tokens` of the model says.',
  takesText: false,
  create: () => {
    const source = new LanguageText();
    return {
      generate: ({ random, tokenizer, targetTokens, maxTokens }) =>
        source.generate(random, tokenizer, targetTokens, maxTokens),
    };
  },
} as const satisfies GeneratorPlugin;
