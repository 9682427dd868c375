/**
 * POST /v1beta/models/{model}:generateContent, and :streamGenerateContent as server-sent events. Usage comes with every answer. Source:
 * Google's Gemini API reference, "Generating content".
 */
import type { JsonObject } from '../../../kernel/json-object.js';
import type { RequestDialect, TurnContent } from './contract.js';

function body({ prefix, messages, outputTokens }: TurnContent): JsonObject {
  return {
    ...(prefix === '' ? {} : { systemInstruction: { parts: [{ text: prefix }] } }),
    contents: messages.map(({ role, text }) => ({ role: role === 'assistant' ? 'model' : role, parts: [{ text }] })),
    ...(outputTokens === undefined ? {} : { generationConfig: { maxOutputTokens: outputTokens } }),
  };
}

export const geminiGenerate: RequestDialect = {
  name: 'gemini.generate',
  streams: true,
  framing: { message: 1, prefix: 1, priming: 0 },
  path: (model, stream) =>
    `/v1beta/models/${encodeURIComponent(model)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  key: (apiKey) => ['x-goog-api-key', apiKey],
  headers: {},
  body,
};
