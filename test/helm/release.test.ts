/** The chart as it is published, and the test that `helm test` runs, against a real server. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startSimulator } from '../../src/index.js';
import { packageVersion } from '../../src/kernel/package-root.js';
import { chart, helm, only, render, run, withoutHelm } from './helm-harness.js';

const folder = mkdtempSync(join(tmpdir(), 'llm-simulator-chart-'));
after(() => rmSync(folder, { recursive: true }));

test('the packed chart renders the same objects, and holds no value sets', { skip: withoutHelm }, async () => {
  const packed = await helm('package', chart, '--destination', folder);
  assert.equal(packed.code, 0, packed.stderr);
  assert.deepEqual(readdirSync(folder), [`llm-simulator-${packageVersion}.tgz`]);
  const archive = join(folder, `llm-simulator-${packageVersion}.tgz`);
  assert.deepEqual(await render({ chart: archive }), await render());
  const { stdout } = await run('tar', ['--list', '--file', archive]);
  assert.match(stdout, /^llm-simulator\/values\.schema\.json$/m);
  assert.doesNotMatch(stdout, /^llm-simulator\/ci\//m);
});

/** Runs what the test pod would, with the addresses of a server here; the rest of its environment is the manifest's. */
async function runReleaseTest(url: string, set: { readonly [key: string]: unknown }) {
  const [container] = only(await render({ set }), 'Pod').spec.containers;
  const variables = container.env.map(({ name, value }: { name: string; value: string }) =>
    name.endsWith('_URL') ? `${name}=${url}` : `${name}=${value}`,
  );
  const [program, ...args] = container.command;
  assert.equal(program, 'node');
  return await run('env', [...variables, process.execPath, ...args, ...container.args]);
}

/** Runs it against a server with this configuration. */
async function releaseTestOf(config: { readonly [section: string]: object }, set: { readonly [key: string]: unknown }) {
  const simulator = await startSimulator({ config: { simulation: { time_scale: 0 }, ...config } });
  try {
    return await runReleaseTest(simulator.url, set);
  } finally {
    await simulator.stop();
  }
}

test('helm test passes where the server answers', { skip: withoutHelm }, async () => {
  const { code, stdout, stderr } = await releaseTestOf({}, {});
  assert.equal(code, 0, stderr);
  assert.match(stdout, /chat completion: 200\nit says: \S/);
});

test('helm test passes where the API asks for keys, and says that it does', { skip: withoutHelm }, async () => {
  const server = { api_keys: ['sk-one'] };
  const { code, stdout, stderr } = await releaseTestOf({ server }, { 'config.server': server });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /chat completion: 401/);
});

test('helm test fails where the model is not served', { skip: withoutHelm }, async () => {
  const { code, stderr } = await releaseTestOf({}, { 'tests.model': 'gpt-none' });
  assert.equal(code, 1);
  assert.match(stderr, /chat completion: expected 200, got 404: .*gpt-none/);
});
