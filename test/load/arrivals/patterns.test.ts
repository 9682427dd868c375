/** The contract of src/load/arrivals/contract.ts, held against every pattern in the registry. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Ajv } from 'ajv';
import type { JsonSchema } from '../../../src/kernel/json-schema.js';
import {
  arrivalProcess,
  arrivalRandom,
  arrivalsDurationSecs,
  expectedArrivals,
} from '../../../src/load/arrivals/arrival-process.js';
import {
  arrivalPatterns,
  arrivalStageProblems,
  arrivalStageSchema,
  courseOf,
  describeStage,
} from '../../../src/load/arrivals/registry.js';
import type { ArrivalStage } from '../../../src/load/contract.js';
import { kolmogorovSmirnov } from '../../latency/fixtures/statistics.js';
import { expectedUpTo } from './rates.js';

const SIGNIFICANCE = 0.01;
const RECORDED = [0, 12.5, 12.5, 400, 9_000];

function allOf(stages: readonly ArrivalStage[], seed = 5): number[] {
  const process = arrivalProcess(stages, arrivalRandom(seed));
  const times: number[] = [];
  for (let time = process.next(); time !== undefined; time = process.next()) times.push(time);
  return times;
}

function withRows(stage: ArrivalStage): ArrivalStage {
  return stage.pattern === 'trace' ? { ...stage, arrivals_ms: RECORDED } : stage;
}

test('names are unique, and an unknown one is refused', () => {
  const names = arrivalPatterns.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.throws(() => courseOf({ pattern: 'tide' }), { name: 'RangeError', message: /"tide"/ });
});

for (const pattern of arrivalPatterns) {
  const schema: JsonSchema = pattern.schema;
  const examples = (schema.examples as readonly ArrivalStage[]).map(withRows);

  describe(`the pattern ${pattern.name}`, () => {
    test('has a schema that names it, refuses unknown keys and explains every parameter', () => {
      assert.equal(schema.properties?.pattern?.const, pattern.name);
      assert.equal(schema.additionalProperties, false);
      for (const [key, parameter] of Object.entries(schema.properties ?? {})) {
        if (key === 'pattern') continue;
        assert.ok(parameter.description, `${key} has no description`);
        if (key.endsWith('_secs')) assert.equal(parameter['x-unit'], 's', key);
        if (key.endsWith('rate')) assert.equal(parameter['x-unit'], 'conversations/s', key);
      }
    });

    test('has examples, which are valid and can be described', () => {
      const validate = new Ajv({ keywords: ['x-unit'], discriminator: true }).compile(arrivalStageSchema);
      for (const example of schema.examples as readonly ArrivalStage[]) {
        assert.ok(validate(example), JSON.stringify(validate.errors));
        assert.deepEqual(arrivalStageProblems(example), []);
        assert.match(describeStage(example), new RegExp(`^${pattern.name} [^\n]+$`));
      }
    });

    test('has arrivals that never fall, lie within its length, follow from the seed, and are about as many as expected', () => {
      for (const stage of examples) {
        const times = allOf([stage]);
        const endMs = arrivalsDurationSecs([stage]) * 1_000;
        for (const [index, time] of times.entries()) {
          assert.ok(time >= (times[index - 1] ?? 0) && time <= endMs, `${time} at ${index}`);
        }
        assert.deepEqual(allOf([stage]), times);
        const expected = expectedArrivals([stage]);
        assert.ok(Math.abs(times.length - expected) <= 5 * Math.sqrt(expected), `${times.length} for ${expected}`);
      }
    });
  });
}

/** All patterns with a rate, many arrivals each, with falling rates, rates of 0 and several swings among them. */
const CURVES: readonly ArrivalStage[] = [
  { pattern: 'poisson', rate: 200, duration_secs: 100 },
  { pattern: 'ramp', from_rate: 0, to_rate: 400, duration_secs: 100 },
  { pattern: 'ramp', from_rate: 300, to_rate: 0.5, duration_secs: 100 },
  { pattern: 'step', from_rate: 0, to_rate: 400, steps: 5, duration_secs: 100 },
  { pattern: 'step', from_rate: 500, to_rate: 20, steps: 3, duration_secs: 100 },
  { pattern: 'spike', rate: 50, peak_rate: 2_000, at_secs: 40, peak_secs: 7, duration_secs: 100 },
  { pattern: 'spike', rate: 0, peak_rate: 3_000, at_secs: 0, peak_secs: 5, duration_secs: 100 },
  { pattern: 'sine', rate: 200, amplitude: 200, period_secs: 30, duration_secs: 100 },
  { pattern: 'sine', rate: 200, amplitude: 150, period_secs: 240, phase: 0.75, duration_secs: 100 },
];

describe('arrivals at a rate', () => {
  for (const stage of CURVES) {
    test(`lie as the rate says, by the Kolmogorov-Smirnov test: ${describeStage(stage)}`, () => {
      const expected = expectedUpTo(stage, 100);
      const times = allOf([stage], 11);
      const sigma = Math.sqrt(expected(100));
      assert.ok(Math.abs(times.length - expected(100)) < 4 * sigma, `${times.length} of ${expected(100)}`);
      const p = kolmogorovSmirnov(Float64Array.from(times), (ms) => expected(ms / 1_000) / expected(100));
      assert.ok(p > SIGNIFICANCE, `p = ${p}`);
    });

    test(`know nothing of each other: gaps in expected arrivals are exponential: ${describeStage(stage)}`, () => {
      const expected = expectedUpTo(stage, 100);
      const places = allOf([stage], 12).map((ms) => expected(ms / 1_000));
      const gaps = Float64Array.from(places, (place, index) => place - (places[index - 1] ?? 0)).sort();
      const p = kolmogorovSmirnov(gaps, (gap) => 1 - Math.exp(-gap));
      assert.ok(p > SIGNIFICANCE, `p = ${p}`);
    });

    if (stage.pattern === 'poisson') continue;
    test(`lie one expected arrival apart where they are even: ${describeStage(stage)}`, () => {
      const expected = expectedUpTo(stage, 100);
      const times = allOf([{ ...stage, spacing: 'even' }]);
      assert.ok(Math.abs(times.length - expected(100)) <= 1, `${times.length} of ${expected(100)}`);
      for (const [index, ms] of times.entries()) {
        const place = expected(ms / 1_000);
        assert.ok(Math.abs(place - index) < 0.05, `arrival ${index} lies where ${place} are expected`);
      }
    });
  }

  test('of two seeds are two draws', () => {
    const [stage] = CURVES;
    assert.notDeepEqual(allOf([stage!], 1).slice(0, 5), allOf([stage!], 2).slice(0, 5));
  });
});
