/**
 * Whatever a body holds, every endpoint of the registry answers in its provider's words: what it accepts is valid against the published
 * schema, what it does not is a client error, and nothing is an internal one.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { endpoints } from '../../src/providers/registry.js';
import { AT_ONCE, sharedSimulator } from './chat-client.js';
import { BROKEN_BODIES, fieldsOf, hostileBody, type JsonValue, STRANGE_BODIES } from './hostile-bodies.js';
import { asks, assertInProvidersWords, CREDENTIALS, pathOf } from './provider-answers.js';
import { VALID_BODIES } from './valid-bodies.js';

/** Changed bodies for an endpoint, and for one whose code answers on another path as well. */
const RUNS = 40;
const FEW_RUNS = 6;

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

/** What a body without mistakes says to be for; on some paths a deployment stands in its place. */
function modelOf(body: JsonValue): string | undefined {
  const { model } = body as { model?: string };
  return model;
}
