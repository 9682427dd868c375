/** Windows, policies and bounds: the examples of the Kubernetes documentation on scaling behaviour, worked out by hand. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  Autoscaler,
  type AutoscalerSpec,
  type ScalingPolicy,
  type ScalingRules,
} from '../../scripts/autoscaling/autoscaler.js';
import { readBase } from '../../scripts/autoscaling/runs.js';

const percent = (value: number, periodSeconds: number): ScalingPolicy => ({ type: 'Percent', value, periodSeconds });
const count = (value: number, periodSeconds: number): ScalingPolicy => ({ type: 'Pods', value, periodSeconds });
const rules = (policies: ScalingPolicy[], more: Partial<ScalingRules> = {}): ScalingRules => ({
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies,
  ...more,
});

const free: AutoscalerSpec = {
  minReplicas: 1,
  maxReplicas: 1_000,
  metrics: {},
  scaleUp: rules([percent(100, 15), count(4, 15)]),
  scaleDown: rules([percent(100, 15)]),
};

/** The replicas after each run, when the metrics ask for the same every time. */
function runs(spec: AutoscalerSpec, from: number, wanted: number, times: readonly number[]): number[] {
  const autoscaler = new Autoscaler(spec, from, 0);
  let current = from;
  return times.map((secs) => {
    current = autoscaler.step(secs, current, [wanted]);
    return current;
  });
}

const every = (periodSecs: number, number: number) =>
  Array.from({ length: number }, (_, index) => (index + 1) * periodSecs);

describe('policies', () => {
  test('down by 10 % or 4 pods a minute: from 80 to 10, 8 at first, 7.2 counts as 8, and 4 at a time below 40', () => {
    const spec = { ...free, scaleDown: rules([count(4, 60), percent(10, 60)]) };
    assert.deepEqual(
      runs(spec, 80, 10, every(60, 16)),
      [72, 64, 57, 51, 45, 40, 36, 32, 28, 24, 20, 16, 12, 10, 10, 10],
    );
  });

  test('by default twice as many or 4 more every 15 s: from 1 over 5, 10 and 20 to 30', () => {
    assert.deepEqual(runs(free, 1, 30, every(15, 5)), [5, 10, 20, 30, 30]);
  });

  test('what was done within the period counts: twice as many a minute is not twice as many every 15 s', () => {
    const spec = { ...free, scaleUp: rules([percent(100, 60)]) };
    assert.deepEqual(runs(spec, 3, 100, every(15, 9)), [6, 6, 6, 6, 12, 12, 12, 12, 24]);
  });

  test('Min takes the smaller change: 10 % of 20 are 2, not 5', () => {
    const spec = { ...free, scaleDown: rules([percent(10, 60), count(5, 60)], { selectPolicy: 'Min' }) };
    assert.deepEqual(runs(spec, 100, 1, every(60, 2)), [95, 90]);
    assert.deepEqual(runs(spec, 20, 1, every(60, 2)), [18, 16]);
  });

  test('Disabled forbids the direction', () => {
    const still = rules([], { selectPolicy: 'Disabled' });
    assert.deepEqual(runs({ ...free, scaleDown: still }, 8, 1, [15]), [8]);
    assert.deepEqual(runs({ ...free, scaleUp: still }, 8, 20, [15]), [8]);
  });
});

describe('windows', () => {
  test('on the way down the most of the last five minutes holds', () => {
    const spec = { ...free, scaleDown: rules([percent(100, 15)], { stabilizationWindowSeconds: 300 }) };
    const autoscaler = new Autoscaler(spec, 10, 0);
    assert.equal(autoscaler.step(15, 10, [4]), 10);
    assert.equal(autoscaler.step(150, 10, [7]), 10);
    assert.equal(autoscaler.step(299, 10, [4]), 10);
    assert.equal(autoscaler.step(300, 10, [4]), 7, 'the first recommendation is five minutes old');
    assert.equal(autoscaler.step(450, 7, [4]), 4, 'and now the seven is as well');
  });

  test('on the way up the least of the window holds, so that a moment does not count', () => {
    const spec = { ...free, scaleUp: rules([percent(900, 15)], { stabilizationWindowSeconds: 60 }) };
    const autoscaler = new Autoscaler(spec, 3, 0);
    assert.equal(autoscaler.step(15, 3, [20]), 3);
    assert.equal(autoscaler.step(30, 3, [3]), 3);
    assert.equal(autoscaler.step(75, 3, [20]), 3);
    assert.equal(autoscaler.step(90, 3, [12]), 12, 'the three is a minute old');
  });
});

describe('several metrics', () => {
  test('the one that asks for most decides', () => {
    assert.equal(new Autoscaler(free, 3, 0).step(15, 3, [4, 6, 2]), 6);
  });

  test('one that cannot be read does not keep more pods from coming, and keeps them from going', () => {
    assert.equal(new Autoscaler(free, 3, 0).step(15, 3, [5, undefined]), 5);
    assert.equal(new Autoscaler(free, 3, 0).step(15, 3, [1, undefined]), 3);
    assert.equal(new Autoscaler(free, 3, 0).step(15, 3, [undefined]), 3);
  });
});

describe('bounds', () => {
  test('hold whatever is wanted, and are gone to at once', () => {
    const spec = { ...free, minReplicas: 3, maxReplicas: 20 };
    assert.equal(new Autoscaler(spec, 10, 0).step(15, 10, [100]), 20);
    assert.equal(new Autoscaler(spec, 10, 0).step(15, 10, [1]), 3);
    assert.equal(new Autoscaler(spec, 1, 0).step(15, 1, [1]), 3);
    assert.equal(new Autoscaler(spec, 40, 0).step(15, 40, [40]), 20);
  });
});

describe('the autoscaler of k8s/base', () => {
  const { autoscaler } = readBase();

  test('is read as it stands in the manifest', () => {
    assert.deepEqual(autoscaler, {
      minReplicas: 3,
      maxReplicas: 20,
      metrics: {
        cpu: { kind: 'utilization', target: 70 },
        memory: { kind: 'utilization', target: 80 },
        llm_simulator_active_streams: { kind: 'value', target: 1_000 },
      },
      scaleUp: { stabilizationWindowSeconds: 60, selectPolicy: 'Max', policies: [percent(100, 30)] },
      scaleDown: { stabilizationWindowSeconds: 300, selectPolicy: 'Max', policies: [percent(50, 60)] },
    });
  });

  test('goes up a minute after the load, then doubles every 30 s: 3, 6, 12, 20', () => {
    assert.deepEqual(runs(autoscaler, 3, 30, every(15, 9)), [3, 3, 3, 6, 6, 12, 12, 20, 20]);
  });

  test('goes down five minutes after the load, by half a minute: 20, 10, 5, 3', () => {
    const spec = { ...autoscaler, minReplicas: 3 };
    const times = every(15, 33);
    const replicas = runs(spec, 20, 1, times);
    const at = (secs: number) => replicas[times.indexOf(secs)];
    assert.deepEqual([285, 300, 345, 360, 405, 420].map(at), [20, 10, 10, 5, 5, 3]);
  });
});
