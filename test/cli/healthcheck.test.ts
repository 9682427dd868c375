/** The container's health check: exit codes and words for a node that serves, one that leaves, and none at all. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { environment, moduleArguments, type Outcome, Program } from '../process/program.js';
import { SimulatorProcess } from '../process/simulator-process.js';

const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close().closeAllConnections();
});

function check(args: readonly string[], env: NodeJS.ProcessEnv = environment()): Promise<Outcome> {
  return new Program([...moduleArguments('src/healthcheck'), ...args], env).outcome();
}

/** A metrics port that answers as told, or never where the status is 0. */
async function metricsPort(status: number): Promise<string> {
  const server = createServer((request, response) => {
    if (status !== 0) response.writeHead(request.url === '/ready' ? status : 404).end();
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return String((server.address() as AddressInfo).port);
}

test('a node that serves is healthy, and no longer as soon as it leaves', async () => {
  const simulator = await SimulatorProcess.start({ env: { LLM_SIM__SERVER__LAME_DUCK_SECS: '5' } });
  const { port } = new URL(simulator.metricsUrl);
  assert.deepEqual(await check([port]), {
    code: 0,
    signal: null,
    stdout: `/ready on port ${port} answers 200\n`,
    stderr: '',
  });
  simulator.signal('SIGTERM');
  await simulator.logLine('draining');
  const leaving = await check([port]);
  assert.equal(leaving.code, 1);
  assert.equal(leaving.stdout, `/ready on port ${port} answers 503\n`);
  await simulator.end('SIGTERM');
});

test('the port comes from the variable of the configuration where none is given', async () => {
  const port = await metricsPort(200);
  const { code } = await check([], environment({ LLM_SIM__TELEMETRY__METRICS__PROMETHEUS_PORT: port }));
  assert.equal(code, 0);
});

test('any other answer is unhealthy', async () => {
  for (const status of [204, 302, 404, 500]) assert.equal((await check([await metricsPort(status)])).code, 1);
});

test('a port where nobody listens is unhealthy, and the words say so', async () => {
  const port = await metricsPort(200);
  servers.pop()?.close();
  const { code, stdout } = await check([port]);
  assert.equal(code, 1);
  assert.match(stdout, new RegExp(`^no answer on port ${port}: .*ECONNREFUSED`));
});

test('a port that never answers is unhealthy within seconds', async () => {
  const port = await metricsPort(0);
  const { code, stdout } = await check([port]);
  assert.equal(code, 1);
  assert.equal(stdout, `no answer on port ${port} within 3 s\n`);
});
