/** What one metric asks for: the examples of the Kubernetes documentation and of its controller's tests, worked out by hand. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type MetricTarget, type PodReading, replicasWanted } from '../../scripts/autoscaling/replicas-wanted.js';

const value = (target: number): MetricTarget => ({ kind: 'value', target });
const utilization = (target: number): MetricTarget => ({ kind: 'utilization', target });
const pods = (count: number, reading: PodReading): PodReading[] => new Array<PodReading>(count).fill(reading);

describe('replicas that a metric asks for', () => {
  test('200m where 100m are desired: twice as many', () => {
    assert.equal(replicasWanted(pods(3, 0.2), 3, value(0.1)), 6);
  });

  test('50m where 100m are desired: half as many', () => {
    assert.equal(replicasWanted(pods(4, 0.05), 4, value(0.1)), 2);
  });

  test('the walkthrough: one pod at 305 % where 50 % are desired makes seven', () => {
    assert.equal(replicasWanted([305], 1, utilization(50)), 7);
  });

  test('within a tenth of the target nothing changes, at either end', () => {
    for (const usage of [45, 50, 55])
      assert.equal(replicasWanted(pods(10, usage), 10, utilization(50)), 10, `${usage} %`);
    assert.equal(replicasWanted(pods(10, 56), 10, utilization(50)), 12, '10 · 56 / 50 = 11.2');
    assert.equal(replicasWanted(pods(10, 44), 10, utilization(50)), 9, '10 · 44 / 50 = 8.8');
  });

  test('utilisation is of whole per cents, rounded down', () => {
    // 55.9 % would be outside of the tolerance; 55 % is not.
    assert.equal(replicasWanted(pods(10, 55.9), 10, utilization(50)), 10);
  });

  test('a pod that is not ready counts as idle where more are wanted: 2 · 60 % over 3 pods are 40 %, so 3 · 40 / 30 = 4', () => {
    assert.equal(replicasWanted(['unready', 50, 70], 3, utilization(30)), 4);
  });

  test('and does not count where fewer are wanted: 2 · 20 / 50 = 0.8', () => {
    assert.equal(replicasWanted(['unready', 20, 20], 3, utilization(50)), 1);
  });

  test('a pod without a value counts as idle where more are wanted: (60 + 60 + 0) / 3 = 40, 3 · 40 / 30 = 4', () => {
    assert.equal(replicasWanted([60, 60, 'missing'], 3, utilization(30)), 4);
  });

  test('and as fully used where fewer are: (20 + 20 + 100) / 3 = 46, within a tenth of 50', () => {
    assert.equal(replicasWanted([20, 20, 'missing'], 3, utilization(50)), 3);
  });

  test('of a metric that is no share, fully used is its target: (100 + 100 + 1000) / 3 = 400, 3 · 0.4 = 1.2', () => {
    assert.equal(replicasWanted([100, 100, 'missing'], 3, value(1_000)), 2);
  });

  test('caution that would turn the direction round changes nothing: (120 + 0 + 0) / 3 = 40 < 100 < 120', () => {
    assert.equal(replicasWanted([120, 'unready', 'unready'], 3, utilization(100)), 3);
  });

  test('no pod has a value: the metric says nothing', () => {
    assert.equal(replicasWanted(['unready', 'missing'], 2, utilization(50)), undefined);
  });

  test('what is missing never makes a change larger than what is known does', () => {
    const known = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        known,
        fc.integer({ min: 0, max: 10 }),
        fc.integer({ min: 1, max: 200 }),
        (values, missing, target) => {
          const current = values.length + missing;
          const cautious = replicasWanted([...values, ...pods(missing, 'missing')], current, utilization(target))!;
          const mean = Math.floor(values.reduce((sum, one) => sum + one, 0) / values.length);
          // One more for what a quotient of binary fractions adds before it is rounded up.
          if (mean > target) assert.ok(cautious >= current && cautious <= Math.ceil((current * mean) / target) + 1);
          else assert.ok(cautious <= current);
        },
      ),
    );
  });
});
