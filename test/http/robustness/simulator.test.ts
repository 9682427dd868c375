/** The whole simulator on both transports: what it counts of requests that are none, and what it says to those that are unusual. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Simulator } from '../../../src/index.js';
import { endpoints } from '../../../src/providers/registry.js';
import { assertValid } from '../../schemas/published-schema.js';
import { chatRequest, sharedSimulator } from '../chat-client.js';
import { parseExposition } from '../prometheus.js';
import { CREDENTIALS, pathOf } from '../provider-answers.js';
import { admin } from '../sessions/admin-client.js';
import { describeTransports } from '../transport/harness.js';
import { RawClient, request } from '../transport/raw-client.js';
import { chunkVectors } from './chunk-vectors.js';
import { connectionVectors } from './connection-vectors.js';
import { fieldVectors } from './field-vectors.js';
import { framingVectors } from './framing-vectors.js';
import { requestLineVectors } from './request-line-vectors.js';
import { SMUGGLED } from './vector.js';

const VECTORS = [...framingVectors, ...chunkVectors, ...requestLineVectors, ...fieldVectors, ...connectionVectors];
const BODY_BYTES_MAX = 2_000;
const CHAT = JSON.stringify(chatRequest({ max_tokens: 2 }));
const OPERATIONS = ['/health', '/ready', '/live', '/openapi.json', '/admin/stats'];

async function countedOf(simulator: Simulator): Promise<number> {
  return parseExposition(await simulator.metrics()).sum('llm_simulator_requests_total');
}

describeTransports('a simulator', (selected) => {
  const simulator = sharedSimulator({
    config: {
      simulation: { time_scale: 0 },
      server: { transport: selected.name, max_body_bytes: BODY_BYTES_MAX },
    },
  });

  test('counts nothing of what is refused, nor of what is hidden in it', async () => {
    const isUws = selected.name === 'uws';
    // The server itself says 413 and 417, and counts what it says.
    const refused = VECTORS.filter(({ expected, onUws = expected }) => {
      const outcome = isUws ? onUws : expected;
      return outcome.kind === 'refused' && !outcome.statuses.some((status) => status === 413 || status === 417);
    });
    assert.ok(refused.length > 80);
    for (const { bytes, name } of refused) {
      const client = await RawClient.connect(simulator().port);
      client.socket.write(bytes.replaceAll('/vector', '/v1/models') + SMUGGLED.repeat(2), 'latin1');
      await client.waitForClose();
      assert.ok(!client.text.includes('smuggled'), name);
    }
    assert.equal(await countedOf(simulator()), 0);
    assert.deepEqual((await admin(simulator().url, '/journal')).document.entries, []);
  });

  test('answers HEAD as GET, without a body', async () => {
    const gets = endpoints.filter(({ endpoint }) => endpoint.method === 'GET');
    const asked = [
      ...gets.map(({ provider, endpoint }) => [pathOf(endpoint, undefined), CREDENTIALS[provider.name]] as const),
      ...OPERATIONS.map((path) => [path, {}] as const),
    ];
    for (const [path, headers] of asked) {
      const get = await fetch(simulator().url + path, { headers });
      const body = await get.text();
      const client = await RawClient.connect(simulator().port);
      client.send(
        request(
          'HEAD',
          path,
          Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
        ),
      );
      const [head] = await client.responses(1, true);
      assert.equal(head!.status, get.status, path);
      assert.deepEqual([...head!.headers.keys()].sort(), namesOf(get), path);
      if (!/health|stats/.test(path))
        assert.equal(head!.headers.get('content-length'), `${Buffer.byteLength(body)}`, path);
      assert.ok(client.text.endsWith('\r\n\r\n'), path);
      client.destroy();
    }
  });

  test('answers OPTIONS in the provider’s words where no page of another origin may ask', async () => {
    const response = await fetch(`${simulator().url}/v1/chat/completions`, { method: 'OPTIONS' });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get('allow'), 'POST');
    assert.equal(response.headers.get('access-control-allow-origin'), null);
    assertValid('openai', 'ErrorResponse', await response.json());
  });

  test('echoes nothing to TRACE', async () => {
    const client = await RawClient.connect(simulator().port);
    client.send(request('TRACE', '/v1/models', ['X-Secret: canary']));
    const { status } = await client.response();
    assert.ok([404, 405].includes(status), `${status}`);
    assert.ok(!client.text.includes('canary'));
    client.destroy();
  });

  for (const [provider, path, headers] of [
    ['openai', '/v1/chat/completions', []],
    ['anthropic', '/v1/messages', ['anthropic-version: 2023-06-01']],
    ['gemini', '/v1beta/models/gemini-2.5-flash:generateContent', ['x-goog-api-key: any']],
  ] as const) {
    test(`refuses an unknown expectation with 417 in the words of ${provider}`, async () => {
      const client = await RawClient.connect(simulator().port);
      client.send(request('POST', path, [...headers, 'Expect: the-unexpected'], CHAT));
      const response = await client.response();
      assert.equal(response.status, 417);
      assertValid(provider, 'ErrorResponse', JSON.parse(response.body.toString()));
      await client.waitForClose();
    });
  }

  test('says 100 before a body that it will read, and 413 to one that is too large', async () => {
    const client = await RawClient.connect(simulator().port);
    const headers = ['Content-Type: application/json', 'Expect: 100-continue'];
    client.send(request('POST', '/v1/chat/completions', [...headers, `Content-Length: ${CHAT.length}`]));
    await client.waitForText('HTTP/1.1 100 Continue\r\n\r\n');
    client.send(CHAT);
    assert.equal((await client.response()).status, 200);
    client.destroy();
    const other = await RawClient.connect(simulator().port);
    other.send(request('POST', '/v1/chat/completions', [...headers, `Content-Length: ${BODY_BYTES_MAX + 1}`]));
    const response = await other.response();
    assert.equal(response.status, 413);
    assertValid('openai', 'ErrorResponse', JSON.parse(response.body.toString()));
    // uWebSockets.js says 100 by itself, before anybody can look at the length.
    if (selected.name === 'node') assert.ok(!other.text.includes(' 100 '));
    await other.waitForClose();
  });

  test('answers pipelined requests once each and in order, or closes', async () => {
    const client = await RawClient.connect(simulator().port);
    const keys = ['one', 'two', 'three'];
    client.send(
      keys.map((key) => request('POST', '/v1/chat/completions', [`x-llm-sim-request-id: ${key}`], CHAT)).join(''),
    );
    if (selected.name === 'node') await client.responses(keys.length);
    else await client.waitForClose();
    client.destroy();
    const counts: number[] = [];
    for (const key of keys)
      counts.push((await admin(simulator().url, `/journal?request_id=${key}`)).document.entries.length);
    assert.deepEqual(counts, [...counts].sort().reverse(), 'none was served before the one in front of it');
    assert.ok(Math.max(...counts) === 1, `${counts}`);
  });
});

function namesOf(response: Response): string[] {
  return [...response.headers.keys()].sort();
}
