import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type LoadRequest, loadConfiguration } from '../../src/config/loader.js';
import { ConfigurationFailure, type ConfigurationProblem } from '../../src/config/problems.js';
import { packageRoot } from '../../src/kernel/package-root.js';

function load(yaml: string, more: Partial<LoadRequest> = {}) {
  return loadConfiguration({ text: { name: 'user.yaml', content: yaml }, environment: {}, ...more });
}

function problemsOf(yaml: string, more: Partial<LoadRequest> = {}): readonly ConfigurationProblem[] {
  try {
    load(yaml, more);
  } catch (error) {
    assert.ok(error instanceof ConfigurationFailure, String(error));
    assert.equal(error.code, 'CONFIG_INVALID');
    return error.problems;
  }
  assert.fail('the configuration was accepted');
}

describe('layers', () => {
  test('a configuration without any layer of the user is complete', () => {
    const configuration = loadConfiguration({ environment: {} });
    assert.equal(configuration.server.port, 8080);
    assert.equal(configuration.simulation.seed, 12_345);
    assert.equal(configuration.telemetry.tracing.otlp_endpoint, 'http://localhost:4317');
    assert.ok(Object.keys(configuration.providers).length > 30);
  });

  test('file < object < environment < overrides', () => {
    const file = 'server: {port: 1, host: a, threads: 2, max_connections: 5}';
    const object = { server: { port: 2, host: 'b', threads: 3 } };
    const environment = { LLM_SIM__SERVER__PORT: '3', LLM_SIM__SERVER__HOST: 'c' };
    const overrides = [{ path: ['server', 'port'], value: 4, origin: '--port' }];
    const { server } = load(file, { object, environment, overrides });
    assert.deepEqual([server.port, server.host, server.threads, server.max_connections], [4, 'c', 3, 5]);
  });

  test('a mapping without any key says nothing: the lower layer holds, or the default', () => {
    const { providers } = loadConfiguration({
      text: {
        name: 'f',
        content:
          'providers:\n  gpt-4o: {latency: {ttft: {}, itl: {}, tokens_per_chunk: {}}, output_tokens: {}}\n' +
          '  a: {latency: {ttft: {}, tokens_per_chunk: {}}, output_tokens: {}}\n  b: {extends: gpt-4o, latency: {ttft: {}}}',
      },
      environment: {},
    });
    const catalogue = loadConfiguration({ environment: {} }).providers['gpt-4o'];
    assert.deepEqual(providers['gpt-4o'], catalogue);
    assert.deepEqual(providers.b?.latency, catalogue?.latency);
    const plain = loadConfiguration({ object: { providers: { a: {} } }, environment: {} }).providers.a;
    assert.deepEqual(providers.a, plain);
  });

  test('an empty file, a file of comments and empty sections say nothing', () => {
    const expected = loadConfiguration({ environment: {} });
    for (const yaml of ['', '# nothing\n', '---\n', 'server:\nproviders:\n', 'providers:\n  gpt-4o:\n']) {
      assert.deepEqual(load(yaml), expected);
    }
  });

  test('a model of the catalogue keeps what the user does not mention', () => {
    const { providers } = load('providers: {gpt-4-turbo: {latency: {itl: {mean_ms: 30}}}}');
    assert.deepEqual(providers['gpt-4-turbo']?.latency.itl, { distribution: 'normal', mean_ms: 30, std_dev_ms: 5 });
    assert.equal(providers['gpt-4-turbo']?.created, 1_712_361_441);
  });

  test('an object that names a distribution replaces the lower one whole', () => {
    const { providers } = load('providers: {gpt-4-turbo: {latency: {ttft: {distribution: constant, value_ms: 1}}}}');
    assert.deepEqual(providers['gpt-4-turbo']?.latency.ttft, { distribution: 'constant', value_ms: 1 });
  });

  test('a model may be called distribution, and leaves the others as they are', () => {
    const { providers } = load('providers: {distribution: {created: 7}, p50: {extends: distribution}}');
    assert.equal(providers.p50?.created, 7);
    assert.deepEqual(providers['gpt-4o'], load('').providers['gpt-4o']);
  });

  test('what belongs to a distribution goes with it, unless it is given anew', () => {
    const constant = '{distribution: constant, value_ms: 1}';
    const latencyOf = (latency: string) =>
      load(`providers: {gemini-2.5-flash: {latency: ${latency}}}`).providers['gemini-2.5-flash']!.latency;
    const catalogue = latencyOf('{}');
    assert.notEqual(catalogue.prefill_tokens_per_sec, null);
    assert.notEqual(catalogue.tokens_per_chunk, 1);
    const { prefill_tokens_per_sec: prefill, tokens_per_chunk: chunk } = latencyOf(`{ttft: ${constant}}`);
    assert.deepEqual([prefill, chunk], [null, catalogue.tokens_per_chunk]);
    const given = latencyOf(`{ttft: ${constant}, itl: ${constant}, prefill_tokens_per_sec: 9}`);
    assert.deepEqual([given.prefill_tokens_per_sec, given.tokens_per_chunk], [9, 1]);
    const changed = latencyOf('{ttft: {p95_ms: 5000}, itl: {mean_ms: 3}}');
    assert.equal(changed.prefill_tokens_per_sec, catalogue.prefill_tokens_per_sec);
    assert.deepEqual(changed.tokens_per_chunk, catalogue.tokens_per_chunk);
  });

  test('a model that the catalogue lacks is completed from the defaults', () => {
    const { providers } = load('providers:\n  my-model:\n  constructor: {enabled: false}\n');
    assert.equal(providers['my-model']?.context_window_tokens, 128_000);
    assert.equal(providers['my-model']?.latency.ttft.distribution, 'log_normal');
    assert.equal(providers['my-model']?.errors.enabled, false);
    assert.equal(new Map(Object.entries(providers)).get('constructor')?.enabled, false);
  });

  test('lists replace', () => {
    const { admin } = load('admin: {allowed_ips: [10.0.0.1]}', { object: { admin: { allowed_ips: ['::1'] } } });
    assert.deepEqual(admin.allowed_ips, ['::1']);
  });

  test('anchors, aliases and merge keys work', () => {
    const yaml = 'providers:\n  a: &a {max_output_tokens: 7}\n  b: {<<: *a, kind: completion}\n  c: *a\n';
    const { providers } = load(yaml);
    assert.deepEqual(
      [providers.b?.max_output_tokens, providers.b?.kind, providers.c?.max_output_tokens],
      [7, 'completion', 7],
    );
  });

  test('what was loaded does not share objects with what is loaded later', () => {
    const first = loadConfiguration({ environment: {} });
    first.server.port = 1;
    first.admin.allowed_ips.push('::1');
    const second = loadConfiguration({ environment: {} });
    assert.deepEqual([second.server.port, second.admin.allowed_ips], [8080, []]);
  });
});

describe('problems', () => {
  test('every problem of every layer is reported at once, with its origin', () => {
    const problems = problemsOf('server:\n  prt: 3\nsimulation:\n  time_scale: -1\n', {
      object: { admin: { enabled: 'yes' } },
      environment: { LLM_SIM__SIMULATION__SEED: 'x' },
      overrides: [{ path: ['server', 'port'], value: 70_000, origin: '--port' }],
    });
    const found = problems.map(({ path, origin }) => [path, origin]);
    assert.deepEqual(
      new Map(found as [string, unknown][]),
      new Map<string, unknown>([
        ['server.prt', { kind: 'file', file: 'user.yaml', line: 2, column: 3 }],
        ['server.port', { kind: 'flag', flag: '--port' }],
        ['simulation.time_scale', { kind: 'file', file: 'user.yaml', line: 4, column: 15 }],
        ['simulation.seed', { kind: 'environment', variable: 'LLM_SIM__SIMULATION__SEED' }],
        ['admin.enabled', { kind: 'object' }],
      ]),
    );
  });

  test('problems of one file come in the order of its lines', () => {
    const lines = problemsOf('admin: {a: 1}\nserver: {port: x}\nsimulation: {seed: y}\n').map(({ origin }) =>
      origin.kind === 'file' ? origin.line : 0,
    );
    assert.deepEqual(lines, [1, 2, 3]);
  });

  test('a scalar where a section belongs is reported where it stands, also when a variable reaches into the section', () => {
    const [problem, ...others] = problemsOf('admin: 5\n', { environment: { LLM_SIM__ADMIN__API_KEY: 'k' } });
    assert.deepEqual(others, []);
    assert.equal(problem?.path, 'admin');
    assert.deepEqual(problem?.origin, { kind: 'file', file: 'user.yaml', line: 1, column: 8 });
  });

  test('what a higher layer overrides is not looked at', () => {
    const configuration = load('server: {port: abc}', { environment: { LLM_SIM__SERVER__PORT: '1' } });
    assert.equal(configuration.server.port, 1);
  });

  test('a value behind an alias is reported where it is written', () => {
    const yaml = 'providers:\n  a: {latency: &l {itl: {distribution: constant, value_ms: -1}}}\n  b: {latency: *l}\n';
    const origins = problemsOf(yaml).map(({ path, origin }) => [path, origin.kind === 'file' && origin.line]);
    assert.deepEqual(origins, [
      ['providers.a.latency.itl.value_ms', 2],
      ['providers.b.latency.itl.value_ms', 2],
    ]);
  });

  test('the API key never appears in a problem', () => {
    const secret = 's3cret'.repeat(400);
    try {
      load('', { environment: { LLM_SIM__ADMIN__API_KEY: secret } });
      assert.fail('accepted');
    } catch (error) {
      assert.doesNotMatch((error as Error).message, /s3cret/);
      assert.match((error as Error).message, /admin\.api_key/);
    }
  });
});

describe('files', () => {
  test('a file that cannot be read is CONFIG_UNREADABLE and names the file and the reason', () => {
    assert.throws(
      () => loadConfiguration({ file: '/nonexistent/simulator.yaml', environment: {} }),
      (error) =>
        error instanceof ConfigurationFailure &&
        error.code === 'CONFIG_UNREADABLE' &&
        error.message.endsWith('\n/nonexistent/simulator.yaml  does not exist'),
    );
  });

  test('a folder, and a path through a file, are told apart from a file that does not exist', () => {
    const messageOf = (file: string) => {
      try {
        return String(loadConfiguration({ file, environment: {} }));
      } catch (error) {
        return (error as Error).message;
      }
    };
    assert.match(messageOf('/'), /\n\/ {2}is a folder, not a file$/);
    assert.match(
      messageOf('/dev/null/x.yaml'),
      /\n\/dev\/null\/x\.yaml {2}does not exist: a part of its path is no folder$/,
    );
  });

  test('defaults are read anew when they have changed, and their mistakes have their places every time', (t) => {
    const defaultsFolder = mkdtempSync(join(tmpdir(), 'llm-simulator-defaults-'));
    t.after(() => rmSync(defaultsFolder, { recursive: true }));
    cpSync(join(packageRoot, 'config'), defaultsFolder, { recursive: true });
    const file = join(defaultsFolder, 'default.yaml');
    const text = readFileSync(file, 'utf8');
    const loadThem = () => loadConfiguration({ defaultsFolder, environment: {} });
    assert.equal(loadThem().server.port, 8080);
    writeFileSync(file, text.replace('port: 8080', 'port: 8181'));
    assert.equal(loadThem().server.port, 8181);
    writeFileSync(file, text.replace('port: 8080', 'port: none'));
    const line = text.split('\n').findIndex((one) => one.includes('port: 8080')) + 1;
    for (let time = 0; time < 2; time++)
      assert.throws(loadThem, new RegExp(`default\\.yaml:${line}:9 {2}server\\.port`));
    writeFileSync(file, text);
    assert.equal(loadThem().server.port, 8080);
  });

  test('a missing folder of defaults says that the package may be hidden by a mount', () => {
    assert.throws(
      () => loadConfiguration({ defaultsFolder: '/nonexistent', environment: {} }),
      (error) => error instanceof ConfigurationFailure && /mount/.test(error.hint),
    );
  });
});
