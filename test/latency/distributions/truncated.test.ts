/** Truncated families against their own formulas, written out here; the normal, log-normal and measured ones have files of their own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSampler, type DistributionParameters } from '../../../src/latency/registry.js';
import { kolmogorovSmirnov, sortedDraws } from '../fixtures/statistics.js';

const n = 100_000;
const significance = 0.01;

interface Case {
  readonly parameters: DistributionParameters & { readonly min_ms: number; readonly max_ms: number };
  /** The share above a delay before truncation. */
  readonly survival: (ms: number) => number;
}

const cases: readonly Case[] = [
  {
    parameters: { distribution: 'uniform', p50_ms: 100, p95_ms: 145, min_ms: 80, max_ms: 140 },
    survival: (ms) => (150 - ms) / 100,
  },
  {
    parameters: { distribution: 'exponential', mean_ms: 20, min_ms: 90, max_ms: 200 },
    survival: (ms) => Math.exp(-ms / 20),
  },
  // The sum of three waiting times.
  {
    parameters: { distribution: 'gamma', shape: 3, scale_ms: 10, min_ms: 20, max_ms: 70 },
    survival: (ms) => Math.exp(-ms / 10) * (1 + ms / 10 + ms ** 2 / 200),
  },
  {
    parameters: { distribution: 'weibull', shape: 0.5, scale_ms: 10, min_ms: 100, max_ms: 400 },
    survival: (ms) => Math.exp(-Math.sqrt(ms / 10)),
  },
  {
    parameters: { distribution: 'pareto', scale_ms: 10, shape: 2, min_ms: 100, max_ms: 3000 },
    survival: (ms) => 100 / ms ** 2,
  },
];

for (const { parameters, survival } of cases) {
  test(`draws of a truncated ${parameters.distribution} follow its conditional distribution`, () => {
    const { min_ms: minMs, max_ms: maxMs } = parameters;
    const draws = sortedDraws(createSampler(parameters), n);
    const share = survival(minMs) - survival(maxMs);
    const p = kolmogorovSmirnov(draws, (ms) => (survival(minMs) - survival(ms)) / share);
    assert.ok(p > significance, `p = ${p}`);
    assert.ok(draws[0]! >= minMs && draws[n - 1]! <= maxMs);
  });
}
