/** When a run has measured its own generator. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RunProgress } from '../../../src/load/contract.js';
import { type GeneratorWatch, watchGenerator } from '../../../src/load/validity/generator-watch.js';
import { recordOf } from '../measures/records.js';

const LATE_US = 25_000;

function watched(warmUpSecs = 0): GeneratorWatch {
  return watchGenerator({ inFlightMax: 500, warmUpSecs });
}

function send(watch: GeneratorWatch, count: number, lateUs: number, intendedUs = 10e6): void {
  for (let request = 0; request < count; request++) watch.record(recordOf({ intendedUs, sentUs: intendedUs + lateUs }));
}

function tick(watch: GeneratorWatch, elapsedSecs: number, fields: Partial<RunProgress> = {}): void {
  watch.tick({ elapsedSecs, started: 0, finished: 0, inFlight: 0, notSent: 0, loopDelayP99Us: 0, ...fields });
}

const codesOf = (watch: GeneratorWatch) => watch.reasons().map(({ code }) => code);

describe('a generator', () => {
  test('that sent in time is no reason', () => {
    const watch = watched();
    send(watch, 1_000, 19_000);
    for (let second = 1; second <= 60; second++) tick(watch, second, { loopDelayP99Us: 19_000 });
    assert.deepEqual(watch.reasons(), []);
  });

  test('that sent more than one in a hundred late was late', () => {
    const watch = watched();
    send(watch, 990, 0);
    send(watch, 10, LATE_US);
    assert.deepEqual(codesOf(watch), []);
    send(watch, 1, 40_000);
    assert.deepEqual(watch.reasons(), [
      {
        code: 'generator_late',
        message: '11 of 1001 requests were sent more than 20 ms later than intended, at most 40 ms',
      },
    ]);
  });

  test('that was late with one of a few was not', () => {
    const watch = watched();
    send(watch, 10, 0);
    send(watch, 1, LATE_US);
    assert.deepEqual(codesOf(watch), []);
  });

  test('that was held up in most seconds was busy', () => {
    const watch = watched();
    send(watch, 1, 0);
    for (let second = 1; second <= 20; second++) {
      tick(watch, second, { loopDelayP99Us: second % 2 === 0 ? LATE_US : 0 });
    }
    assert.deepEqual(codesOf(watch), []);
    tick(watch, 21, { loopDelayP99Us: 26_000 });
    assert.deepEqual(watch.reasons(), [
      {
        code: 'generator_busy',
        message: 'in 11 of 21 seconds the generator was busy for more than 20 ms at a time, at most 26 ms',
      },
    ]);
  });

  test('that was held up for more than a hundredth of the time was busy', () => {
    const watch = watched();
    send(watch, 1, 0);
    for (let second = 1; second <= 49; second++) tick(watch, second);
    tick(watch, 50, { loopDelayP99Us: 520_000 });
    assert.deepEqual(codesOf(watch), []);
    tick(watch, 51, { loopDelayP99Us: 50_000 });
    assert.deepEqual(codesOf(watch), ['generator_busy']);
  });

  test('that did not send what arrived is one', () => {
    const watch = watched();
    send(watch, 1, 0);
    tick(watch, 1, { notSent: 1 });
    assert.deepEqual(watch.reasons(), [
      {
        code: 'not_sent',
        message: '1 arrival found 500 requests in flight, as many as the plan allows, and were not sent',
      },
    ]);
  });

  test('that was late and busy in the warm-up alone is none', () => {
    const watch = watched(5);
    send(watch, 50, LATE_US, 4.9e6);
    send(watch, 1, 0, 5e6);
    for (let second = 1; second <= 5; second++) tick(watch, second, { loopDelayP99Us: LATE_US });
    tick(watch, 6);
    assert.deepEqual(watch.reasons(), []);
  });

  test('of which nothing counts has measured nothing', () => {
    const watch = watched(5);
    send(watch, 50, 0, 1e6);
    assert.deepEqual(codesOf(watch), ['nothing_measured']);
    assert.deepEqual(codesOf(watched()), ['nothing_measured']);
  });
});
