/** POST /v1/messages. Usage comes with every answer. Source: Anthropic's API reference, "Create a Message". */
import type { JsonObject } from '../../../kernel/json-object.js';
import type { RequestDialect, TurnContent } from './contract.js';

const ANTHROPIC_VERSION = '2023-06-01';
/** The API wants a limit in every request. Every model takes this one. */
const MAX_TOKENS_DEFAULT = 4_096;

function body({ model, stream, prefix, messages, outputTokens }: TurnContent): JsonObject {
  return {
    model,
    max_tokens: outputTokens ?? MAX_TOKENS_DEFAULT,
    ...(prefix === '' ? {} : { system: prefix }),
    messages: messages.map(({ role, text }) => ({ role, content: text })),
    ...(stream ? { stream: true } : {}),
  };
}

export const anthropicMessages: RequestDialect = {
  name: 'anthropic.messages',
  streams: true,
  framing: { message: 3, prefix: 0, priming: 4 },
  path: () => '/v1/messages',
  key: (apiKey) => ['x-api-key', apiKey],
  headers: { 'anthropic-version': ANTHROPIC_VERSION },
  body,
};
