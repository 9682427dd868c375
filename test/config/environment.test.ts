import assert from 'node:assert/strict';
import { test } from 'node:test';
import { variableOf } from '../../src/config/environment.js';
import { loadConfiguration } from '../../src/config/loader.js';
import { ConfigurationFailure, formatProblems } from '../../src/config/problems.js';

function load(environment: Record<string, string | undefined>) {
  return loadConfiguration({ environment });
}

function report(environment: Record<string, string>): string {
  try {
    load(environment);
  } catch (error) {
    assert.ok(error instanceof ConfigurationFailure, String(error));
    return formatProblems(error.problems);
  }
  assert.fail('accepted');
}

test('the variables of the reference set their keys', () => {
  const configuration = load({
    LLM_SIM__SERVER__HOST: '127.0.0.1',
    LLM_SIM__SERVER__PORT: '9000',
    LLM_SIM__SIMULATION__SEED: '7',
    LLM_SIM__SIMULATION__DETERMINISTIC: 'false',
    LLM_SIM__TELEMETRY__LOGGING__LEVEL: 'debug',
    RUST_LOG: 'info',
    LLM_SIMULATOR_SERVICE_PORT: 'tcp://10.0.0.1:8080',
  });
  assert.equal(configuration.server.host, '127.0.0.1');
  assert.equal(configuration.server.port, 9000);
  assert.equal(configuration.simulation.seed, 7);
  assert.equal(configuration.simulation.deterministic, false);
  assert.equal(configuration.telemetry.logging.level, 'debug');
});

test('case does not matter', () => {
  assert.equal(load({ llm_sim__Server__Max_Connections: '5' }).server.max_connections, 5);
});

test('a model is found by its name with -, . and _ taken as equal', () => {
  const { providers } = load({
    LLM_SIM__PROVIDERS__GPT_4O_MINI__ENABLED: 'false',
    'LLM_SIM__PROVIDERS__gpt-4.1__CONTEXT_WINDOW_TOKENS': '50000',
    LLM_SIM__PROVIDERS__GEMINI_2_5_FLASH__LATENCY__TTFT: '{distribution: constant, value_ms: 250}',
    LLM_SIM__PROVIDERS__GPT_4_TURBO__LATENCY__TTFT__P95_MS: '1600',
  });
  assert.equal(providers['gpt-4o-mini']?.enabled, false);
  assert.equal(providers['gpt-4.1']?.context_window_tokens, 50_000);
  assert.deepEqual(providers['gemini-2.5-flash']?.latency.ttft, { distribution: 'constant', value_ms: 250 });
  assert.deepEqual(providers['gpt-4-turbo']?.latency.ttft, {
    distribution: 'log_normal',
    p50_ms: 800,
    p95_ms: 1600,
    p99_ms: 2500,
  });
});

test('the variable that names a distribution goes before those of its parameters, whatever their names', () => {
  const { providers } = load({
    LLM_SIM__PROVIDERS__GPT_4_1__LATENCY__TTFT__COMPONENTS: '[{weight: 1, distribution: constant, value_ms: 3}]',
    LLM_SIM__PROVIDERS__GPT_4_1__LATENCY__TTFT__DISTRIBUTION: 'mixture',
    LLM_SIM__PROVIDERS__GPT_4_1__LATENCY__TTFT__MAX_MS: '5',
  });
  assert.deepEqual(providers['gpt-4.1']?.latency.ttft, {
    distribution: 'mixture',
    components: [{ weight: 1, distribution: 'constant', value_ms: 3 }],
    max_ms: 5,
  });
});

test('a time and what belongs to it can both be given, whatever their names', () => {
  const { providers } = load({
    LLM_SIM__PROVIDERS__GPT_4_1__LATENCY__BURST__PROBABILITY: '0.5',
    LLM_SIM__PROVIDERS__GPT_4_1__LATENCY__ITL__DISTRIBUTION: 'constant',
    LLM_SIM__PROVIDERS__GPT_4_1__LATENCY__ITL__VALUE_MS: '20',
    LLM_SIM__PROVIDERS__GPT_4_1__LATENCY__PREFILL_TOKENS_PER_SEC: '777',
    LLM_SIM__PROVIDERS__GPT_4_1__LATENCY__TTFT: '{distribution: constant, value_ms: 100}',
  });
  const latency = providers['gpt-4.1']?.latency;
  assert.deepEqual([latency?.burst.probability, latency?.prefill_tokens_per_sec], [0.5, 777]);
  assert.deepEqual(latency?.itl, { distribution: 'constant', value_ms: 20 });
  assert.deepEqual(latency?.ttft, { distribution: 'constant', value_ms: 100 });
});

test('a model that only the file names can be changed', () => {
  const text = { name: 'f', content: 'providers: {My.Model: {}}' };
  const configuration = loadConfiguration({ text, environment: { LLM_SIM__PROVIDERS__MY_MODEL__KIND: 'completion' } });
  assert.equal(configuration.providers['My.Model']?.kind, 'completion');
});

test('an unknown model is a problem with a suggestion, and so is a name that fits two', () => {
  assert.match(
    report({ LLM_SIM__PROVIDERS__GPT_4O_MINO__ENABLED: 'false' }),
    /^LLM_SIM__PROVIDERS__GPT_4O_MINO__ENABLED .* is not a known model; .*did you mean "gpt-4o-mini"\?$/,
  );
  const text = { name: 'f', content: 'providers: {a-b: {}, a.b: {}}' };
  assert.throws(
    () => loadConfiguration({ text, environment: { LLM_SIM__PROVIDERS__A_B__ENABLED: 'false' } }),
    /fits more than one model: a-b, a\.b/,
  );
  const exact = loadConfiguration({ text, environment: { 'LLM_SIM__PROVIDERS__A-B__ENABLED': 'false' } });
  assert.deepEqual([exact.providers['a-b']?.enabled, exact.providers['a.b']?.enabled], [false, true]);
});

test('a key that takes text takes the text as it is', () => {
  for (const text of ['12345', 'true', 'a: b', 'x # y', '[1]', '*a', '::']) {
    assert.equal(load({ LLM_SIM__SERVER__HOST: text }).server.host, text);
    if (!text.includes(' ')) assert.equal(load({ LLM_SIM__ADMIN__API_KEY: text }).admin.api_key, text);
  }
  assert.equal(load({ LLM_SIM__SERVER__HOST: '"quoted # text"' }).server.host, 'quoted # text');
  assert.equal(load({ LLM_SIM__ADMIN__API_KEY: 'null' }).admin.api_key, null);
  assert.equal(load({ LLM_SIM__SERVER__HOST: 'null' }).server.host, 'null');
});

test('a list is written with commas or in flow style', () => {
  assert.deepEqual(load({ LLM_SIM__ADMIN__ALLOWED_IPS: '10.0.0.0/8, ::1' }).admin.allowed_ips, ['10.0.0.0/8', '::1']);
  assert.deepEqual(load({ LLM_SIM__ADMIN__ALLOWED_IPS: '["::1"]' }).admin.allowed_ips, ['::1']);
});

test('an empty variable says nothing, null says null', () => {
  assert.equal(load({ LLM_SIM__SIMULATION__SEED: '' }).simulation.seed, 12_345);
  assert.equal(load({ LLM_SIM__SIMULATION__SEED: undefined }).simulation.seed, 12_345);
  assert.equal(load({ LLM_SIM__SIMULATION__SEED: 'null' }).simulation.seed, null);
});

test('a whole section and one of its keys can both be given; the key wins', () => {
  const { server } = load({ LLM_SIM__SERVER: '{port: 1, threads: 2}', LLM_SIM__SERVER__PORT: '3' });
  assert.deepEqual([server.port, server.threads], [3, 2]);
});

test('an unknown key and a value that is no YAML are problems under the name of the variable', () => {
  assert.equal(
    report({ LLM_SIM__SERVER__PROT: '1' }),
    'LLM_SIM__SERVER__PROT  server.prot: is not a known key. did you mean "port"?',
  );
  assert.equal(
    report({ LLM_SIM__SERVER__PORT: '{' }),
    'LLM_SIM__SERVER__PORT  server.port: must be an integer from 0 to 65535 (got "{")',
  );
  assert.match(report({ LLM_SIM__: '1' }), /^LLM_SIM__ /);
  assert.match(report({ LLM_SIM____PROTO____X: '1' }), /is not a known key/);
});

test('too many variables are refused', () => {
  const environment = Object.fromEntries(Array.from({ length: 2_100 }, (_, i) => [`LLM_SIM__X${i}`, '']));
  assert.doesNotThrow(() => load(environment));
  for (const variable of Object.keys(environment)) environment[variable] = '1';
  assert.match(report(environment), /is one of more than 2000 variables/);
});

test('the variable of a path is the one that sets it', () => {
  assert.equal(variableOf(['server', 'max_connections']), 'LLM_SIM__SERVER__MAX_CONNECTIONS');
  assert.equal(variableOf(['providers', 'gpt-4.1', 'enabled']), 'LLM_SIM__PROVIDERS__GPT_4_1__ENABLED');
});
