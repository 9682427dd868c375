/** A node of acceptor processes with Redis: only the primary talks to it, and every process does what is configured while it is away. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chat, chatYaml, get } from '../process/chat-client.js';
import { eventually } from '../process/program.js';
import { SimulatorProcess } from '../process/simulator-process.js';
import { RedisServer, withoutRedis } from './redis-server.js';

const LOST = 'Redis cannot be reached';

const stateOf = async (url: string): Promise<string> => JSON.parse((await get(`${url}/health`)).text).checks.state;

test('a node that starts without Redis says so from its first answer on', async () => {
  const node = await SimulatorProcess.start({
    yaml: chatYaml('server: { workers: 2 }\nstate: { backend: redis, redis: { url: "redis://127.0.0.1:1" } }'),
  });
  assert.equal(await stateOf(node.url), 'unavailable');
  assert.equal((await chat(node.url)).status, 200);
  assert.equal((await node.end()).code, 0);
});

describe('two acceptors with Redis', { skip: withoutRedis }, () => {
  test('share a limit, and are closed while Redis is away, which is said once', async (t) => {
    const redis = await RedisServer.start();
    t.after(() => redis.close());
    const node = await SimulatorProcess.start({
      yaml: chatYaml(`
server: { workers: 2 }
state: { backend: redis, redis: { url: "${redis.url}", on_failure: closed } }
rate_limits:
  enabled: true
  algorithm: sliding_window
  default_tier: all
  tiers: { all: { limits: [{ models: ["*"], requests_per_day: 50 }] } }`),
    });
    const statuses = async (requests: number) => {
      const replies = await Promise.all(Array.from({ length: requests }, () => chat(node.url)));
      return replies.map(({ status }) => status).toSorted((left, right) => left - right);
    };
    assert.deepEqual(await statuses(60), [...Array(50).fill(200), ...Array(10).fill(429)]);
    const metricsHost = node.metricsUrl.replace(/\/metrics$/, '');
    assert.deepEqual([await stateOf(node.url), await stateOf(metricsHost)], ['ok', 'ok']);

    await redis.kill();
    const everybodySays = (state: string) =>
      eventually(
        async () => {
          const said = await Promise.all([node.url, node.url, node.url, metricsHost].map(stateOf));
          return said.every((one) => one === state) ? true : undefined;
        },
        () => `not everybody says ${state}`,
      );
    await everybodySays('unavailable');
    assert.deepEqual(new Set(await statuses(20)), new Set([503]));
    assert.equal((await get(`${node.url}/v1/models`)).status, 200);

    await redis.start();
    await everybodySays('ok');
    assert.deepEqual(await statuses(60), [...Array(50).fill(200), ...Array(10).fill(429)]);
    await node.logLine('Redis is back');
    assert.equal(node.logLines().filter(({ msg }) => msg === LOST).length, 1);
    assert.equal((await node.end()).code, 0);
  });
});
