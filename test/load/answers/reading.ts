/** Requests as their source makes them, and answers that are read without a network: a head, pieces of a body a millisecond apart, and an end. */

import { answerReader } from '../../../src/load/answers/answer-reader.js';
import type { Answer, AnswerHeaders, AnswerReaderOptions, EndReason } from '../../../src/load/answers/contract.js';
import { DIALECTS, type DialectName, type NumberedRequest } from '../../../src/load/contract.js';

export const STREAMING = DIALECTS.filter((dialect) => dialect !== 'openai.embeddings');

const PROMPT = 'Count.';
const messages = [{ role: 'user', content: PROMPT }];
const asksForUsage = { stream_options: { include_usage: true } };
const JSON_TYPE = { 'content-type': 'application/json' };
const BEARER = { ...JSON_TYPE, authorization: 'Bearer sk-any' };

interface Way {
  readonly model: string;
  readonly path: string;
  readonly streamPath?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fields: object;
  /** What a stream asks for besides. */
  readonly streamFields: object;
}

const WAYS: { readonly [dialect in DialectName]: Way } = {
  'openai.chat': {
    model: 'gpt-4o',
    path: '/v1/chat/completions',
    headers: BEARER,
    fields: { model: 'gpt-4o', messages },
    streamFields: { stream: true, ...asksForUsage },
  },
  'azure.chat': {
    model: 'gpt-4o',
    path: '/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21',
    headers: { ...JSON_TYPE, 'api-key': 'any' },
    fields: { messages },
    streamFields: { stream: true, ...asksForUsage },
  },
  'openai.completions': {
    model: 'gpt-3.5-turbo-instruct',
    path: '/v1/completions',
    headers: BEARER,
    fields: { model: 'gpt-3.5-turbo-instruct', prompt: PROMPT, max_tokens: 100 },
    streamFields: { stream: true, ...asksForUsage },
  },
  'openai.responses': {
    model: 'gpt-4o',
    path: '/v1/responses',
    headers: BEARER,
    fields: { model: 'gpt-4o', input: PROMPT },
    streamFields: { stream: true },
  },
  'openai.embeddings': {
    model: 'text-embedding-3-small',
    path: '/v1/embeddings',
    headers: BEARER,
    fields: { model: 'text-embedding-3-small', input: PROMPT },
    streamFields: {},
  },
  'anthropic.messages': {
    model: 'claude-sonnet-4-5',
    path: '/v1/messages',
    headers: { ...JSON_TYPE, 'x-api-key': 'any', 'anthropic-version': '2023-06-01' },
    fields: { model: 'claude-sonnet-4-5', max_tokens: 1000, messages },
    streamFields: { stream: true },
  },
  'gemini.generate': {
    model: 'gemini-2.0-flash',
    path: '/v1beta/models/gemini-2.0-flash:generateContent',
    streamPath: '/v1beta/models/gemini-2.0-flash:streamGenerateContent?alt=sse',
    headers: { ...JSON_TYPE, 'x-goog-api-key': 'any' },
    fields: { contents: [{ role: 'user', parts: [{ text: PROMPT }] }] },
    streamFields: {},
  },
};

export interface RequestChanges {
  readonly path?: string;
  readonly fields?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export function requestOf(dialect: DialectName, stream: boolean, changes: RequestChanges = {}): NumberedRequest {
  const { model, path, streamPath = path, headers, fields, streamFields } = WAYS[dialect];
  return {
    conversation: 0,
    turn: 0,
    key: 'run-1',
    mix: 0,
    dialect,
    model,
    stream,
    method: 'POST',
    path: changes.path ?? (stream ? streamPath : path),
    headers: { ...headers, ...changes.headers },
    body: JSON.stringify({ ...fields, ...(stream && streamFields), ...changes.fields }),
    identity: -1,
  };
}

export interface Exchange {
  readonly status?: number;
  readonly headers?: AnswerHeaders;
  /** Each comes a millisecond behind the one before, the first after one. */
  readonly pieces: readonly (string | Uint8Array)[];
  readonly reason?: EndReason;
  readonly word?: string;
  readonly options?: AnswerReaderOptions;
}

export const EVENT_STREAM: AnswerHeaders = { 'content-type': 'text/event-stream; charset=utf-8' };

/** What the reader makes of it. */
export function read(request: NumberedRequest, exchange: Exchange): Answer {
  const { headers, options, pieces, reason = 'end', status = 200, word } = exchange;
  const reader = answerReader(request, options);
  const usual = request.stream && status === 200 ? EVENT_STREAM : JSON_TYPE;
  reader.head(status, headers ?? usual);
  for (const [index, piece] of pieces.entries()) {
    reader.bytes(typeof piece === 'string' ? Buffer.from(piece) : piece, (index + 1) * 1_000);
  }
  return reader.end(reason, (pieces.length + 1) * 1_000, word);
}

/** Events as OpenAI's chat and Gemini have them: data alone. */
export function dataEvent(document: object): string {
  return `data: ${JSON.stringify(document)}\n\n`;
}

/** Events with the name that their type is. */
export function typedEvent(document: { readonly type: string; readonly [field: string]: unknown }): string {
  return `event: ${document.type}\n${dataEvent(document)}`;
}

export const DONE = 'data: [DONE]\n\n';
