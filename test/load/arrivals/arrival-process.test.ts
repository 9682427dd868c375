/** Stages one behind the other, and the arrivals that are known to the millisecond. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  arrivalProcess,
  arrivalRandom,
  arrivalsDurationSecs,
  describeArrivals,
} from '../../../src/load/arrivals/arrival-process.js';
import { arrivalStageProblems } from '../../../src/load/arrivals/registry.js';
import type { ArrivalStage } from '../../../src/load/contract.js';
import { kolmogorovSmirnov } from '../../latency/fixtures/statistics.js';

function arrivalsOf(...stages: ArrivalStage[]): number[] {
  const process = arrivalProcess(stages, arrivalRandom(3));
  const times: number[] = [];
  for (let time = process.next(); time !== undefined; time = process.next()) times.push(time);
  return times;
}

/** To a microsecond. */
function rounded(times: readonly number[]): number[] {
  return times.map((time) => Math.round(time * 1_000) / 1_000);
}

describe('a stage of known arrivals', () => {
  test('at a constant rate begins at once and leaves the end to what follows', () => {
    assert.deepEqual(rounded(arrivalsOf({ pattern: 'constant', rate: 4, duration_secs: 1 })), [0, 250, 500, 750]);
    assert.equal(arrivalsOf({ pattern: 'constant', rate: 0.1, duration_secs: 30 }).length, 3);
    assert.equal(arrivalsOf({ pattern: 'constant', rate: 1_000, duration_secs: 10 }).length, 10_000);
  });

  test('of bursts has all of each at one moment, or spread over its width', () => {
    const bursts = { pattern: 'burst', size: 3, interval_secs: 2, duration_secs: 5 };
    assert.deepEqual(rounded(arrivalsOf(bursts)), [0, 0, 0, 2_000, 2_000, 2_000, 4_000, 4_000, 4_000]);
    const wide = { ...bursts, width_secs: 1.5 };
    assert.deepEqual(rounded(arrivalsOf(wide)), [0, 500, 1_000, 2_000, 2_500, 3_000, 4_000, 4_500]);
    assert.equal(arrivalsOf({ ...bursts, interval_secs: 0.1, duration_secs: 0.3 }).length, 9);
  });

  test('of a trace has its times, at its speed', () => {
    const trace = { pattern: 'trace', file: 'a.csv', arrivals_ms: [0, 10, 10, 250] };
    assert.deepEqual(rounded(arrivalsOf(trace)), [0, 10, 10, 250]);
    assert.deepEqual(rounded(arrivalsOf({ ...trace, speed: 4 })), [0, 2.5, 2.5, 62.5]);
    assert.throws(() => arrivalsOf({ pattern: 'trace', file: 'a.csv' }), { name: 'RangeError', message: /a\.csv/ });
    assert.match(arrivalStageProblems({ ...trace, arrivals_ms: [] })[0]!.message, /no row/);
  });

  test('of even steps has each step’s rate', () => {
    const stair = { pattern: 'step', from_rate: 1, to_rate: 4, steps: 2, duration_secs: 2, spacing: 'even' };
    assert.deepEqual(rounded(arrivalsOf(stair)), [0, 1_000, 1_250, 1_500, 1_750]);
  });
});

describe('stages', () => {
  test('begin where the one before ends', () => {
    const times = arrivalsOf(
      { pattern: 'constant', rate: 1, duration_secs: 2 },
      { pattern: 'constant', rate: 0, duration_secs: 10 },
      { pattern: 'burst', size: 2, interval_secs: 1, duration_secs: 1 },
      { pattern: 'trace', file: 'a.csv', arrivals_ms: [0, 500] },
      { pattern: 'constant', rate: 2, duration_secs: 1 },
    );
    assert.deepEqual(rounded(times), [0, 1_000, 12_000, 12_000, 13_000, 13_500, 13_500, 14_000]);
  });

  test('that cut an even rate in pieces leave its arrivals as they are', () => {
    const rate = fc.double({ min: 0.05, max: 50, noNaN: true });
    fc.assert(
      fc.property(
        rate,
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        fc.integer({ min: 2, max: 30 }),
        (perSec, secs, pieces) => {
          const whole = arrivalsOf({ pattern: 'constant', rate: perSec, duration_secs: secs * pieces });
          const cut = arrivalsOf(...Array(pieces).fill({ pattern: 'constant', rate: perSec, duration_secs: secs }));
          assert.ok(Math.abs(whole.length - cut.length) <= 1);
          for (const [index, time] of cut.slice(0, whole.length).entries()) {
            assert.ok(Math.abs(time - whole[index]!) < 0.001, `${time} for ${whole[index]}`);
          }
        },
      ),
      { seed: 8, numRuns: 60 },
    );
  });

  test('that are short make a Poisson process all the same', () => {
    const stages = Array(5_000).fill({ pattern: 'poisson', rate: 20, duration_secs: 0.03 });
    const times = arrivalsOf(...stages);
    const gaps = Float64Array.from(times, (time, index) => (time - (times[index - 1] ?? 0)) / 50).sort();
    assert.ok(Math.abs(times.length - 3_000) < 4 * Math.sqrt(3_000), `${times.length}`);
    const p = kolmogorovSmirnov(gaps, (gap) => 1 - Math.exp(-gap));
    assert.ok(p > 0.01, `p = ${p}`);
  });

  test('without any have no arrivals', () => {
    assert.deepEqual(arrivalsOf(), []);
  });

  test('never have a time that falls, whatever they are', () => {
    const secs = fc.double({ min: 0.01, max: 2, noNaN: true });
    const rate = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 500, noNaN: true }));
    const spacing = fc.constantFrom('even', 'poisson');
    const stage = fc.oneof(
      fc.record({ pattern: fc.constantFrom('constant', 'poisson'), rate, duration_secs: secs }),
      fc.record({ pattern: fc.constant('ramp'), from_rate: rate, to_rate: rate, duration_secs: secs, spacing }),
      fc.record({
        pattern: fc.constant('step'),
        from_rate: rate,
        to_rate: rate,
        steps: fc.integer({ min: 2, max: 9 }),
        duration_secs: secs,
        spacing,
      }),
      fc
        .record({
          rate,
          share: fc.double({ min: 0, max: 1, noNaN: true }),
          period_secs: secs,
          duration_secs: secs,
          spacing,
        })
        .map(({ share, ...sine }) => ({ pattern: 'sine', amplitude: sine.rate * share, ...sine })),
      fc.record({
        pattern: fc.constant('burst'),
        size: fc.integer({ min: 1, max: 20 }),
        interval_secs: secs,
        duration_secs: secs,
      }),
    );
    fc.assert(
      fc.property(fc.array(stage, { maxLength: 6 }), (stages) => {
        const endMs = arrivalsDurationSecs(stages) * 1_000;
        let last = 0;
        for (const time of arrivalsOf(...stages)) {
          assert.ok(time >= last && time <= endMs + 1e-6, `${time} after ${last}, end ${endMs}`);
          last = time;
        }
      }),
      { seed: 9, numRuns: 200 },
    );
  });
});

test('problems name what cannot be', () => {
  const spike = { pattern: 'spike', rate: 1, peak_rate: 9, at_secs: 50, peak_secs: 20, duration_secs: 60 };
  assert.deepEqual(arrivalStageProblems(spike)[0]?.path, ['peak_secs']);
  const sine = { pattern: 'sine', rate: 5, amplitude: 6, period_secs: 60, duration_secs: 60 };
  assert.deepEqual(arrivalStageProblems(sine)[0]?.path, ['amplitude']);
  const burst = { pattern: 'burst', size: 5, interval_secs: 1, width_secs: 2, duration_secs: 60 };
  assert.deepEqual(arrivalStageProblems(burst)[0]?.path, ['width_secs']);
});

test('a description is one line', () => {
  assert.equal(
    describeArrivals([
      { pattern: 'ramp', from_rate: 1, to_rate: 50, duration_secs: 60, spacing: 'even' },
      { pattern: 'poisson', rate: 50, duration_secs: 300 },
      { pattern: 'spike', rate: 10, peak_rate: 200, at_secs: 30, peak_secs: 5, duration_secs: 60 },
      { pattern: 'sine', rate: 50, amplitude: 40, period_secs: 300, duration_secs: 600 },
      { pattern: 'burst', size: 200, interval_secs: 10, width_secs: 0.5, duration_secs: 60 },
      { pattern: 'trace', file: 'a.csv', speed: 2, arrivals_ms: [0, 3_000] },
    ]),
    'ramp from 1/s to 50/s, evenly spaced for 60 s, then poisson 50/s for 300 s, then spike 10/s, 200/s from 30 s on for 5 s for 60 s, ' +
      'then sine 50/s ± 40/s every 300 s for 600 s, then burst 200 every 10 s within 0.5 s for 60 s, ' +
      'then trace of a.csv at 2 times its speed for 1.5 s',
  );
});
