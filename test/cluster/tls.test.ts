/** A node that speaks TLS: official SDKs reach it, every process shows the certificate that a reload brought, and nobody is refused meanwhile. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { packageRoot } from '../../src/kernel/package-root.js';
import { environment, eventually, Program, temporaryFolder } from '../process/program.js';
import { SimulatorProcess } from '../process/simulator-process.js';

const fixtures = join(packageRoot, 'test/http/fixtures/tls');
const folder = temporaryFolder();
const cert = join(folder, 'tls.crt');
const key = join(folder, 'tls.key');

function take(name: 'first' | 'second'): void {
  cpSync(join(fixtures, `${name}.crt`), cert);
  cpSync(join(fixtures, `${name}.key`), key);
}

/** A configuration file whose certificate is named relative to it. */
function configuration(more = ''): string {
  const file = join(folder, 'simulator.yaml');
  writeFileSync(
    file,
    `server: { workers: 2, tls: { enabled: true, cert: tls.crt, key: tls.key }, shutdown_timeout_secs: 0, ${more} }\nsimulation: { time_scale: 0 }\n`,
  );
  return file;
}

/** The name in the certificate that one new connection is shown. */
function certifiedName(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = httpsRequest(`${url}/health`, { agent: false, rejectUnauthorized: false }, (response) => {
      const { subject } = (response.socket as TLSSocket).getPeerCertificate();
      response.resume().once('end', () => resolve(String(subject.CN)));
    });
    asked.once('error', reject).end();
  });
}

/** Asked until so many connections in a row, more than enough for both processes, have been shown the certificate. */
function untilAllShow(url: string, name: string): Promise<true> {
  return eventually(
    async () => {
      const names = await Promise.all(Array.from({ length: 24 }, () => certifiedName(url)));
      return names.every((shown) => shown === name) || undefined;
    },
    () => `not every connection is shown ${name}`,
  );
}

const SDK_CALL = `
  import OpenAI from 'openai';
  const client = new OpenAI({ apiKey: 'sk-test', baseURL: process.argv[1] + '/v1', maxRetries: 0 });
  const messages = [{ role: 'user', content: 'Hello' }];
  const whole = await client.chat.completions.create({ model: 'gpt-4o-mini', max_tokens: 5, messages });
  let chunks = 0;
  for await (const _ of await client.chat.completions.create({ model: 'gpt-4o-mini', max_tokens: 5, messages, stream: true })) chunks++;
  process.stdout.write(JSON.stringify({ tokens: whole.usage.completion_tokens, chunks }));
`;

/** The process number of an acceptor that serves: the one forked first. */
function acceptorOf({ program: { pid } }: SimulatorProcess): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  return Math.min(...children);
}

test('an official SDK that trusts the certificate is served; a renewed one is shown by every process', async () => {
  take('first');
  const simulator = await SimulatorProcess.start({ flags: ['--config', configuration()] });
  assert.match(simulator.url, /^https:/);
  assert.equal(await certifiedName(simulator.url), 'first.simulator.test');
  const sdk = new Program(
    ['--input-type=module', '--eval', SDK_CALL, simulator.url],
    environment({ NODE_EXTRA_CA_CERTS: cert }),
  );
  const { code, stderr, stdout } = await sdk.outcome();
  assert.equal(code, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), { tokens: 5, chunks: 7 });

  take('second');
  simulator.signal('SIGHUP');
  const reloaded = await simulator.logLine('configuration reloaded');
  assert.deepEqual(reloaded.changed, ['server.tls.cert']);
  await untilAllShow(simulator.url, 'second.simulator.test');

  writeFileSync(key, 'no key\n');
  simulator.signal('SIGHUP');
  await simulator.logLine('configuration not reloaded; what held goes on to hold');
  assert.equal(await certifiedName(simulator.url), 'second.simulator.test');
  assert.equal((await simulator.end('SIGINT')).code, 0);
});

test('with the watch on, a certificate that is replaced is taken by itself', async () => {
  take('first');
  const watched = configuration('config_watch: { enabled: true, interval_ms: 100 }');
  const simulator = await SimulatorProcess.start({ flags: ['--config', watched] });
  assert.equal(await certifiedName(simulator.url), 'first.simulator.test');
  take('second');
  await untilAllShow(simulator.url, 'second.simulator.test');
  // Long enough for what another look at either file would bring.
  await sleep(500);
  const reloads = simulator.logLines().filter(({ msg }) => /^configuration (not )?reloaded/.test(String(msg)));
  assert.equal(reloads.length, 1, JSON.stringify(reloads));
  assert.equal((await simulator.end('SIGINT')).code, 0);
});

test('an acceptor that dies while the key is being replaced is missed until the key is there, and the other goes on to serve', async () => {
  take('first');
  const simulator = await SimulatorProcess.start({ flags: ['--config', configuration()] });
  writeFileSync(key, 'no key yet\n');
  process.kill(acceptorOf(simulator), 'SIGKILL');
  // More often than deaths end a node.
  await simulator.logLine('acceptor did not start; trying again', 5);
  assert.equal(await certifiedName(simulator.url), 'first.simulator.test');
  take('first');
  await eventually(
    async () => {
      const health = await fetch(simulator.metricsUrl);
      return /^llm_simulator_acceptors 2$/m.test(await health.text()) || undefined;
    },
    () => 'the acceptor is not replaced',
  );
  assert.equal((await simulator.end('SIGINT')).code, 0);
});
