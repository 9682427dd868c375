/** LLM_SIM_LOG and RUST_LOG as parts of the configuration. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfiguration } from '../../src/config/loader.js';
import { ConfigurationFailure, formatProblems } from '../../src/config/problems.js';

const loggingOf = (environment: Record<string, string>, content = '', flags: { level?: string } = {}) =>
  loadConfiguration({
    environment,
    text: { name: 'some.yaml', content: content === '' ? '{}' : content },
    overrides:
      flags.level === undefined
        ? []
        : [{ path: ['telemetry', 'logging', 'level'], value: flags.level, origin: '--log-level' }],
  }).telemetry.logging;

const FILE = 'telemetry: { logging: { level: error, modules: { http: warn, state: trace } } }';

test('LLM_SIM_LOG sets the level and those of modules, over the file', () => {
  const { level, modules } = loggingOf({ LLM_SIM_LOG: 'warn,http=debug' }, FILE);
  assert.deepEqual([level, modules], ['warn', { http: 'debug', state: 'trace' }]);
});

test('what it does not say stays as the file has it', () => {
  assert.deepEqual(loggingOf({ LLM_SIM_LOG: 'cluster=trace' }, FILE).level, 'error');
  assert.deepEqual(loggingOf({ LLM_SIM_LOG: ' ' }, FILE).level, 'error');
});

test('a variable for one key wins over it, and a flag over both', () => {
  const environment = { LLM_SIM_LOG: 'warn,http=debug', LLM_SIM__TELEMETRY__LOGGING__MODULES__HTTP: 'error' };
  assert.deepEqual(loggingOf(environment).modules, { http: 'error' });
  assert.equal(loggingOf({ ...environment, LLM_SIM__TELEMETRY__LOGGING__LEVEL: 'trace' }).level, 'trace');
  assert.equal(loggingOf(environment, '', { level: 'info' }).level, 'info');
});

test('RUST_LOG counts where LLM_SIM_LOG is not set, as far as it is meant for us', () => {
  assert.deepEqual(loggingOf({ RUST_LOG: 'debug,hyper=trace' }).level, 'debug');
  assert.deepEqual(loggingOf({ RUST_LOG: 'debug', LLM_SIM_LOG: 'http=warn' }).level, 'info');
});

test('a part that means nothing is a problem, with the variable and what was meant', () => {
  assert.throws(
    () => loggingOf({ LLM_SIM_LOG: 'wran,htpp=debug' }),
    (error) => {
      assert.ok(error instanceof ConfigurationFailure);
      const report = formatProblems(error.problems);
      assert.match(report, /LLM_SIM_LOG/);
      assert.match(report, /"wran" is neither a level nor a module/);
      assert.match(report, /did you mean "warn"\?/);
      assert.match(report, /did you mean "http"\?/);
      return true;
    },
  );
});
