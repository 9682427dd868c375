/** Promises of definitions and their parameters: every mistake is found where it stands, and no value that is let through spoils a step. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ScenarioDefinition } from '../../src/scenarios/contract.js';
import { definitionProblems } from '../../src/scenarios/definition-problems.js';
import { completeParameters, parameterProblems, parameterRanges } from '../../src/scenarios/parameters.js';
import { placeAt, timelineOf } from '../../src/scenarios/timeline.js';

const sound: ScenarioDefinition = {
  description: '',
  parameters: { error_rate: { default: 0.1 }, slowdown: { default: 4, minimum: 1, maximum: 100 } },
  duration_secs: 60,
  repeat: false,
  steps: [
    { share: 0.5, latency_factor: { from: 1, to: `\${slowdown}` } },
    { faults: [{ fault: 'overloaded', probability: `\${error_rate}` }] },
  ],
};
const problemsOf = (more: Partial<ScenarioDefinition>) =>
  definitionProblems({ ...sound, ...more }).map(({ path, message }) => `${path.join('.')}: ${message}`);

test('a sound definition has no problems', () => {
  assert.deepEqual(definitionProblems(sound), []);
});

test('parameters that there are not or that do not fit are found', () => {
  const steps = [{ latency_factor: `\${slow}` }];
  assert.deepEqual(problemsOf({ steps }), [
    'steps.0.latency_factor: names the parameter "slow", which the scenario does not have',
  ]);
  const parameters = { error_rate: { default: 2, maximum: 3 }, slowdown: { default: 0, minimum: 1, maximum: 0.5 } };
  assert.deepEqual(problemsOf({ parameters }), [
    'parameters.slowdown.minimum: must be <= maximum (0.5)',
    'steps.1.faults.0.probability: takes numbers from 0 to 1, but error_rate may be from 2 to 3',
  ]);
  assert.deepEqual(problemsOf({ parameters: { ...sound.parameters, error_rate: { default: 0.5, maximum: 0.2 } } }), [
    'parameters.error_rate.default: must be <= maximum (0.2)',
  ]);
});

test('steps whose lengths make no sense are found', () => {
  const lengths = { parameters: {} };
  assert.match(problemsOf({ ...lengths, steps: [{}, { share: 0.5 }] })[0] ?? '', /^steps.0: must have duration_secs/);
  assert.match(
    problemsOf({ ...lengths, steps: [{ share: 0.6 }, { share: 0.6 }] })[0] ?? '',
    /^steps: must have shares/,
  );
  assert.match(
    problemsOf({ ...lengths, steps: [{ share: 0.5, duration_secs: 3 }] })[0] ?? '',
    /^steps.0.share: has no meaning/,
  );
  const endless = { ...lengths, duration_secs: null };
  assert.match(problemsOf({ ...endless, steps: [{ share: 0.5 }] })[0] ?? '', /^steps.0.share: needs the scenario/);
  assert.match(problemsOf({ ...endless, steps: [{ itl_factor: { from: 1, to: 2 } }] })[0] ?? '', /its ramp/);
  assert.match(
    problemsOf({ ...lengths, repeat: true, steps: [{ itl_factor: 2 }] })[0] ?? '',
    /^repeat: has no meaning/,
  );
});

test('all that is wrong with given parameters is said at once', () => {
  assert.deepEqual(parameterProblems(sound, { error_rate: 1.5, slowdown: '4', latency: 3, __proto__: null }), [
    { path: ['error_rate'], part: 'value', value: 1.5, message: 'must be a number from 0 to 1' },
    { path: ['slowdown'], part: 'value', value: '4', message: 'must be a number from 1 to 100' },
    {
      path: ['latency'],
      part: 'key',
      message: 'is not a parameter of the scenario: it has error_rate, slowdown',
      choices: ['error_rate', 'slowdown'],
    },
  ]);
  for (const wrong of [[], 'error_rate', 3, true]) assert.equal(parameterProblems(sound, wrong).length, 1);
  for (const value of [Number.NaN, null, [], {}, -0.1]) {
    assert.equal(parameterProblems(sound, { error_rate: value }).length, 1);
  }
  assert.deepEqual(parameterProblems(sound, undefined), []);
});

test('any parameters that are let through give every moment sound factors and probabilities', () => {
  const ranges = parameterRanges(sound);
  assert.deepEqual(ranges.get('error_rate'), { minimum: 0, maximum: 1 });
  const given = fc.record(
    { error_rate: fc.double({ noNaN: true }), slowdown: fc.double({ min: 0, max: 200, noNaN: true }) },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(given, fc.double({ min: 0, max: 0.999, noNaN: true }), (parameters, where) => {
      fc.pre(parameterProblems(sound, parameters).length === 0);
      const complete = completeParameters(sound, parameters);
      assert.deepEqual(Object.keys(complete), ['error_rate', 'slowdown']);
      const place = placeAt(timelineOf(sound, complete, 60e6), where * 60e6);
      assert.ok(place);
      const { latencyFactor, faults } = place.step;
      if (latencyFactor !== undefined) assert.ok(latencyFactor.to >= 1 && latencyFactor.to <= 100);
      for (const { probability } of faults) assert.ok(probability.from >= 0 && probability.to <= 1);
    }),
  );
});
