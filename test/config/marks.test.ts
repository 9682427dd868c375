import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadConfiguration } from '../../src/config/loader.js';
import { ConfigurationFailure } from '../../src/config/problems.js';
import { HIDDEN, mayHoldSecrets, redacted, restartPaths } from '../../src/config/schema/marks.js';

const CANARY = 'sk-canary-7f3a';

/** What the configuration is refused with. */
function failureOf(content: string, environment = {}): ConfigurationFailure {
  try {
    loadConfiguration({ text: { name: 'f', content }, environment });
  } catch (error) {
    if (error instanceof ConfigurationFailure) return error;
    throw error;
  }
  return assert.fail(`${content} is accepted`);
}

describe('secrets', () => {
  test('are hidden, and what is none is left as it is', () => {
    const configuration = loadConfiguration({
      object: { admin: { api_key: CANARY }, server: { api_keys: [CANARY, `${CANARY}2`] } },
      environment: {},
    });
    const shown = redacted(configuration) as typeof configuration;
    assert.equal(shown.admin.api_key, HIDDEN);
    assert.deepEqual(shown.server.api_keys, [HIDDEN, HIDDEN]);
    const { api_key: _, ...admin } = shown.admin;
    const { api_key: key, ...given } = configuration.admin;
    assert.deepEqual(admin, given);
    assert.equal(key, CANARY, 'the configuration itself is not touched');
    assert.deepEqual(shown.providers, configuration.providers);
  });

  test('are hidden wherever the schema has them', () => {
    const shown = redacted({
      admin: { api_key: CANARY },
      server: { api_keys: [CANARY] },
      rate_limits: { keys: [{ api_key: CANARY, tier: 'free' }] },
      faults: {
        rules: [{ name: 'one', match: { api_key: [CANARY, CANARY], model: 'gpt-*' } }, { match: { api_key: CANARY } }],
      },
      state: { redis: { url: `redis://:${CANARY}@localhost`, key_prefix: 'sim' } },
    });
    assert.ok(!JSON.stringify(shown).includes(CANARY), JSON.stringify(shown));
    assert.deepEqual(shown, {
      admin: { api_key: HIDDEN },
      server: { api_keys: [HIDDEN] },
      rate_limits: { keys: [{ api_key: HIDDEN, tier: 'free' }] },
      faults: {
        rules: [{ name: 'one', match: { api_key: [HIDDEN, HIDDEN], model: 'gpt-*' } }, { match: { api_key: HIDDEN } }],
      },
      state: { redis: { url: HIDDEN, key_prefix: 'sim' } },
    });
  });

  test('that are not there are shown as null', () => {
    const shown = redacted(loadConfiguration({ environment: {} })) as { admin: { api_key: unknown } };
    assert.equal(shown.admin.api_key, null);
  });

  const misplaced: readonly (readonly [what: string, content: string])[] = [
    ['a list in place of a key', `admin: {api_key: [${CANARY}]}`],
    ['a key in place of a section', `admin: ${CANARY}`],
    ['a key in place of a list', `server: {api_keys: ${CANARY}}`],
    ['a key with a space', `server: {api_keys: ["${CANARY} "]}`],
    ['a mapping in place of a key', `server: {api_keys: [{key: ${CANARY}}]}`],
    ['a list of sections', `admin: [{api_key: ${CANARY}}]`],
    ['a misspelt name', `admin: {api_kee: ${CANARY}}`],
    ['a key twice', `admin: {api_key: ${CANARY}, api_key: ${CANARY}}`],
    ['text that is not YAML', `admin: {api_key: ${CANARY}`],
    ['a key without quotes and with a colon', `admin: {api_key: "${CANARY}": x}`],
  ];
  for (const [what, content] of misplaced) {
    test(`do not show in problems: ${what}`, () => {
      const { message, problems } = failureOf(content);
      assert.ok(problems.length > 0);
      assert.ok(!JSON.stringify(problems).includes(CANARY), JSON.stringify(problems));
      assert.ok(!message.includes(CANARY), message);
    });
  }

  test('do not show in problems of variables', () => {
    const { message } = failureOf('', { LLM_SIM__SERVER__API_KEYS: `${CANARY} with spaces` });
    assert.ok(!message.includes(CANARY), message);
  });

  test('are not suspected where the schema has none', () => {
    assert.ok(!mayHoldSecrets(['server', 'port']));
    assert.ok(!mayHoldSecrets(['providers', 'gpt-4o', 'latency']));
  });
});

test('what needs a restart is said of keys that exist', () => {
  const configuration: unknown = loadConfiguration({ environment: {} });
  const paths = restartPaths();
  assert.ok(paths.length > 10);
  for (const path of paths) {
    const value = path.reduce((node, key) => (node as { [key: string]: unknown })[key], configuration);
    assert.notEqual(value, undefined, path.join('.'));
  }
});
