/** The contract of src/latency/contract.ts, held against every distribution in the registry. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Ajv } from 'ajv';
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import { delayMsMax } from '../../src/latency/contract.js';
import {
  createSampler,
  type DistributionParameters,
  distributionProblems,
  distributions,
} from '../../src/latency/registry.js';
import { fixedRandom, SeededRandom } from './fixtures/seeded-random.js';

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
      const validate = new Ajv({ keywords: ['x-unit'], strictTypes: false }).compile(schema);
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

    test('equal seeds give equal draws, and a draw takes at most one random number', () => {
      for (const example of examples) {
        const [left, right] = [new SeededRandom(3), new SeededRandom(3)];
        for (let i = 0; i < 100; i++) {
          assert.equal(createSampler(example).sampleMs(left), createSampler(example).sampleMs(right));
        }
        assert.ok(left.draws === 0 || left.draws === 100);
      }
    });
  });
}
