/** What a request took from its limits goes back when it is over, however it ends, once. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Simulator, startSimulator } from '../../src/index.js';
import { eventually } from '../process/program.js';

const MODEL = 'gpt-4o';
const TTFT_MS = 20;

interface Used {
  readonly [limit: string]: number;
}

function configOf(algorithm: string, limits: object): object {
  const latency = {
    ttft: { distribution: 'constant', value_ms: TTFT_MS },
    itl: { distribution: 'constant', value_ms: 100 },
  };
  return {
    providers: { [MODEL]: { latency } },
    replies: { rules: [{ match: { model: MODEL }, reply: { text: 'One two three. '.repeat(15) } }] },
    rate_limits: {
      enabled: true,
      algorithm,
      default_tier: 'all',
      tiers: { all: { limits: [{ models: ['*'], ...limits }] } },
    },
  };
}

async function usedOf({ url }: Simulator): Promise<Used> {
  const { scopes } = (await (await fetch(`${url}/admin/limits`)).json()) as {
    scopes: { limits: { limit: string; used: number }[] }[];
  };
  return Object.fromEntries(scopes.flatMap(({ limits }) => limits.map(({ limit, used }) => [limit, used])));
}

function ask({ url }: Simulator, body: object, signal?: AbortSignal): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer key' },
    body: JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'Say something.' }], ...body }),
    ...(signal === undefined ? {} : { signal }),
  });
}

describe('tokens', () => {
  let simulator: Simulator;
  before(async () => {
    simulator = await startSimulator({ config: configOf('sliding_window', { tokens_per_minute: 1_000_000 }) });
  });
  after(() => simulator.stop());
  const becomes = (tokens: (used: number) => boolean) =>
    eventually(
      async () => {
        const used = (await usedOf(simulator)).tokens_per_minute ?? 0;
        return tokens(used) ? used : undefined;
      },
      () => 'the tokens are not set right',
    );

  test('count as estimated while the answer is made, as used when it is over, and as written when the client left', async () => {
    const pending = ask(simulator, { max_tokens: 5_000, stream: true, stream_options: { include_usage: true } });
    assert.equal(await becomes((used) => used > 0), 5_000);
    const events = (await (await pending).text()).split('\n\n');
    const { usage } = JSON.parse(events.at(-3)?.replace('data: ', '') ?? '') as { usage: { total_tokens: number } };
    const afterFirst = await becomes((used) => used < 5_000);
    assert.equal(afterFirst, usage.total_tokens);

    const controller = new AbortController();
    const left = await ask(simulator, { max_tokens: 5_000, stream: true }, controller.signal);
    assert.equal(left.headers.get('x-ratelimit-remaining-tokens'), String(1_000_000 - afterFirst - 5_000));
    const reader = left.body?.getReader();
    for (let chunk = 0; chunk < 5; chunk++) await reader?.read();
    controller.abort();
    const afterSecond = await becomes((used) => used < 5_000);
    const counted = afterSecond - afterFirst;
    assert.ok(counted > 0 && counted < usage.total_tokens, `${counted} of ${usage.total_tokens}`);
  });
});

describe('concurrent requests', () => {
  test('are all there again after requests that ended, were refused, and whose clients left at any moment', async (t) => {
    const simulator = await startSimulator({
      config: configOf('token_bucket', { concurrent_requests: 12, requests_per_minute: 1_000_000 }),
    });
    t.after(() => simulator.stop());
    const statuses = new Map<number | string, number>();
    const one = async (index: number) => {
      const controller = new AbortController();
      // From before the request is read to after its first chunks; some stay to the end.
      const leavesMs = index % 3 === 0 ? undefined : (index * 7) % (3 * TTFT_MS);
      if (leavesMs !== undefined) void sleep(leavesMs).then(() => controller.abort());
      const outcome = await ask(simulator, { max_tokens: 8, stream: index % 2 === 0 }, controller.signal)
        .then(async (response) => {
          await response.arrayBuffer();
          return response.status;
        })
        .catch(() => 'left');
      statuses.set(outcome, (statuses.get(outcome) ?? 0) + 1);
    };
    for (let round = 0; round < 10; round++)
      await Promise.all(Array.from({ length: 40 }, (_, index) => one(round * 40 + index)));
    for (const outcome of [200, 429, 'left'] as const) assert.ok((statuses.get(outcome) ?? 0) > 0, `${outcome}`);
    await eventually(
      async () => ((await usedOf(simulator)).concurrent_requests === 0 ? true : undefined),
      () => 'some are not given back',
    );
    const again = await Promise.all(Array.from({ length: 12 }, () => ask(simulator, { max_tokens: 8 })));
    assert.deepEqual(new Set(again.map(({ status }) => status)), new Set([200]));
  });
});
