/** Promises of faults at run time: who comes first, whom a scenario hits and for how long, and that nothing else changes. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FaultDecision } from '../../src/engine/fault-decision.js';
import { RequestSteering } from '../../src/engine/request-steering.js';
import type { FaultSubject } from '../../src/faults/rules.js';
import type { ActiveScenario, Steering } from '../../src/scenarios/contract.js';
import { NO_STEERING, steeringText } from '../../src/scenarios/steering-text.js';
import { snapshotOf } from './engine-parts.js';

const snapshot = snapshotOf({
  faults: {
    rules: [
      { name: 'configured', fault: 'permission', match: { model: 'gpt-4o' } },
      { name: 'other', fault: 'authentication', match: { model: 'gpt-4' } },
    ],
  },
  scenarios: {
    first: {
      steps: [{ duration_secs: 10, faults: [{ fault: 'overloaded', probability: 0.3 }] }, { duration_secs: 10 }],
    },
    second: {
      steps: [
        {
          duration_secs: 100,
          match: { provider: 'openai' },
          faults: [
            { fault: 'server_error', probability: { from: 0, to: 1 } },
            { fault: 'timeout', probability: 0.5, match: { provider: 'azure' } },
          ],
        },
      ],
    },
  },
});
const decision = new FaultDecision(snapshot);
const scenario = (name: string, fromUs = 0): ActiveScenario => ({
  name,
  fromUs,
  untilUs: fromUs + (name === 'first' ? 20e6 : 100e6),
  parameters: {},
});
const both = [scenario('first'), scenario('second')];

function subjectOf(index: number, more: Partial<FaultSubject> = {}): FaultSubject {
  return {
    identity: Uint32Array.of(index, 17, 3, 4),
    generates: true,
    stream: false,
    model: 'o3',
    endpoint: 'openai.chat.completions',
    provider: 'openai',
    apiKey: undefined,
    header: () => undefined,
    number: index,
    sequence: { high: 0, low: 0 },
    atUs: 0,
    ...more,
  };
}

function decider(given: Partial<Steering>) {
  const steering = new RequestSteering(snapshot);
  steering.take(steeringText({ ...NO_STEERING, ...given }));
  return (subject: FaultSubject) => decision.of(subject, undefined, undefined, steering.faults);
}
const kindsOf = (given: Partial<Steering>, more: Partial<FaultSubject>, count = 10_000) => {
  const decide = decider(given);
  return Array.from({ length: count }, (_, index) => decide(subjectOf(index, more))?.kind.name);
};
const shareOf = (kinds: readonly (string | undefined)[], name: string) =>
  kinds.filter((kind) => kind === name).length / kinds.length;
/** Of the mean of 10,000 draws: 99.9 % lie within. */
const near = (measured: number, expected: number) =>
  assert.ok(Math.abs(measured - expected) <= 3.3 * Math.sqrt(0.25 / 10_000), `${measured} of ${expected}`);

describe('a scenario', () => {
  test('hits the share of the moment, also of a ramp, and nobody outside its steps', () => {
    near(shareOf(kindsOf({ scenarios: [both[0]!] }, { atUs: 5e6 }), 'overloaded'), 0.3);
    near(shareOf(kindsOf({ scenarios: [both[1]!] }, { atUs: 25e6 }), 'server_error'), 0.25);
    near(shareOf(kindsOf({ scenarios: [both[1]!] }, { atUs: 75e6 }), 'server_error'), 0.75);
    for (const atUs of [10e6, 19e6, 20e6, 1e9]) {
      assert.equal(shareOf(kindsOf({ scenarios: [both[0]!] }, { atUs }, 100), 'overloaded'), 0);
    }
  });

  test('begins and ends at its times, whichever these are', () => {
    const late = { scenarios: [scenario('first', 50e6)] };
    assert.equal(shareOf(kindsOf(late, { atUs: 49_999_999 }, 100), 'overloaded'), 0);
    assert.deepEqual(kindsOf(late, { atUs: 50e6 }, 100), kindsOf({ scenarios: [scenario('first')] }, { atUs: 0 }, 100));
  });

  test('beside another hits the same requests as alone, but for those that the one before it hits', () => {
    const alone = [both[0]!, both[1]!].map((one) => kindsOf({ scenarios: [one] }, { atUs: 5e6 }));
    const together = kindsOf({ scenarios: both }, { atUs: 5e6 });
    assert.deepEqual(
      together,
      alone[0]!.map((kind, index) => kind ?? alone[1]![index]),
    );
    const reversed = kindsOf({ scenarios: both.toReversed() }, { atUs: 5e6 });
    assert.deepEqual(
      reversed,
      alone[1]!.map((kind, index) => kind ?? alone[0]![index]),
    );
  });

  test('is for those that its step and its fault match', () => {
    const azure = kindsOf({ scenarios: [both[1]!] }, { atUs: 5e6, provider: 'azure' });
    near(shareOf(azure, 'timeout'), 0.5);
    assert.equal(shareOf(azure, 'server_error'), 0);
    const anthropic = kindsOf({ scenarios: [both[1]!] }, { atUs: 99e6, provider: 'anthropic' }, 100);
    assert.deepEqual(new Set(anthropic), new Set([undefined]));
  });
});

describe('an override', () => {
  const override = (name: string, rule: { readonly [key: string]: unknown }, untilUs: number | null = null) => ({
    name,
    rule,
    untilUs,
  });
  const only = (given: Partial<Steering>, more: Partial<FaultSubject>) => {
    const kinds = new Set(kindsOf(given, more, 50));
    assert.equal(kinds.size, 1);
    return [...kinds][0];
  };

  test('comes before scenarios, these before configured rules', () => {
    const outage = { scenarios: [scenario('second')] };
    assert.equal(only({ ...outage, faults: [override('mine', { fault: 'timeout' })] }, { atUs: 99.9e6 }), 'timeout');
    assert.equal(only({}, { model: 'gpt-4o' }), 'permission');
    const kinds = kindsOf(outage, { atUs: 50e6, model: 'gpt-4o' });
    near(shareOf(kinds, 'server_error'), 0.5);
    assert.equal(shareOf(kinds, 'server_error') + shareOf(kinds, 'permission'), 1);
  });

  test('stands in the place of the configured rule of its name, which holds again when it is over', () => {
    const off = { faults: [override('configured', { enabled: false }, 10e6)] };
    assert.equal(only(off, { model: 'gpt-4o', atUs: 0 }), undefined);
    assert.equal(only(off, { model: 'gpt-4', atUs: 0 }), 'authentication');
    assert.equal(only(off, { model: 'gpt-4o', atUs: 10e6 }), 'permission');
    const instead = { faults: [override('configured', { fault: 'overloaded', match: { model: 'o3' } }, 10e6)] };
    assert.equal(only(instead, { model: 'gpt-4o', atUs: 9_999_999 }), undefined);
    assert.equal(only(instead, { model: 'o3', atUs: 9_999_999 }), 'overloaded');
    assert.equal(only(instead, { model: 'o3', atUs: 10e6 }), undefined);
  });

  test('hits the same requests under the same name and share, whatever else there is', () => {
    const half = override('half', { fault: 'overloaded', probability: 0.5 });
    const alone = kindsOf({ faults: [half] }, {});
    near(shareOf(alone, 'overloaded'), 0.5);
    const never = override('never', { fault: 'timeout', probability: 0 });
    assert.deepEqual(kindsOf({ faults: [never, half], scenarios: both }, { atUs: 30e6, provider: 'gemini' }), alone);
    const fewer = kindsOf({ faults: [override('half', { fault: 'overloaded', probability: 0.2 }, 10e6)] }, {});
    assert.ok(fewer.every((kind, index) => kind === undefined || alone[index] === kind));
  });

  test('may follow a pattern by number', () => {
    const third = override('third', { fault: 'overloaded', pattern: { kind: 'every_nth', n: 3 } });
    assert.deepEqual(
      kindsOf({ faults: [third] }, {}, 7).map((kind) => kind !== undefined),
      [true, false, false, true, false, false, true],
    );
  });
});
