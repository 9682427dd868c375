/** `server.tls`: what is said of files that cannot serve, and what becomes of those that can. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadConfiguration } from '../../src/config/loader.js';
import { nextGeneration } from '../../src/config/next-generation.js';
import { ConfigurationFailure } from '../../src/config/problems.js';
import { createSnapshot } from '../../src/config/snapshot.js';
import { snapshotTexts } from '../../src/config/snapshot-texts.js';
import { packageRoot } from '../../src/kernel/package-root.js';

const fixtures = join(packageRoot, 'test/http/fixtures/tls');
const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const pem = (name: string) => join(fixtures, name);

function problemsOf(tls: object): string[] {
  try {
    loadConfiguration({ object: { server: { tls } }, environment: {} });
  } catch (error) {
    assert.ok(error instanceof ConfigurationFailure, String(error));
    return error.problems.map(({ path, message }) => `${path} ${message}`);
  }
  return [];
}

test('what cannot serve is refused, key by key, all at once', () => {
  const cert = pem('first.crt');
  const key = pem('first.key');
  assert.deepEqual(problemsOf({ enabled: true }), [
    'server.tls.cert must name a file when server.tls.enabled is true',
    'server.tls.key must name a file when server.tls.enabled is true',
  ]);
  assert.deepEqual(problemsOf({ enabled: true, cert: pem('none.crt'), key: fixtures }), [
    'server.tls.cert does not exist',
    'server.tls.key must be a file',
  ]);
  assert.deepEqual(problemsOf({ enabled: true, cert: key, key: cert }), [
    'server.tls.cert must hold a certificate in PEM form (-----BEGIN CERTIFICATE-----)',
    'server.tls.key must hold a private key in PEM form (-----BEGIN PRIVATE KEY-----)',
  ]);
  assert.deepEqual(problemsOf({ enabled: true, cert, key: pem('second.key') }), [
    'server.tls.key must be the key of the certificate in server.tls.cert',
  ]);
  assert.deepEqual(problemsOf({ enabled: true, cert, key: pem('encrypted.key') }), [
    'server.tls.key must hold a key without a passphrase: nobody could enter it at a restart',
  ]);
  const large = join(folder, 'large.crt');
  writeFileSync(large, Buffer.alloc(1_048_577));
  assert.deepEqual(problemsOf({ enabled: true, cert: large, key }), [
    'server.tls.cert must be a file of at most 1048576 bytes (it has 1048577)',
  ]);
  assert.deepEqual(problemsOf({ enabled: true, cert, key }), []);
  assert.deepEqual(problemsOf({ enabled: false, cert: pem('none.crt'), key: null }), [], 'not enabled, not read');
});

test('paths begin at the configuration file; the key does not become a part of the configuration', () => {
  cpSync(fixtures, join(folder, 'tls'), { recursive: true });
  const file = join(folder, 'own.yaml');
  writeFileSync(file, 'server: {tls: {enabled: true, cert: tls/first.crt, key: tls/first.key}}\n');
  const { certificate, configuration, ...snapshot } = createSnapshot(
    loadConfiguration({ file, environment: {} }),
    1,
    0,
  );
  assert.equal(configuration.server.tls.key, join(folder, 'tls/first.key'));
  assert.equal(certificate?.subject, 'CN=first.simulator.test');
  assert.ok(certificate.validToMs > Date.UTC(2100));
  assert.ok(!JSON.stringify({ certificate, configuration, snapshot }).includes('PRIVATE KEY'));
});

test('a file that holds another certificate is a change of its key; enabling it needs a restart', () => {
  const file = join(folder, 'changing.yaml');
  const request = { file, environment: {} };
  const cert = join(folder, 'served.crt');
  const key = join(folder, 'served.key');
  const take = (name: string) => {
    cpSync(pem(`${name}.crt`), cert);
    cpSync(pem(`${name}.key`), key);
  };
  take('first');
  writeFileSync(file, `server: {tls: {enabled: true, cert: ${cert}, key: ${key}}}\n`);
  const current = snapshotTexts(createSnapshot(loadConfiguration(request), 1, 0)).own;
  const job = { request, current, traces: {}, generation: 2, randomSeed: 0, transport: 'node' };
  assert.deepEqual(nextGeneration(job).changed, []);
  take('second');
  assert.deepEqual(nextGeneration(job).changed, ['server.tls.cert']);
  writeFileSync(file, 'server: {}\n');
  const { changed, needsRestart } = nextGeneration(job);
  assert.deepEqual(needsRestart, ['server.tls.enabled']);
  assert.deepEqual(changed, []);
});
