/** Open and closed loops start what the plan says, each conversation once over all threads, and keep to its bounds. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ClosedLoop } from '../../../src/load/generator/closed-loop.js';
import { OpenLoop } from '../../../src/load/generator/open-loop.js';
import { SharedCounters } from '../../../src/load/generator/shared-counters.js';
import { entryOf, planOf } from '../requests/plans.js';
import { arrivalsAt, type Stage, type StageOptions, sourceOf, stage } from './stage.js';

interface Shape {
  readonly times?: readonly number[];
  readonly turnsOf?: (number: number) => number;
  readonly threads?: number;
  readonly requestsMax?: number;
  readonly thinkMs?: number;
}

async function runOpen(shape: Shape, options: StageOptions = {}): Promise<Stage[]> {
  const { requestsMax, thinkMs, threads = 1, times = [], turnsOf = () => 1 } = shape;
  const turns = { distribution: 'uniform', min_tokens: 1, max_tokens: 5 };
  const conversation = { turns, sharedPrefixTokens: 0, thinkTime: 0 };
  const plan = planOf([entryOf({ conversation })], { ...(requestsMax !== undefined && { requestsMax }), threads });
  const stages = Array.from({ length: threads }, () => stage(options));
  await Promise.all(
    stages.map(({ parts }, place) => {
      const source = sourceOf(turnsOf, thinkMs);
      return new OpenLoop({ plan, arrivals: arrivalsAt(times), source, place, threads }).run(parts);
    }),
  );
  return stages;
}

function keysOf(stages: readonly Stage[]): string[] {
  return stages.flatMap(({ sent }) => sent.map(({ key }) => key)).toSorted();
}

describe('an open loop', () => {
  test('starts each conversation at its arrival, in the thread that it belongs to', async () => {
    const times = [0, 4, 4, 9, 15];
    const stages = await runOpen({ times, threads: 2 });
    assert.deepEqual(
      stages.map(({ sent }) => sent.map(({ key }) => key)),
      [
        ['0.0', '2.0', '4.0'],
        ['1.0', '3.0'],
      ],
    );
    for (const { records } of stages) {
      for (const { conversation, intendedUs, sentUs } of records) {
        assert.equal(intendedUs, times[conversation] * 1_000);
        assert.ok(sentUs >= intendedUs);
      }
    }
  });

  test('does not wait for answers', async () => {
    const [{ inFlightMost }] = await runOpen({ times: [0, 0, 0, 0] }, { answerMs: 30 });
    assert.equal(inFlightMost(), 4);
  });

  test('counts what finds the bound of requests in flight reached, and goes on', async () => {
    const [{ inFlightMost, notSent, sent }] = await runOpen(
      { times: [0, 0, 0, 0, 200] },
      { answerMs: 40, inFlightMax: 2 },
    );
    assert.deepEqual([inFlightMost(), notSent(), sent.map(({ key }) => key)], [2, 2, ['0.0', '1.0', '4.0']]);
  });

  test('starts nothing that arrives at its end or later', async () => {
    const stages = await runOpen({ times: [0, 5, 10, 15] }, { endUs: 10_000 });
    assert.deepEqual(keysOf(stages), ['0.0', '1.0']);
  });

  test("has each conversation's turns one behind the other, with its user's thinking in between", async () => {
    const [{ records }] = await runOpen({ times: [0], turnsOf: () => 3, thinkMs: 12 }, { answerMs: 5 });
    assert.deepEqual(
      records.map(({ turn }) => turn),
      [0, 1, 2],
    );
    for (const [index, { intendedUs }] of records.entries()) {
      const before = records[index - 1];
      if (before !== undefined) assert.ok(intendedUs >= Math.floor(before.sentUs + before.endUs) + 12_000);
    }
  });

  test('sends no turn that is due at its end or later', async () => {
    const [{ records }] = await runOpen({ times: [0], turnsOf: () => 50, thinkMs: 20 }, { endUs: 50_000 });
    assert.ok(records.length >= 1 && records.length <= 3, `${records.length} turns`);
  });

  test('sends exactly the requests of its plan, whatever the number of threads', async () => {
    const turnCounts = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(turnCounts, fc.integer({ min: 1, max: 60 }), async (counts, requestsMax) => {
        const times = counts.map(() => 0);
        const turnsOf = (number: number): number => counts[number];
        const alone = keysOf(await runOpen({ times, turnsOf, requestsMax }));
        const all = counts.reduce((sum, count) => sum + count, 0);
        assert.equal(alone.length, Math.min(all, requestsMax));
        assert.deepEqual(keysOf(await runOpen({ times, turnsOf, requestsMax, threads: 3 })), alone);
      }),
      { numRuns: 20 },
    );
  });
});

async function runClosed(
  users: number,
  { requestsMax, threads = 1, turnsOf = () => 1 }: Shape,
  options: StageOptions & { thinkMs?: number; rampUpSecs?: number } = {},
): Promise<Stage[]> {
  const { rampUpSecs = 0, thinkMs = 0, ...rest } = options;
  const memory = SharedCounters.allocate(requestsMax);
  const stages = Array.from({ length: threads }, () => stage({ ...rest, counters: new SharedCounters(memory) }));
  await Promise.all(
    stages.map(({ parts }, place) =>
      new ClosedLoop({
        plan: { seed: 1, closedLoop: { users, thinkTime: thinkMs, rampUpSecs } },
        source: sourceOf(turnsOf),
        drawThinkTimeMs: () => thinkMs,
        counters: parts.counters,
        place,
        threads,
      }).run(parts),
    ),
  );
  return stages;
}

describe('a closed loop', () => {
  test('has as many requests in flight as users, and sends the first requests of the run once each', async () => {
    const stages = await runClosed(5, { requestsMax: 40, threads: 2 }, { answerMs: 3 });
    assert.deepEqual(keysOf(stages), Array.from({ length: 40 }, (_, number) => `${number}.0`).toSorted());
    assert.equal(Math.max(...stages.map(({ inFlightMost }) => inFlightMost())), 5);
  });

  test('lets a user think before the next conversation', async () => {
    const [{ records }] = await runClosed(1, { requestsMax: 3 }, { answerMs: 2, thinkMs: 15 });
    for (const [index, { intendedUs }] of records.entries()) {
      const before = records[index - 1];
      if (before !== undefined) assert.ok(intendedUs >= Math.floor(before.sentUs + before.endUs) + 15_000);
    }
  });

  test('starts users evenly over the time to ramp up', async () => {
    const [{ sent }] = await runClosed(4, { requestsMax: 4 }, { rampUpSecs: 0.04 });
    assert.deepEqual(
      sent.map(({ intendedUs }) => intendedUs),
      [0, 10_000, 20_000, 30_000],
    );
  });

  test('takes no more turns than the plan has requests', async () => {
    const stages = await runClosed(2, { requestsMax: 7, turnsOf: () => 3 });
    assert.equal(keysOf(stages).length, 7);
  });

  test('ends with its time', async () => {
    const [{ records }] = await runClosed(2, {}, { answerMs: 5, endUs: 60_000 });
    assert.ok(records.length >= 2);
    for (const { intendedUs } of records) assert.ok(intendedUs < 60_000);
  });

  test('does not storm a server that is gone', async () => {
    const [{ records }] = await runClosed(1, {}, { endUs: 250_000, outcome: 'connect_failed' });
    assert.ok(records.length >= 1 && records.length <= 3, `${records.length} attempts in a quarter of a second`);
  });
});
