/**
 * Every operation of the admin API answers as it is documented: its real answers and refusals fit the schemas of docs/openapi.json, and its page
 * names it. An operation that is new needs a row here that says how it is called.
 */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { type Simulator, startSimulator } from '../../src/index.js';
import { packageRoot } from '../../src/kernel/package-root.js';
import { chatRequest, replyText } from './chat-client.js';
import { assertDocumented, documentedOperations } from './documented-answers.js';

interface Call {
  /** The path's parameters, filled in. */
  readonly path: string;
  readonly body?: object;
}

/** How each operation is called, in this order. */
const CALLS: { readonly [operation: string]: Call } = {
  'GET /admin': { path: '/admin' },
  'GET /admin/stats': { path: '/admin/stats' },
  'POST /admin/scenarios/{name}/activate': {
    path: '/admin/scenarios/brownout/activate',
    body: { duration_seconds: 60 },
  },
  'GET /admin/scenarios': { path: '/admin/scenarios' },
  'GET /admin/scenarios/{name}': { path: '/admin/scenarios/brownout' },
  'POST /admin/scenarios/{name}/deactivate': { path: '/admin/scenarios/brownout/deactivate' },
  'PUT /admin/faults/{name}': {
    path: '/admin/faults/some',
    body: { fault: 'overloaded', probability: 0.1, duration_seconds: 60 },
  },
  'GET /admin/faults': { path: '/admin/faults' },
  'DELETE /admin/faults/{name}': { path: '/admin/faults/some' },
  'DELETE /admin/faults': { path: '/admin/faults' },
  'PUT /admin/latency': { path: '/admin/latency', body: { factor: 2 } },
  'PUT /admin/latency/{name}': { path: '/admin/latency/slow', body: { ttft_ms: 20, match: { model: 'gpt-*' } } },
  'GET /admin/latency': { path: '/admin/latency' },
  'DELETE /admin/latency/{name}': { path: '/admin/latency/slow' },
  'DELETE /admin/latency': { path: '/admin/latency' },
  'GET /admin/limits': { path: '/admin/limits' },
  'PUT /admin/log-level': { path: '/admin/log-level', body: { level: 'error', modules: { http: 'silent' } } },
  'GET /admin/log-level': { path: '/admin/log-level' },
  'DELETE /admin/log-level': { path: '/admin/log-level' },
  'GET /admin/config': { path: '/admin/config' },
  'POST /admin/config/reload': { path: '/admin/config/reload' },
  'GET /admin/sessions': { path: '/admin/sessions' },
  'GET /admin/sessions/{id}': { path: '/admin/sessions/header%3Aabc' },
  'DELETE /admin/sessions/{id}': { path: '/admin/sessions/header%3Aabc' },
  'DELETE /admin/sessions': { path: '/admin/sessions' },
  'GET /admin/journal': { path: '/admin/journal' },
  'DELETE /admin/journal': { path: '/admin/journal' },
  'POST /admin/reset': { path: '/admin/reset', body: { what: ['occurrences', 'state'] } },
};

const page = readFileSync(join(packageRoot, 'docs/admin-api.md'), 'utf8');
const documented = documentedOperations('/admin');
const CONFIG = {
  providers: {
    'gpt-4o': {
      prefix_cache: { enabled: true },
      latency: {
        ttft: { distribution: 'constant', value_ms: 2 },
        itl: { distribution: 'constant', value_ms: 1 },
        batching: { enabled: true },
      },
    },
  },
};

describe('every operation of the admin API', () => {
  const folder = mkdtempSync(join(tmpdir(), 'llm-simulator-admin-'));
  let simulator: Simulator;
  before(async () => {
    // From a file, since that is what a reload reads anew; JSON is YAML.
    const file = join(folder, 'simulator.yaml');
    writeFileSync(file, JSON.stringify(CONFIG));
    simulator = await startSimulator({ config: file });
    await replyText(simulator, chatRequest({ stream: true, max_tokens: 4 }), { 'x-session-id': 'abc' });
    await replyText(simulator, chatRequest({ model: 'gpt-4', max_tokens: 4 }));
  });
  after(async () => {
    await simulator.stop();
    rmSync(folder, { recursive: true });
  });

  async function assertAnswers(name: string, path: string, body: object | undefined, status: number): Promise<void> {
    const init = { method: name.split(' ')[0], ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await fetch(simulator.url + path, init);
    const answer = await response.json();
    assert.equal(response.status, status, JSON.stringify(answer));
    assertDocumented(name, status, answer);
  }

  test('is documented, on its page and in the OpenAPI document, and is called here', async () => {
    const index = (await (await fetch(`${simulator.url}/admin`)).json()) as {
      operations: { method: string; path: string }[];
    };
    const names = index.operations.map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(names.toSorted(), documented.toSorted());
    assert.deepEqual(names.toSorted(), Object.keys(CALLS).toSorted());
    for (const name of names) assert.ok(page.includes(`### \`${name}\`\n`), `${name} is not on the page`);
  });

  for (const [name, { path, body }] of Object.entries(CALLS)) {
    test(`${name} answers as documented`, () => assertAnswers(name, path, body, 200));
    test(`${name} refuses an unknown parameter as documented`, () =>
      assertAnswers(name, `${path}?no-such=1`, body, 422));
    test(`${name} refuses an unknown body as documented`, async () => {
      if (!name.startsWith('GET')) await assertAnswers(name, path, { 'no-such': 1 }, 422);
    });
  }
});

const run = promisify(execFile);
const KEY = 'test-admin-key';
const withoutCurl = spawnSync('curl', ['--version']).status === 0 ? false : 'no curl';

describe('the page’s curl commands', { skip: withoutCurl }, () => {
  let simulator: Simulator;
  before(async () => {
    simulator = await startSimulator({ config: CONFIG });
  });
  after(() => simulator.stop());

  const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block]) =>
    block.split('\n').filter((line) => line !== ''),
  );

  test('are there', () => assert.ok(commands.length >= 4));

  for (const command of commands) {
    test(`${command} is answered with JSON`, async () => {
      const here = command.replace('localhost:8080', simulator.url.slice('http://'.length));
      const { stdout } = await run('sh', ['-c', here.replace('curl -s', 'curl -sf')], {
        env: { ...process.env, ADMIN_KEY: KEY },
      });
      assert.equal(typeof JSON.parse(stdout), 'object');
    });
  }
});
