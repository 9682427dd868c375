/** A model that extends another: what it takes, what holds before it, and what is wrong with a name. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type LoadRequest, loadConfiguration } from '../../src/config/loader.js';
import { ConfigurationFailure, formatProblems } from '../../src/config/problems.js';
import { createSnapshot } from '../../src/config/snapshot.js';

const load = (content: string, more: Partial<LoadRequest> = {}) =>
  loadConfiguration({ text: { name: 'f', content }, environment: {}, ...more });

function report(content: string, more: Partial<LoadRequest> = {}): string {
  try {
    load(content, more);
  } catch (error) {
    assert.ok(error instanceof ConfigurationFailure, String(error));
    return formatProblems(error.problems);
  }
  assert.fail(`accepted: ${content}`);
}

describe('a model that extends another', () => {
  test('takes every key that it does not give, at any depth', () => {
    const { providers } = load('providers: {mine: {extends: gpt-4o, created: 5, latency: {itl: {mean_ms: 99}}}}');
    const { mine, 'gpt-4o': base } = providers;
    assert.deepEqual(mine, {
      ...base,
      extends: 'gpt-4o',
      dialect: 'openai',
      created: 5,
      latency: { ...base!.latency, itl: { ...base!.latency.itl, mean_ms: 99 } },
    });
  });

  test('replaces a distribution whole that it names, and a length in any form', () => {
    const { providers } = load(`
providers:
  base: {output_tokens: {distribution: normal, mean_tokens: 50, std_dev_tokens: 5}, reasoning: {tokens: 30}}
  mine:
    extends: base
    latency: {ttft: {distribution: constant, value_ms: 1}, tokens_per_chunk: {p50: 3, p95: 5}}
    output_tokens: {p50: 3, p95: 9}
    reasoning: {tokens: {p50: 4, p95: 5}}
  yours: {extends: mine, output_tokens: 7, latency: {tokens_per_chunk: 2}}
`);
    assert.deepEqual(providers.mine?.latency.ttft, { distribution: 'constant', value_ms: 1 });
    assert.deepEqual(providers.mine?.output_tokens, { p50: 3, p95: 9 });
    assert.deepEqual(providers.mine?.reasoning.tokens, { p50: 4, p95: 5 });
    assert.deepEqual(providers.mine?.latency.tokens_per_chunk, { p50: 3, p95: 5 });
    assert.deepEqual([providers.yours?.output_tokens, providers.yours?.latency.tokens_per_chunk], [7, 2]);
    assert.deepEqual(providers.yours?.reasoning.tokens, { p50: 4, p95: 5 });
  });

  test('is enabled though its base is not: a disabled model is a template', () => {
    const { providers } = load('providers: {template: {enabled: false, created: 7}, mine: {extends: template}}');
    assert.deepEqual([providers.mine?.enabled, providers.mine?.created], [true, 7]);
    assert.equal(load('providers: {a: {}, b: {extends: a, enabled: false}}').providers.b?.enabled, false);
  });

  test('may extend one that extends another, in any order', () => {
    const { providers } = load(
      'providers: {c: {extends: b}, b: {extends: a, created: 2}, a: {created: 1, kind: completion}}',
    );
    assert.deepEqual([providers.c?.created, providers.c?.kind, providers.c?.extends], [2, 'completion', 'b']);
  });

  test('speaks the dialect of its base, whatever its own name, unless it gives one', () => {
    const configuration = load(`
providers:
  mine: {extends: claude-sonnet-4-5}
  yours: {extends: mine}
  claude-like: {extends: gpt-4o}
  other: {extends: gemini-2.5-flash, dialect: openai}
`);
    const dialects = Object.fromEntries(
      createSnapshot(configuration, 1, 0).models.map((model) => [model.name, model.dialect]),
    );
    assert.deepEqual(
      [dialects.mine, dialects.yours, dialects['claude-like'], dialects.other],
      ['anthropic', 'anthropic', 'openai', 'openai'],
    );
  });

  test('may extend one that gives nothing at all', () => {
    const { providers } = load('providers:\n  claude-mine:\n  mine: {extends: claude-mine}');
    assert.equal(providers.mine?.dialect, 'anthropic');
  });

  test('takes what any layer says of its base, and itself is what the highest layer says', () => {
    const { providers } = load('providers: {mine: {extends: gpt-4o, latency: {source: file}}}', {
      environment: {
        LLM_SIM__PROVIDERS__GPT_4O__CREATED: '11',
        LLM_SIM__PROVIDERS__GPT_4O__LATENCY__SOURCE: 'variable of the base',
        LLM_SIM__PROVIDERS__MINE__MAX_OUTPUT_TOKENS: '12',
      },
      overrides: [{ path: ['providers', 'mine', 'embedding_dimensions'], value: 13, origin: '--x' }],
    });
    const { created, max_output_tokens, embedding_dimensions, latency } = providers.mine!;
    assert.deepEqual([created, max_output_tokens, embedding_dimensions, latency.source], [11, 12, 13, 'file']);
  });

  test('extends what the highest layer names; null ends it', () => {
    const file = 'providers: {a: {created: 1}, b: {created: 2}, mine: {extends: a}}';
    const environment = { LLM_SIM__PROVIDERS__MINE__EXTENDS: 'b' };
    assert.equal(load(file, { environment }).providers.mine?.created, 2);
    const none = load(file, { environment: { LLM_SIM__PROVIDERS__MINE__EXTENDS: 'null' } });
    assert.equal(none.providers.mine?.created, load('providers: {x: {}}').providers.x?.created);
  });
});

describe('a name that cannot be extended', () => {
  const cases: { readonly [mistake: string]: readonly [yaml: string, report: string] } = {
    'an unknown one': [
      'providers:\n  mine:\n    extends: gpt-4oo',
      'f:3:14  providers.mine.extends: must name a model that is configured (got "gpt-4oo"). did you mean "gpt-4o"?',
    ],
    'its own': ['providers: {a: {extends: a}}', 'f:1:26  providers.a.extends: must name another model (got "a")'],
    'a circle': [
      'providers: {a: {extends: b}, b: {extends: c}, c: {extends: a}, d: {extends: a}}',
      [
        'f:1:26  providers.a.extends: must not lead back to the model: a → b → c → a (got "b")',
        'f:1:43  providers.b.extends: must not lead back to the model: b → c → a → b (got "c")',
        'f:1:60  providers.c.extends: must not lead back to the model: c → a → b → c (got "a")',
      ].join('\n'),
    ],
    'one of an object’s prototype': [
      'providers: {a: {extends: constructor}}',
      'f:1:26  providers.a.extends: must name a model that is configured (got "constructor")',
    ],
    'no name': [
      'providers: {a: {extends: 5}}',
      'f:1:26  providers.a.extends: must be a string of at most 128 characters or null (got 5)',
    ],
  };
  for (const [mistake, [yaml, expected]] of Object.entries(cases)) {
    test(`${mistake} is reported where it stands`, () => assert.equal(report(yaml), expected));
  }

  test('is reported with the variable that gave it', () => {
    const text = report('providers: {mine: {}}', { environment: { LLM_SIM__PROVIDERS__MINE__EXTENDS: 'nobody' } });
    assert.match(text, /^LLM_SIM__PROVIDERS__MINE__EXTENDS {2}providers\.mine\.extends: must name a model/);
  });

  test('a chain has at most 16 models', () => {
    const chain = (length: number) =>
      `providers: {${Array.from({ length }, (_, i) => `m${i}: ${i === 0 ? '{}' : `{extends: m${i - 1}}`}`).join(', ')}}`;
    assert.equal(load(chain(16)).providers.m15?.extends, 'm14');
    assert.match(report(chain(17)), /providers\.m16\.extends: must lead to an end within 16 models/);
  });
});

describe('a mistake that is inherited', () => {
  test('is reported once, where it stands', () => {
    const lines = report(`
providers:
  base: {created: -1, zebra: 1, latency: {ttft: {distribution: log_normal, p50_ms: 5}, itl: {distribution: nomal}}}
  mine: {extends: base, latency: {source: x}}
  yours: {extends: mine}
`).split('\n');
    assert.deepEqual(
      lines.map((line) => /providers\.[a-z_0-9.]*/.exec(line)?.[0]),
      [
        'providers.base.created',
        'providers.base.zebra',
        'providers.base.latency.ttft.p95_ms',
        'providers.base.latency.itl.distribution',
      ],
    );
  });

  test('is reported at the model whose own keys do not fit what it inherits', () => {
    assert.equal(
      report('providers:\n  base: {max_output_tokens: 5000}\n  mine: {extends: base, context_window_tokens: 4000}'),
      'f:3:48  providers.mine.max_output_tokens: must be <= context_window_tokens (4000) (got 5000)',
    );
  });

  test('a mistake of its own is reported as ever, also where the base has the like', () => {
    const text = report('providers: {base: {created: -1}, mine: {extends: base, created: -2}}');
    assert.deepEqual(text.match(/providers\.\w+\.created/g), ['providers.base.created', 'providers.mine.created']);
  });
});
