/** Promises of steering: what is over leaves no trace, and two things at once are composed as stated. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CompiledSteering } from '../../src/scenarios/compiled-steering.js';
import type { ActiveScenario, Definitions, LatencyOverride, Steering } from '../../src/scenarios/contract.js';
import { NO_STEERING, parseSteering, steeringAt, steeringText } from '../../src/scenarios/steering-text.js';

const definitions: Definitions = {
  slow: {
    description: '',
    parameters: { factor: { default: 2 } },
    duration_secs: 10,
    repeat: false,
    steps: [{ latency_factor: `\${factor}`, limits_factor: 0.5, faults: [{ fault: 'overloaded', probability: 0.25 }] }],
  },
  jerky: {
    description: '',
    parameters: {},
    duration_secs: null,
    repeat: true,
    steps: [
      { duration_secs: 1, match: { model: 'gpt-*', provider: 'openai' }, itl_factor: { from: 1, to: 3 } },
      {
        duration_secs: 1,
        limits_factor: 0.1,
        faults: [{ fault: 'server_error', probability: { from: 0, to: 0.5 } }, { fault: 'timeout' }],
      },
    ],
  },
};
const slow: ActiveScenario = { name: 'slow', fromUs: 1e6, untilUs: 11e6, parameters: { factor: 4 } };
const jerky: ActiveScenario = { name: 'jerky', fromUs: 2e6, untilUs: null, parameters: {} };
const steering = (...scenarios: ActiveScenario[]): Steering => ({ ...NO_STEERING, scenarios });
const compiled = (given: Steering) => new CompiledSteering(given, definitions);
const request = (atUs: number, model = 'gpt-4o', provider = 'openai') => ({
  atUs,
  model,
  provider,
  endpoint: 'openai.chat.completions',
});
const unchanged = { ttftFactor: 1, itlFactor: 1, ttftMs: undefined, itlMs: undefined };

test('nothing is changed before the start, at the end, and where nothing is active', () => {
  const one = compiled(steering(slow));
  for (const atUs of [0, 999_999, 11e6, 1e12]) {
    assert.deepEqual(one.latencyAt(request(atUs)), unchanged);
    assert.equal(one.limitsFactorAt(request(atUs)), 1);
  }
  assert.deepEqual(one.latencyAt(request(1e6)), { ...unchanged, ttftFactor: 4, itlFactor: 4 });
  assert.deepEqual(one.latencyAt(request(10_999_999)), { ...unchanged, ttftFactor: 4, itlFactor: 4 });
  assert.deepEqual(compiled(NO_STEERING).latencyAt(request(5)), unchanged);
});

test('factors of scenarios at once multiply', () => {
  const both = compiled(steering(jerky, slow));
  assert.deepEqual(both.latencyAt(request(2.5e6)), { ...unchanged, ttftFactor: 4, itlFactor: 8 });
  assert.equal(both.limitsFactorAt(request(3.5e6)), 0.05);
});

test('scenarios at once have the product of what each has alone, at any time and in any order', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 20e6, noNaN: true }), fc.constantFrom('gpt-4o', 'claude'), (atUs, model) => {
      const asked = request(atUs, model);
      const alone = [compiled(steering(slow)), compiled(steering(jerky))];
      for (const order of [steering(slow, jerky), steering(jerky, slow)]) {
        const both = compiled(order);
        const product = (of: (one: CompiledSteering) => number) => of(alone[0]!) * of(alone[1]!);
        assert.equal(
          both.latencyAt(asked).ttftFactor,
          product((one) => one.latencyAt(asked).ttftFactor),
        );
        assert.equal(
          both.latencyAt(asked).itlFactor,
          product((one) => one.latencyAt(asked).itlFactor),
        );
        assert.equal(
          both.limitsFactorAt(asked),
          product((one) => one.limitsFactorAt(asked)),
        );
      }
    }),
  );
});

test('a step is for the requests that fit its match', () => {
  const one = compiled(steering(jerky));
  assert.equal(one.latencyAt(request(2.5e6)).itlFactor, 2);
  assert.equal(one.latencyAt(request(2.5e6, 'claude-opus')).itlFactor, 1);
  assert.equal(one.latencyAt(request(2.5e6, 'gpt-4o', 'azure')).itlFactor, 1);
});

test('overrides multiply, and of two times the later one counts, each for its requests and its time', () => {
  const override = (name: string, more: Partial<LatencyOverride>): LatencyOverride => ({
    name,
    match: {},
    untilUs: null,
    ...more,
  });
  const one = compiled({
    ...steering(slow),
    latency: [
      override('a', { ttftMs: 100, factor: 2 }),
      override('b', { ttftMs: 200, itlMs: 0, match: { model: 'gpt-*' } }),
      override('c', { factor: 10, untilUs: 3e6 }),
    ],
  });
  assert.deepEqual(one.latencyAt(request(3e6)), { ttftFactor: 8, itlFactor: 8, ttftMs: 200, itlMs: 0 });
  assert.deepEqual(one.latencyAt(request(2_999_999)), { ttftFactor: 80, itlFactor: 80, ttftMs: 200, itlMs: 0 });
  const other = one.latencyAt(request(20e6, 'claude'));
  assert.deepEqual(other, { ttftFactor: 2, itlFactor: 2, ttftMs: 100, itlMs: undefined });
});

test('a scenario that the definitions do not have has no effect', () => {
  const one = compiled(steering({ ...slow, name: 'gone' }, { ...slow, name: 'toString' }));
  assert.deepEqual(one.latencyAt(request(2e6)), unchanged);
});

test('the text is ASCII, comes back whole, and is none where nothing is in effect', () => {
  const rule = { fault: 'server_error', match: { headers: { 'x-key': '¥€😀' } } };
  const whole: Steering = { ...steering(slow, jerky), faults: [{ name: 'one', rule, untilUs: 5 }] };
  const text = steeringText(whole);
  assert.match(text ?? '', /^[\x20-\x7e]+$/);
  assert.deepEqual(parseSteering(text), whole);
  assert.equal(steeringText(NO_STEERING), undefined);
  assert.deepEqual(parseSteering(undefined), NO_STEERING);
  assert.deepEqual(steeringAt(whole, 11e6), steering(jerky));
});
