/**
 * Whatever a body holds, every endpoint of the registry answers in its provider's words: what it accepts is valid against the published
 * schema, what it does not is a client error, and nothing is an internal one.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Endpoint, Provider } from '../../src/providers/contract.js';
import { endpoints } from '../../src/providers/registry.js';
import { assertValid, type SchemaProvider } from '../schemas/published-schema.js';
import { AT_ONCE, sharedSimulator } from './chat-client.js';
import { parseEvents } from './event-stream.js';
import { BROKEN_BODIES, fieldsOf, hostileBody } from './hostile-bodies.js';
import { VALID_BODIES } from './valid-bodies.js';

const RUNS = { numRuns: 80, seed: 20_261_125 };

const CREDENTIALS: { readonly [provider in Provider['name']]: Readonly<Record<string, string>> } = {
  openai: { authorization: 'Bearer sk-any' },
  azure: { 'api-key': 'any' },
  anthropic: { 'x-api-key': 'any', 'anthropic-version': '2023-06-01' },
  gemini: { 'x-goog-api-key': 'any' },
};
const PATH_PARAMETERS: { readonly [name: string]: string } = { model: 'gemini-2.5-flash', deployment: 'gpt-4o' };

const posts = endpoints.filter(({ endpoint }) => endpoint.method === 'POST' && endpoint.takesBody !== false);

describe('hostile bodies', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  for (const { provider, endpoint } of posts) {
    describe(endpoint.name, () => {
      const post = (body: string | Uint8Array<ArrayBuffer>) =>
        fetch(simulator().url + pathOf(endpoint), {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...CREDENTIALS[provider.name] },
          body,
        });
      const bodies = VALID_BODIES[endpoint.name] ?? [];

      test('start from bodies that are accepted', async () => {
        assert.ok(bodies.length > 0, `test/http/valid-bodies.ts has no bodies for ${endpoint.name}`);
        for (const body of bodies) {
          const response = await post(JSON.stringify(body));
          assert.equal(response.status, 200, await response.clone().text());
          await assertInProvidersWords(provider, endpoint, response);
        }
      });

      test('that are not JSON, or no object, are answered in the provider’s words', async () => {
        for (const body of BROKEN_BODIES) await assertInProvidersWords(provider, endpoint, await post(body));
      });

      test('with changed fields are answered in the provider’s words', async () => {
        const fields = fieldsOf(provider.dialect, endpoint.description.requestSchema);
        await fc.assert(
          fc.asyncProperty(hostileBody([...bodies, {}], fields), async (body) => {
            await assertInProvidersWords(provider, endpoint, await post(body));
          }),
          RUNS,
        );
      });
    });
  }
});

function pathOf({ paths, verb }: Endpoint): string {
  const path = paths[0].replaceAll(/:(\w+)/g, (_, name) => PATH_PARAMETERS[name] ?? 'x');
  return verb === undefined ? path : `${path}:${verb}`;
}

async function assertInProvidersWords(provider: Provider, endpoint: Endpoint, response: Response): Promise<void> {
  const text = await response.text();
  const { dialect } = provider;
  if (response.status !== 200) {
    assert.ok(response.status >= 400 && response.status < 500, `${response.status}: ${text.slice(0, 500)}`);
    assertValid(dialect, 'ErrorResponse', JSON.parse(text));
    return;
  }
  const { replySchema, eventSchema } = endpoint.description;
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    const data = parseEvents(text).map((event) => event.data);
    assertAll(
      dialect,
      eventSchema,
      data.filter((document) => document !== '[DONE]').map((document) => JSON.parse(document)),
    );
    return;
  }
  const document = JSON.parse(text);
  // Gemini streams a list where nobody asks for events.
  if (Array.isArray(document)) assertAll(dialect, eventSchema, document);
  else assertAll(dialect, replySchema, [document]);
}

function assertAll(dialect: SchemaProvider, schema: string | undefined, documents: readonly unknown[]): void {
  assert.ok(schema !== undefined, 'the endpoint’s description names no schema for such a reply');
  for (const document of documents) assertValid(dialect, schema, document);
}
