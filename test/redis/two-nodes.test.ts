/** Two nodes with one Redis are one service: they share rate limits and stored responses, and do what is configured while Redis is away. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Simulator, startSimulator } from '../../src/index.js';
import { eventually } from '../process/program.js';
import { RedisServer, withoutRedis } from './redis-server.js';

interface Parts {
  readonly onFailure?: 'open' | 'closed';
  readonly limits?: object;
}

async function nodes(t: TestContext, count: number, { limits, onFailure = 'open' }: Parts) {
  const redis = await RedisServer.start();
  t.after(() => redis.close());
  const config = {
    simulation: { time_scale: 0 },
    state: { backend: 'redis', redis: { url: redis.url, on_failure: onFailure, command_timeout_ms: 5_000 } },
    ...(limits === undefined
      ? {}
      : {
          rate_limits: {
            enabled: true,
            algorithm: 'sliding_window',
            default_tier: 'all',
            tiers: { all: { limits: [{ models: ['*'], ...limits }] } },
          },
        }),
  };
  const simulators = await Promise.all(Array.from({ length: count }, () => startSimulator({ config })));
  t.after(() => Promise.all(simulators.map((simulator) => simulator.stop())));
  return { redis, simulators };
}

function post({ url }: Simulator, path: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer key' };
  return fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function chat(simulator: Simulator): Promise<Response> {
  const messages = [{ role: 'user', content: 'Say something.' }];
  const response = await post(simulator, '/v1/chat/completions', { model: 'gpt-4o', messages, max_tokens: 5 });
  await response.arrayBuffer();
  return response;
}

const health = async ({ url }: Simulator) =>
  (await (await fetch(`${url}/health`)).json()) as { checks: { state: string } };
const hasHealth = (simulator: Simulator, state: string) => async (): Promise<true | undefined> =>
  (await health(simulator)).checks.state === state ? true : undefined;

describe('two nodes with one Redis', { skip: withoutRedis }, () => {
  test('admit a limit together: all of it, and no more', async (t) => {
    const { simulators } = await nodes(t, 2, { limits: { requests_per_minute: 1_000, tokens_per_minute: 10_000_000 } });
    const fromMs = performance.now();
    let left = 1_400;
    const statuses: number[] = [];
    const client = async (_: unknown, index: number) => {
      while (left-- > 0) statuses.push((await chat(simulators[index % 2])).status);
    };
    await Promise.all(Array.from({ length: 40 }, client));
    const admitted = statuses.filter((status) => status === 200).length;
    assert.deepEqual(new Set(statuses), new Set([200, 429]));
    assert.ok(admitted >= 990, `${admitted}`);
    assert.ok(admitted <= 1_000 * (1 + Math.floor((performance.now() - fromMs) / 59_000)), `${admitted}`);
    const listed = await Promise.all(simulators.map(async ({ url }) => (await fetch(`${url}/admin/limits`)).json()));
    const used = listed.map((page) => (page as { scopes: { limits: { used: number }[] }[] }).scopes[0].limits[0].used);
    assert.equal(used[0], used[1]);
    const reset = await post(simulators[0], '/admin/reset', { what: ['limits'] });
    assert.equal(reset.status, 200);
    // The other node repeats a refusal for a moment by itself.
    const admits = async () => ((await chat(simulators[1])).status === 200 ? true : undefined);
    await eventually(admits, () => 'the other node goes on to refuse');
  });

  test('find each other’s stored responses', async (t) => {
    const { simulators } = await nodes(t, 2, {});
    const created = await post(simulators[0], '/v1/responses', { model: 'gpt-4o', input: 'Hi.' });
    const { id } = (await created.json()) as { id: string };
    const found = await fetch(`${simulators[1].url}/v1/responses/${id}`, { headers: { authorization: 'Bearer key' } });
    assert.equal(found.status, 200);
    assert.equal(((await found.json()) as { id: string }).id, id);
  });

  test('that are open serve while Redis is away, say so, and count again when it is back', async (t) => {
    const { redis, simulators } = await nodes(t, 1, { limits: { requests_per_minute: 2 } });
    const [node] = simulators;
    const statuses = async (requests: number) => {
      const list: number[] = [];
      for (let request = 0; request < requests; request++) list.push((await chat(node)).status);
      return list;
    };
    assert.equal((await health(node)).checks.state, 'ok');
    assert.deepEqual(await statuses(3), [200, 200, 429]);
    await redis.kill();
    await eventually(hasHealth(node, 'unavailable'), () => 'the loss is not noticed');
    // A refusal holds for 50 ms without asking.
    await sleep(100);
    assert.deepEqual(await statuses(4), [200, 200, 200, 200]);
    assert.equal((await chat(node)).headers.get('x-ratelimit-limit-requests'), null);
    assert.equal((await post(node, '/admin/reset', { what: ['limits'] })).status, 503);
    await redis.start();
    await eventually(hasHealth(node, 'ok'), () => 'the return is not noticed');
    assert.deepEqual(await statuses(3), [200, 200, 429]);
  });

  test('that are closed answer with the error of an overloaded service, what needs no Redis as ever', async (t) => {
    const { redis, simulators } = await nodes(t, 1, { onFailure: 'closed', limits: { requests_per_minute: 5 } });
    const [node] = simulators;
    const created = await post(node, '/v1/responses', { model: 'gpt-4o', input: 'Hi.' });
    const { id } = (await created.json()) as { id: string };
    await redis.kill();
    await eventually(hasHealth(node, 'unavailable'), () => 'the loss is not noticed');
    const refused = await chat(node);
    assert.equal(refused.status, 503);
    assert.notEqual(refused.headers.get('retry-after'), null);
    const looked = await fetch(`${node.url}/v1/responses/${id}`, { headers: { authorization: 'Bearer key' } });
    assert.equal(looked.status, 503);
    assert.equal((await fetch(`${node.url}/v1/models`)).status, 200);
    await redis.start();
    await eventually(hasHealth(node, 'ok'), () => 'the return is not noticed');
    assert.equal((await chat(node)).status, 200);
  });
});
