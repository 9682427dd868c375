/**
 * What a client says and what keys are called stands in no reply of the admin API, no metric and no line of the log, at any level: a run with
 * marked secrets wherever there can be one, looked through afterwards.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { temporaryFile } from '../process/program.js';
import { SimulatorProcess } from '../process/simulator-process.js';

const MARK = /cnry-\w+/g;
const ADMIN_KEY = 'cnry-admin-key';
const LOOKS = [
  '',
  '/stats',
  '/config',
  '/config?expand=models',
  '/scenarios',
  '/scenarios/keyed',
  '/faults',
  '/latency',
  '/sessions',
  '/journal?limit=1000',
  '/limits',
];

const yaml = `
server: { workers: 2, cors: { enabled: true }, api_keys: [cnry-usual-key, cnry-limited-key, cnry-faulty-key, cnry-scenario-key] }
admin: { api_key: ${ADMIN_KEY} }
telemetry: { logging: { level: trace, format: json } }
simulation: { time_scale: 0.01, request_overrides: { fault: true, latency: true } }
rate_limits:
  enabled: true
  default_tier: usual
  keys: [{ api_key: cnry-limited-key, tier: tight }]
  tiers:
    usual: { limits: [{ models: ["*"], requests_per_minute: 1000 }] }
    tight: { limits: [{ models: ["*"], requests_per_minute: 1 }] }
faults:
  rules:
    - { name: keyed, fault: overloaded, probability: 0.5, match: { api_key: [cnry-faulty-key] } }
replies:
  rules:
    - { match: { headers: { x-team: red } }, reply: { text: hello } }
scenarios:
  keyed: { steps: [{ faults: [{ fault: server_error, probability: 0.5, match: { api_key: [cnry-scenario-key] } }] }] }
`;

const asked = 'cnry-prompt tell me';
const REQUESTS: readonly [path: string, body: object][] = [
  ['/v1/chat/completions', { model: 'gpt-4o', messages: [{ role: 'user', content: asked }], max_tokens: 3 }],
  [
    '/v1/chat/completions',
    { model: 'gpt-4o', messages: [{ role: 'user', content: asked }], stream: true, max_tokens: 3 },
  ],
  ['/v1/responses', { model: 'gpt-4o', input: asked, max_output_tokens: 16 }],
  ['/v1/messages', { model: 'claude-3-5-haiku-20241022', messages: [{ role: 'user', content: asked }], max_tokens: 3 }],
  ['/v1beta/models/gemini-2.0-flash:generateContent?key=cnry-query-key', { contents: [{ parts: [{ text: asked }] }] }],
  ['/v1/chat/completions', { model: 'gpt-4o', messages: asked }],
  ['/v1/nowhere?key=cnry-query-key', { asked }],
];

const KEYS = ['cnry-stranger-key', 'cnry-usual-key', 'cnry-limited-key', 'cnry-faulty-key', 'cnry-scenario-key'];

const EXTRAS: readonly { readonly [name: string]: string }[] = [
  {},
  { 'x-team': 'red', 'x-llm-sim-fault': 'cnry-no-such-fault' },
];

describe('a run full of secrets', () => {
  let node: SimulatorProcess;
  const file = temporaryFile('secrets.yaml', yaml);
  before(async () => {
    node = await SimulatorProcess.start({ flags: ['--config', file] });
  });
  after(() => node.end());

  const admin = async (path: string, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${ADMIN_KEY}` };
    const response = await fetch(`${node.url}/admin${path}`, { headers, ...init });
    return { status: response.status, text: await response.text() };
  };

  /** Every request with every key. @returns how many were answered as asked */
  async function serveAll(): Promise<number> {
    const each = REQUESTS.flatMap((request) => KEYS.flatMap((key) => EXTRAS.map((extra) => ({ request, key, extra }))));
    let served = 0;
    for (const {
      request: [path, body],
      key,
      extra,
    } of each) {
      const auth = { authorization: `Bearer ${key}`, 'x-api-key': key, 'api-key': key, 'x-goog-api-key': key };
      const headers = { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', ...auth, ...extra };
      const response = await fetch(node.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
      if (response.ok) served++;
      await response.text();
    }
    return served;
  }

  test('shows none of them', async () => {
    const seen: string[] = [];
    const look = async (path: string, init?: RequestInit) => {
      const { status, text } = await admin(path, init);
      seen.push(`${path} ${status}: ${text}`);
      return status;
    };
    const rule = { fault: 'overloaded', match: { api_key: ['cnry-steered-key'] } };
    assert.equal(await look('/faults/steered', { method: 'PUT', body: JSON.stringify(rule) }), 200);
    assert.equal(await look('/scenarios/keyed/activate', { method: 'POST' }), 200);
    const served = await serveAll();
    assert.ok(served > 0, 'nothing was served');
    for (const key of ['cnry-wrong-admin-key', 'cnry-other'])
      assert.equal(await look('/stats', { headers: { 'x-api-key': key } }), 401);
    for (const path of LOOKS) assert.equal(await look(path), 200, path);
    seen.push(await (await fetch(`${node.url}/metrics`)).text());
    const wrong = [
      yaml.replace(`api_key: ${ADMIN_KEY}`, 'api_key: [cnry-listed-key]'),
      yaml.replace('tier: tight }]', 'tier: no-such-tier }]'),
      yaml.replace('match: { api_key: [cnry-faulty-key] }', 'match: { api_key: { cnry-mapped-key: 1 } }'),
      yaml.replace('match: { api_key: [cnry-scenario-key] }', 'match: { api_key: { cnry-mapped-key: 1 } }'),
      yaml.replace('match: { api_key: [cnry-scenario-key] }', 'match: { api_key: [cnry-scenario-key, 5] }'),
      yaml.replace('api_keys: [', 'api_keys: [{ cnry-mapped-key: 1 }, '),
    ];
    for (const text of wrong) {
      writeFileSync(file, text);
      assert.equal(await look('/config/reload', { method: 'POST' }), 422);
    }
    writeFileSync(file, yaml.replace('requests_per_minute: 1000', 'requests_per_minute: 900'));
    assert.equal(await look('/config/reload', { method: 'POST' }), 200);
    await node.end();
    seen.push(node.program.stdout, node.program.stderr);
    assert.ok(node.logLines().length > served, 'requests are not in the log');
    for (const text of seen) {
      const shown = [...text.matchAll(MARK)].map(({ index }) => text.slice(Math.max(0, index - 200), index + 60));
      assert.deepEqual(shown, []);
    }
  });
});
