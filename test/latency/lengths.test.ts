/** Lengths in tokens: every latency distribution draws them, with the parameters that it has in milliseconds. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Ajv } from 'ajv';
import type { Sampler } from '../../src/latency/contract.js';
import {
  createLengthSampler,
  type Length,
  lengthDistributions,
  lengthProblems,
  lengthSchema,
} from '../../src/latency/lengths.js';
import { createSampler, type DistributionParameters, distributions } from '../../src/latency/registry.js';
import { SeededRandom } from './fixtures/seeded-random.js';

const TOKENS_MAX = 1_000;

const validate = new Ajv({
  discriminator: true,
  strictTypes: false,
  allowUnionTypes: true,
  keywords: ['x-unit', 'x-belongings'],
}).compile(lengthSchema(TOKENS_MAX));

const draws = (sampler: Sampler): number[] => {
  const random = new SeededRandom(7);
  return Array.from({ length: 50 }, () => sampler.sampleMs(random));
};

describe('a length', () => {
  for (const [index, { name, schema }] of lengthDistributions.entries()) {
    test(`by ${name} draws in tokens what the distribution draws in milliseconds`, () => {
      const inMilliseconds = (distributions[index] as { schema: { examples: readonly unknown[] } }).schema.examples;
      assert.equal(schema.examples?.length, inMilliseconds.length);
      schema.examples?.forEach((example, at) => {
        assert.ok(!JSON.stringify(example).includes('ms"'), JSON.stringify(example));
        assert.ok(validate(example), JSON.stringify(validate.errors));
        assert.deepEqual(lengthProblems(example as Length, 10_000_000), []);
        const delays = draws(createSampler(inMilliseconds[at] as DistributionParameters));
        assert.deepEqual(draws(createLengthSampler(example as Length)), delays);
      });
    });
  }

  test('is a number, or log-normal through two percentiles', () => {
    assert.deepEqual(new Set(draws(createLengthSampler(12))), new Set([12]));
    const logNormal = createSampler({ distribution: 'log_normal', p50_ms: 9, p95_ms: 30 });
    assert.deepEqual(draws(createLengthSampler({ p50: 9, p95: 30 })), draws(logNormal));
  });

  test('is neither a part of a token nor out of range, and has no parameters in milliseconds', () => {
    for (const length of [
      0,
      1.5,
      1_001,
      'x',
      [],
      true,
      { p50: 3 },
      { p50: 0, p95: 3 },
      { p50: 3, p95: 5, mean_tokens: 2 },
    ]) {
      assert.ok(!validate(length), JSON.stringify(length));
    }
    for (const length of [
      { distribution: 'constant', value_ms: 3 },
      { distribution: 'nothing' },
      { distribution: 5 },
    ]) {
      assert.ok(!validate(length), JSON.stringify(length));
    }
  });

  test('names its parameters in what is wrong with them', () => {
    assert.deepEqual(lengthProblems({ p50: 9, p95: 3 }, TOKENS_MAX), [
      { path: ['p95'], message: 'must be >= p50 (9)', related: ['p50'] },
    ]);
    const [problem] = lengthProblems({ distribution: 'log_normal', p50_tokens: 9, p95_tokens: 8 }, TOKENS_MAX);
    assert.deepEqual([problem?.path, problem?.message], [['p95_tokens'], 'must be >= p50_tokens (9)']);
    const quantiles = [
      { p: 0.5, tokens: 10 },
      { p: 0.9, tokens: 9 },
    ];
    assert.deepEqual(lengthProblems({ distribution: 'empirical', quantiles }, TOKENS_MAX), [
      { path: ['quantiles', '1', 'tokens'], message: 'must be >= the tokens before it (10)' },
    ]);
  });

  test('must not plainly be longer than there can be', () => {
    const pathsOf = (length: Length) => lengthProblems(length, TOKENS_MAX).map(({ path }) => path.join('.'));
    assert.deepEqual(lengthProblems({ distribution: 'constant', value_tokens: 1_001 }, TOKENS_MAX), [
      { path: ['value_tokens'], message: 'must be <= 1000, the most that there can be' },
    ]);
    assert.deepEqual(pathsOf({ distribution: 'uniform', min_tokens: 2_000, max_tokens: 5_000 }), [
      'min_tokens',
      'max_tokens',
    ]);
    assert.deepEqual(pathsOf({ distribution: 'empirical', histogram: { edges_tokens: [1, 2_000], counts: [9_999] } }), [
      'histogram.edges_tokens.1',
    ]);
    const components = [
      { weight: 5_000, distribution: 'log_normal', p50_tokens: 10, p99_tokens: 3_000 },
      { weight: 1, distribution: 'gamma', shape: 2_000, scale_tokens: 0.1 },
    ];
    assert.deepEqual(pathsOf({ distribution: 'mixture', components }), ['components.0.p99_tokens']);
  });
});
