import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LimitRules, type LimitSettings } from '../../src/limits/limit-rules.js';

const MODELS = ['gpt-4o', 'gpt-4o-mini', 'claude-opus-4-1', 'claude-opus-4', 'gemini-2.5-flash'];
const [GPT_4O, GPT_4O_MINI, OPUS_4_1, OPUS_4, FLASH] = MODELS.keys();
const UNKNOWN = 0xffff;

const SETTINGS: LimitSettings = {
  tiers: {
    small: {
      per: 'key',
      limits: [
        { models: ['gpt-4o'], requests_per_minute: 3, requests_per_day: 200, tokens_per_minute: 10_000 },
        {
          models: ['claude-opus-*'],
          group: 'Claude Opus 4.x',
          requests_per_minute: 50,
          output_tokens_per_minute: 8_000,
        },
        { models: ['gpt-*'], requests_per_minute: 10 },
      ],
    },
    shared: { per: 'all', limits: [{ models: ['*'], requests_per_minute: 100, concurrent_requests: 2 }] },
  },
  keys: [
    { api_key: 'sk-shared', tier: 'shared' },
    { api_key: 'sk-other', tier: 'shared' },
  ],
  default_tier: 'small',
};

function rules(changes: Partial<LimitSettings> = {}, unknownModel?: string): LimitRules {
  return new LimitRules({ ...SETTINGS, ...changes }, MODELS, unknownModel, (key) => `${key.length}`);
}

describe('LimitRules', () => {
  it('has the first limits that name a model hold for it', () => {
    const all = rules();
    assert.deepEqual(all.scopeOf('sk-a', GPT_4O, 'model')?.caps, {
      requests_per_minute: 3,
      requests_per_day: 200,
      tokens_per_minute: 10_000,
    });
    assert.deepEqual(all.scopeOf('sk-a', GPT_4O_MINI, 'model')?.caps, { requests_per_minute: 10 });
    assert.equal(all.scopeOf('sk-a', FLASH, 'model'), undefined);
  });

  it('gives models of a group one budget and every other model its own', () => {
    const all = rules();
    assert.equal(all.scopeOf('sk-a', OPUS_4, 'model'), all.scopeOf('sk-a', OPUS_4_1, 'model'));
    assert.equal(all.scopeOf('sk-a', OPUS_4, 'model')?.group, 'Claude Opus 4.x');
    assert.notEqual(all.scopeOf('sk-a', GPT_4O, 'model')?.id, all.scopeOf('sk-a', GPT_4O_MINI, 'model')?.id);
    const wide = rules({ default_tier: 'shared' });
    assert.notEqual(wide.scopeOf('sk-a', GPT_4O, 'model')?.id, wide.scopeOf('sk-a', GPT_4O_MINI, 'model')?.id);
  });

  it('gives every key a budget of its own, and requests without one theirs, or all of a tier one', () => {
    const all = rules();
    const ids = ['sk-a', 'sk-b', undefined, ''].map((key) => all.scopeOf(key, GPT_4O, 'model')?.id);
    assert.equal(new Set(ids).size, 4);
    assert.equal(all.scopeOf('sk-shared', GPT_4O, 'model')?.id, all.scopeOf('sk-other', GPT_4O, 'model')?.id);
    assert.equal(all.scopeOf('sk-shared', GPT_4O, 'model')?.tier, 'shared');
  });

  it('names budgets alike in every process, by an id that holds no key', () => {
    const key = 'sk-very-secret';
    const scope = rules().scopeOf(key, GPT_4O, 'model');
    assert.deepEqual(scope, rules().scopeOf(key, GPT_4O, 'model'));
    assert.match(scope?.id ?? '', /^[0-9a-f]{32}$/);
    assert.ok(!JSON.stringify(scope).includes(key));
  });

  it('counts the counting of tokens by itself, in requests', () => {
    const all = rules();
    const counting = all.scopeOf('sk-a', OPUS_4, 'token_counting');
    assert.deepEqual(counting?.caps, { requests_per_minute: 50 });
    assert.notEqual(counting?.id, all.scopeOf('sk-a', OPUS_4, 'model')?.id);
  });

  it('limits models that nobody configured only where they are answered', () => {
    assert.equal(rules({ default_tier: 'shared' }).scopeOf('sk-a', UNKNOWN, 'model'), undefined);
    assert.equal(rules({ default_tier: 'shared' }, 'unknown').scopeOf('sk-a', UNKNOWN, 'model')?.group, 'unknown');
  });

  it('limits nobody who has no tier', () => {
    const listed = rules({ default_tier: null });
    assert.equal(listed.scopeOf('sk-a', GPT_4O, 'model'), undefined);
    assert.equal(listed.scopeOf(undefined, GPT_4O, 'model'), undefined);
    assert.notEqual(listed.scopeOf('sk-shared', GPT_4O, 'model'), undefined);
  });

  it('finds the same budget for a key whose scopes made room for others', () => {
    const all = rules();
    const before = all.scopeOf('sk-a', GPT_4O, 'model')?.id;
    for (let key = 0; key < 20_001; key++) all.scopeOf(`sk-${key}`, GPT_4O, 'model');
    assert.equal(all.scopeOf('sk-a', GPT_4O, 'model')?.id, before);
  });
});
