/**
 * Whatever a body holds, every endpoint of the registry answers in its provider's words: what it accepts is valid against the published
 * schema, what it does not is a client error, and nothing is an internal one.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Endpoint, Provider } from '../../src/providers/contract.js';
import { endpoints } from '../../src/providers/registry.js';
import { assertValid } from '../schemas/published-schema.js';
import { AT_ONCE, sharedSimulator } from './chat-client.js';
import { parseEvents } from './event-stream.js';
import { BROKEN_BODIES, fieldsOf, hostileBody, type JsonValue, STRANGE_BODIES } from './hostile-bodies.js';
import { VALID_BODIES } from './valid-bodies.js';

/** Changed bodies for an endpoint, and for one whose code answers on another path as well. */
const RUNS = 40;
const FEW_RUNS = 6;

const CREDENTIALS: { readonly [provider in Provider['name']]: Readonly<Record<string, string>> } = {
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

const posts = endpoints.filter(({ endpoint }) => endpoint.method === 'POST' && endpoint.takesBody !== false);

/** Of the endpoints that answer alike, as Azure's and OpenAI's do, the last one in the registry is asked most. */
const askedMost = new Set(
  new Map(posts.map(({ endpoint }) => [`${asks(endpoint)}:${endpoint.verb}`, endpoint] as const)).values(),
);

describe('hostile bodies', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  for (const { provider, endpoint } of posts) {
    describe(endpoint.name, () => {
      const send = async (body: string | Uint8Array<ArrayBuffer>, deployment?: string): Promise<string> => {
        const response = await fetch(simulator().url + pathOf(endpoint, deployment), {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...CREDENTIALS[provider.name] },
          body,
        });
        const text = await response.text();
        assertInProvidersWords(provider, endpoint, response, text);
        return `${response.status} ${text}`;
      };
      const bodies = VALID_BODIES[asks(endpoint)] ?? [];

      test('start from bodies that are accepted', async () => {
        assert.ok(bodies.length > 0, `test/http/valid-bodies.ts has no bodies for ${asks(endpoint)}`);
        for (const body of bodies) assert.match(await send(JSON.stringify(body), modelOf(body)), /^200 /);
      });

      test('that are not JSON, or no object, are answered in the provider’s words', async () => {
        const wholes = askedMost.has(endpoint) ? [...BROKEN_BODIES, ...STRANGE_BODIES] : BROKEN_BODIES;
        await Promise.all(wholes.map((body) => send(body)));
      });

      test('with changed fields are answered in the provider’s words', async () => {
        const fields = fieldsOf(provider.dialect, endpoint.description.requestSchema);
        const property = fc.asyncProperty(hostileBody([...bodies, {}], fields), async (body) => {
          await send(body);
        });
        await fc.assert(property, { numRuns: askedMost.has(endpoint) ? RUNS : FEW_RUNS, seed: 20_261_125 });
      });
    });
  }
});

/** The name under which the bodies are listed. */
function asks({ name, contentName = name }: Endpoint): string {
  return contentName;
}

/** What a body without mistakes says to be for; on some paths a deployment stands in its place. */
function modelOf(body: JsonValue): string | undefined {
  const { model } = body as { model?: string };
  return model;
}

/** On Azure all paths but the undated ones need a version, and those need none. */
function pathOf(endpoint: Endpoint, deployment: string | undefined): string {
  const [first] = endpoint.paths;
  const { verb } = endpoint;
  const parameters = PATH_PARAMETERS.find(([pattern]) => pattern.test(asks(endpoint)))?.[1];
  const values: Readonly<Record<string, string>> = { ...parameters, ...(deployment !== undefined && { deployment }) };
  const path = first.replaceAll(/:(\w+)/g, (_, parameter) => values[parameter] ?? 'x');
  const isDated = path.startsWith('/openai/') && !path.startsWith('/openai/v1/');
  return path + (verb === undefined ? '' : `:${verb}`) + (isDated ? '?api-version=2025-04-01-preview' : '');
}

function assertInProvidersWords(provider: Provider, endpoint: Endpoint, response: Response, text: string): void {
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
