/** The verdict on a node follows from the reports of its acceptors, and from their absence. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SaturationJudge } from '../../../src/server/saturation/judge.js';
import type { LoadReport } from '../../../src/server/saturation/load-report.js';
import { delayBucketOf, noDelays } from '../../../src/telemetry/delay-histogram.js';

const LIMIT_US = 20_000;
const SECOND_US = 1e6;
const FINE_US = 1_000;

/** So many delays of each length. */
function delays(...counts: readonly (readonly [count: number, delayUs: number])[]) {
  const { buckets } = noDelays();
  for (const [count, delayUs] of counts) buckets[delayBucketOf(delayUs)] += count;
  return { buckets, maxUs: Math.max(0, ...counts.map(([, delayUs]) => delayUs)) };
}

const quiet: LoadReport = {
  slip: delays([1_000, FINE_US]),
  starts: delays([100, FINE_US]),
  accepts: delays([100, FINE_US]),
  loopLag: delays([500, FINE_US]),
  oldestDueUs: 0,
  oldestUnplannedUs: 0,
  refusing: false,
  lacksFiles: false,
  process: {
    pid: 1,
    uptimeSecs: 1,
    cpuCores: 0,
    residentBytes: 1,
    heapBytes: 1,
    activeRequests: 0,
    waitingRequests: 0,
    renderingRequests: 0,
    connections: 0,
    generation: 1,
  },
  totals: { requests: 0, errors: 0, inputTokens: 0, outputTokens: 0, chunks: 0 },
};

class Node {
  nowUs = 5 * SECOND_US;
  wallMs = 1_000;
  readonly judge: SaturationJudge;

  constructor(processes = 1, timed = true) {
    const clock = { nowUs: () => this.nowUs };
    const pressure = { placesMax: 10, share: 0.8 };
    const wallMs = () => this.wallMs;
    this.judge = new SaturationJudge({ slipLimitUs: LIMIT_US, timed, pressure, processes, clock, wallMs });
  }

  /** A second later every place reports what is given for it, or nothing; returns the reasons. */
  second(...reports: readonly (Partial<LoadReport> | 'nothing')[]): readonly string[] {
    this.nowUs += SECOND_US;
    this.wallMs += 1_000;
    reports.forEach((report, place) => {
      if (report !== 'nothing') this.judge.report(place, { ...quiet, ...report });
    });
    return this.judge.judge().reasons;
  }
}

describe('a node', () => {
  test('that is on time is not saturated', () => {
    const node = new Node();
    assert.deepEqual(node.second({}), []);
    assert.equal(node.judge.verdict.sinceMs, undefined);
  });

  for (const [reason, report] of [
    ['slip', { slip: delays([980, FINE_US], [20, 30_000]) }],
    ['late_starts', { starts: delays([98, FINE_US], [2, 30_000]) }],
    ['accept_queue', { accepts: delays([98, 0], [2, 30_000]) }],
    ['overdue', { oldestDueUs: 1_100_000 }],
    ['worker_backlog', { oldestUnplannedUs: 1_100_000 }],
    ['event_loop', { loopLag: delays([494, FINE_US], [6, 30_000]) }],
    ['refusing', { refusing: true }],
    ['no_files', { lacksFiles: true }],
  ] as const) {
    test(`is saturated by ${reason}, since that began, until it is over`, () => {
      const node = new Node();
      node.second({});
      assert.deepEqual(node.second(report), [reason]);
      const since = node.wallMs;
      assert.deepEqual(node.second(report), [reason]);
      assert.equal(node.judge.verdict.sinceMs, since);
      assert.deepEqual(node.second({}), []);
      assert.equal(node.judge.verdict.sinceMs, undefined);
    });
  }

  test('is late when more than one in a hundred are, and not when exactly one in a hundred is', () => {
    const node = new Node();
    assert.deepEqual(node.second({ slip: delays([990, FINE_US], [10, 30_000]) }), []);
    assert.deepEqual(node.second({ slip: delays([989, FINE_US], [11, 30_000]) }), ['slip']);
  });

  test('is never saturated by one late chunk, nor by fewer chunks than twenty', () => {
    const node = new Node();
    assert.deepEqual(node.second({ slip: delays([30, FINE_US], [1, 30_000]) }), []);
    assert.deepEqual(node.second({ slip: delays([19, 30_000]) }), []);
    assert.deepEqual(node.second({ slip: delays([18, FINE_US], [2, 30_000]) }), ['slip']);
  });

  test('stays saturated until what was late is below four fifths of the limit', () => {
    const between = { slip: delays([900, FINE_US], [100, 0.9 * LIMIT_US]) };
    const node = new Node();
    assert.deepEqual(node.second(between), []);
    assert.deepEqual(node.second({ slip: delays([900, FINE_US], [100, 1.2 * LIMIT_US]) }), ['slip']);
    assert.deepEqual(node.second(between), ['slip']);
    assert.deepEqual(node.second({ slip: delays([900, FINE_US], [100, 0.7 * LIMIT_US]) }), []);
    assert.deepEqual(node.second(between), []);
  });

  test('that has just started is not condemned for the first hiccup of its event loop', () => {
    const node = new Node();
    assert.deepEqual(node.second({ loopLag: delays([2, FINE_US], [2, 45_000]) }), []);
  });

  test('names all reasons, in a fixed order', () => {
    const node = new Node();
    assert.deepEqual(node.second({ refusing: true, slip: delays([100, 50_000]) }), ['slip', 'refusing']);
  });

  test('cannot be late where nothing has a planned time', () => {
    const node = new Node(1, false);
    const late = delays([1_000, 50_000]);
    assert.deepEqual(node.second({ slip: late, starts: late, accepts: late, loopLag: late }), []);
    assert.deepEqual(node.second({ refusing: true }), ['refusing']);
  });
});

describe('a node of several processes', () => {
  test('is judged by the slip of all chunks, whichever process wrote them', () => {
    const node = new Node(2);
    assert.deepEqual(node.second({}, { slip: delays([1_000, FINE_US], [15, 30_000]) }), []);
    assert.deepEqual(node.second({}, { slip: delays([1_000, FINE_US], [25, 30_000]) }), ['slip']);
    assert.equal(node.judge.verdict.slip.count, 2_025);
  });

  test('is judged by the connections of all processes', () => {
    const node = new Node(2);
    assert.deepEqual(node.second({}, { accepts: delays([98, 0], [2, 30_000]) }), []);
    assert.deepEqual(node.second({}, { accepts: delays([97, 0], [3, 30_000]) }), ['accept_queue']);
    assert.equal(node.judge.verdict.accepts.count, 200);
  });

  test('is judged by the event loop that fares worst', () => {
    const node = new Node(2);
    assert.deepEqual(node.second({}, { loopLag: delays([493, FINE_US], [7, 30_000]) }), ['event_loop']);
    assert.ok(node.judge.verdict.loopLag.p99Us > LIMIT_US);
  });

  test('is saturated while a process does not report, and says which', () => {
    const node = new Node(2);
    node.second({}, {});
    for (let second = 0; second < 3; second++) assert.deepEqual(node.second({}, 'nothing'), []);
    assert.deepEqual(node.second({}, 'nothing'), ['stalled']);
    assert.deepEqual(node.judge.verdict.stalledPlaces, [1]);
    assert.equal(node.judge.verdict.slip.count, 1_000, 'what a stalled process said last is over');
    assert.deepEqual(node.second({}, {}), []);
  });

  test('does not miss a process that has left for good, and hears of one that comes in its place', () => {
    const node = new Node(2);
    assert.deepEqual(node.second({}, { oldestDueUs: 1_100_000 }), ['overdue']);
    node.judge.left(1);
    for (let second = 0; second < 5; second++) assert.deepEqual(node.second({}, 'nothing'), []);
    assert.equal(node.judge.reports().length, 1);
    assert.deepEqual(node.second({}, { refusing: true }), ['refusing']);
    for (let second = 0; second < 3; second++) node.second({}, 'nothing');
    assert.deepEqual(node.second({}, 'nothing'), ['stalled']);
  });

  test('that never reported at all is stalled, too', () => {
    const node = new Node(2);
    for (let second = 0; second < 3; second++) node.second({}, 'nothing');
    assert.deepEqual(node.second({}, 'nothing'), ['stalled']);
  });

  test('calls nobody stalled right after a pause of its own', () => {
    const node = new Node(2);
    node.second({}, {});
    node.nowUs += 3_600 * SECOND_US;
    assert.deepEqual(node.second('nothing', 'nothing'), []);
    assert.deepEqual(node.second({}, {}), []);
    for (let second = 0; second < 3; second++) node.second({}, 'nothing');
    assert.deepEqual(node.second({}, 'nothing'), ['stalled']);
  });
});
