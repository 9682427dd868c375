/** Who plans a reply, the acceptor itself or a worker thread, is nothing that a client can tell. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Simulator } from '../../src/index.js';
import { endpoints } from '../../src/providers/registry.js';
import { AT_ONCE, chatRequest, chunksOf, replyText, sharedSimulator } from './chat-client.js';
import { parseExposition } from './prometheus.js';
import { VALID_BODIES } from './valid-bodies.js';

const HEADERS = {
  'content-type': 'application/json',
  'anthropic-version': '2023-06-01',
  'x-api-key': 'any',
  'x-llm-sim-request-id': 'same',
};
/** Of the moment, the connection, and how busy the machine is. */
const PASSING = ['date', 'connection', 'keep-alive', 'transfer-encoding', 'x-llm-sim-saturated'];

const inline = sharedSimulator({ config: { ...AT_ONCE, server: { inline_plan_bytes: 16_384 } } });
const pooled = sharedSimulator({ config: { ...AT_ONCE, server: { inline_plan_bytes: 0 } } });

function pathOf(name: string): string {
  // Gemini's are listed without their version.
  const names = [name, name.replace('gemini.', 'gemini.v1beta.')];
  const { endpoint } = endpoints.find((route) => names.includes(route.endpoint.name)) ?? assert.fail(name);
  const path = endpoint.paths[0]?.replace(/:\w+/, 'gemini-2.5-flash') ?? '';
  return `${endpoint.verb === undefined ? path : `${path}:${endpoint.verb}`}?api-version=2024-10-21`;
}

async function answerOf({ url }: Simulator, path: string, body: string) {
  const response = await fetch(`${url}${path}`, { method: 'POST', headers: HEADERS, body });
  const headers = [...response.headers].filter(([name]) => !PASSING.includes(name));
  return { status: response.status, headers, body: await response.text() };
}

describe('a reply that the acceptor plans itself', () => {
  for (const [name, bodies] of Object.entries(VALID_BODIES)) {
    test(`${name}: is the reply that a worker thread plans`, async () => {
      for (const body of [...bodies.map((valid) => JSON.stringify(valid)), '{}', 'no JSON', '{"stream":1}']) {
        const path = pathOf(name);
        assert.deepEqual(await answerOf(inline(), path, body), await answerOf(pooled(), path, body));
      }
    });
  }

  test('comes in the order of its equals, whoever plans them', async () => {
    const texts = async (simulator: Simulator) => {
      const replies: string[] = [];
      for (let index = 0; index < 12; index++) {
        const long = index % 3 === 0;
        replies.push(await replyText(simulator, chatRequest({ max_tokens: long ? 2_000 : 9, user: long ? 'l' : 's' })));
      }
      return replies;
    };
    const planned = await texts(inline());
    assert.deepEqual(planned, await texts(pooled()));
    assert.equal(new Set(planned).size, planned.length);
  });

  test('holds up no stream: both go on beside each other, and every one is counted', async () => {
    const streams = Array.from({ length: 20 }, async (_, index) => {
      const body = chatRequest({ max_tokens: 40, stream: true, user: `streaming ${index}` });
      return chunksOf(await replyText(inline(), body)).length;
    });
    const replies = Array.from({ length: 200 }, (_, index) =>
      replyText(inline(), chatRequest({ max_tokens: 5, user: `whole ${index}` })),
    );
    await Promise.all(replies);
    for (const chunks of await Promise.all(streams)) assert.ok(chunks >= 40);
    const { sum } = parseExposition(await inline().metrics());
    assert.ok(sum('llm_simulator_requests_started_total') >= 220);
    assert.equal(sum('llm_simulator_requests_started_total'), sum('llm_simulator_requests_ended_total'));
  });
});
