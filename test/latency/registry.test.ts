/** The contract of src/latency/contract.ts, held against every distribution in the registry. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import { delayMsMax, quantileMs } from '../../src/latency/contract.js';
import {
  createSampler,
  type DistributionParameters,
  distributionProblems,
  distributions,
} from '../../src/latency/registry.js';
import { fixedRandom, SeededRandom, UpperTailRandom } from './fixtures/seeded-random.js';
import { kolmogorovSmirnov, sortedDraws } from './fixtures/statistics.js';

const n = 100_000;
const significance = 0.01;

/** From 10^-15 to a half, every order of magnitude alike. */
const tailProbability = fc.double({ min: -15, max: Math.log10(0.5), noNaN: true }).map((exponent) => 10 ** exponent);

test('names are unique and in snake_case', () => {
  const names = distributions.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-z]+(_[a-z]+)*$/);
});

test('an unknown name is refused', () => {
  assert.throws(() => createSampler({ distribution: 'bell' } as unknown as DistributionParameters), RangeError);
});

for (const plugin of distributions) {
  const schema: JsonSchema = plugin.schema;
  const examples = (schema.examples ?? []) as DistributionParameters[];

  describe(plugin.name, () => {
    test('the schema names it, refuses unknown keys and explains every parameter', () => {
      assert.equal(schema.properties?.distribution?.const, plugin.name);
      assert.equal(schema.additionalProperties, false);
      assert.ok(schema.required?.includes('distribution'));
      for (const [key, parameter] of Object.entries(schema.properties ?? {})) {
        if (key === 'distribution') continue;
        assert.ok(parameter.description, `${key} has no description`);
        if (key.endsWith('_ms')) assert.equal(parameter['x-unit'], 'ms', key);
      }
    });

    test('it has examples, and they are valid', () => {
      assert.ok(examples.length > 0);
      const validate = new Ajv({ keywords: ['x-unit'], strictTypes: false, discriminator: true }).compile(schema);
      for (const example of examples) {
        assert.ok(validate(example), JSON.stringify(validate.errors));
        assert.deepEqual(distributionProblems(example), []);
      }
    });

    test('draws are finite, not negative and bounded, also at the ends of the random range', () => {
      for (const example of examples) {
        const sampler = createSampler(example);
        const random = new SeededRandom(7);
        for (let i = 0; i < 10_000; i++) {
          const drawn = sampler.sampleMs(i === 0 ? fixedRandom(0) : i === 1 ? fixedRandom(1 - 2 ** -53) : random);
          assert.ok(drawn >= 0 && drawn <= delayMsMax, `${drawn}`);
        }
      }
    });

    test('equal seeds give equal draws, and a draw takes exactly one random number, a constant none', () => {
      for (const example of examples) {
        const [left, right] = [new SeededRandom(3), new SeededRandom(3)];
        const [one, other] = [createSampler(example), createSampler(example)];
        for (let i = 0; i < 100; i++) assert.equal(one.sampleMs(left), other.sampleMs(right));
        assert.equal(left.draws, plugin.name === 'constant' ? 0 : 100);
      }
    });

    test('the quantile never falls, and is the inverse of the share of draws below, in both tails', () => {
      for (const example of examples) {
        const distribution = createSampler(example);
        fc.assert(
          fc.property(tailProbability, tailProbability, fc.boolean(), (a, b, isUpper) => {
            const [small, large] = a < b ? [a, b] : [b, a];
            const quantileAt = (tail: number) =>
              isUpper ? quantileMs(distribution, 1 - tail, tail) : quantileMs(distribution, tail, 1 - tail);
            const [nearEnd, inner] = [quantileAt(small), quantileAt(large)];
            assert.ok(isUpper ? nearEnd >= inner * (1 - 1e-12) : nearEnd <= inner * (1 + 1e-12));
            const slack = 1e-6 * small + 1e-15;
            const [justBelow, justAbove] = [nearEnd * (1 - 1e-9), nearEnd * (1 + 1e-9)];
            if (isUpper) {
              assert.ok(distribution.survival(justAbove) <= small + slack, `${nearEnd} of ${small}`);
              assert.ok(distribution.survival(justBelow) >= small - slack, `${nearEnd} of ${small}`);
            } else {
              assert.ok(distribution.cumulative(justAbove) >= small - slack, `${nearEnd} of ${small}`);
              assert.ok(distribution.cumulative(justBelow) <= small + slack, `${nearEnd} of ${small}`);
            }
          }),
          { seed: 4 },
        );
      }
    });

    test('the shares below and above a delay make up the whole', () => {
      for (const example of examples) {
        const distribution = createSampler(example);
        fc.assert(
          fc.property(fc.double({ min: -1, max: 20_000, noNaN: true }), (ms) => {
            assert.ok(Math.abs(distribution.cumulative(ms) + distribution.survival(ms) - 1) < 1e-12);
          }),
          { seed: 5 },
        );
      }
    });

    test('100,000 draws follow it by the Kolmogorov-Smirnov test', { skip: plugin.name === 'constant' }, () => {
      for (const example of examples) {
        const distribution = createSampler(example);
        const p = kolmogorovSmirnov(sortedDraws(distribution, n), (ms) => distribution.cumulative(ms));
        assert.ok(p > significance, `${JSON.stringify(example)}: p = ${p}`);
      }
    });

    for (const tail of [1e-3, 1e-8]) {
      const title = `100,000 draws among the longest ${tail} of all follow it by the same test`;
      test(title, { skip: plugin.name === 'constant' || plugin.name === 'mixture' }, () => {
        for (const example of examples) {
          const distribution = createSampler(example);
          const draws = sortedDraws(distribution, n, new UpperTailRandom(6, tail));
          const p = kolmogorovSmirnov(draws, (ms) => 1 - distribution.survival(ms) / tail);
          assert.ok(p > significance, `${JSON.stringify(example)}: p = ${p}`);
        }
      });
    }
  });
}
