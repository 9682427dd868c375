/** Rate limits hold over all acceptor processes of a node: to the last request, and for good when one of them dies. */
import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { describe, test } from 'node:test';
import { type ChatOptions, chat, chatYaml, get, type Reply } from '../process/chat-client.js';
import { childrenOf } from '../process/child-processes.js';
import { eventually } from '../process/program.js';
import { sumOf } from '../process/prometheus.js';
import { SimulatorProcess } from '../process/simulator-process.js';

interface Limits {
  readonly [limit: string]: number;
}

function limitsYaml(workers: number, algorithm: string, limits: Limits, ttftMs = 1): string {
  const amounts = Object.entries(limits).map(([name, limit]) => `${name}: ${limit}`);
  const more = `
server: { workers: ${workers}, shutdown_timeout_secs: 1 }
rate_limits:
  enabled: true
  algorithm: ${algorithm}
  default_tier: all
  tiers: { all: { limits: [{ models: ["*"], ${amounts.join(', ')} }] } }`;
  return chatYaml(more, { ttftMs });
}

const KEY: ChatOptions = { headers: { authorization: 'Bearer key-1' } };

/** Many requests, some at a time, each on a connection of its own, so that every acceptor has its part. */
async function burst(url: string, requests: number, atATime = 50): Promise<Reply[]> {
  const replies: Reply[] = [];
  let left = requests;
  const client = async () => {
    while (left-- > 0) replies.push(await chat(url, KEY));
  };
  await Promise.all(Array.from({ length: atATime }, client));
  return replies;
}

const withStatus = (replies: readonly Reply[], status: number) => replies.filter((reply) => reply.status === status);

interface Scope {
  readonly limits: readonly { readonly limit: string; readonly used: number; readonly remaining: number }[];
}

async function scopesOf(node: SimulatorProcess): Promise<readonly Scope[]> {
  return JSON.parse((await get(`${node.url}/admin/limits`)).text).scopes;
}

/** True when so much of the only scope's first limit is used. */
const usedOf = (node: SimulatorProcess, amount: number) => async (): Promise<true | undefined> => {
  const [scope] = await scopesOf(node);
  return scope?.limits[0].used === amount ? true : undefined;
};

describe('a limit of requests per minute', () => {
  for (const workers of [1, 2]) {
    for (const algorithm of ['token_bucket', 'sliding_window']) {
      test(`${algorithm}: ${workers} acceptors admit all of it and no more`, async () => {
        const limit = 1_000;
        const yaml = limitsYaml(workers, algorithm, { requests_per_minute: limit });
        const node = await SimulatorProcess.start({ yaml });
        const fromMs = performance.now();
        const replies = await burst(node.url, 1_500);
        const minutes = (performance.now() - fromMs) / 59_000;
        const flownIn = limit * (algorithm === 'token_bucket' ? minutes : Math.floor(minutes));
        const admitted = withStatus(replies, 200).length;
        const refused = withStatus(replies, 429).length;
        assert.equal(admitted + refused, replies.length);
        assert.ok(admitted <= limit + flownIn, `${admitted} of ${limit} and ${flownIn}`);
        assert.ok(admitted >= limit * 0.99, `${admitted} of ${limit}`);
        assert.equal(sumOf((await get(node.metricsUrl)).text, 'llm_simulator_rate_limited_total'), refused);
        const requests = node.logLines().filter(({ msg }) => msg === 'request');
        const processes = new Set(requests.map(({ pid }) => pid));
        assert.equal(processes.size, workers, 'every acceptor had its part');
        assert.equal((await node.end()).code, 0);
      });
    }
  }
});

describe('a limit of concurrent requests over two acceptors', () => {
  test('is held to the last one, and is all there again when they have ended', async () => {
    const node = await SimulatorProcess.start({
      yaml: limitsYaml(2, 'token_bucket', { concurrent_requests: 20 }, 100_000),
    });
    for (let round = 0; round < 2; round++) {
      const agent = new Agent();
      const running = Array.from({ length: 20 }, () => chat(node.url, { ...KEY, agent }).catch(() => 'cut'));
      await eventually(usedOf(node, 20), () => 'twenty requests do not run');
      const further = await Promise.all(Array.from({ length: 40 }, () => chat(node.url, KEY)));
      assert.equal(withStatus(further, 429).length, 40);
      agent.destroy();
      await Promise.all(running);
      await eventually(usedOf(node, 0), () => 'they run on');
    }
    await node.end('SIGINT');
  });

  const skip = process.platform !== 'linux' && 'finds the acceptors through /proc';
  test('gets back what an acceptor ran that is killed', { skip }, async () => {
    const node = await SimulatorProcess.start({
      yaml: limitsYaml(2, 'token_bucket', { concurrent_requests: 10 }, 100_000),
    });
    const running = Array.from({ length: 10 }, () => chat(node.url, KEY).catch(() => undefined));
    await eventually(usedOf(node, 10), () => 'ten requests do not run');
    assert.equal((await chat(node.url, KEY)).status, 429);
    for (const pid of childrenOf(node.program.pid)) process.kill(pid, 'SIGKILL');
    await Promise.all(running);
    // Their places are there for others, ten and no more.
    await eventually(
      () => {
        void chat(node.url, KEY).catch(() => {});
        return usedOf(node, 10)().catch(() => undefined);
      },
      () => 'the ten are not there again',
    );
    assert.equal((await chat(node.url, KEY)).status, 429);
    await node.end('SIGINT');
  });
});

describe('GET /admin/limits over two acceptors', () => {
  test('counts what every acceptor admitted, names no key but as the journal does, and a reset fills the budgets', async () => {
    const yaml = limitsYaml(2, 'sliding_window', { requests_per_minute: 100, tokens_per_minute: 1_000_000 });
    const node = await SimulatorProcess.start({ yaml });
    const replies = await burst(node.url, 40, 10);
    assert.equal(withStatus(replies, 200).length, 40);
    await eventually(usedOf(node, 40), () => 'forty requests are not counted');
    const { text } = await get(`${node.url}/admin/limits`);
    assert.doesNotMatch(text, /key-1/);
    const [scope] = JSON.parse(text).scopes;
    assert.match(scope.api_key, /^[0-9a-f]{12}$/);
    const journal = JSON.parse((await get(`${node.url}/admin/journal?limit=1`)).text);
    assert.equal(scope.api_key, journal.entries[0].api_key);
    assert.deepEqual([scope.tier, scope.group], ['all', 'test-chat']);
    const reset = await fetch(`${node.url}/admin/reset`, { method: 'POST', body: '{"what":["limits"]}' });
    assert.equal(reset.status, 200);
    const filled = await burst(node.url, 101, 1);
    assert.equal(withStatus(filled, 200).length, 100);
    assert.equal((await node.end()).code, 0);
  });
});
