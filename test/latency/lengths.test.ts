import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLengthSampler, type Length, lengthDistributions, lengthProblems } from '../../src/latency/lengths.js';
import { createSampler, type DistributionParameters, distributions } from '../../src/latency/registry.js';
import { SeededRandom } from './fixtures/seeded-random.js';

test('every distribution draws the same numbers in tokens as in milliseconds, measured ones and mixtures too', () => {
  distributions.forEach(({ schema, name }: { schema: { examples?: readonly unknown[] }; name: string }, index) => {
    const inTokens = (lengthDistributions[index]?.schema.examples ?? []) as Length[];
    (schema.examples ?? []).forEach((example, place) => {
      const length = inTokens[place]!;
      assert.equal(JSON.stringify(length).includes('ms"'), false, name);
      assert.deepEqual(lengthProblems(length), [], name);
      const [left, right] = [new SeededRandom(2), new SeededRandom(2)];
      const [lengths, delays] = [createLengthSampler(length), createSampler(example as DistributionParameters)];
      for (let i = 0; i < 20; i++) assert.equal(lengths.sampleMs(left), delays.sampleMs(right), name);
    });
  });
});

test('problems of a length are told in tokens, at their place', () => {
  const quantiles = [
    { p: 0.5, tokens: 10 },
    { p: 0.9, tokens: 9 },
  ];
  assert.deepEqual(lengthProblems({ distribution: 'empirical', quantiles }), [
    { path: ['quantiles', '1', 'tokens'], message: 'must be >= the tokens before it (10)' },
  ]);
  assert.deepEqual(lengthProblems({ p50: 10, p95: 9 }), [
    { path: ['p95'], message: 'must be >= p50 (10)', related: ['p50'] },
  ]);
});
