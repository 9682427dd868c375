/** Overrides of faults and latency by the admin API on a real server: what is given, shown, refused and removed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chatRequest, postChat, sharedSimulator } from './chat-client.js';

const constant = (value_ms: number) => ({ distribution: 'constant', value_ms });
const providers = {
  'gpt-4o': { latency: { ttft: constant(1_000), itl: constant(100), tokens_per_chunk: 1, burst: { probability: 0 } } },
};
const END = /e2e_ms=(\d+(?:\.\d+)?)/;
/** Of five tokens. */
const USUAL_MS = 1_400;

interface Reply {
  readonly error: { readonly code: string; readonly message: string };
  readonly [key: string]: unknown;
}

describe('an override', () => {
  const config = {
    simulation: { time_scale: 0.001 },
    providers,
    faults: { rules: [{ name: 'half', fault: 'server_error', probability: 0.5, match: { api_key: 'sk-secret' } }] },
  };
  const simulator = sharedSimulator({ config });
  const admin = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${simulator().url}/admin${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Reply };
  };
  const endMs = async () => {
    const response = await postChat(simulator(), chatRequest({ max_tokens: 5 }), { 'x-llm-sim-plan': '1' });
    await response.text();
    return Number(END.exec(response.headers.get('x-llm-sim-plan') ?? '')?.[1]) * 1_000;
  };

  test('of the latency holds from the request after the answer on until it is removed', async () => {
    assert.equal(await endMs(), USUAL_MS);
    const given = await admin('PUT', '/latency', { factor: 3 });
    assert.deepEqual(given, {
      status: 200,
      body: { name: 'default', factor: 3, ttft_ms: null, itl_ms: null, match: {}, expires_at: null },
    });
    assert.equal(await endMs(), USUAL_MS * 3);
    await admin('PUT', '/latency/times', { ttft_ms: 10, itl_ms: 5, duration_seconds: 60 });
    assert.equal(await endMs(), (10 + 4 * 5) * 3);
    const { overrides } = (await admin('GET', '/latency')).body as unknown as { overrides: { name: string }[] };
    assert.deepEqual(
      overrides.map(({ name }) => name),
      ['default', 'times'],
    );
    assert.deepEqual(await admin('DELETE', '/latency/default'), { status: 200, body: { removed: 1 } });
    assert.equal(await endMs(), 30);
    assert.deepEqual(await admin('DELETE', '/latency'), { status: 200, body: { removed: 1 } });
    assert.equal(await endMs(), USUAL_MS);
  });

  test('of a fault is shown beside the configured rules, and no key is', async () => {
    const before = (await admin('GET', '/faults')).body as unknown as { rules: { in_effect: boolean }[] };
    assert.equal(before.rules[0]?.in_effect, true);
    const rule = { fault: 'overloaded', probability: 0.1, match: { api_key: ['sk-other'], provider: 'openai' } };
    const { body, status } = await admin('PUT', '/faults/half', { ...rule, duration_seconds: 60 });
    assert.deepEqual([status, body.replaces_configured], [200, true]);
    const shown = (await admin('GET', '/faults')).body as unknown as {
      enabled: boolean;
      rules: { in_effect: boolean }[];
      overrides: { rule: object; expires_at: string }[];
    };
    assert.deepEqual([shown.enabled, shown.rules[0]?.in_effect, shown.overrides.length], [true, false, 1]);
    assert.deepEqual(shown.overrides[0]?.rule, { ...rule, match: { api_key: '(hidden)', provider: 'openai' } });
    assert.ok(Date.parse(shown.overrides[0]?.expires_at ?? '') > Date.now());
    assert.doesNotMatch(JSON.stringify(shown), /sk-/);
    assert.deepEqual(await admin('DELETE', '/faults/half'), { status: 200, body: { removed: 1 } });
    assert.deepEqual((await admin('GET', '/faults')).body, before);
    await admin('PUT', '/faults/half', { enabled: false });
    await admin('PUT', '/faults/any%20name', { fault: 'timeout' });
    assert.deepEqual((await admin('DELETE', '/faults')).body, { removed: 2 });
  });

  test('of a fault holds from the request after the answer on, for its requests, until it is removed', async () => {
    const statusOf = async (model: string) => {
      const response = await postChat(simulator(), chatRequest({ model, max_tokens: 5 }));
      await response.text();
      return response.status;
    };
    await admin('PUT', '/faults/down', { fault: 'overloaded', match: { model: 'gpt-4o' } });
    assert.deepEqual([await statusOf('gpt-4o'), await statusOf('gpt-4')], [503, 200]);
    await admin('PUT', '/faults/down', { fault: 'rate_limit', match: { model: 'gpt-4*' }, duration_seconds: 60 });
    assert.deepEqual([await statusOf('gpt-4o'), await statusOf('gpt-4')], [429, 429]);
    await admin('DELETE', '/faults/down');
    assert.deepEqual([await statusOf('gpt-4o'), await statusOf('gpt-4')], [200, 200]);
  });

  test('that is wrong is refused with all that is wrong', async () => {
    const refusals: readonly (readonly [string, unknown, string, RegExp])[] = [
      ['/faults/x', {}, 'invalid_rule', /fault: is required/],
      ['/faults/x', { fault: 'overlaoded' }, 'invalid_rule', /did you mean "overloaded"\?$/],
      ['/faults/x', { fault: { kind: 'timeout', hold: 1 } }, 'invalid_rule', /hold.*did you mean "hold_ms"/],
      ['/faults/x', { fault: 'timeout', probability: 2 }, 'invalid_body', /probability: must be a number from 0 to 1/],
      ['/faults/x', { fault: 'timeout', pattern: { kind: 'first' } }, 'invalid_body', /count/],
      ['/faults/x', { fault: 'timeout', match: { model: 'gpt4o' } }, 'invalid_rule', /did you mean "gpt-4o"/],
      ['/faults/x', { fault: 'timeout', match: { headers: { 'x-none': '(' } } }, 'invalid_rule', /2 problems/],
      ['/faults/x', { fault: 'timeout', match: { endpoint: 'openai.chats' } }, 'invalid_rule', /name of an endpoint/],
      ['/faults/x', { faults: 'timeout' }, 'invalid_body', /did you mean "fault"/],
      [`/faults/${'x'.repeat(129)}`, { fault: 'timeout' }, 'invalid_name', /128/],
      ['/latency/x', {}, 'invalid_body', /factor: is required/],
      ['/latency/x', { factor: -1 }, 'invalid_body', /from 0 to 1000/],
      ['/latency/x', { factor: 1, duration_seconds: 0 }, 'invalid_body', /duration_seconds/],
      ['/latency/x', { factor: 1, match: { model: 'gpt4o' } }, 'invalid_body', /did you mean "gpt-4o"/],
      ['/latency/x', { factor: 1, match: { endpoint: 'openai' } }, 'invalid_body', /name of an endpoint/],
      ['/latency/x%20y', { factor: 1 }, 'invalid_name', /64/],
    ];
    for (const [path, body, code, message] of refusals) {
      const refused = await admin('PUT', path, body);
      assert.deepEqual([refused.status, refused.body.error?.code], [422, code], JSON.stringify(refused.body));
      assert.match(refused.body.error.message, message);
    }
    for (const path of ['/faults/none', '/latency/none']) assert.equal((await admin('DELETE', path)).status, 404);
    assert.equal(await endMs(), USUAL_MS);
  });

  test('of which there are as many as can be is refused, and so is more than requests can carry', async () => {
    for (let index = 0; index < 32; index++) {
      assert.equal((await admin('PUT', `/latency/n${index}`, { factor: 1 })).status, 200);
    }
    const more = await admin('PUT', '/latency/n32', { factor: 1 });
    assert.deepEqual([more.status, more.body.error.code], [409, 'too_many_overrides']);
    assert.equal((await admin('PUT', '/latency/n31', { factor: 1 })).status, 200);
    await admin('DELETE', '/latency');
    const match = { api_key: Array.from({ length: 900 }, (_, index) => `${index}`.padStart(100, 'k')) };
    const large = await admin('PUT', '/faults/large', { fault: 'timeout', match });
    assert.deepEqual([large.status, large.body.error.code], [409, 'steering_too_large']);
    assert.equal(await endMs(), USUAL_MS);
  });
});
