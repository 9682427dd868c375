/** A prefix cache changes nothing but what is said of cached tokens, whatever the body holds, on the first request and on the next. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Simulator } from '../../../src/index.js';
import { sharedSimulator } from '../chat-client.js';
import { hostileBody, type JsonValue } from '../hostile-bodies.js';
import { VALID_BODIES } from '../valid-bodies.js';

const RUNS = 40;
/** Every prompt is looked up, and most have several blocks. */
const EAGER = { prefix_cache: { enabled: true, block_tokens: 16, min_tokens: 1 } };
const MODELS = ['gpt-4o', 'gpt-4o-mini', 'gpt-5', 'gpt-3.5-turbo-instruct', 'gemini-2.5-flash'];
const ENDPOINTS: readonly (readonly [name: string, path: string])[] = [
  ['openai.chat.completions', '/v1/chat/completions'],
  ['openai.responses.create', '/v1/responses'],
  ['openai.completions', '/v1/completions'],
  ['gemini.models.generate_content', '/v1beta/models/gemini-2.5-flash:generateContent'],
];
const HEADERS = {
  'content-type': 'application/json',
  authorization: 'Bearer sk-any',
  'x-goog-api-key': 'any',
  'x-llm-sim-request-id': '1',
};

/** What stands in a reply only where there is a cache, or has another value there. */
const OF_CACHES = [
  /"cached_tokens":\d+/g,
  /"cachedContentTokenCount": ?\d+,?\s*/g,
  /"cacheTokensDetails": ?\[[^\]]*\],?\s*/g,
];

async function reply(simulator: Simulator, path: string, body: string): Promise<string> {
  const response = await fetch(simulator.url + path, { method: 'POST', headers: HEADERS, body });
  const text = await response.text();
  assert.ok(response.status < 500, `${response.status}: ${text.slice(0, 500)}`);
  return OF_CACHES.reduce((rest, pattern) => rest.replaceAll(pattern, ''), `${response.status} ${text}`);
}

describe('a prefix cache', () => {
  const simulation = { time_scale: 0, seed: 5 };
  const without = sharedSimulator({ config: { simulation } });
  const eager = sharedSimulator({
    config: { simulation, providers: Object.fromEntries(MODELS.map((model) => [model, EAGER])) },
  });

  for (const [name, path] of ENDPOINTS) {
    test(`changes nothing else in what ${name} answers`, async () => {
      const bodies = VALID_BODIES[name] as readonly JsonValue[];
      const asked = fc.oneof(
        fc.constantFrom(...bodies).map((body) => JSON.stringify(body)),
        hostileBody(bodies, []),
      );
      const property = fc.asyncProperty(asked, async (body) => {
        const expected = await reply(without(), path, body);
        assert.equal(await reply(eager(), path, body), expected);
        assert.equal(await reply(eager(), path, body), expected);
      });
      await fc.assert(property, { numRuns: RUNS, seed: 20_261_125 });
    });
  }
});
