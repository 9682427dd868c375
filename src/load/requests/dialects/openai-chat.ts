/**
 * POST /v1/chat/completions, of OpenAI and, by deployment, of Azure. Streams are asked for their usage, which neither sends unasked. Source:
 * CreateChatCompletionRequest of OpenAI's published OpenAPI document; Azure's reference of its data plane.
 */
import type { JsonObject } from '../../../kernel/json-object.js';
import { familyOf } from '../../../providers/openai/model-families.js';
import type { Framing, RequestDialect, TurnContent } from './contract.js';

/** The newest dated version that is no preview. */
const AZURE_API_VERSION = '2024-10-21';
/** Three tokens and the role around a message, three to begin the answer, as OpenAI's cookbook has it. */
const FRAMING: Framing = { message: 4, prefix: 4, priming: 3 };

function body(turn: TurnContent): JsonObject {
  const { model, stream, prefix, messages, outputTokens } = turn;
  return {
    model,
    messages: [
      ...(prefix === '' ? [] : [{ role: 'system', content: prefix }]),
      ...messages.map(({ role, text }) => ({ role, content: text })),
    ],
    ...(outputTokens === undefined ? {} : { [limitField(model)]: outputTokens }),
    ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
}

/** Reasoning models refuse the older field, and servers that imitate the API may not know the newer one. */
function limitField(model: string): 'max_tokens' | 'max_completion_tokens' {
  return familyOf(model)?.efforts === undefined ? 'max_tokens' : 'max_completion_tokens';
}

export const openaiChat: RequestDialect = {
  name: 'openai.chat',
  streams: true,
  framing: FRAMING,
  path: () => '/v1/chat/completions',
  key: (apiKey) => ['authorization', `Bearer ${apiKey}`],
  headers: {},
  body,
};

export const azureChat: RequestDialect = {
  ...openaiChat,
  name: 'azure.chat',
  path: (deployment) =>
    `/openai/deployments/${encodeURIComponent(deployment)}/chat/completions?api-version=${AZURE_API_VERSION}`,
  key: (apiKey) => ['api-key', apiKey],
};
