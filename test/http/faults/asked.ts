/** One request per provider that asks for a fault by its header, and what the provider's errors say where. */
import assert from 'node:assert/strict';
import type { Simulator } from '../../../src/index.js';
import { assertValid } from '../../schemas/published-schema.js';
import type { Json } from '../chat-client.js';

export const PROVIDERS = ['openai', 'azure', 'anthropic', 'gemini'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

interface Way {
  readonly path: string;
  readonly streamPath: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}

const messages = [{ role: 'user', content: 'Why is the sky blue?' }];
const azurePath = '/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21';
const geminiPath = '/v1beta/models/gemini-2.5-flash:';

const WAYS: { readonly [provider in ProviderName]: Way } = {
  openai: {
    path: '/v1/chat/completions',
    streamPath: '/v1/chat/completions',
    headers: { authorization: 'Bearer sk-0123456789abcdef' },
    body: { model: 'gpt-4o', messages },
  },
  azure: { path: azurePath, streamPath: azurePath, headers: { 'api-key': '0123456789abcdef' }, body: { messages } },
  anthropic: {
    path: '/v1/messages',
    streamPath: '/v1/messages',
    headers: { 'x-api-key': 'sk-ant-0123', 'anthropic-version': '2023-06-01' },
    body: { model: 'claude-sonnet-4-5', max_tokens: 2_000, messages },
  },
  gemini: {
    path: `${geminiPath}generateContent`,
    streamPath: `${geminiPath}streamGenerateContent?alt=sse`,
    headers: { 'x-goog-api-key': 'AIza0123' },
    body: { contents: [{ role: 'user', parts: [{ text: 'Why is the sky blue?' }] }] },
  },
};

export interface AskOptions {
  readonly stream?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly fields?: Json;
}

/** @param fault the header's value; undefined for a request without it */
export function ask(
  simulator: Simulator,
  provider: ProviderName,
  fault: string | undefined,
  { stream = false, headers = {}, fields = {} }: AskOptions = {},
): Promise<Response> {
  const way = WAYS[provider];
  const streamField = stream && provider !== 'gemini' ? { stream: true } : {};
  return fetch(simulator.url + (stream ? way.streamPath : way.path), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...way.headers,
      ...(fault === undefined ? {} : { 'x-llm-sim-fault': fault }),
      ...headers,
    },
    body: JSON.stringify({ ...way.body, ...streamField, ...fields }),
  });
}

/** What of an error clients branch on. */
export interface ReadError {
  readonly type: unknown;
  readonly code: unknown;
  readonly param: unknown;
  readonly message: string;
  readonly whole: Json;
}

/** The error of a reply, which must be in the provider's envelope. */
export async function errorOf(provider: ProviderName, response: Response): Promise<ReadError> {
  const text = await response.text();
  const body = JSON.parse(text);
  // What a gateway says is no part of the API's document: its code is a number.
  const isGateway = String(body.error?.type).startsWith('cf_');
  if (provider === 'openai' && !isGateway) assertValid('openai', 'ErrorResponse', body);
  if (provider === 'anthropic') assertValid('anthropic', 'ErrorResponse', body);
  if (provider === 'gemini') assert.equal(body.error.code, response.status);
  const { error } = body;
  assert.equal(typeof error.message, 'string', text);
  return {
    type: provider === 'gemini' ? error.status : error.type,
    code: error.code,
    param: error.param,
    message: error.message,
    whole: error,
  };
}
