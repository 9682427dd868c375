/** Which requests get a fault on a running server, and how it is told: headers, rules, patterns, models' errors, plans and counters. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Simulator } from '../../../src/index.js';
import { sharedSimulator } from '../chat-client.js';
import { ask, errorOf, PROVIDERS } from './asked.js';

const FAST = { time_scale: 0 };

async function statusOf(simulator: Simulator, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  const response = await ask(simulator, 'openai', undefined, { headers });
  await response.text();
  return response.status;
}

const numbered = (number: number, headers: Readonly<Record<string, string>> = {}) => ({
  'x-llm-sim-request-id': `run-${number}`,
  ...headers,
});

/** A counter's values by its only label. */
async function counted(simulator: Simulator, name: string, label: string): Promise<Record<string, number>> {
  const text = await (await fetch(`${simulator.url}/metrics`)).text();
  const lines = text.matchAll(new RegExp(`^${name}\\{[^}]*${label}="([^"]+)"[^}]*\\} (\\d+)`, 'gm'));
  const values: Record<string, number> = {};
  for (const [, value = '', count] of lines) values[value] = (values[value] ?? 0) + Number(count);
  return values;
}

describe('a header that asks for a fault', () => {
  describe('where none is allowed', () => {
    const simulator = sharedSimulator({ config: { simulation: FAST } });

    test('is ignored, whatever it says', async () => {
      for (const value of ['overloaded', 'nonsense', ''])
        assert.equal(await statusOf(simulator(), { 'x-llm-sim-fault': value }), 200);
      assert.equal(await statusOf(simulator(), { 'x-llm-sim-latency': 'nonsense' }), 200);
    });
  });

  describe('where it is allowed', () => {
    const rules = [{ name: 'always', fault: 'server_error', match: { headers: { 'x-break': '.' } } }];
    const simulator = sharedSimulator({
      config: { simulation: { ...FAST, request_overrides: { fault: true, latency: true } }, faults: { rules } },
    });

    test('comes before every rule, and none keeps them away', async () => {
      assert.equal(await statusOf(simulator(), { 'x-break': '1' }), 500);
      assert.equal(await statusOf(simulator(), { 'x-break': '1', 'x-llm-sim-fault': 'rate_limit' }), 429);
      assert.equal(await statusOf(simulator(), { 'x-break': '1', 'x-llm-sim-fault': 'none' }), 200);
    });

    test("gets a clear error in the provider's envelope when it is malformed", async () => {
      for (const provider of PROVIDERS) {
        const response = await ask(simulator(), provider, 'ratelimit');
        const { message } = await errorOf(provider, response);
        assert.equal(response.status, 400);
        assert.match(
          message,
          /x-llm-sim-fault.*'ratelimit' is no kind of fault; it takes none or one of rate_limit, timeout/,
        );
        const headers = { 'x-llm-sim-latency': 'ttft=5' };
        const other = await errorOf(provider, await ask(simulator(), provider, undefined, { headers }));
        assert.match(other.message, /x-llm-sim-latency.*it takes ttft_ms \(a number from 0 to 3600000\), itl_ms/);
      }
    });
  });
});

describe('a header that sets the times of its reply', () => {
  const simulator = sharedSimulator({
    config: { simulation: { time_scale: 0.001, request_overrides: { latency: true } } },
  });
  const timesOf = async (latency: string | undefined) => {
    const headers = {
      'x-llm-sim-plan': '1',
      'x-llm-sim-request-id': '7',
      ...(latency === undefined ? {} : { 'x-llm-sim-latency': latency }),
    };
    const response = await ask(simulator(), 'openai', undefined, { headers, fields: { max_tokens: 11 } });
    await response.text();
    const [, ttft, e2e] = /^ttft_ms=([\d.]+), e2e_ms=([\d.]+)/.exec(response.headers.get('x-llm-sim-plan') ?? '') ?? [];
    return { wholeMs: Number(e2e) * 1_000, ttft };
  };

  test('gives time to first token and gaps, which the factor multiplies', async () => {
    assert.equal((await timesOf('ttft_ms=500;itl_ms=20')).wholeMs, 700);
    assert.equal((await timesOf('ttft_ms=500;itl_ms=20;factor=2')).wholeMs, 1_400);
    const usual = (await timesOf(undefined)).wholeMs;
    // Plans hold whole microseconds, which are a thousandth of a scaled millisecond here.
    assert.ok(Math.abs((await timesOf('factor=3')).wholeMs - 3 * usual) <= 4, String(usual));
  });
});

describe('rules', () => {
  const config = {
    simulation: FAST,
    faults: {
      rules: [
        { name: 'off', enabled: false, fault: 'authentication' },
        { name: 'embeddings', fault: 'overloaded', match: { endpoint: '*.embeddings' } },
        { name: 'key', fault: 'permission', match: { api_key: 'sk-bad' } },
        { name: 'streams', fault: 'rate_limit', match: { stream: true, provider: 'anthropic' } },
        { name: 'tenth', fault: 'server_error', pattern: { kind: 'every_nth', n: 10 } },
        {
          name: 'first two',
          fault: 'timeout',
          pattern: { kind: 'first', count: 2 },
          match: { headers: { 'x-first': '.' } },
        },
      ],
    },
  };
  const simulator = sharedSimulator({ config });

  test('hit by endpoint, key, provider and stream', async () => {
    assert.equal(await statusOf(simulator(), { authorization: 'Bearer sk-bad' }), 403);
    const streamed = await ask(simulator(), 'anthropic', undefined, { stream: true });
    assert.equal(streamed.status, 429);
    assert.equal((await ask(simulator(), 'anthropic', undefined)).status, 200);
    const embed = await fetch(`${simulator().url}/v1/embeddings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'text-embedding-3-small', input: 'a' }),
    });
    assert.equal(embed.status, 503);
  });

  test('hit every tenth by the number that the client gives, in any order', async () => {
    const statuses = await Promise.all([30, 7, 20, 11, 10].map((number) => statusOf(simulator(), numbered(number))));
    assert.deepEqual(statuses, [500, 200, 500, 200, 500]);
  });

  test('hit the first of equal requests without numbers, so that one who tries again gets over it', async () => {
    // A message of its own: requests that are equal are counted together.
    const fields = { messages: [{ role: 'user', content: 'Is it up again?' }] };
    const statuses = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      const response = await ask(simulator(), 'openai', undefined, { headers: { 'x-first': '1' }, fields });
      await response.text();
      statuses.push(response.status);
    }
    assert.deepEqual(statuses, [504, 504, 200, 200]);
  });
});

describe('rules that are switched off as a whole', () => {
  const rules = [{ name: 'a', fault: 'overloaded' }];
  const simulator = sharedSimulator({ config: { simulation: FAST, faults: { enabled: false, rules } } });

  test('hit nothing', async () => assert.equal(await statusOf(simulator()), 200));
});

describe("a model's own errors", () => {
  const errors = {
    enabled: true,
    rate_limit: { probability: 0.2, retry_after_secs: 7 },
    timeout: { probability: 0.1, timeout_ms: 5 },
    server_error: { probability: 0.3 },
  };
  const simulator = sharedSimulator({ config: { simulation: FAST, providers: { 'gpt-4o': { errors } } } });

  test('hit their shares of its requests, and no other model', async () => {
    const count = 600;
    const statuses: Record<number, number> = {};
    for (let start = 0; start < count; start += 50) {
      const batch = Array.from({ length: 50 }, (_, index) => statusOf(simulator(), numbered(start + index)));
      for (const status of await Promise.all(batch)) statuses[status] = (statuses[status] ?? 0) + 1;
    }
    for (const [status, share] of [
      [429, 0.2],
      [504, 0.1],
      [500, 0.3],
      [200, 0.4],
    ] as const) {
      const deviation = Math.sqrt(count * share * (1 - share));
      assert.ok(Math.abs(statuses[status]! - count * share) < 3.29 * deviation, JSON.stringify(statuses));
    }
    const others = await Promise.all(
      Array.from({ length: 30 }, (_, index) => ask(simulator(), 'anthropic', undefined, { headers: numbered(index) })),
    );
    assert.ok(others.every(({ status }) => status === 200));
  });
});

describe('what is told of a fault', () => {
  const config = {
    simulation: { ...FAST, request_overrides: { fault: true } },
    replies: {
      rules: [
        {
          match: { last_message: '^length' },
          reply: { text: 'a b c d e f', fault: { kind: 'early_length', after_tokens: 2 } },
        },
      ],
    },
  };
  const simulator = sharedSimulator({ config });

  test('stands in the header that tells the plan, and in one of its own', async () => {
    const headers = { 'x-llm-sim-plan': '1' };
    const broken = await ask(simulator(), 'openai', 'overloaded', { headers });
    assert.match(broken.headers.get('x-llm-sim-plan') ?? '', /, fault=overloaded, digest=/);
    assert.equal(broken.headers.get('x-llm-sim-fault'), 'overloaded');
    const whole = await ask(simulator(), 'openai', 'none', { headers });
    assert.ok(!(whole.headers.get('x-llm-sim-plan') ?? '').includes('fault='));
    assert.equal(whole.headers.get('x-llm-sim-fault'), null);
    const untold = await ask(simulator(), 'openai', 'overloaded');
    assert.equal(untold.headers.get('x-llm-sim-fault'), null);
    for (const response of [broken, whole, untold]) await response.text();
  });

  test('a reply rule may give what is said and a fault of it', async () => {
    const fields = { messages: [{ role: 'user', content: 'length' }] };
    const response = await ask(simulator(), 'openai', undefined, { fields });
    const { choices } = (await response.json()) as {
      choices: { finish_reason: string; message: { content: string } }[];
    };
    assert.deepEqual([choices[0]?.message.content, choices[0]?.finish_reason], ['a b', 'length']);
  });

  test('is counted by kind, and as an error where it breaks the reply, whatever its status', async () => {
    const before = await counted(simulator(), 'llm_simulator_requests_total', 'status');
    for (const fault of ['permission', 'empty_choice', 'empty_choice', 'none']) {
      await (await ask(simulator(), 'openai', fault)).text();
    }
    const faults = await counted(simulator(), 'llm_simulator_faults_total', 'kind');
    assert.deepEqual([faults.permission, faults.empty_choice, faults.none], [1, 2, undefined]);
    const errors = await counted(simulator(), 'llm_simulator_errors_total', 'type');
    assert.deepEqual([errors['403'], errors.empty_choice], [1, 2]);
    const after = await counted(simulator(), 'llm_simulator_requests_total', 'status');
    assert.equal(after.error! - before.error!, 3);
    assert.equal(after.success! - (before.success ?? 0), 1);
  });
});
