/** Promises of timelines: exact steps, continuous ramps, nothing before the start and nothing from the end on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ScenarioDefinition, StepDefinition } from '../../src/scenarios/contract.js';
import { rampAt } from '../../src/scenarios/quantities.js';
import { defaultDurationSecs, factorAt, placeAt, timelineOf } from '../../src/scenarios/timeline.js';

function definitionOf(steps: readonly StepDefinition[], more: Partial<ScenarioDefinition> = {}): ScenarioDefinition {
  return { description: '', parameters: {}, duration_secs: null, repeat: false, steps, ...more };
}

const factor = fc.double({ min: 0, max: 1_000, noNaN: true });
const stepArbitrary: fc.Arbitrary<StepDefinition> = fc.record({
  duration_secs: fc.integer({ min: 0, max: 100_000 }).map((ms) => ms / 1_000),
  latency_factor: fc.oneof(factor, fc.record({ from: factor, to: factor })),
});
const stepsArbitrary = fc.array(stepArbitrary, { minLength: 1, maxLength: 8 });

test('every moment up to the end lies in the one step whose bounds hold it', () => {
  fc.assert(
    fc.property(stepsArbitrary, fc.boolean(), fc.double({ min: 0, max: 3, noNaN: true }), (steps, repeat, where) => {
      const timeline = timelineOf(definitionOf(steps, { repeat }), {}, null);
      const sinceUs = Math.floor(timeline.lengthUs * where);
      const place = placeAt(timeline, sinceUs);
      if (timeline.lengthUs === 0 || (!repeat && sinceUs >= timeline.lengthUs)) {
        assert.equal(place, undefined);
        return;
      }
      assert.ok(place);
      const inRound = repeat ? sinceUs % timeline.lengthUs : sinceUs;
      assert.ok(place.step.startUs <= inRound && inRound < place.step.endUs);
      assert.ok(place.progress >= 0 && place.progress < 1);
    }),
  );
});

test('steps change exactly at their bounds', () => {
  const steps = [{ duration_secs: 1.5, latency_factor: 2 }, { duration_secs: 0 }, { duration_secs: 2, itl_factor: 3 }];
  const timeline = timelineOf(definitionOf(steps), {}, null);
  const stepAt = (us: number) => placeAt(timeline, us)?.step.index;
  assert.deepEqual([-1, 0, 1_499_999, 1_500_000, 3_499_999, 3_500_000].map(stepAt), [undefined, 0, 0, 2, 2, undefined]);
});

test('a ramp begins at its first value, ends at its last, and changes evenly', () => {
  fc.assert(
    fc.property(factor, factor, fc.integer({ min: 1, max: 1_000 }), (from, to, secs) => {
      const timeline = timelineOf(
        definitionOf([
          { duration_secs: secs, latency_factor: { from, to } },
          { duration_secs: secs, latency_factor: to },
        ]),
        {},
        null,
      );
      const at = (us: number) => {
        const place = placeAt(timeline, us);
        assert.ok(place);
        return factorAt(place.step.latencyFactor, place);
      };
      const endUs = secs * 1e6;
      const near = (value: number, expected: number) => Math.abs(value - expected) <= 1e-9 * Math.max(1, from, to);
      assert.equal(at(0), from);
      assert.equal(at(endUs), to);
      assert.ok(near(at(endUs / 2), (from + to) / 2));
      // Continuous: a microsecond changes it by no more than its slope, also over the bound.
      const slope = Math.abs(to - from) / endUs;
      assert.ok(Math.abs(at(endUs - 1) - at(endUs)) <= slope * 1.000_001 + 1e-9);
    }),
  );
  assert.equal(rampAt({ from: 0.1, to: 0.3 }, 1), 0.3);
});

test('shares are those of the whole, and the last step without a length takes the rest', () => {
  const steps = [{ share: 0.2 }, { duration_secs: 5 }, { share: 0.3 }, {}];
  const { steps: placed, lengthUs } = timelineOf(definitionOf(steps, { duration_secs: 60 }), {}, 100e6);
  assert.deepEqual(
    placed.map(({ startUs, endUs }) => [startUs / 1e6, endUs / 1e6]),
    [
      [0, 20],
      [20, 25],
      [25, 55],
      [55, 100],
    ],
  );
  assert.equal(lengthUs, 100e6);
  const thirds = [{ share: 1 / 3 }, { share: 1 / 3 }, { share: 1 / 3 }];
  assert.equal(timelineOf(definitionOf(thirds, { duration_secs: 1 }), {}, 10e6).lengthUs, 10e6);
});

test('an activation that does not say how long lasts as the definition says, as its steps do, or for good', () => {
  const lengthOf = (steps: readonly StepDefinition[], more: Partial<ScenarioDefinition> = {}) =>
    defaultDurationSecs(definitionOf(steps, more), {});
  assert.equal(lengthOf([{ duration_secs: 3 }, { duration_secs: 4 }]), 7);
  assert.equal(lengthOf([{ duration_secs: 3 }], { duration_secs: 60 }), 60);
  assert.equal(lengthOf([{ duration_secs: 3 }, {}]), null);
  assert.equal(lengthOf([{ duration_secs: 3 }], { repeat: true }), null);
  assert.equal(lengthOf([{ duration_secs: 3 }], { repeat: true, duration_secs: 9 }), 9);
});

test('parameters stand wherever they are named, in faults at any depth', () => {
  const definition = definitionOf(
    [
      {
        duration_secs: `\${secs}`,
        latency_factor: { from: 1, to: `\${slow}` },
        match: { model: 'gpt-*' },
        faults: [
          {
            fault: { kind: 'rate_limit', retry_after_secs: `\${secs}` },
            probability: `\${slow}`,
            match: { model: 'o3' },
          },
        ],
      },
    ],
    { parameters: { secs: { default: 10 }, slow: { default: 1 } } },
  );
  const [step] = timelineOf(definition, { secs: 7, slow: 0.5 }, null).steps;
  assert.ok(step);
  assert.equal(step.endUs, 7e6);
  assert.deepEqual(step.latencyFactor, { from: 1, to: 0.5 });
  assert.deepEqual(step.faults, [
    {
      fault: { kind: 'rate_limit', retry_after_secs: 7 },
      probability: { from: 0.5, to: 0.5 },
      match: { model: 'o3' },
    },
  ]);
});
