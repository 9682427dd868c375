/** Pods under a load: figures that can be worked out by hand, and what must hold whatever the load. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type LoadShape, loadShapes, step } from '../../scripts/autoscaling/load-shapes.js';
import { readBase } from '../../scripts/autoscaling/runs.js';
import type { PodFigures, PodTimes, Streams } from '../../scripts/autoscaling/simulated-pod.js';
import { type SimulationInput, type SimulationResult, simulate } from '../../scripts/autoscaling/simulation.js';

const MIB = 2 ** 20;
const { autoscaler } = readBase();
const streams: Streams = { seconds: 10, tokensPerSecond: 50 };
const times: PodTimes = { placedSecs: 2, startSecs: 2, noticedSecs: 3, drainSecs: 35 };
/** 100,000 tokens/s, so 2,000 streams of 50, with 10 µs each; the CPU target of 70 % of half a core is reached with 700. */
const figures: PodFigures = {
  chunksPerSecond: 100_000,
  cpuSecsPerChunk: 10e-6,
  idleBytes: 200 * MIB,
  bytesPerStream: 4_096,
  streamsMax: 10_000,
  requestedCpus: 0.5,
  requestedBytes: 512 * MIB,
  limitCpus: 2,
};

const steady = (open: number): LoadShape => ({
  name: 'steady',
  description: '',
  seconds: 600,
  changesAtSecs: 300,
  streamsAt: () => open,
});

function run(load: LoadShape, more: Partial<SimulationInput> = {}): SimulationResult {
  return simulate({ autoscaler, figures, times, streams, load, ...more });
}

describe('a steady load', () => {
  test('of 1,200 streams is carried by the least number of pods, 400 each', () => {
    const { lateShare, moments, refused, replicasMax } = run(steady(1_200));
    assert.deepEqual([lateShare, refused, replicasMax], [0, 0, 3]);
    for (const { open, serving } of moments) assert.deepEqual([Math.round(open), serving], [1_200, 3]);
  });

  test('of 7,000 streams settles where each pod uses 70 % of its requested CPU, give or take a tenth of that', () => {
    const [replicas, ...others] = new Set(run(steady(7_000)).moments.map((moment) => moment.replicas));
    assert.deepEqual(others, []);
    // A stream takes 0.1 % of half a core.
    const utilization = (7_000 / replicas!) * 0.1;
    assert.ok(utilization >= 63 && utilization <= 78, `${replicas} pods at ${utilization} %`);
  });

  test('goes by streams where these take no time', () => {
    const { moments } = run(steady(7_000), { figures: { ...figures, cpuSecsPerChunk: 1e-9 } });
    assert.deepEqual([...new Set(moments.map(({ replicas }) => replicas))], [7]);
  });

  test('beyond what the most pods can do is late all the time, and no more pods come', () => {
    const { lateShare, replicasMax } = run(steady(50_000));
    assert.deepEqual([lateShare, replicasMax], [1, 20]);
  });

  test('beyond max_concurrent_requests is refused: of 500 a second, 3 pods take 10 each', () => {
    const few = { ...figures, streamsMax: 100 };
    const still = { ...autoscaler, maxReplicas: 3 };
    const { refused } = run(steady(5_000), { figures: few, autoscaler: still });
    assert.equal(Math.round(refused / 600), 470);
  });
});

describe('a step', () => {
  const load = step('step', 1_000, 12_000, 900, 900);

  test('has its first pods after the window, a run and a start', () => {
    const { moments } = run(load);
    const first = moments.find(({ secs, serving }) => secs >= 300 && serving > 3);
    // The load changes at 300, is seen at 315, and has to hold until the run at 360; a pod takes 7 s, and pictures are of every fifth second.
    assert.equal(first?.secs, 370);
  });

  test('without a window has them three runs sooner', () => {
    const hasty = { ...autoscaler, scaleUp: { ...autoscaler.scaleUp, stabilizationWindowSeconds: 0 } };
    const [slow, fast] = [run(load), run(load, { autoscaler: hasty })];
    const firstOf = ({ moments }: SimulationResult) =>
      moments.find(({ secs, serving }) => secs >= 300 && serving > 3)!.secs;
    assert.equal(firstOf(slow) - firstOf(fast), 45);
    assert.ok(fast.lateShare < slow.lateShare);
  });

  test('ends with the pods that it began with, where memory is no reason to keep them', () => {
    const { moments } = run(load, { figures: { ...figures, requestedBytes: 2_048 * MIB } });
    assert.equal(moments[0]!.replicas, 3);
    assert.equal(moments.at(-1)!.replicas, 3);
  });

  test('leaves pods that have nothing to do where an idle one is near the memory target: 66 / 80 of 5 are 4.1, so 5', () => {
    const { moments } = run(step('step', 1_000, 12_000, 900, 7_200), {
      figures: { ...figures, idleBytes: 342 * MIB, bytesPerStream: 0 },
    });
    assert.equal(moments.at(-1)!.replicas, 5);
  });

  test('cuts nothing while streams are shorter than the drain, and longer ones otherwise', () => {
    assert.equal(run(load).cut, 0);
    const long: Streams = { seconds: 120, tokensPerSecond: 50 };
    assert.ok(run(load, { streams: long }).cut > 0);
  });
});

describe('whatever the load', () => {
  const anyLoad = fc
    .record({
      low: fc.integer({ min: 0, max: 5_000 }),
      high: fc.integer({ min: 0, max: 30_000 }),
      hold: fc.integer({ min: 1, max: 60 }),
    })
    .map(({ high, hold, low }) => step('any', low, high, hold * 15, 600));

  test('pods stay within their bounds, and what is open within what was asked for', () => {
    fc.assert(
      fc.property(anyLoad, (load) => {
        const { moments } = run(load);
        const most = Math.max(...moments.map(({ wanted }) => wanted));
        for (const { late, open, replicas } of moments) {
          assert.ok(replicas >= autoscaler.minReplicas && replicas <= autoscaler.maxReplicas);
          assert.ok(open <= most + 1e-6 && open >= -1e-6 && late <= open + 1e-6);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('equal input gives equal figures', () => {
    for (const load of loadShapes) assert.deepEqual(run(load), run(load));
  });
});
