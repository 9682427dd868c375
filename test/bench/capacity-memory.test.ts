/** Memory of open streams: what a server takes once is told apart from what each stream takes, in new files and in old ones. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { memoryOf, warmedFigures } from '../../bench/capacity/memory-figures.js';
import { pacedCase, warmUpCase } from '../../bench/streams/load-case.js';
import type { Measurement } from '../../bench/streams/load-run.js';

const MB = 2 ** 20;
const STREAMS = 10_000;

function measurement(idleResidentBytes: number | undefined, busyResidentBytes: number | undefined): Measurement {
  const growth =
    idleResidentBytes === undefined || busyResidentBytes === undefined
      ? undefined
      : busyResidentBytes - idleResidentBytes;
  return {
    subject: 'simulator',
    chunksPerSecond: 5_000,
    cpuUsPerChunk: 10,
    wholeCpuUsPerChunk: 12,
    serverCpuShare: 0.1,
    serverWaitShare: 0,
    idleResidentBytes,
    busyResidentBytes,
    residentBytesPerStream: growth === undefined ? undefined : growth / STREAMS,
    fromUs: 0,
    toUs: 1,
    openMs: 500,
    window: {
      seconds: 1,
      fromUs: 0,
      toUs: 1,
      events: 5_000,
      bytes: 1,
      reads: 1,
      clientCpuShare: 0.1,
      slip: { count: 5_000, p50Ms: 1, p99Ms: 2, p999Ms: 3, maxMs: 4 },
    },
    totals: { events: 5_000, complete: STREAMS, broken: 0, open: 0, defects: {} },
  };
}

describe('memory of open streams', () => {
  test('is what they add to the warmed server, and beside it what they and the warm-up add to the fresh one', () => {
    const figures = warmedFigures(
      measurement(100 * MB, 130 * MB),
      measurement(128 * MB, 128 * MB + STREAMS * 1_024),
      STREAMS,
    );
    assert.equal(figures.warmUpResidentBytes, 29_360_000);
    assert.equal(figures.residentBytesPerStream, 1_024);
    assert.equal(figures.freshResidentBytesPerStream, 3_960);
    assert.deepEqual(memoryOf(figures), {
      warmUpBytes: 29_360_000,
      warmedBytesPerStream: 1_024,
      freshBytesPerStream: 3_960,
    });
  });

  test('is unknown where the system does not tell', () => {
    const figures = warmedFigures(measurement(undefined, undefined), measurement(undefined, undefined), STREAMS);
    assert.deepEqual(memoryOf(figures), { warmUpBytes: null, warmedBytesPerStream: null, freshBytesPerStream: null });
  });

  test('is of a fresh server in a file from before there was a warm-up', () => {
    const figures = warmedFigures(measurement(0, 0), measurement(0, STREAMS * 4_096), STREAMS);
    const { freshResidentBytesPerStream, warmUpResidentBytes, ...old } = figures;
    assert.deepEqual(memoryOf(old), { warmUpBytes: null, warmedBytesPerStream: null, freshBytesPerStream: 4_096 });
  });
});

test('a warm-up has the latencies of the run that follows, and all its streams open at some moment', () => {
  for (const streams of [50, 1_000, 2_000]) {
    const load = warmUpCase(streams);
    const { intervalMs, kind, ttftMs } = pacedCase(streams, 2_000, 600);
    assert.deepEqual(
      { intervalMs: load.intervalMs, kind: load.kind, ttftMs: load.ttftMs },
      { intervalMs, kind, ttftMs },
    );
    assert.ok((load.tokens - 1) * load.intervalMs > load.rampMs, `${streams} streams`);
  }
});
