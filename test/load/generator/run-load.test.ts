/** Whole runs against a simulator, threads and all: everything that was sent is told, bounds hold, and every way to end is one. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../src/kernel/failure.js';
import type { LoadPlan, RequestRecord, RunProgress, RunSink } from '../../../src/load/contract.js';
import { type RunTotals, runLoad } from '../../../src/load/generator/run-load.js';
import { AT_ONCE, sharedSimulator } from '../../http/chat-client.js';
import { rawServer } from '../client/servers.js';
import { entryOf, planOf } from '../requests/plans.js';

class Recorder implements RunSink {
  readonly records: RequestRecord[] = [];
  readonly ticks: RunProgress[] = [];

  record(record: RequestRecord): void {
    this.records.push(record);
  }

  tick(progress: RunProgress): void {
    this.ticks.push(progress);
  }
}

async function run(
  url: string,
  changes: Partial<LoadPlan>,
  options: { signal?: AbortSignal; capture?: boolean } = {},
): Promise<{ sink: Recorder; totals: RunTotals }> {
  const sink = new Recorder();
  const target = { url, headers: {}, apiKey: 'sk-own' };
  const totals = await runLoad(planOf([entryOf({ outputTokens: 20 })], { target, ...changes }), [sink], options);
  return { sink, totals };
}

function keysOf({ records }: Recorder): string[] {
  return records.map(({ key }) => key).toSorted();
}

describe('a run against a simulator', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });
  const poisson = (rate: number, secs: number) => [{ pattern: 'poisson', rate, duration_secs: secs }];

  test('tells every request of an open loop once, the same ones however many threads send them', async () => {
    const changes = { arrivals: poisson(60, 1), inFlightMax: 1_000 };
    const { sink, totals } = await run(simulator().url, { ...changes, threads: 2 });
    assert.ok(sink.records.length > 30, `${sink.records.length} requests`);
    assert.deepEqual(new Set(sink.records.map(({ outcome }) => outcome)), new Set(['complete']));
    assert.deepEqual([totals.started, totals.finished], [sink.records.length, sink.records.length]);
    assert.deepEqual([totals.notSent, totals.cut, totals.isStopped], [0, 0, false]);
    assert.equal(new Set(keysOf(sink)).size, sink.records.length);
    for (const { intendedUs, sentUs } of sink.records) assert.ok(sentUs >= Math.floor(intendedUs));
    const last = sink.ticks.at(-1);
    assert.deepEqual([last?.finished, last?.inFlight], [sink.records.length, 0]);
    const alone = await run(simulator().url, changes);
    assert.deepEqual(keysOf(alone.sink), keysOf(sink));
    const intended = ({ records }: Recorder) => records.map(({ intendedUs }) => intendedUs).toSorted((a, b) => a - b);
    assert.deepEqual(intended(alone.sink), intended(sink));
  });

  test('sends as many requests as a closed loop is bounded by, each answer with what comparisons need', async () => {
    const closedLoop = { users: 4, thinkTime: 0, rampUpSecs: 0 };
    const changes = { arrivals: undefined, closedLoop, requestsMax: 50, threads: 2 };
    const { sink, totals } = await run(simulator().url, changes, { capture: true });
    assert.deepEqual([totals.started, sink.records.length], [50, 50]);
    for (const { capture } of sink.records) assert.equal(capture?.events.at(-1), '[DONE]');
  });

  test('ends by its signal, and has told what was measured until then', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 1_500);
    const { sink, totals } = await run(simulator().url, { arrivals: poisson(50, 600) }, { signal: controller.signal });
    assert.ok(totals.isStopped && totals.elapsedSecs < 60);
    assert.equal(totals.started, sink.records.length + totals.cut);
  });

  test('does not begin where its signal was given before', async () => {
    const { sink, totals } = await run(
      simulator().url,
      { arrivals: poisson(50, 600) },
      { signal: AbortSignal.abort() },
    );
    assert.deepEqual([sink.records.length, totals.started, totals.isStopped], [0, 0, true]);
  });

  test('fails with what a sink has thrown', async () => {
    const target = { url: simulator().url, headers: {}, apiKey: '' };
    const broken: RunSink = {
      record: () => {
        throw new RangeError('no room');
      },
    };
    const plan = planOf([entryOf()], { target, arrivals: poisson(50, 600) });
    await assert.rejects(runLoad(plan, [broken]), new RangeError('no room'));
  });

  test('fails as a Failure where a thread cannot load the plan', async () => {
    const failed = run(simulator().url, { arrivals: [{ pattern: 'no such' }] });
    await assert.rejects(failed, (error) => error instanceof Failure && error.code === 'INTERNAL');
  });
});

test('what is in flight when the grace period ends is cut, and is no record', async () => {
  const silent = await rawServer(() => {});
  const { sink, totals } = await run(silent.url, {
    arrivals: [{ pattern: 'constant', rate: 20, duration_secs: 10 }],
    durationSecs: 0.5,
    gracePeriodSecs: 0.2,
    threads: 2,
    inFlightMax: 100,
  });
  assert.equal(sink.records.length, 0);
  assert.deepEqual([totals.started, totals.cut, totals.isStopped], [10, 10, false]);
  assert.ok(totals.elapsedSecs >= 0.69);
});

test('what could not be sent counts by when it was to be sent: within the warm-up it does not', async () => {
  const silent = await rawServer(() => {});
  const burst = { pattern: 'burst', size: 8, interval_secs: 1, duration_secs: 0.3 };
  const arrivals = [burst, { pattern: 'constant', rate: 10, duration_secs: 0.3 }];
  const changes = { arrivals, inFlightMax: 5, requestTimeoutSecs: 0.15 };
  const notSent = async (warmUpSecs: number) => (await run(silent.url, { ...changes, warmUpSecs })).totals.notSent;
  assert.deepEqual([await notSent(0), await notSent(0.2)], [3, 0]);
});
