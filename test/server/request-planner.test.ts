/** Plans where a server's answer hangs on more than the request: its state, its other requests, its limits, what it answers itself. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NotPlannable, RequestPlanner } from '../../src/server/request-planner.js';
import { snapshotOf } from '../engine/engine-parts.js';

const CHAT = { model: 'gpt-4o', max_tokens: 5, messages: [{ role: 'user', content: 'word '.repeat(300) }] };

async function plannerOf(config: object = {}): Promise<RequestPlanner> {
  return RequestPlanner.create(snapshotOf(config));
}

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
}

function plan(planner: RequestPlanner, asked: Asked = {}) {
  const { method = 'POST', path = '/v1/chat/completions', headers = {}, body = JSON.stringify(CHAT) } = asked;
  return planner.plan({ method, path, headers: new Map(Object.entries(headers)), body: Buffer.from(body) });
}

describe('the plan of a fresh server', () => {
  test('finds nothing in a prefix cache, however often it is asked', async () => {
    const planner = await plannerOf({ providers: { 'gpt-4o': { prefix_cache: { enabled: true } } } });
    for (let round = 0; round < 2; round++) {
      const { status, cachedTokens, promptTokens } = plan(planner);
      assert.deepEqual([status, cachedTokens], [200, 0]);
      assert.ok(promptTokens > 300);
    }
  });

  test('has the times of a request alone where a batching engine serves the model, and says so', async () => {
    const planner = await plannerOf({ providers: { 'gpt-4o': { latency: { batching: { enabled: true } } } } });
    const { announcement, batched, e2eUs, ttftUs } = plan(planner, { body: JSON.stringify({ ...CHAT, stream: true }) });
    assert.equal(batched, true);
    assert.match(announcement ?? '', /frames=\d+, batched, digest=/);
    assert.ok(ttftUs > 0 && e2eUs > ttftUs);
    assert.equal(plan(await plannerOf()).batched, false);
  });

  test('does not know what an earlier plan would have left', async () => {
    const planner = await plannerOf();
    const created = plan(planner, { path: '/v1/responses', body: JSON.stringify({ model: 'gpt-4o', input: 'Hi' }) });
    const { id } = JSON.parse(created.frames[0].bytes.toString());
    const fetched = plan(planner, { method: 'GET', path: `/v1/responses/${id}`, body: '' });
    assert.deepEqual([created.status, fetched.status, fetched.endpoint], [200, 404, 'openai.responses.retrieve']);
  });
});

describe('what no worker answers', () => {
  test('is the timeout of a whole reply that takes too long; a stream may', async () => {
    const latency = { ttft: { distribution: 'constant', value_ms: 5_000 }, prefill_tokens_per_sec: null };
    const planner = await plannerOf({ providers: { 'gpt-4o': { latency } }, server: { request_timeout_secs: 2 } });
    const late = plan(planner);
    assert.deepEqual(
      [late.status, late.fault?.kind, late.fault?.delayUs, late.digest],
      [504, 'timeout', 2e6, undefined],
    );
    const stream = plan(planner, { body: JSON.stringify({ ...CHAT, stream: true }) });
    assert.deepEqual([stream.status, stream.ttftUs], [200, 5e6]);
  });

  test('is the refusal of a body that is too large, a path that is unknown, a method that is wrong', async () => {
    const planner = await plannerOf({ server: { max_body_bytes: 1_024 } });
    const refusals: readonly (readonly [asked: Asked, status: number, kind: string])[] = [
      [{}, 413, 'body_too_large'],
      [{ path: '/v1/nothing', body: '' }, 404, 'unknown_route'],
      [{ method: 'PUT', body: '' }, 405, 'method_not_allowed'],
      [{ path: '/v1beta/nothing', body: '' }, 404, 'unknown_route'],
    ];
    for (const [asked, status, kind] of refusals) {
      const { status: planned, fault, announcement, choices } = plan(planner, asked);
      assert.deepEqual([planned, fault?.kind, announcement, choices], [status, kind, undefined, []]);
    }
  });

  test('is not planned where the server tells of itself', async () => {
    const planner = await plannerOf();
    for (const path of ['/health', '/metrics', '/admin/stats']) {
      assert.throws(() => plan(planner, { method: 'GET', path, body: '' }), NotPlannable);
    }
  });
});

test('an API key that the configuration asks for is asked of the plan as well', async () => {
  const planner = await plannerOf({ server: { api_keys: ['sk-secret'] } });
  assert.equal(plan(planner).status, 401);
  assert.equal(plan(planner, { headers: { authorization: 'Bearer sk-secret' } }).status, 200);
});

test('a simulation that is not deterministic has no plan', async () => {
  await assert.rejects(plannerOf({ simulation: { deterministic: false } }), RangeError);
});
