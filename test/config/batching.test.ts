/** latency.batching: what a preset gives, what overrides it, and what is refused. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { batchingParameters } from '../../src/config/batching-parameters.js';
import { batchingPresets, presetNames } from '../../src/config/batching-presets.js';
import { loadConfiguration } from '../../src/config/loader.js';
import { ConfigurationFailure } from '../../src/config/problems.js';

function batchingOf(yaml: string) {
  const content = `providers:\n  my-model:\n    latency:\n      batching: ${yaml}\n`;
  const { providers } = loadConfiguration({ text: { name: 'user.yaml', content }, environment: {} });
  return providers['my-model']!.latency.batching;
}

function problemsOf(yaml: string): string[] {
  try {
    batchingOf(yaml);
  } catch (error) {
    assert.ok(error instanceof ConfigurationFailure);
    return error.problems.map(({ path, message }) => `${path.split('.').at(-1)} ${message}`);
  }
  return [];
}

describe('parameters', () => {
  test('are off by default, and complete', () => {
    const configured = batchingOf('{}');
    assert.equal(configured.enabled, false);
    const { replicas, kvBlocks, blockTokens, maxBatchSize } = batchingParameters(configured);
    const preset = batchingPresets['llama-3.1-8b-a100-80gb'];
    assert.deepEqual(
      { replicas, kvBlocks, blockTokens, maxBatchSize },
      { replicas: 1, kvBlocks: Math.floor(preset.kvTokens / 16), blockTokens: 16, maxBatchSize: 256 },
    );
  });

  test('that are given win over the preset, one by one', () => {
    const yaml = '{preset: llama-3.1-8b-l4, kv_blocks: 7, max_batch_size: 3, step_time: {base_ms: 0, weights_ms: 12}}';
    const parameters = batchingParameters(batchingOf(yaml));
    const { stepTime, maxBatchedTokens } = batchingPresets['llama-3.1-8b-l4'];
    assert.deepEqual(
      [parameters.kvBlocks, parameters.maxBatchSize, parameters.maxBatchedTokens],
      [7, 3, maxBatchedTokens],
    );
    assert.deepEqual(parameters.stepTime, { ...stepTime, baseMs: 0, weightsMs: 12 });
  });

  test('blocks of another size hold as many tokens', () => {
    const blocks = (yaml: string) => batchingParameters(batchingOf(yaml)).kvBlocks;
    assert.ok(Math.abs(blocks('{}') * 16 - blocks('{block_tokens: 64}') * 64) < 64 + 16);
  });
});

describe('presets', () => {
  test('have room for a batch, and finite coefficients that are not negative', () => {
    for (const name of presetNames) {
      const { maxBatchSize, maxBatchedTokens, kvTokens, stepTime } = batchingPresets[name];
      assert.ok(maxBatchedTokens >= maxBatchSize, name);
      assert.ok(kvTokens > 8_192, `${name} holds ${kvTokens} tokens`);
      for (const value of Object.values(stepTime)) assert.ok(Number.isFinite(value) && value > 0, name);
    }
  });

  test('come close to what was measured of one request alone', () => {
    // Time per output token of a lone request, ms; the sources are in docs/batching.md.
    const measured = {
      'llama-3.1-8b-a100-80gb': 10.77,
      'llama-3.1-8b-h100-80gb': 6.48,
      'llama-3.1-8b-l4': 61.2,
    } as const;
    for (const [name, milliseconds] of Object.entries(measured)) {
      const { baseMs, weightsMs } = batchingPresets[name as keyof typeof measured].stepTime;
      assert.ok(Math.abs((baseMs + weightsMs) / milliseconds - 1) < 0.15, `${name}: ${baseMs + weightsMs} ms`);
    }
  });
});

describe('what is refused', () => {
  test('a step without room for a token of each sequence, at the key that was given', () => {
    assert.deepEqual(problemsOf('{max_batched_tokens: 100}'), ['max_batched_tokens must be >= max_batch_size (256)']);
    assert.deepEqual(problemsOf('{max_batch_size: 3000}'), ['max_batch_size must be <= max_batched_tokens (2048)']);
    assert.deepEqual(problemsOf('{max_batch_size: 300, max_batched_tokens: 300}'), []);
  });

  test('an unknown preset, with the names that are known', () => {
    const [problem] = problemsOf('{preset: llama-3.1-8b}');
    assert.match(problem!, /^preset must be one of .*"llama-3\.1-8b-a100-80gb"/);
  });
});
