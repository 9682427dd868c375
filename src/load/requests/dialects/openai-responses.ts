/**
 * POST /v1/responses. The conversation is sent whole with each turn and nothing is stored, so that turns stand for themselves as in the other
 * dialects. Source: CreateResponse of OpenAI's published OpenAPI document.
 */
import type { JsonObject } from '../../../kernel/json-object.js';
import type { RequestDialect, TurnContent } from './contract.js';

/** The API refuses a smaller limit. */
const OUTPUT_TOKENS_MIN = 16;

function body({ model, stream, prefix, messages, outputTokens }: TurnContent): JsonObject {
  return {
    model,
    ...(prefix === '' ? {} : { instructions: prefix }),
    input: messages.map(({ role, text }) => ({ role, content: text })),
    ...(outputTokens === undefined ? {} : { max_output_tokens: Math.max(OUTPUT_TOKENS_MIN, outputTokens) }),
    store: false,
    ...(stream ? { stream: true } : {}),
  };
}

export const openaiResponses: RequestDialect = {
  name: 'openai.responses',
  streams: true,
  framing: { message: 4, prefix: 3, priming: 3 },
  path: () => '/v1/responses',
  key: (apiKey) => ['authorization', `Bearer ${apiKey}`],
  headers: {},
  body,
};
