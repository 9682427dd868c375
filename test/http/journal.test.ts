/** The journal as a client of the admin API sees it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import OpenAI from 'openai';
import { schemaCheck } from '../../src/config/validation.js';
import { startSimulator } from '../../src/index.js';
import { journalPageSchema } from '../../src/server/journal/journal-schema.js';
import { AT_ONCE, chatRequest, postChat, sharedSimulator } from './chat-client.js';
import { admin } from './sessions/admin-client.js';

const PROMPT = 'canary-in-the-prompt-5d1e';
const KEY = 'sk-canary-key-77b0';

describe('GET /admin/journal', () => {
  const simulator = sharedSimulator({
    config: {
      ...AT_ONCE,
      faults: { rules: [{ name: 'x', fault: 'server_error', match: { headers: { 'x-case': 'fail' } } }] },
    },
  });
  const entriesOf = async (query: string) => (await admin(simulator().url, `/journal?${query}`)).document.entries;

  test('has every request with what the client can check, and no word of what was said', async () => {
    const { url } = simulator();
    const body = chatRequest({ messages: [{ role: 'user', content: PROMPT }], stream: true });
    const headers = { authorization: `Bearer ${KEY}`, 'x-llm-sim-request-id': 'seen', 'x-llm-sim-plan': '1' };
    const response = await postChat(simulator(), body, headers);
    const text = await response.text();
    await fetch(`${url}/v1/nowhere?key=${KEY}`);
    const answer = await admin(url, '/journal');
    assert.deepEqual(schemaCheck(journalPageSchema)(answer.document), []);
    const all = JSON.stringify(answer.document);
    for (const secret of [PROMPT, KEY]) assert.ok(!all.includes(secret), secret);
    const [said] = /"content":"([^"]{20,})"/.exec(text) ?? [];
    assert.equal(said, undefined, 'words come one by one');
    const [entry] = await entriesOf('request_id=seen');
    // uWebSockets.js opens a stream with a line feed, which is none of the reply's bytes.
    assert.equal(entry.bytes, Buffer.byteLength(text.trimStart()));
    assert.equal(entry.plan.announcement, response.headers.get('x-llm-sim-plan'));
    assert.equal(entry.chunks, entry.plan.chunks);
    assert.deepEqual(
      [entry.status, entry.outcome, entry.result, entry.plan.stream],
      [200, 'finished', 'success', true],
    );
    const [unknown] = await entriesOf('outcome=refused');
    assert.deepEqual([unknown.target, unknown.status, unknown.error], ['GET /v1/nowhere', 404, '404']);
  });

  test('tells the attempts of an official SDK apart', async () => {
    const client = new OpenAI({ apiKey: 'k', baseURL: `${simulator().url}/v1`, maxRetries: 2 });
    const request = client.chat.completions.create(
      { model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] },
      { headers: { 'x-case': 'fail', 'x-llm-sim-request-id': 'retried' } },
    );
    await assert.rejects(request, OpenAI.InternalServerError);
    const attempts = await entriesOf('request_id=retried&order=oldest');
    assert.deepEqual(
      attempts.map(({ retry_count, status, fault, error }: { [key: string]: unknown }) => [
        retry_count,
        status,
        fault,
        error,
      ]),
      [0, 1, 2].map((attempt) => [attempt, 500, 'server_error', '500']),
    );
    assert.match(attempts[0].user_agent, /^OpenAI\/JS /);
    const faulty = await entriesOf('fault=server_error');
    assert.equal(faulty.length, 3);
    assert.deepEqual(await entriesOf('fault=any&status=4xx'), []);
  });

  test('refuses a query that it does not take, and says why', async () => {
    for (const query of [
      'status=999',
      'limit=0',
      'limit=1001',
      'outcome=gone',
      'colour=red',
      'provider=openia',
      'endpoint=openai.chat.completion',
      'fault=stal',
      'limited_by=rpm',
      'since=yesterday',
      'cursor=zzz',
    ]) {
      const { document, status } = await admin(simulator().url, `/journal?${query}`);
      assert.equal(status, 422, query);
      assert.equal(document.error.param, query.split('=')[0]);
    }
  });

  test('finds by time and by number', async () => {
    const [newest] = await entriesOf('limit=1');
    assert.deepEqual(
      (await entriesOf(`since=${newest.sequence}`)).map(({ sequence }: { sequence: number }) => sequence),
      [newest.sequence],
    );
    assert.equal((await entriesOf(`until=${newest.sequence}`)).length, newest.sequence - 1);
    assert.deepEqual(await entriesOf('since=2999-01-01T00:00:00Z'), []);
    assert.equal((await entriesOf('until=2999-01-01T00:00:00Z')).length, newest.sequence);
  });

  test('is forgotten by DELETE and by a reset', async () => {
    const { url } = simulator();
    assert.ok((await admin(url, '/journal', 'DELETE')).document.cleared > 0);
    assert.deepEqual((await admin(url, '/journal')).document.processes[0], {
      process: 0,
      recorded: 0,
      kept: 0,
      dropped: 0,
    });
    await postChat(simulator(), chatRequest());
    assert.equal((await entriesOf('')).length, 1);
    await fetch(`${url}/admin/reset`, { method: 'POST', body: JSON.stringify({ what: ['journal'] }) });
    assert.deepEqual(await entriesOf(''), []);
  });
});

describe('telemetry.journal', () => {
  const simulator = sharedSimulator({
    config: { ...AT_ONCE, telemetry: { journal: { capacity: 2, record_bodies: true, body_bytes_max: 40 } } },
  });

  test('keeps as many entries and as much of what was said as it says', async () => {
    for (let request = 0; request < 3; request++)
      await (await postChat(simulator(), chatRequest({ max_tokens: 3 }))).text();
    const { document } = await admin(simulator().url, '/journal');
    assert.deepEqual(document.processes, [{ process: 0, recorded: 3, kept: 2, dropped: 1 }]);
    const [{ request_body: asked, reply_body: answered }] = document.entries;
    assert.equal(asked, JSON.stringify(chatRequest({ max_tokens: 3 })).slice(0, 40));
    assert.match(answered, /^\{"id":"chatcmpl-sim/);
    assert.equal(answered.length, 40);
  });

  test('keeps none where it says so', async (t) => {
    const off = await startSimulator({ config: { ...AT_ONCE, telemetry: { journal: { enabled: false } } } });
    t.after(() => off.stop());
    await (await postChat(off, chatRequest())).text();
    const { document, status } = await admin(off.url, '/journal');
    assert.deepEqual([status, document.error.code], [404, 'journal_disabled']);
  });
});
