import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Effort, LABORIOUS, TooLaborious } from '../../src/engine/effort.js';
import { Renderer } from '../../src/engine/renderer.js';
import { requestHeaderNames } from '../../src/engine/request-headers.js';
import { endpoints } from '../../src/providers/registry.js';
import { PLAN_RECALL, type RecallMemo } from '../../src/runtime/plan-layout.js';
import { planKind, planMemo, planStatus } from '../../src/runtime/plan-reader.js';
import type { Recalled, RenderRequest } from '../../src/runtime/render-request.js';
import { VALID_BODIES } from '../http/valid-bodies.js';
import { snapshotOf, tokenizers } from './engine-parts.js';

const BOUND = 512;
const snapshot = snapshotOf();
const HEADERS: { readonly [name: string]: string } = { 'anthropic-version': '2023-06-01', 'x-api-key': 'any' };

function createRenderer(): Renderer {
  const counts = new Map<string, number>();
  return new Renderer({
    snapshot,
    tokenizers,
    countOccurrence: (high, low) => {
      const key = `${high} ${low}`;
      counts.set(key, (counts.get(key) ?? -1) + 1);
      return counts.get(key) as number;
    },
    fillRandom: () => assert.fail('a deterministic simulation asks for no entropy'),
    wallClockSecs: () => assert.fail('a deterministic simulation asks for no time'),
    onDefect: (error) => assert.fail(`defect: ${error}`),
  });
}

function requestOf(name: string, body: unknown, recalled?: Recalled): RenderRequest {
  // Gemini's are listed without their version.
  const names = [name, name.replace('gemini.', 'gemini.v1beta.')];
  const endpoint = endpoints.findIndex((route) => names.includes(route.endpoint.name));
  const { provider, endpoint: route } = endpoints[endpoint];
  return {
    slot: 0,
    generation: 0,
    endpoint,
    configurationGeneration: 1,
    requestKey: undefined,
    query: 'api-version=2024-10-21',
    parameters: [...route.paths[0].matchAll(/:\w+/g)].map(() => 'gemini-2.5-flash'),
    headers: requestHeaderNames(provider, snapshot).map((header) => HEADERS[header]),
    recalled,
    atUs: 0,
    steering: undefined,
    body: Buffer.from(JSON.stringify(body)),
  };
}

/** Whether the round ended without asking for anything: the request took more than its bound. */
function isLeft(plan: Uint8Array): boolean {
  if (planKind(plan) !== PLAN_RECALL) return false;
  const { keys, prefix } = planMemo(plan) as RecallMemo;
  return keys.length === 0 && prefix === undefined;
}

/** What the second round of a request that was left begins with. */
function leftOf(plan: Uint8Array): Recalled {
  const { identity, count } = planMemo(plan) as RecallMemo;
  return { identity: Uint32Array.from(identity), entries: [], count };
}

const chat = (fields: object) =>
  requestOf('openai.chat.completions', {
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'Hello, json' }],
    ...fields,
  });
const embeddings = (input: unknown) =>
  requestOf('openai.embeddings', { model: 'text-embedding-3-small', input, encoding_format: 'base64' });
const TOOLS = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }];

describe('a request that is rendered within a bound', () => {
  for (const [name, bodies] of Object.entries(VALID_BODIES)) {
    test(`${name}: gets the plan that it gets without one, at once or in a second round`, () => {
      for (const body of bodies) {
        const expected = Buffer.from(createRenderer().render(requestOf(name, body)));
        const renderer = createRenderer();
        const first = Buffer.from(renderer.render(requestOf(name, body), BOUND));
        const second = isLeft(first) ? renderer.render(requestOf(name, body, leftOf(first))) : first;
        assert.deepEqual(Buffer.from(second), expected);
      }
    });
  }

  for (const [what, request] of [
    ['a short reply', chat({ max_tokens: 50 })],
    ['several short replies', chat({ max_tokens: 50, n: 4 })],
    ['an embedding', embeddings('A text of usual length. '.repeat(20))],
    ['a refusal', chat({ max_tokens: -1 })],
  ] as const) {
    test(`${what} is answered`, () => {
      assert.notEqual(planKind(createRenderer().render(request, BOUND)), PLAN_RECALL);
    });
  }

  for (const [what, request] of [
    ['a long reply', chat({ max_tokens: 4_000 })],
    ['many replies', chat({ max_tokens: 50, n: 128 })],
    ['a stream, however short', chat({ max_tokens: 1, stream: true })],
    ['a call of a tool', chat({ tools: TOOLS, tool_choice: 'required' })],
    ['a document', chat({ response_format: { type: 'json_object' } })],
    ['probabilities of many alternatives', chat({ max_tokens: 50, logprobs: true, top_logprobs: 20 })],
    ['many embeddings', embeddings(Array.from({ length: 100 }, (_, index) => `text ${index}`))],
    ['many texts to judge', requestOf('openai.moderations', { input: Array.from({ length: 30 }, () => 'text') })],
  ] as const) {
    test(`${what} is left to another round, which asks for nothing`, () => {
      assert.ok(isLeft(createRenderer().render(request, BOUND)));
      assert.equal(planStatus(createRenderer().render(request)), 200);
    });
  }

  test('a round that was left counts the request once', () => {
    const renderer = createRenderer();
    const long = chat({ max_tokens: 4_000 });
    const first = Buffer.from(renderer.render(long, BOUND));
    const answered = Buffer.from(renderer.render({ ...long, recalled: leftOf(first) }));
    const other = createRenderer();
    assert.deepEqual(answered, Buffer.from(other.render(long)));
    assert.deepEqual(Buffer.from(renderer.render(long)), Buffer.from(other.render(long)));
  });
});

test('effort is spent until nothing is left, and begins anew with every request', () => {
  const effort = new Effort();
  effort.spend(LABORIOUS);
  effort.begin(10);
  effort.spend(4);
  effort.spend(6);
  assert.throws(() => effort.spend(1), TooLaborious);
  effort.begin(Number.POSITIVE_INFINITY);
  effort.spend(LABORIOUS);
  effort.spend(LABORIOUS);
});
