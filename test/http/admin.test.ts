/** The admin endpoints: who may use them, and what the statistics count. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertValid } from '../schemas/published-schema.js';
import { AT_ONCE, chatRequest, type Json, postChat, replyText, sharedSimulator } from './chat-client.js';

const KEY = 'admin-key-1';

interface Access {
  readonly story: string;
  readonly admin: Json;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

const ACCESSES: readonly Access[] = [
  { story: 'without a key where none is asked for', admin: {}, status: 200 },
  { story: 'with any key where none is asked for', admin: {}, headers: bearer('whatever'), status: 200 },
  { story: 'without the key', admin: { api_key: KEY }, status: 401 },
  { story: 'with another key', admin: { api_key: KEY }, headers: bearer('admin-key-2'), status: 401 },
  { story: 'with the beginning of the key', admin: { api_key: KEY }, headers: bearer('admin-key'), status: 401 },
  {
    story: 'with the key in another scheme',
    admin: { api_key: KEY },
    headers: { authorization: `Basic ${KEY}` },
    status: 401,
  },
  { story: 'with the key', admin: { api_key: KEY }, headers: bearer(KEY), status: 200 },
  {
    story: 'with the key and a scheme in small letters',
    admin: { api_key: KEY },
    headers: { authorization: `bearer ${KEY}` },
    status: 200,
  },
  { story: 'from an address that is listed', admin: { allowed_ips: ['10.0.0.0/8', '127.0.0.1'] }, status: 200 },
  { story: 'from a block that is listed', admin: { allowed_ips: ['127.0.0.0/8'] }, status: 200 },
  { story: 'from a block that is listed as IPv6', admin: { allowed_ips: ['::ffff:127.0.0.0/104'] }, status: 200 },
  {
    story: 'from an address that is not listed',
    admin: { allowed_ips: ['10.0.0.0/8', '2001:db8::/32', 'fe80::1%eth0'] },
    status: 403,
  },
  {
    story: 'from another address, whatever it says of itself',
    admin: { allowed_ips: ['10.0.0.0/8'] },
    headers: { 'x-forwarded-for': '10.0.0.1', forwarded: 'for=10.0.0.1' },
    status: 403,
  },
  {
    story: 'from another address with the key',
    admin: { api_key: KEY, allowed_ips: ['10.0.0.0/8'] },
    headers: bearer(KEY),
    status: 403,
  },
  { story: 'from a listed address without the key', admin: { api_key: KEY, allowed_ips: ['127.0.0.1'] }, status: 401 },
  { story: 'where the endpoints do not exist', admin: { enabled: false }, status: 404 },
];

for (const { story, admin, headers = {}, status } of ACCESSES) {
  describe(`GET /admin/stats ${story}`, () => {
    const simulator = sharedSimulator({ config: { ...AT_ONCE, admin } });

    test(`is answered with ${status}`, async () => {
      const response = await fetch(`${simulator().url}/admin/stats`, { headers });
      assert.equal(response.status, status);
      assert.equal(response.headers.get('content-type'), 'application/json');
      assert.equal(response.headers.get('www-authenticate')?.startsWith('Bearer') ?? false, status === 401);
      const body = (await response.json()) as Json;
      if (status === 200) assert.ok(Number(body.uptime_seconds) >= 0);
      else assertValid('openai', 'ErrorResponse', body);
      assert.ok(!JSON.stringify(body).includes(KEY));
    });
  });
}

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
