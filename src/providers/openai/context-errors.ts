/**
 * What is said of a prompt that is longer than its model's context, which every endpoint says in its own way. Sentences: replies of the API as
 * clients have quoted them in public.
 */
import type { HttpProblem } from '../contract.js';

interface ContextError {
  readonly message: string;
  readonly param: string | null;
  readonly code: string | null;
}

const CODE = 'context_length_exceeded';

/** From responses. */
export const INPUT_EXCEEDS_WINDOW: ContextError = {
  message: 'Your input exceeds the context window of this model. Please adjust your input and try again.',
  param: 'input',
  code: CODE,
};

/** From plain completions and embeddings, which complete nothing. */
export function promptExceedsWindow(windowTokens: number, promptTokens: number, maxTokens = 0): ContextError {
  const message =
    `This model's maximum context length is ${windowTokens} tokens, however you requested ${promptTokens + maxTokens} tokens ` +
    `(${promptTokens} in your prompt; ${maxTokens} for the completion). Please reduce your prompt; or completion length.`;
  return { message, param: null, code: null };
}

/** From moderations. Sentence assumed: that of embeddings. */
export function moderatedInputExceedsWindow(windowTokens: number, tokens: number): ContextError {
  const message = `This model's maximum context length is ${windowTokens} tokens, however you requested ${tokens} tokens. Please reduce your input.`;
  return { message, param: 'input', code: CODE };
}

/** In the words of the endpoint, Azure's as well. */
export function contextError({
  contextWindowTokens,
  endpoint,
  tokens,
}: Extract<HttpProblem, { kind: 'context_length' }>): ContextError {
  if (endpoint.includes('.responses.')) return INPUT_EXCEEDS_WINDOW;
  if (endpoint.endsWith('.moderations')) return moderatedInputExceedsWindow(contextWindowTokens, tokens);
  if (!endpoint.endsWith('.chat.completions')) return promptExceedsWindow(contextWindowTokens, tokens);
  const message =
    `This model's maximum context length is ${contextWindowTokens} tokens. However, your messages resulted in ${tokens} tokens. Please ` +
    'reduce the length of the messages.';
  return { message, param: 'messages', code: CODE };
}
