/** How many tokens an answer may have, by what the request asks for, what the model writes and what the context leaves. */
import type { ModelFacts } from '../../contract.js';
import { invalidRequest } from '../errors.js';
import { checkReplySize } from '../request-fields.js';
import type { ChatRequest } from './chat-request.js';
import type { PromptTokens } from './prompt-tokens.js';

/** Models whose context is divided: what they may write is not there to be read. */
const DIVIDED_CONTEXT = /^gpt-5/;

/** @throws ApiError for a prompt or a limit that the model's context does not take, and for more than one reply can hold */
export function boundOfTokens(request: ChatRequest, model: ModelFacts, prompt: PromptTokens): number {
  const { contextWindowTokens, maxOutputTokens } = model;
  const { maxTokens, maxTokensField } = request;
  checkPrompt(model, prompt);
  if (maxTokens === undefined) return Math.min(maxOutputTokens, contextWindowTokens - prompt.total);
  if (maxTokens > maxOutputTokens) {
    throw invalidRequest(
      `${maxTokensField} is too large: ${maxTokens}. This model supports at most ${maxOutputTokens} completion tokens, whereas you ` +
        `provided ${maxTokens}.`,
      maxTokensField,
      'invalid_value',
    );
  }
  if (prompt.total + maxTokens > contextWindowTokens) {
    const functions = prompt.tools > 0;
    throw tooLong(
      `This model's maximum context length is ${contextWindowTokens} tokens. However, you requested ${prompt.total + maxTokens} tokens ` +
        `(${shares(prompt)}, ${maxTokens} in the completion). Please reduce the length of the messages` +
        `${functions ? ', functions,' : ''} or completion.`,
    );
  }
  checkReplySize(request.choices * maxTokens, request.topLogprobs, 'n');
  return maxTokens;
}

function checkPrompt({ name, contextWindowTokens, maxOutputTokens }: ModelFacts, prompt: PromptTokens): void {
  const readable = contextWindowTokens - maxOutputTokens;
  if (DIVIDED_CONTEXT.test(name) && readable > 0 && prompt.total > readable) {
    throw tooLong(
      `Input tokens exceed the configured limit of ${readable} tokens. Your messages resulted in ${prompt.total} tokens. Please reduce ` +
        'the length of the messages.',
    );
  }
  if (prompt.total < contextWindowTokens) return;
  const functions = prompt.tools > 0;
  throw tooLong(
    `This model's maximum context length is ${contextWindowTokens} tokens. However, your messages resulted in ${prompt.total} tokens` +
      `${functions ? ` (${shares(prompt)})` : ''}. Please reduce the length of the messages${functions ? ' or functions' : ''}.`,
  );
}

function shares({ total, tools }: PromptTokens): string {
  return tools > 0 ? `${total - tools} in the messages, ${tools} in the functions` : `${total} in the messages`;
}

function tooLong(message: string): Error {
  return invalidRequest(message, 'messages', 'context_length_exceeded');
}
