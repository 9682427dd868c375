/** Gemini over fetch, as bytes and as chunks. */
import assert from 'node:assert/strict';
import type { Simulator } from '../../../src/index.js';
import type { Json } from '../chat-client.js';
import { parseEvents, withoutLeadingLineFeed } from '../event-stream.js';

export const KEY = { 'x-goog-api-key': 'any' };
export const CONTENTS = [{ role: 'user', parts: [{ text: 'Why is the sky blue?' }] }];
export const NO_THOUGHTS = { thinkingConfig: { thinkingBudget: 0 } };

/** A configuration of models: an event for each token, where the catalogue's models send several at a time. */
export const TOKEN_BY_TOKEN = {
  'gemini-flash': { latency: { tokens_per_chunk: 1 } },
  'gemini-pro': { latency: { tokens_per_chunk: 1 } },
};

export interface Part {
  readonly text?: string;
  readonly thought?: boolean;
  readonly thoughtSignature?: string;
  readonly functionCall?: { readonly name: string; readonly args: object; readonly id?: string };
}

export interface Candidate {
  readonly content: { readonly role?: string; readonly parts?: readonly Part[] };
  readonly index: number;
  readonly finishReason?: string;
  readonly finishMessage?: string;
  readonly safetyRatings?: readonly { readonly category: string; readonly blocked?: boolean }[];
  readonly avgLogprobs?: number;
  readonly logprobsResult?: object;
}

export interface Usage {
  readonly promptTokenCount: number;
  readonly candidatesTokenCount?: number;
  readonly thoughtsTokenCount?: number;
  readonly totalTokenCount: number;
  readonly cachedContentTokenCount?: number;
  readonly promptTokensDetails?: readonly { readonly modality: string; readonly tokenCount: number }[];
  readonly serviceTier?: string;
}

export interface Reply {
  readonly candidates?: readonly Candidate[];
  readonly promptFeedback?: { readonly blockReason: string };
  readonly usageMetadata: Usage;
  readonly modelVersion: string;
  readonly responseId: string;
}

/** Posts a body, an object as JSON. @param path below the version, with the verb: "models/gemini-2.5-flash:generateContent" */
export function post(
  simulator: Simulator,
  path: string,
  body: Json | string,
  headers: Readonly<Record<string, string>> = {},
  version = 'v1beta',
): Promise<Response> {
  return fetch(`${simulator.url}/${version}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...KEY, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** A body for generateContent: a question, and what is given. */
export function asking(fields: Json = {}): Json {
  return { contents: CONTENTS, ...fields };
}

/** The parsed reply, which must be a success. */
export async function generate(
  simulator: Simulator,
  fields: Json = {},
  model = 'gemini-2.5-flash',
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const response = await post(simulator, `models/${model}:generateContent`, asking(fields), headers);
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return JSON.parse(text);
}

/** The text of a stream, which must be a success. */
export async function streamText(
  simulator: Simulator,
  fields: Json,
  layout: 'events' | 'array',
  model = 'gemini-2.5-flash',
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const path = `models/${model}:streamGenerateContent${layout === 'events' ? '?alt=sse' : ''}`;
  const response = await post(simulator, path, asking(fields), headers);
  const text = withoutLeadingLineFeed(await response.text());
  assert.equal(response.status, 200, text);
  return text;
}

/** The chunks of a stream's text in either layout. */
export function chunksOf(text: string): Reply[] {
  if (text.startsWith('[')) return JSON.parse(text);
  return parseEvents(text).map(({ data, raw }) => {
    assert.equal(raw, `data: ${data}\r\n\r\n`);
    return JSON.parse(data);
  });
}

/** What a candidate says over all chunks, in parts of one kind each. */
export function gathered(chunks: readonly Reply[], index = 0): Part[] {
  const parts: Part[] = [];
  for (const candidate of chunks.flatMap(({ candidates = [] }) => candidates)) {
    if (candidate.index !== index) continue;
    for (const part of candidate.content.parts ?? []) {
      const last = parts.at(-1);
      const continues = last?.text !== undefined && part.text !== undefined && last.thought === part.thought;
      if (continues) parts[parts.length - 1] = { ...last, ...part, text: last.text + part.text };
      else parts.push(part);
    }
  }
  return parts;
}

/** The message of an error with the status, in the envelope of Google's APIs. */
export async function messageOf(response: Response, status: number): Promise<string> {
  const text = await response.text();
  assert.equal(response.status, status, text);
  const [{ error }] = [JSON.parse(text)].flat();
  assert.equal(error.code, status);
  return error.message;
}
