import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quantileMs } from '../../src/latency/contract.js';
import { createSampler } from '../../src/latency/registry.js';
import { lowerProbabilities, publishedQuantiles, upperProbabilities } from './fixtures/published-quantiles.js';

/** Next to the delay where a distribution begins, the last digit of the delay alone is worth 10^-15. */
function assertNear(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) < tolerance * expected + 1e-15, `${what}: ${actual} against ${expected}`);
}

for (const { parameters, lower, upper } of publishedQuantiles) {
  const name = JSON.stringify(parameters);
  const distribution = createSampler(parameters);

  test(`${name}: quantiles are the published ones to nine digits, in the far tails too`, () => {
    lowerProbabilities.forEach((p, i) => {
      assertNear(quantileMs(distribution, p, 1 - p), lower[i]!, 1e-9, `p = ${p}`);
    });
    upperProbabilities.forEach((q, i) => {
      assertNear(quantileMs(distribution, 1 - q, q), upper[i]!, 1e-9, `q = ${q}`);
    });
  });

  test(`${name}: shares below and above the published quantiles are theirs, in the far tails too`, () => {
    // What is known of a normal distribution's tails beyond 7 standard deviations has six digits.
    lowerProbabilities.forEach((p, i) => {
      assertNear(distribution.cumulative(lower[i]!), p, p < 1e-9 ? 1e-5 : 1e-9, `p = ${p}`);
    });
    upperProbabilities.forEach((q, i) => {
      assertNear(distribution.survival(upper[i]!), q, q < 1e-9 ? 1e-5 : 1e-9, `q = ${q}`);
    });
  });
}
