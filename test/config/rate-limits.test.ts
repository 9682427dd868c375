/** What a configuration of rate limits may say, and what a user reads when it says something else. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { loadConfiguration } from '../../src/config/loader.js';
import { ConfigurationFailure, formatProblems } from '../../src/config/problems.js';
import { redacted } from '../../src/config/schema/marks.js';
import { createSnapshot } from '../../src/config/snapshot.js';
import { LimitRules } from '../../src/limits/limit-rules.js';

const NAME = 'f';

function load(content: string) {
  return loadConfiguration({ text: { name: NAME, content }, environment: {} });
}

/** The report, a line each. */
function report(content: string): string[] {
  try {
    load(content);
  } catch (error) {
    assert.ok(error instanceof ConfigurationFailure, String(error));
    return formatProblems(error.problems).split('\n');
  }
  assert.fail(`accepted: ${content}`);
}

const SOUND = `
rate_limits:
  enabled: true
  default_tier: free
  tiers:
    free:
      limits:
        - {models: [gpt-4o], requests_per_minute: 3, requests_per_day: 200, tokens_per_minute: 40000}
        - {models: ["claude-opus-*"], group: Claude Opus 4.x, requests_per_minute: 50, output_tokens_per_minute: 8000}
    paid:
      per: all
      limits:
        - {models: ["*"], requests_per_minute: 5000, concurrent_requests: 100}
  keys:
    - {api_key: sk-paid, tier: paid}
`;

describe('rate_limits', () => {
  it('is off by default and limits nobody', () => {
    const { rate_limits: limits } = load('{}');
    assert.equal(limits.enabled, false);
    assert.equal(limits.default_tier, null);
    assert.deepEqual(limits.tiers, {});
  });

  it('gives limits to the keys of each tier', () => {
    const snapshot = createSnapshot(load(SOUND), 1, 1);
    const rules = new LimitRules(
      snapshot.configuration.rate_limits,
      snapshot.modelNames,
      undefined,
      (key) => `digest of ${key}`,
    );
    const scopeOf = (key: string, model: string) => rules.scopeOf(key, snapshot.modelNames.indexOf(model), 'model');
    assert.deepEqual(scopeOf('sk-any', 'gpt-4o')?.caps, {
      requests_per_minute: 3,
      requests_per_day: 200,
      tokens_per_minute: 40_000,
    });
    assert.equal(scopeOf('sk-any', 'claude-opus-4-1')?.group, 'Claude Opus 4.x');
    assert.equal(scopeOf('sk-any', 'gemini-2.5-flash'), undefined);
    assert.deepEqual(scopeOf('sk-paid', 'gpt-4o')?.caps, { requests_per_minute: 5_000, concurrent_requests: 100 });
  });

  it('takes the example of its page', () => {
    const page = readFileSync(new URL('../../docs/rate-limits.md', import.meta.url), 'utf8');
    const [, example] = /```yaml\n(.*?)```/s.exec(page) ?? assert.fail('no example');
    assert.deepEqual(Object.keys(load(example).rate_limits.tiers), ['free', 'team']);
  });

  it('reports everything that is wrong at once, with its place', () => {
    const problems = report(`
rate_limits:
  enabled: true
  default_tier: paif
  tiers:
    paid:
      limits:
        - {models: [gpt-4o], requests_per_minute: 3}
        - {models: [gpt-4o, no-such-model], tokens_per_minute: 4}
        - {models: ["claude-*"], group: one}
        - {models: ["gemini-*"], group: one, requests_per_day: 1.5}
  keys:
    - {api_key: sk-secret-a, tier: paid}
    - {api_key: sk-secret-b, tier: fre}
    - {api_key: sk-secret-a, tier: paid}
`);
    assert.deepEqual(problems, [
      'f:4:17  rate_limits.default_tier: must be the name of a tier in rate_limits.tiers (got "paif"). did you mean "paid"?',
      'f:9:21  rate_limits.tiers.paid.limits[1].models[0]: has no effect: an earlier entry of the tier names every model that it matches (got "gpt-4o")',
      'f:9:29  rate_limits.tiers.paid.limits[1].models[1]: must match the name of a configured model (got "no-such-model")',
      'f:10:11  rate_limits.tiers.paid.limits[2]: must have at least one limit, such as requests_per_minute',
      'f:11:64  rate_limits.tiers.paid.limits[3].requests_per_day: must be an integer from 0 to 10000000000 (got 1.5)',
      'f:14:36  rate_limits.keys[1].tier: must be the name of a tier in rate_limits.tiers (got "fre")',
      'f:15:17  rate_limits.keys[2].api_key: is the same key as rate_limits.keys[0]',
    ]);
  });

  it('refuses two entries of a tier with one group, and a tier that nobody has', () => {
    const [group, enabled, ...more] = report(`
rate_limits:
  tiers: {a: {limits: [{models: [gpt-4o], group: g, requests_per_minute: 1}, {models: ["o3*"], group: g, requests_per_minute: 1}]}}
  enabled: true
`);
    assert.match(group, /limits\[1\]\.group: is the group of entry 0 already \(got "g"\)$/);
    assert.match(enabled, /rate_limits\.enabled: needs rate_limits\.default_tier or rate_limits\.keys/);
    assert.deepEqual(more, []);
  });

  it('shows no API key, whatever is wrong with it', () => {
    const secret = 'sk-very-secret';
    const problems = report(`
server: {api_keys: [sk-other]}
rate_limits:
  tiers: {a: {}}
  keys:
    - {api_key: ${secret}, tier: a}
    - {api_key: "${secret} ${secret}", tier: a}
    - {api_key: [${secret}], tier: a, tire: ${secret}}
    - ${secret}
`);
    assert.equal(problems.length, 5);
    assert.match(problems[0], /keys\[0\]\.api_key: must be one of server\.api_keys, which alone are accepted$/);
    assert.ok(!problems.join('\n').includes(secret), problems.join('\n'));
    const shown = JSON.stringify(redacted(load(SOUND)));
    assert.ok(!shown.includes('sk-paid') && shown.includes('(hidden)'));
  });

  it('takes models that nobody configured where they are accepted', () => {
    const configuration = load(`
simulation: {unknown_models: accept}
rate_limits: {enabled: true, default_tier: a, tiers: {a: {limits: [{models: [my-own-*], requests_per_minute: 1}]}}}
`);
    const rules = new LimitRules(configuration.rate_limits, [], 'my-own-model', (key) => `digest of ${key}`);
    assert.notEqual(rules.scopeOf(undefined, 0xffff, 'model'), undefined);
  });
});
