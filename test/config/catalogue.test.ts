/** The default catalogue in config/profiles, and default.yaml. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { loadConfiguration } from '../../src/config/loader.js';
import { withDefaults } from '../../src/config/merge.js';
import { configurationSchema } from '../../src/config/schema/configuration.js';
import { createSnapshot, modelFinder } from '../../src/config/snapshot.js';
import { packageRoot } from '../../src/kernel/package-root.js';

const configuration = loadConfiguration({ environment: {} });

test('default.yaml states exactly the defaults of the schema', () => {
  const stated = parse(readFileSync(join(packageRoot, 'config/default.yaml'), 'utf8'));
  assert.deepEqual({ ...stated, providers: {} }, withDefaults(configurationSchema, {}));
});

test('gpt-4-turbo and claude-3-opus have the latencies of the reference, and nothing besides', () => {
  const { latency } = configuration.providers['gpt-4-turbo']!;
  for (const name of ['gpt-4-turbo', 'claude-3-opus']) {
    const { prefill_tokens_per_sec: prefill, tokens_per_chunk: chunk, burst } = configuration.providers[name]!.latency;
    assert.deepEqual([prefill, chunk, burst.probability], [null, 1, 0], name);
  }
  assert.deepEqual(latency.ttft, { distribution: 'log_normal', p50_ms: 800, p95_ms: 1500, p99_ms: 2500 });
  assert.deepEqual(latency.itl, { distribution: 'normal', mean_ms: 20, std_dev_ms: 5 });
  const opus = configuration.providers['claude-3-opus']!;
  assert.deepEqual(opus.latency.ttft, { distribution: 'log_normal', p50_ms: 1000, p95_ms: 2000 });
  assert.deepEqual(opus.latency.itl, { distribution: 'normal', mean_ms: 25, std_dev_ms: 8 });
});

test('every model states the source of its latency, and injects no faults', () => {
  for (const [name, model] of Object.entries(configuration.providers)) {
    assert.match(model.latency.source, /^assumed: |, undated, read |\d{4}: |Appendix A$|\d{4}, after /, name);
    assert.equal(model.errors.enabled, false, name);
  }
});

test('rates, chunks and lengths are within what models of our time do', () => {
  const within = (value: number, least: number, most: number) => value >= least && value <= most;
  for (const { name, kind, latency, output_tokens: length } of createSnapshot(configuration, 1, 0).models) {
    const { prefill_tokens_per_sec: prefill, tokens_per_chunk: chunk } = latency;
    if (prefill !== null) assert.ok(within(prefill, 1_000, 500_000), `${name} reads ${prefill} tokens/s`);
    const median = Number(typeof chunk === 'number' ? chunk : 'p50' in chunk ? chunk.p50 : Number.NaN);
    assert.ok(within(median, 1, 64), `${name} sends ${median} tokens an event`);
    if (kind !== 'chat' && kind !== 'completion') continue;
    const itl = latency.itl.distribution === 'normal' ? latency.itl.mean_ms : Number.NaN;
    assert.ok(within((median / itl!) * 1_000, 20, 300), `${name} says ${(median / itl!) * 1_000} tokens/s`);
    assert.ok(typeof length === 'object' && 'p50' in length && within(Number(length.p50), 50, 1_000), name);
  }
});

test('what is not enabled serves nothing and is there to be extended', () => {
  const models = Object.entries(configuration.providers);
  for (const [name] of models.filter(([, { enabled }]) => !enabled)) {
    assert.ok(
      models.some(([, other]) => other.extends === name),
      `${name} is extended by none`,
    );
  }
});

test('the families of the three providers are there, each under its own dialect', () => {
  const finder = modelFinder(createSnapshot(configuration, 1, 0));
  const expected = {
    openai: [
      'gpt-3.5-turbo',
      'gpt-3.5-turbo-instruct',
      'gpt-4',
      'gpt-4-turbo',
      'gpt-4o',
      'gpt-4o-mini',
      'gpt-4.1',
      'gpt-5',
      'gpt-5-chat-latest',
      'gpt-5.2-codex',
      'gpt-5.4-mini-2026-03-17',
      'gpt-5.6-luna',
      'gpt-6-sol',
      'o1',
      'o3',
      'o4-mini',
      'text-embedding-3-small',
      'text-embedding-3-large',
      'text-embedding-ada-002',
      'omni-moderation-latest',
      'omni-moderation-2024-09-26',
      'text-moderation-latest',
      'text-moderation-stable',
      'text-moderation-007',
    ],
    anthropic: [
      'claude-3-opus',
      'claude-3-5-sonnet',
      'claude-3-5-haiku',
      'claude-sonnet-4-5',
      'claude-opus-4-5',
      'claude-haiku-4-5',
      'claude-opus-5',
      'claude-opus-5-5',
      'claude-sonnet-5-5',
      'claude-haiku-5-5',
    ],
    gemini: [
      'gemini-1.5-flash',
      'gemini-1.5-pro',
      'gemini-2.0-flash',
      'gemini-2.5-flash',
      'gemini-2.5-pro',
      'gemini-2.5-flash-lite',
      'gemini-3-pro-preview',
      'gemini-3-flash-preview',
      'gemini-3.8-flash',
      'gemini-flash-latest',
      'gemini-flash-lite-latest',
      'gemini-pro-latest',
      'gemini-embedding-001',
      'text-embedding-004',
    ],
  };
  for (const [dialect, names] of Object.entries(expected)) {
    for (const name of names) assert.equal(finder.find(name)?.dialect, dialect, name);
  }
  assert.equal(finder.find('gpt-3.5-turbo-instruct')?.kind, 'completion');
  assert.equal(finder.find('text-embedding-3-small')?.kind, 'embedding');
  assert.equal(finder.find('text-embedding-3-small')?.embedding_dimensions, 1_536);
  assert.equal(finder.find('text-embedding-3-large')?.embedding_dimensions, 3_072);
  assert.equal(finder.find('gemini-embedding-001')?.embedding_dimensions, 3_072);
  assert.equal(finder.find('text-embedding-004')?.embedding_dimensions, 768);
  assert.equal(finder.find('omni-moderation-latest')?.kind, 'moderation');
});

test('no model of the catalogue would be served by another one, were it not there', () => {
  const { models } = createSnapshot(configuration, 1, 0);
  for (const { name } of models) {
    const others = { ...configuration, providers: { ...configuration.providers } };
    delete others.providers[name];
    assert.equal(modelFinder(createSnapshot(others, 1, 0)).find(name), undefined, name);
  }
});
