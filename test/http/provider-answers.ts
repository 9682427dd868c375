/**
 * How an endpoint of the registry is asked, and what every answer to it has to be, whatever the body was: for tests that go over all of
 * them.
 */
import assert from 'node:assert/strict';
import type { Endpoint, Provider } from '../../src/providers/contract.js';
import { assertValid } from '../schemas/published-schema.js';
import { parseEvents } from './event-stream.js';

/** Headers with which a request is its provider's. */
export const CREDENTIALS: { readonly [provider in Provider['name']]: Readonly<Record<string, string>> } = {
  openai: { authorization: 'Bearer sk-any' },
  azure: { 'api-key': 'any' },
  anthropic: { 'x-api-key': 'any', 'anthropic-version': '2023-06-01' },
  gemini: { 'x-goog-api-key': 'any' },
};
/** What stands in paths: a deployment or a model that does what the endpoint is for. */
const PATH_PARAMETERS: readonly (readonly [endpoint: RegExp, parameters: Readonly<Record<string, string>>])[] = [
  [/^openai\.embeddings/, { deployment: 'text-embedding-3-small' }],
  [/^openai\.completions/, { deployment: 'gpt-3.5-turbo-instruct' }],
  [/^openai/, { deployment: 'gpt-4o' }],
  [/^gemini.*embed/i, { model: 'gemini-embedding-001' }],
  [/^gemini/, { model: 'gemini-2.5-flash' }],
];

/** The name under which the bodies are listed. */
export function asks({ name, contentName = name }: Endpoint): string {
  return contentName;
}

/** A path of the endpoint. On Azure all paths but the undated ones need a version, and those need none. */
export function pathOf(endpoint: Endpoint, deployment?: string): string {
  const [first] = endpoint.paths;
  const { verb } = endpoint;
  const parameters = PATH_PARAMETERS.find(([pattern]) => pattern.test(asks(endpoint)))?.[1];
  const values: Readonly<Record<string, string>> = { ...parameters, ...(deployment !== undefined && { deployment }) };
  const path = first.replaceAll(/:(\w+)/g, (_, parameter) => values[parameter] ?? 'x');
  const isDated = path.startsWith('/openai/') && !path.startsWith('/openai/v1/');
  return path + (verb === undefined ? '' : `:${verb}`) + (isDated ? '?api-version=2025-04-01-preview' : '');
}

/** A success is valid against the published schema, everything else a client error in the provider's envelope. */
export function assertInProvidersWords(provider: Provider, endpoint: Endpoint, response: Response, text: string): void {
  if (response.status === 200) {
    assertPublished(provider, endpoint, response, text);
    return;
  }
  assert.ok(response.status >= 400 && response.status < 500, `${response.status}: ${text.slice(0, 500)}`);
  // Gemini's errors of a stream that is a list stand in a list as well.
  const [document] = [JSON.parse(text)].flat();
  // Azure's gateway says less than the service behind it.
  const says = Object.keys(document.error ?? {}).join();
  if (provider.name !== 'azure' || says !== 'code,message') assertValid(provider.dialect, 'ErrorResponse', document);
}

function assertPublished(provider: Provider, { description }: Endpoint, response: Response, text: string): void {
  const { replySchema, eventSchema } = description;
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  const documents = isStream ? dataOf(text) : JSON.parse(text);
  // Gemini streams a list where nobody asks for events.
  const schema = Array.isArray(documents) ? eventSchema : replySchema;
  assert.ok(schema !== undefined, 'the endpoint’s description names no schema for such a reply');
  for (const document of [documents].flat()) {
    const published = provider.name === 'azure' ? withoutFindings(document) : document;
    if (published !== undefined) assertValid(provider.dialect, schema, published);
  }
}

function dataOf(stream: string): unknown[] {
  const data = parseEvents(stream).map((event) => event.data);
  return data.filter((document) => document !== '[DONE]').map((document) => JSON.parse(document));
}

/** What Azure's reply would be without its content filter; undefined for a chunk that holds nothing but findings. */
function withoutFindings(document: { choices?: object[]; prompt_filter_results?: unknown }): unknown {
  const { prompt_filter_results, ...reply } = document;
  if (prompt_filter_results !== undefined && reply.choices?.length === 0) return undefined;
  if (reply.choices === undefined) return reply;
  const choices = reply.choices.map((choice) => ({ ...choice, content_filter_results: undefined }));
  return JSON.parse(JSON.stringify({ ...reply, choices }));
}
