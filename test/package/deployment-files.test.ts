/** The files that deploy the program agree with the program: version, names, ports, exit codes and times. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { EXIT_CONFIGURATION, EXIT_USAGE } from '../../src/cli/exit-codes.js';
import { loadConfiguration } from '../../src/config/loader.js';
import { packageRoot, packageVersion } from '../../src/kernel/package-root.js';

const read = (path: string) => readFileSync(join(packageRoot, path), 'utf8');
const { server, telemetry } = loadConfiguration({ environment: {} });

describe('the Dockerfile', () => {
  const text = read('Dockerfile');
  const instructions = text.replaceAll('\\\n', ' ').split('\n');
  const values = (name: string) =>
    instructions.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1).trim());

  test('has the version of package.json', () => {
    assert.ok(values('ARG').includes(`VERSION=${packageVersion}`));
  });

  test('exposes the default ports', () => {
    assert.deepEqual(values('EXPOSE'), [`${server.port} ${telemetry.metrics.prometheus_port}`]);
  });

  test('runs node itself, without a shell, as a user by number', () => {
    assert.equal(JSON.parse(values('ENTRYPOINT')[0] as string)[0], 'node');
    assert.deepEqual(values('USER'), ['1000:1000']);
  });

  test('copies what exists, and .dockerignore lets all of it in', () => {
    const sources = values('COPY')
      .filter((line) => !line.startsWith('--from'))
      .flatMap((line) => line.split(/ +/).slice(0, -1));
    assert.ok(sources.length > 8);
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    for (const source of sources) {
      assert.ok(existsSync(join(packageRoot, source)), source);
      const first = `!${source.split('/')[0]}`;
      assert.ok(allowed.includes(first) && (first === `!${source}` || allowed.includes(`!${source}`)), source);
    }
  });

  test('names a configuration that the program takes for its defaults', () => {
    const file = join(packageRoot, 'deploy/docker/simulator.yaml');
    assert.deepEqual(loadConfiguration({ file, environment: {} }), loadConfiguration({ environment: {} }));
  });
});

describe('the unit for systemd', () => {
  const text = read('deploy/systemd/llm-simulator.service');
  const values = (key: string) =>
    [...text.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value]) => value as string);

  test('gives a drain its time, and sends SIGTERM to the primary alone', () => {
    assert.ok(Number(values('TimeoutStopSec')[0]) >= server.lame_duck_secs + server.shutdown_timeout_secs + 5);
    assert.deepEqual(values('KillMode'), ['mixed']);
  });

  test('does not start again what cannot start', () => {
    assert.deepEqual(values('RestartPreventExitStatus'), [`${EXIT_USAGE} ${EXIT_CONFIGURATION}`]);
  });

  test('has files for every connection', () => {
    assert.ok(Number(values('LimitNOFILE')[0]) > server.max_connections + 1_000);
  });

  test("leaves V8 its compiler's memory", () => assert.deepEqual(values('MemoryDenyWriteExecute'), ['no']));
});
