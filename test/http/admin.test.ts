/** The admin endpoints: who may use them, and what the statistics count. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertValid } from '../schemas/published-schema.js';
import { AT_ONCE, chatRequest, type Json, postChat, replyText, sharedSimulator } from './chat-client.js';

const KEY = 'admin-key-1';

async function assertRefused(response: Response, status: number): Promise<void> {
  assert.equal(response.status, status);
  assert.equal(response.headers.get('content-type'), 'application/json');
  assert.equal(response.headers.get('www-authenticate')?.startsWith('Bearer') ?? false, status === 401);
  const body = await response.json();
  assertValid('openai', 'ErrorResponse', body);
  assert.ok(!JSON.stringify(body).includes(KEY));
}

describe('GET /admin/stats with admin.api_key', () => {
  const simulator = sharedSimulator({ config: { ...AT_ONCE, admin: { api_key: KEY, allowed_ips: ['127.0.0.1'] } } });
  const ask = (headers: Readonly<Record<string, string>> = {}) => fetch(`${simulator().url}/admin/stats`, { headers });

  test('is refused without the key, and with another', async () => {
    await assertRefused(await ask(), 401);
    await assertRefused(await ask({ authorization: 'Bearer admin-key-2' }), 401);
  });

  test('is answered with the key', async () => {
    const response = await ask({ authorization: `Bearer ${KEY}` });
    assert.equal(response.status, 200);
    assert.ok(!(await response.text()).includes(KEY));
  });
});

describe('GET /admin/stats from an address that is not among admin.allowed_ips', () => {
  const simulator = sharedSimulator({ config: { ...AT_ONCE, admin: { allowed_ips: ['10.0.0.0/8'] } } });

  test('is refused, whatever the request says of itself', async () => {
    const headers = { 'x-forwarded-for': '10.0.0.1', forwarded: 'for=10.0.0.1', 'x-real-ip': '10.0.0.1' };
    await assertRefused(await fetch(`${simulator().url}/admin/stats`, { headers }), 403);
  });
});

describe('GET /admin/stats where admin.enabled is false', () => {
  const simulator = sharedSimulator({ config: { ...AT_ONCE, admin: { enabled: false } } });

  test('is a path that does not exist', async () => {
    await assertRefused(await fetch(`${simulator().url}/admin/stats`), 404);
  });
});

describe('GET /admin/stats', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });
  const stats = async () =>
    (await (await fetch(`${simulator().url}/admin/stats`)).json()) as Record<string, Json> & {
      models: Record<string, unknown>[];
      processes: Record<string, unknown>[];
    };

  test('has no rate, percentile, fault or cache before the first request', async () => {
    const nothing = { requests: 0, errors: 0, input_tokens: 0, output_tokens: 0, chunks: 0 };
    const { faults, latency, prefix_caches, rate_limited, rates, scenarios, sessions, state } = await stats();
    assert.deepEqual([faults, rate_limited, scenarios, prefix_caches], [{}, {}, [], []]);
    assert.deepEqual(sessions, { open: 0, created: 0, evicted: 0, expired: 0, deleted: 0 });
    assert.deepEqual(rates, { last_10_seconds: nothing, last_60_seconds: nothing });
    assert.deepEqual(latency, { ttft: null, gap: null, duration: null });
    assert.deepEqual(state, { entries: 0, bytes: 0 });
  });

  test('takes GET and HEAD only', async () => {
    assert.equal((await fetch(`${simulator().url}/admin/stats`, { method: 'POST' })).status, 405);
    const head = await fetch(`${simulator().url}/admin/stats`, { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.equal(await head.text(), '');
  });

  test('has no engine where none is simulated', async () => {
    assert.equal((await stats()).batching, null);
  });

  test('counts what the server has done', async () => {
    const reply = JSON.parse(await replyText(simulator(), chatRequest({ max_tokens: 7 })));
    await replyText(simulator(), chatRequest({ model: 'gpt-4', stream: true, max_tokens: 5 }));
    await (await postChat(simulator(), chatRequest({ model: 'no-such-model' }))).text();
    await (await fetch(`${simulator().url}/nowhere`)).text();
    const { requests, streams, tokens, errors, models, saturated } = await stats();
    assert.deepEqual(requests, {
      started: 3,
      active: 0,
      queued: 0,
      rendering: 0,
      finished: 3,
      aborted: 0,
      failed: 0,
      lost: 0,
    });
    assert.deepEqual(streams, { begun: 1, chunks: 8 });
    assert.equal(tokens.input, 2 * reply.usage.prompt_tokens);
    assert.equal(tokens.output, 12);
    assert.equal(errors[404], 2);
    assert.equal(saturated.now, false);
    const rows = Object.fromEntries(models.map(({ model, ...row }) => [model, row]));
    assert.deepEqual(rows['gpt-4o'].requests, { success: 1, error: 0, aborted: 0 });
    assert.deepEqual(rows['gpt-4'].requests, { success: 1, error: 0, aborted: 0 });
    assert.equal(rows['gpt-4'].streams, 1);
    assert.ok(Number(rows['gpt-4'].mean_ttft_ms) > 0);
    assert.equal(rows['gpt-4'].mean_itl_ms, null, 'at time_scale 0 no gap is planned');
  });

  test('says what the process uses', async () => {
    const { processes, primary, uptime_seconds } = await stats();
    assert.equal(primary, null, 'a library has no primary');
    assert.equal(processes.length, 1);
    const [row] = processes;
    assert.equal(row.pid, process.pid);
    assert.equal(row.reports, true);
    assert.ok(Number(row.resident_bytes) > Number(row.heap_bytes) && Number(row.heap_bytes) > 1e6);
    assert.ok(Number(row.cpu_cores) >= 0);
    assert.ok(Number(uptime_seconds) >= 0);
  });
});

describe('what GET /admin/stats says of what is simulated besides replies', () => {
  const simulator = sharedSimulator({
    config: {
      ...AT_ONCE,
      faults: { rules: [{ name: 'busy', fault: 'overloaded', match: { model: 'gpt-4' } }] },
      rate_limits: {
        enabled: true,
        default_tier: 'small',
        tiers: { small: { limits: [{ models: ['gpt-4o'], requests_per_minute: 1 }] } },
      },
    },
  });
  const stats = async () => (await (await fetch(`${simulator().url}/admin/stats`)).json()) as Record<string, Json>;

  test('are faults by kind, refusals by limit, and sessions', async () => {
    for (const model of ['gpt-4', 'gpt-4', 'gpt-4o', 'gpt-4o'])
      await (await postChat(simulator(), chatRequest({ model, user: 'u-1' }))).text();
    const { errors, faults, rate_limited } = await stats();
    assert.deepEqual(faults, { overloaded: 2 });
    assert.deepEqual(rate_limited, { requests_per_minute: 1 });
    assert.equal(errors['429'], 1);
    while (!(Number((await stats()).sessions.created) > 0)) await new Promise((resolve) => setTimeout(resolve, 50));
  });
});

describe('GET /admin/stats of a server with a simulated serving engine', () => {
  const simulator = sharedSimulator({
    config: { providers: { 'gpt-4o': { latency: { batching: { enabled: true } } } } },
  });

  test('says what the engine does', async () => {
    await replyText(simulator(), chatRequest({ max_tokens: 3 }));
    const { batching } = (await (await fetch(`${simulator().url}/admin/stats`)).json()) as { batching: Json[] };
    assert.deepEqual(
      batching.map(({ model }) => model),
      ['gpt-4o'],
    );
    const [{ running, waiting, decode_tokens, steps, busy_seconds }] = batching;
    assert.deepEqual([running, waiting, decode_tokens], [0, 0, 3]);
    assert.ok(Number(steps) >= 3 && Number(busy_seconds) > 0);
  });
});

/** Models whose delays are known, so that percentiles can be. */
const TIMED = {
  providers: {
    'gpt-4o': {
      latency: {
        ttft: { distribution: 'constant', value_ms: 40 },
        itl: { distribution: 'constant', value_ms: 10 },
      },
    },
  },
};

interface Percentiles {
  readonly count: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
}

interface Latency {
  readonly ttft: Percentiles | null;
  readonly gap: Percentiles | null;
  readonly duration: Percentiles | null;
}

describe('what GET /admin/stats says of time', () => {
  const simulator = sharedSimulator({ config: TIMED });
  const stats = async () =>
    (await (await fetch(`${simulator().url}/admin/stats`)).json()) as {
      latency: Latency;
      models: { model: string; latency: Latency }[];
      rates: { last_60_seconds: { [figure: string]: number } };
      processes: { generation: number }[];
    };

  test('is what was planned, by model and over all, until it is reset', async () => {
    await replyText(simulator(), chatRequest({ stream: true, max_tokens: 6 }));
    await replyText(simulator(), chatRequest({ max_tokens: 2 }));
    await (await postChat(simulator(), chatRequest({ model: 'no-such-model' }))).text();
    const { latency, models, processes } = await stats();
    assert.deepEqual(models.find(({ model }) => model === 'gpt-4o')?.latency, latency);
    const { duration, gap, ttft } = latency;
    assert.deepEqual([ttft?.count, gap?.count, duration?.count], [1, 5, 2], 'errors have no time of their own');
    // Planned is the least that it can be; 3.2 % is what a sketch may be off.
    assert.ok(ttft !== null && ttft.p50_ms >= 40 * 0.968 && ttft.p99_ms >= ttft.p50_ms);
    assert.ok(duration !== null && duration.p50_ms >= 50 * 0.968);
    assert.deepEqual(
      processes.map(({ generation }) => generation),
      [1],
    );
    const reset = await fetch(`${simulator().url}/admin/reset`, { method: 'POST', body: '{"what":["stats"]}' });
    assert.deepEqual(await reset.json(), { reset: ['stats'] });
    assert.deepEqual((await stats()).latency, { ttft: null, gap: null, duration: null });
  });

  test('is a rate once the process has reported', async () => {
    for (const give of Array(5)) await replyText(simulator(), chatRequest({ max_tokens: 3, user: give }));
    let rates: { [figure: string]: number } = {};
    while (!(rates.requests > 0)) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      rates = (await stats()).rates.last_60_seconds;
    }
    assert.ok(rates.output_tokens > 0 && rates.input_tokens > 0);
  });
});

describe('POST /admin/reset', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });
  const reset = async (body?: string) => {
    const response = await fetch(`${simulator().url}/admin/reset`, { method: 'POST', body: body ?? null });
    assert.equal(response.status, 200);
    return ((await response.json()) as { reset: string[] }).reset;
  };
  /** What equal requests that bring no key are told. */
  const answers = async (count: number) => {
    const texts: string[] = [];
    for (let index = 0; index < count; index++) {
      const { choices } = JSON.parse(await replyText(simulator(), chatRequest()));
      texts.push(choices[0].message.content);
    }
    return texts;
  };

  test('has equal requests answered as at the start', async () => {
    const first = await answers(4);
    assert.equal(new Set(first).size, 4, 'each is another request');
    assert.deepEqual(await reset('{"what":["occurrences"]}'), ['occurrences']);
    assert.deepEqual(await answers(4), first);
  });

  test('forgets stored responses', async () => {
    const body = JSON.stringify({ model: 'gpt-4o', input: 'hello', store: true });
    const headers = { 'content-type': 'application/json' };
    const created = await fetch(`${simulator().url}/v1/responses`, { method: 'POST', headers, body });
    const { id } = (await created.json()) as { id: string };
    const found = async () => (await fetch(`${simulator().url}/v1/responses/${id}`)).status;
    assert.equal(await found(), 200);
    await reset('{"what":["stats"]}');
    assert.equal(await found(), 200);
    await reset('{"what":["state"]}');
    assert.equal(await found(), 404);
  });

  test('ends scenarios that were activated', async () => {
    const active = async () =>
      (await (await fetch(`${simulator().url}/admin/stats`)).json()) as { scenarios: string[] };
    const path = '/admin/scenarios/brownout/activate';
    assert.equal((await fetch(simulator().url + path, { method: 'POST' })).status, 200);
    assert.deepEqual((await active()).scenarios, ['brownout']);
    await reset('{"what":["scenarios"]}');
    assert.deepEqual((await active()).scenarios, []);
  });

  test('resets everything unless told what', async () => {
    const everything = await reset();
    assert.deepEqual(everything.slice(0, 2), ['occurrences', 'state']);
    assert.deepEqual(await reset('{}'), everything);
    assert.deepEqual(await reset(JSON.stringify({ what: everything.toReversed() })), everything);
  });
});

describe('GET /admin', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  test('lists the operations, and each of them is one', async () => {
    const { operations } = (await (await fetch(`${simulator().url}/admin`)).json()) as {
      operations: { method: string; path: string; summary: string }[];
    };
    assert.deepEqual(operations[0], { method: 'GET', path: '/admin', summary: 'The operations that there are' });
    for (const { method, path } of operations) {
      const response = await fetch(simulator().url + path, { method: 'OPTIONS' });
      assert.equal(response.status, 204, path);
      assert.ok(response.headers.get('allow')?.split(', ').includes(method), path);
    }
  });
});
