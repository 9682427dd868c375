import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Renderer, type RendererContext } from '../../src/engine/renderer.js';
import { endpoints } from '../../src/providers/registry.js';
import {
  FrameCursor,
  planConfigurationGeneration,
  planFirstFrame,
  planGeneration,
  planSlot,
  planStatus,
} from '../../src/runtime/plan-reader.js';
import type { RenderRequest } from '../../src/runtime/render-request.js';
import { snapshotOf, tokenizers } from './engine-parts.js';

const endpointOf = (name: string) => endpoints.findIndex(({ endpoint }) => endpoint.name === name);
const CHAT = endpointOf('openai.chat.completions');
const BODY = { model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }], max_tokens: 8 };

function createRenderer(context: Partial<RendererContext> = {}, config: object = {}): Renderer {
  return new Renderer({
    snapshot: snapshotOf(config),
    tokenizers,
    countOccurrence: () => 0,
    fillRandom: () => assert.fail('a deterministic simulation asks for no entropy'),
    wallClockSecs: () => assert.fail('a deterministic simulation asks for no time'),
    onDefect: (error) => assert.fail(`defect: ${error}`),
    ...context,
  });
}

function requestOf(body: object | Uint8Array, fields: Partial<RenderRequest> = {}): RenderRequest {
  const bytes = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
  return {
    slot: 3,
    generation: 5,
    endpoint: CHAT,
    configurationGeneration: 1,
    requestKey: 'key',
    query: '',
    parameters: [],
    headers: [],
    recalled: undefined,
    atUs: 0,
    steering: undefined,
    body: bytes,
    ...fields,
  };
}

/** A copy, because a plan is valid only until the next one. */
const render = (renderer: Renderer, request: RenderRequest): Buffer => Buffer.from(renderer.render(request));

/** The body of a plan for a whole reply. */
function bodyOf(plan: Buffer): string {
  const cursor = new FrameCursor();
  cursor.position = planFirstFrame(plan);
  cursor.varint(plan);
  cursor.readFrame(plan);
  return Buffer.from(cursor.payload(plan)).toString();
}

describe('Renderer', () => {
  test('is a pure function: any instance makes the same bytes of the same request', () => {
    const [one, other] = [createRenderer(), createRenderer()];
    const plan = render(one, requestOf(BODY));
    render(other, requestOf({ ...BODY, n: 3 }));
    assert.deepEqual(render(other, requestOf(BODY)), plan);
    assert.equal(planStatus(plan), 200);
  });

  test('echoes slot and generation, which change nothing else', () => {
    const renderer = createRenderer();
    const plan = render(renderer, requestOf(BODY, { slot: 9, generation: 0xffff_ffff }));
    assert.deepEqual([planSlot(plan), planGeneration(plan)], [9, 0xffff_ffff]);
    assert.deepEqual(plan.subarray(8), render(renderer, requestOf(BODY)).subarray(8));
  });

  test('says which generation of the configuration made the plan, which changes nothing else', () => {
    const plan = render(createRenderer(), requestOf(BODY));
    const later = render(createRenderer({ snapshot: { ...snapshotOf({}), generation: 0xffff_ffff } }), requestOf(BODY));
    assert.deepEqual([planConfigurationGeneration(plan), planConfigurationGeneration(later)], [1, 0xffff_ffff]);
    plan.copy(later, 84, 84, 88);
    assert.deepEqual(later, plan);
  });

  test('counts occurrences of a request only where the client gave no key', () => {
    const asked: string[] = [];
    const renderer = createRenderer({
      countOccurrence: (high, low) => asked.push(`${high} ${low}`) - 1,
    });
    render(renderer, requestOf(BODY));
    assert.deepEqual(asked, []);
    const anonymous = (body: object) => render(renderer, requestOf(body, { requestKey: undefined }));
    const plans = [anonymous(BODY), anonymous({ ...BODY, stream: true }), anonymous({ ...BODY, user: 'another' })];
    assert.equal(asked[0], asked[1], 'streaming is a manner of asking, not what is asked');
    assert.notEqual(asked[0], asked[2]);
    assert.notDeepEqual(anonymous(BODY), plans[0], 'the count is the key');
  });

  test('gives equal requests without a key the first one’s answer where they are to be the same, and counts on', () => {
    let before = 0;
    const context = { countOccurrence: () => before++ };
    const renderer = createRenderer(context, { simulation: { equal_requests: 'same' } });
    const anonymous = requestOf(BODY, { requestKey: undefined });
    const first = render(renderer, anonymous);
    assert.deepEqual(render(renderer, anonymous), first);
    assert.equal(before, 2, 'patterns of faults go by the count');
    assert.deepEqual(render(createRenderer(), anonymous), first, 'it is the answer of the first where they spread');
    assert.notDeepEqual(render(renderer, requestOf(BODY)), first, 'a key tells requests apart as ever');
  });

  test('tells a key that is a number in words from the count of occurrences', () => {
    const renderer = createRenderer();
    assert.notDeepEqual(
      render(renderer, requestOf(BODY, { requestKey: '0' })),
      render(renderer, requestOf(BODY, { requestKey: undefined })),
    );
  });

  test('asks for entropy and time instead where the simulation is not deterministic', () => {
    let filled = 0;
    const renderer = createRenderer(
      {
        countOccurrence: () => assert.fail('no occurrence counts'),
        fillRandom: (words) => words.fill(++filled),
        wallClockSecs: () => 1_700_000_000,
      },
      { simulation: { deterministic: false } },
    );
    const replies = [1, 2].map(() => JSON.parse(bodyOf(render(renderer, requestOf(BODY)))));
    assert.equal(filled, 2);
    assert.deepEqual([replies[0].created, replies[1].created], [1_700_000_000, 1_700_000_000]);
    assert.notEqual(replies[0].id, replies[1].id);
  });

  test('answers an endpoint without a body from its path', () => {
    const renderer = createRenderer();
    const plan = render(
      renderer,
      requestOf(new Uint8Array(), { endpoint: endpointOf('openai.models.retrieve'), parameters: ['gpt-4o'] }),
    );
    assert.equal(JSON.parse(bodyOf(plan)).id, 'gpt-4o');
  });

  test('turns our own defect into the provider’s server error, says so, and serves the next request', () => {
    const defects: unknown[] = [];
    const defect = new TypeError('a bug of ours');
    const renderer = createRenderer({
      countOccurrence: () => {
        throw defect;
      },
      onDefect: (error) => defects.push(error),
    });
    const failed = render(renderer, requestOf(BODY, { requestKey: undefined }));
    assert.equal(planStatus(failed), 500);
    assert.equal(JSON.parse(bodyOf(failed)).error.type, 'server_error');
    assert.ok(!bodyOf(failed).includes('a bug of ours'));
    assert.deepEqual(defects, [defect]);
    assert.equal(planStatus(render(renderer, requestOf(BODY))), 200);
  });

  test('answers whatever bytes come with a 4xx or an answer, never with a defect', () => {
    const renderer = createRenderer();
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .object({ key: fc.constantFrom(...Object.keys(BODY), 'n', 'stop', 'stream') })
        .map((fields) => Buffer.from(JSON.stringify({ ...BODY, ...fields }))),
    );
    fc.assert(
      fc.property(bytes, (body) => {
        const status = planStatus(render(renderer, requestOf(body)));
        assert.ok(status === 200 || status === 400 || status === 404, String(status));
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
