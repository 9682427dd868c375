/** How `llm-simulator serve` starts, and what it says when it cannot. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { after, describe, test } from 'node:test';
import { packageVersion } from '../../src/kernel/package-root.js';
import { availableTransports } from '../http/transport/harness.js';
import { chat, chatYaml, get } from '../process/chat-client.js';
import { SimulatorProcess, serve } from '../process/simulator-process.js';

/** A port that somebody else has. */
async function takenPort(): Promise<number> {
  const server: Server = createServer();
  after(() => server.close());
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  return (server.address() as { port: number }).port;
}

const fingerprint = async (url: string): Promise<string> =>
  JSON.parse((await chat(url)).text).system_fingerprint as string;

describe('the start line', () => {
  test('names the version, the real port, the transport and why, the processes, the seed and the metrics', async () => {
    const node = await SimulatorProcess.start({ yaml: chatYaml(), flags: ['--seed', '77'] });
    const { stderr } = node.program;
    assert.equal(stderr.split('\n').length, 2, `one line: ${stderr}`);
    assert.ok(stderr.startsWith(`llm-simulator ${packageVersion} listens on http://127.0.0.1:`), stderr);
    assert.match(stderr, /\(transport (node|uws): [^;]{5,}; \d+ acceptor process(es)? with 1 worker thread each;/);
    assert.match(stderr, /seed 77;/);
    assert.doesNotMatch(node.url, /:0$/);
    assert.equal((await get(`${node.url}/ready`)).status, 200);
    assert.equal((await get(node.metricsUrl)).status, 200);
    assert.equal((await node.end()).code, 0);
  });

  test('is followed by a warning when anybody on the network may steer the server', async () => {
    const flags = ['--host', '0.0.0.0'];
    const open = await SimulatorProcess.start({ yaml: chatYaml(), flags });
    const [, warning] = open.program.stderr.split('\n');
    assert.match(warning, /^warning: the admin API is open to everybody who reaches 0\.0\.0\.0: set /);
    assert.equal((await open.logLine(warning.slice('warning: '.length))).level, 'warn');
    await open.end();
    const closed = await SimulatorProcess.start({ yaml: chatYaml('admin: { api_key: key-1 }'), flags });
    assert.equal(closed.program.stderr.split('\n').length, 2);
    await closed.end();
  });

  test('says that there are no metrics when they are disabled', async () => {
    const node = await SimulatorProcess.start({ env: { LLM_SIM__TELEMETRY__METRICS__ENABLED: 'false' } });
    assert.equal(node.metricsUrl, 'off');
    assert.equal((await get(`${node.url}/metrics`)).status, 404);
    assert.equal((await node.end()).code, 0);
  });
});

test('flags override the environment, which overrides the file', async () => {
  const yaml = chatYaml('simulation: { seed: 1 }');
  const env = { LLM_SIM__SIMULATION__SEED: '2' };
  const nodes = await Promise.all([
    SimulatorProcess.start({ yaml }),
    SimulatorProcess.start({ yaml, env }),
    SimulatorProcess.start({ yaml, env, flags: ['--seed', '3'] }),
  ]);
  const seeds = await Promise.all(nodes.map(({ url }) => fingerprint(url)));
  assert.deepEqual(seeds, ['sim-1', 'sim-2', 'sim-3']);
  await Promise.all(nodes.map((node) => node.end()));
});

describe('a start that fails', () => {
  test('a used port ends with exit code 4 and names the port', async () => {
    const port = await takenPort();
    const { code, stderr } = await serve({ flags: ['--port', String(port)] }).outcome();
    assert.equal(code, 4, stderr);
    assert.match(stderr, new RegExp(`port ${port} is in use`));
  });

  test('a used metrics port ends with exit code 4 and names the port', async () => {
    const port = await takenPort();
    const env = { LLM_SIM__TELEMETRY__METRICS__PROMETHEUS_PORT: String(port) };
    const { code, stderr } = await serve({ env }).outcome();
    assert.equal(code, 4, stderr);
    assert.match(stderr, new RegExp(`port ${port} is in use`));
  });

  test('an address of another machine ends with exit code 1 and says what a host may be', async () => {
    const { code, stderr } = await serve({ flags: ['--host', '192.0.2.1'] }).outcome();
    assert.equal(code, 1, stderr);
    assert.match(stderr, /cannot listen on 192\.0\.2\.1[\s\S]*must be an address of this machine/);
  });

  test('an invalid configuration ends with exit code 3 and the problems', async () => {
    const { code, stdout, stderr } = await serve({ yaml: 'server: { threads: 0 }' }).outcome();
    assert.equal(code, 3, stderr);
    assert.match(stderr, /simulator\.yaml:1:\d+ {2}server\.threads: /);
    assert.equal(stdout, '');
  });

  const uwsLoads = availableTransports.some(({ name }) => name === 'uws');
  test('transport uws where it does not load ends with exit code 3 and the reason', {
    skip: uwsLoads && 'it loads here',
  }, async () => {
    const { code, stderr } = await serve({ yaml: 'server: { transport: uws }' }).outcome();
    assert.equal(code, 3, stderr);
    assert.match(stderr, /uWebSockets\.js (does not load here: .*|is not installed)/);
    assert.match(stderr, /set server\.transport to auto or node/);
  });
});
