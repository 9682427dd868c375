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
    assert.deepEqual(requests, { started: 3, active: 0, queued: 0, finished: 3, aborted: 0, failed: 0 });
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
