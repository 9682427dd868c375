/**
 * The request that a stage sends to a model, in the words of the model's API, and what tells a token's event from others in the reply.
 * Shapes from the APIs' public references: chat completions, spoken ones, completions and responses of OpenAI, messages of Anthropic,
 * streamGenerateContent of Gemini.
 */
import type { Api, VerifiedModel } from './stage.js';

export interface ModelRequest {
  readonly path: string;
  /** Without the question mark; may be empty. */
  readonly query: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  /** What stands before the text of a token; an event whose text is empty carries none. */
  readonly tokenMarker: string;
}

const PROMPT = 'Tell me about timing wheels, please.';

/** @param events with tokens that the reply may have */
export function modelRequest(model: VerifiedModel, events: number): ModelRequest {
  const tokens = Math.round(events * model.tokensPerEvent);
  const { path, query = '', headers = {}, body, tokenMarker } = shapes[model.api](model.name, tokens);
  return {
    path,
    query,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    tokenMarker,
  };
}

interface Shape {
  readonly path: string;
  readonly query?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body: unknown;
  readonly tokenMarker: string;
}

const messages = [{ role: 'user', content: PROMPT }];

const shapes: {
  readonly [api in Api]: (model: string, tokens: number) => Shape;
} = {
  chat: (model, tokens) => ({
    path: '/v1/chat/completions',
    body: { model, stream: true, max_completion_tokens: tokens, messages },
    tokenMarker: '"delta":{"content":"',
  }),
  audio: (model, tokens) => ({
    path: '/v1/chat/completions',
    body: {
      ...{ model, stream: true, max_completion_tokens: tokens, messages },
      ...{ modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'pcm16' } },
    },
    tokenMarker: '"transcript":"',
  }),
  responses: (model, tokens) => ({
    path: '/v1/responses',
    body: { model, stream: true, store: false, max_output_tokens: tokens, input: PROMPT },
    tokenMarker: '"delta":"',
  }),
  completions: (model, tokens) => ({
    path: '/v1/completions',
    body: { model, stream: true, max_tokens: tokens, prompt: PROMPT },
    tokenMarker: '"choices":[{"text":"',
  }),
  messages: (model, tokens) => ({
    path: '/v1/messages',
    headers: { 'anthropic-version': '2023-06-01', 'x-api-key': 'verify' },
    body: { model, stream: true, max_tokens: tokens, messages },
    tokenMarker: '"type":"text_delta","text":"',
  }),
  gemini: (model, tokens) => ({
    path: `/v1beta/models/${model}:streamGenerateContent`,
    query: 'alt=sse',
    headers: { 'x-goog-api-key': 'verify' },
    body: { generationConfig: { maxOutputTokens: tokens }, contents: [{ role: 'user', parts: [{ text: PROMPT }] }] },
    tokenMarker: '"parts": [{"text": "',
  }),
};
