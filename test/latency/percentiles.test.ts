/** Percentiles as parameters, for every family that takes them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type DistributionPlugin, quantileMs } from '../../src/latency/contract.js';
import { type FamilyParameters, families } from '../../src/latency/families.js';
import { percentileFits } from '../../src/latency/percentile-fits.js';
import { createSampler, type DistributionParameters, distributionProblems } from '../../src/latency/registry.js';

interface Given {
  readonly p50_ms?: number;
  readonly p95_ms?: number;
  readonly p99_ms?: number;
}

function parametersOf(distribution: string, given: Given): FamilyParameters {
  return { distribution, ...given } as FamilyParameters;
}

function problemPaths(parameters: object): string[] {
  return distributionProblems(parameters as DistributionParameters).map(({ path }) => path.join('.'));
}

function drawn(parameters: DistributionParameters): number[] {
  const distribution = createSampler(parameters);
  return [
    quantileMs(distribution, 0.5, 0.5),
    quantileMs(distribution, 0.95, 0.05),
    quantileMs(distribution, 0.99, 0.01),
  ];
}

function assertNear(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual / expected - 1) < tolerance, `${actual} against ${expected}`);
}

const byPercentiles = (families as readonly DistributionPlugin[])
  .filter(({ schema }) => schema.properties?.p50_ms !== undefined)
  .map(({ name }) => name);

test('every family but the constant and the measured one can be given by percentiles', () => {
  const others = families.map(({ name }) => name).filter((name) => !byPercentiles.includes(name));
  assert.deepEqual(others, ['constant', 'empirical']);
});

/** How many times the median the upper percentile can be without reaching a family's limits or truncation at one hour or at 0. */
const ratios: { readonly [name: string]: readonly [number, number] } = {
  uniform: [1.001, 1.9],
  normal: [1.001, 1.3],
  log_normal: [1, 10],
  gamma: [1.03, 100],
  weibull: [1.03, 20],
  pareto: [1.05, 3],
};

for (const [name, [least, most]] of Object.entries(ratios)) {
  describe(name, () => {
    test('two percentiles are met exactly', () => {
      const median = fc.double({ min: 0.1, max: 100, noNaN: true });
      const ratio = fc.double({ min: least, max: most, noNaN: true });
      fc.assert(
        fc.property(median, ratio, fc.constantFrom('p95_ms', 'p99_ms'), (p50, times, key) => {
          const parameters = parametersOf(name, { p50_ms: p50, [key]: p50 * times });
          assert.deepEqual(distributionProblems(parameters), []);
          const [at50, at95, at99] = drawn(parameters);
          // The truncation at one hour costs the longest tails less than this.
          assertNear(at50!, p50, 1e-6);
          assertNear(key === 'p95_ms' ? at95! : at99!, p50 * times, 1e-6);
        }),
        { seed: 8 },
      );
    });
  });
}

/** By scipy 1.17.1's optimize.minimize (Nelder-Mead) over the sum of squared errors that src/latency/percentiles.ts names. */
const nearest: readonly (readonly [FamilyParameters, readonly number[]])[] = [
  [parametersOf('exponential', { p50_ms: 300, p95_ms: 900, p99_ms: 1500 }), [241.6123266, 1044.2311022, 1605.2375513]],
  [parametersOf('gamma', { p50_ms: 300, p95_ms: 900, p99_ms: 1500 }), [295.7636601, 971.7869464, 1409.0913562]],
  [parametersOf('weibull', { p50_ms: 300, p95_ms: 900, p99_ms: 1500 }), [294.05413, 982.949076, 1401.189011]],
  [parametersOf('pareto', { p50_ms: 300, p95_ms: 900, p99_ms: 1500 }), [312.5776228, 814.4931399, 1590.7784812]],
  [parametersOf('normal', { p50_ms: 300, p95_ms: 400, p99_ms: 450 }), [299.4061434, 403.6038897, 446.7750045]],
  [parametersOf('uniform', { p50_ms: 300, p95_ms: 500, p99_ms: 540 }), [299.698032, 510.275294, 528.993273]],
];

for (const [parameters, expected] of nearest) {
  test(`${parameters.distribution}: three percentiles give the nearest member of the family`, () => {
    assert.deepEqual(distributionProblems(parameters), []);
    // What is outside [0, 1 h] moves the percentiles of what is drawn by less than this.
    for (const [i, ms] of drawn(parameters).entries()) assertNear(ms, expected[i]!, 1e-5);
  });
}

test('three percentiles of one uniform distribution that would begin below 0 give one from 0', () => {
  const [at50, at95, at99] = drawn(parametersOf('uniform', { p50_ms: 100, p95_ms: 190, p99_ms: 198 }));
  assertNear(at50!, 100, 1e-9);
  assertNear(at99! / at95!, 0.99 / 0.95, 1e-9);
  assert.ok(createSampler(parametersOf('uniform', { p50_ms: 100, p95_ms: 189, p99_ms: 198 })).cumulative(0) === 0);
});

test('percentiles that no member of a family has are problems that name the range', () => {
  const messages = (distribution: string, given: Given) =>
    distributionProblems(parametersOf(distribution, given)).map(({ path, message }) => `${path} ${message}`);
  const tail = 'distribution with that median has another';
  assert.deepEqual(messages('uniform', { p50_ms: 100, p95_ms: 191 }), [
    `p95_ms must be from 100 to 190: no uniform ${tail}`,
  ]);
  assert.deepEqual(messages('gamma', { p50_ms: 100, p99_ms: 100 }), [
    `p99_ms must be from 102.345 to 3600000: no gamma ${tail}`,
  ]);
  assert.deepEqual(messages('weibull', { p50_ms: 100, p95_ms: 100 }), [
    `p95_ms must be from 101.475 to 3600000: no weibull ${tail}`,
  ]);
  assert.deepEqual(messages('pareto', { p50_ms: 100, p95_ms: 102 }), [
    `p95_ms must be from 102.33 to 3600000: no pareto ${tail}`,
  ]);
});

test('a bound that is named is within reach', () => {
  for (const distribution of ['uniform', 'gamma', 'weibull', 'pareto']) {
    for (const upper of ['p95_ms', 'p99_ms'] as const) {
      for (const p50_ms of [0.0123, 1, 37, 500, 999.999]) {
        for (const wrong of [p50_ms * 1.0001, 3_600_000]) {
          const [problem] = distributionProblems(parametersOf(distribution, { p50_ms, [upper]: wrong }));
          const bounds = /from (\S+) to (\S+):/.exec(problem?.message ?? '')?.slice(1) ?? [];
          for (const bound of bounds) {
            const given = { p50_ms, [upper]: Number(bound) };
            assert.deepEqual(distributionProblems(parametersOf(distribution, given)), [], JSON.stringify(given));
          }
        }
      }
    }
  }
});

test('each family needs its own parameters or percentiles, all of either and not both', () => {
  assert.deepEqual(problemPaths({ distribution: 'gamma' }), ['p50_ms']);
  assert.deepEqual(problemPaths({ distribution: 'gamma', shape: 2 }), ['scale_ms']);
  assert.deepEqual(problemPaths({ distribution: 'gamma', p50_ms: 10 }), ['p95_ms']);
  assert.deepEqual(problemPaths({ distribution: 'gamma', p95_ms: 10 }), ['p50_ms']);
  assert.deepEqual(problemPaths({ distribution: 'gamma', p50_ms: 10, p95_ms: 20, shape: 2 }), ['shape']);
  assert.deepEqual(problemPaths({ distribution: 'uniform' }), ['p50_ms']);
  assert.deepEqual(problemPaths({ distribution: 'uniform', min_ms: 3 }), ['max_ms']);
  assert.deepEqual(problemPaths({ distribution: 'uniform', min_ms: 3, max_ms: 2 }), ['max_ms']);
  assert.deepEqual(problemPaths({ distribution: 'uniform', p50_ms: 10, p95_ms: 9 }), ['p95_ms']);
  assert.deepEqual(problemPaths({ distribution: 'exponential' }), ['p50_ms']);
  assert.deepEqual(problemPaths({ distribution: 'exponential', p50_ms: 10 }), []);
});

test('the median alone is met exactly by the exponential distribution', () => {
  assertNear(drawn({ distribution: 'exponential', p50_ms: 15 })[0]!, 15, 1e-12);
});

test('a report of percentiles says what is drawn, truncation included', () => {
  assert.deepEqual(percentileFits({ distribution: 'constant', value_ms: 3 }), []);
  const [median, upper] = percentileFits({ distribution: 'log_normal', p50_ms: 100, p95_ms: 200, max_ms: 200 });
  assert.deepEqual([median!.key, median!.wantedMs, upper!.key, upper!.wantedMs], ['p50_ms', 100, 'p95_ms', 200]);
  assert.ok(median!.drawnMs < 100 && upper!.drawnMs < 200);
});
