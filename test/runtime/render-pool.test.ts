/** The pool of worker threads without a server around it: work is spread, and dead and hung threads are replaced. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadConfiguration } from '../../src/config/loader.js';
import { createSnapshot } from '../../src/config/snapshot.js';
import { snapshotTexts } from '../../src/config/snapshot-texts.js';
import { type Clock, monotonicClock } from '../../src/kernel/clock.js';
import { endpoints } from '../../src/providers/registry.js';
import { OccurrenceCounter } from '../../src/runtime/occurrence-counter.js';
import { planConfigurationGeneration, planSlot, planStatus } from '../../src/runtime/plan-reader.js';
import { LARGE_REQUEST_BYTES, RenderPool } from '../../src/runtime/render-pool.js';
import { encodeRequestHead } from '../../src/runtime/render-request.js';
import { encodeNotice, type SnapshotTexts } from '../../src/runtime/thread-notice.js';
import type { RenderData } from '../../src/server/simulator-options.js';
import { waitUntil } from '../http/transport/raw-client.js';

const CRASHING_RENDER = fileURLToPath(new URL('../http/fixtures/crashing-render.ts', import.meta.url));
const CHAT = endpoints.findIndex(({ endpoint }) => endpoint.name === 'openai.chat.completions');
const HUNG_AFTER_US = 1e6;

interface Pool {
  readonly pool: RenderPool;
  /** Slot and status of every plan, by lane. */
  readonly plans: { slot: number; status: number; lane: number; generation: number }[];
  readonly lost: { readonly lane: number; readonly cause: string }[];
  /** What a thread that starts is given. */
  readonly known: SnapshotTexts[];
  textsOf(generation: number, config: object): SnapshotTexts;
  /**
   * @param padding characters by which the prompt is longer
   * @param generation of the configuration
   */
  ask(slot: number, user?: string, padding?: number, generation?: number): number;
}

interface PoolParts {
  readonly filename?: string;
  readonly clock?: Clock;
  readonly hungAfterUs?: number;
}

function createPool(t: TestContext, threads: number, parts: PoolParts = {}): Pool {
  const { clock = monotonicClock, filename = CRASHING_RENDER, hungAfterUs = HUNG_AFTER_US } = parts;
  const textsOf = (generation: number, object: object) =>
    snapshotTexts(createSnapshot(loadConfiguration({ object, environment: {} }), generation, 0));
  const known = [textsOf(1, {})];
  const occurrences = OccurrenceCounter.allocate();
  const plans: Pool['plans'] = [];
  const lost: Pool['lost'] = [];
  const pool = new RenderPool({
    filename,
    threads,
    data: () => ({ snapshots: known, occurrences, processes: 1, place: 0, transport: 'node' }) satisfies RenderData,
    clock,
    hungAfterUs,
    handler: {
      onPlan: (plan, lane) => {
        const generation = planConfigurationGeneration(plan);
        plans.push({ slot: planSlot(plan), status: planStatus(plan), lane, generation });
      },
      onThreadLost: (lane, cause) => lost.push({ lane, cause: cause.message }),
      onWake: () => {},
      onDefect: () => {},
    },
  });
  const polling = setInterval(() => pool.drain(10), 2);
  t.after(() => {
    clearInterval(polling);
    return pool.close();
  });
  const ask = (slot: number, user = '', padding = 0, generation = 1) => {
    const head = encodeRequestHead({
      slot,
      generation: 0,
      endpoint: CHAT,
      configurationGeneration: generation,
      requestKey: undefined,
      query: '',
      parameters: [],
      headers: [],
      recalled: undefined,
      atUs: 0,
      steering: undefined,
    });
    const messages = [{ role: 'user', content: `hi${' hi'.repeat(padding / 3)}` }];
    return pool.submit([head, Buffer.from(JSON.stringify({ model: 'gpt-4o', messages, max_tokens: 2, user }))]);
  };
  return { pool, plans, lost, known, textsOf, ask };
}

describe('RenderPool', () => {
  test('spreads requests over its threads and answers each once', async (t) => {
    const { pool, plans, ask } = createPool(t, 2);
    await pool.start();
    const lanes = Array.from({ length: 50 }, (_, slot) => ask(slot));
    assert.deepEqual([...new Set(lanes)].sort(), [0, 1]);
    await waitUntil(() => plans.length === 50, 'all plans');
    const bySlot = plans.toSorted((left, right) => left.slot - right.slot);
    assert.deepEqual(
      bySlot,
      lanes.map((lane, slot) => ({ slot, status: 200, lane, generation: 1 })),
    );
    assert.equal(pool.outstanding, 0);
  });

  test('replaces a thread that hangs, says which one was lost, and serves on', async (t) => {
    const { pool, plans, lost, ask } = createPool(t, 2);
    await pool.start();
    const hung = ask(0, 'please hang');
    const behind = [ask(1), ask(2), ask(3)];
    await waitUntil(() => lost.length === 1, 'the pool to notice');
    assert.equal(lost[0].lane, hung);
    assert.deepEqual(
      plans.map(({ slot }) => slot).sort(),
      [1, 2, 3].filter((slot) => behind[slot - 1] !== hung),
    );
    await waitUntil(() => {
      const lane = ask(4);
      return lane === hung;
    }, 'the lane to come back');
    await waitUntil(() => plans.some(({ slot, lane }) => slot === 4 && lane === hung), 'its first plan');
  });

  test('has a lane of its own for large requests, behind which no other waits', async (t) => {
    const { pool, plans, lost, ask } = createPool(t, 2);
    await pool.start();
    assert.equal(ask(0, '', LARGE_REQUEST_BYTES), 2);
    await waitUntil(() => plans.length === 1, 'the large one, whose thread had to be started');
    assert.deepEqual(plans[0], { slot: 0, status: 200, lane: 2, generation: 1 });
    assert.equal(ask(1, 'please hang', LARGE_REQUEST_BYTES), 2);
    const usual = Array.from({ length: 20 }, (_, index) => ask(2 + index));
    assert.deepEqual([...new Set(usual)].sort(), [0, 1]);
    await waitUntil(() => plans.length === 21, 'those of usual size, while the large one hangs');
    await waitUntil(() => lost.length === 1, 'the pool to notice');
    assert.equal(lost[0].lane, 2);
    await waitUntil(() => ask(99, '', LARGE_REQUEST_BYTES) === 2, 'the lane to come back');
    await waitUntil(() => plans.some(({ slot }) => slot === 99), 'its first plan');
  });

  test('replaces the thread for large requests when it fails', async (t) => {
    const { pool, plans, lost, ask } = createPool(t, 1);
    await pool.start();
    assert.equal(ask(0, 'please throw', LARGE_REQUEST_BYTES), 1);
    await waitUntil(() => lost.length === 1, 'the thread to fail');
    assert.equal(lost[0].lane, 1);
    assert.equal(ask(1, '', LARGE_REQUEST_BYTES), 1, 'which waits for the thread in its place');
    await waitUntil(() => plans.some(({ slot, lane }) => slot === 1 && lane === 1), 'its first plan');
  });

  test('has every thread render under a further generation, the one for large requests too, and the old one go on', async (t) => {
    const { pool, plans, ask, textsOf } = createPool(t, 2);
    await pool.start();
    ask(0, '', LARGE_REQUEST_BYTES);
    const texts = textsOf(2, { simulation: { model_suffix: '-second' } });
    assert.ok(texts.own.length > 256 * 1024, 'more than a ring holds');
    await pool.prepare(2, encodeNotice({ kind: 'get_ready', texts }));
    const asked = [0, 1, 2, 3].map((slot) => ask(10 + slot, '', 0, 2)).concat(ask(20, '', LARGE_REQUEST_BYTES, 2));
    assert.deepEqual([...new Set(asked)].sort(), [0, 1, 2]);
    ask(30);
    ask(40, '', 0, 77);
    await waitUntil(() => plans.length === 8, 'all plans');
    const generations = Object.fromEntries(plans.map(({ slot, generation }) => [slot, generation]));
    assert.deepEqual(generations, { 0: 1, 10: 2, 11: 2, 12: 2, 13: 2, 20: 2, 30: 1, 40: 2 });
    pool.notify(encodeNotice({ kind: 'forget', generation: 2 }));
    const lanes = [ask(50, '', 0, 2), ask(51, '', 0, 2)];
    await waitUntil(() => plans.length === 10, `the plans of lanes ${lanes}`);
    assert.deepEqual(
      plans.slice(8).map(({ generation }) => generation),
      [1, 1],
    );
  });

  test('says why a thread cannot render under a generation, and serves on under the others', async (t) => {
    const { pool, plans, ask, textsOf } = createPool(t, 1);
    await pool.start();
    const texts = { ...textsOf(2, {}), own: '{"broken' };
    await assert.rejects(pool.prepare(2, encodeNotice({ kind: 'get_ready', texts })), /JSON/);
    ask(0);
    await waitUntil(() => plans.length === 1, 'the plan');
    assert.equal(plans[0].generation, 1);
  });

  test('waits for no thread that dies while it gets ready; the one in its place starts with everything', async (t) => {
    const { pool, plans, lost, ask, textsOf, known } = createPool(t, 1);
    await pool.start();
    ask(0, 'please hang');
    const texts = textsOf(2, {});
    known.push(texts);
    await pool.prepare(2, encodeNotice({ kind: 'get_ready', texts }));
    assert.equal(lost.length, 1);
    await waitUntil(() => ask(1, '', 0, 2) === 0, 'the lane to come back');
    await waitUntil(() => plans.length === 1, 'its first plan');
    assert.deepEqual(plans, [{ slot: 1, status: 200, lane: 0, generation: 2 }]);
  });

  test('takes no large request before it is started', (t) => {
    const { ask } = createPool(t, 1);
    assert.equal(ask(0, '', LARGE_REQUEST_BYTES), -1);
  });

  test('leaves an idle thread alone however long it has nothing to do', async (t) => {
    const { pool, plans, lost, ask } = createPool(t, 1);
    await pool.start();
    await new Promise((resolve) => setTimeout(resolve, 2.2 * (HUNG_AFTER_US / 1_000)));
    ask(0);
    await waitUntil(() => plans.length === 1, 'the plan');
    assert.deepEqual(lost, []);
  });

  test('takes nothing before it is started', (t) => {
    assert.equal(createPool(t, 1).ask(0), -1);
  });

  test('has requests wait in the ring of the thread that takes the place of the only one', async (t) => {
    const { pool, plans, lost, ask } = createPool(t, 1);
    await pool.start();
    assert.equal(ask(0, 'please exit'), 0);
    await waitUntil(() => lost.length === 1, 'the thread to die');
    assert.equal(pool.isServing, false);
    for (let slot = 1; slot <= 20; slot++) assert.equal(ask(slot), 0);
    await waitUntil(() => plans.length === 20, 'the plans of all that waited');
    assert.equal(pool.isServing, true);
    assert.ok(plans.every(({ status }) => status === 200));
    assert.equal(lost.length, 1);
  });

  test('gives a thread that starts nothing while another serves', async (t) => {
    const { pool, plans, lost, ask } = createPool(t, 2);
    await pool.start();
    const dead = ask(0, 'please exit');
    await waitUntil(() => lost.length === 1, 'the thread to die');
    assert.equal(pool.isServing, true);
    for (let slot = 1; slot <= 20; slot++) assert.equal(ask(slot), 1 - dead);
    await waitUntil(() => plans.length === 20, 'all plans');
  });

  test('loses what waits for a thread that does not come up, and goes on trying', async (t) => {
    const { pool, plans, lost, ask, known } = createPool(t, 1);
    await pool.start();
    const [sound] = known;
    known[0] = { ...sound, own: '{"broken' };
    ask(0, 'please exit');
    await waitUntil(() => lost.length === 1, 'the thread to die');
    assert.equal(ask(1), 0);
    await waitUntil(() => lost.length === 2, 'the next one not to come up');
    assert.match(lost[1].cause, /worker thread 0 did not start: .*JSON/);
    assert.equal(pool.outstanding, 0);
    known[0] = sound;
    await waitUntil(() => pool.isServing, 'one that comes up');
    assert.equal(ask(2), 0);
    await waitUntil(() => plans.some(({ slot }) => slot === 2), 'its first plan');
  });

  test('replaces no thread because the whole process stood still', async (t) => {
    let pausedUs = 0;
    const clock = { nowUs: () => monotonicClock.nowUs() + pausedUs };
    const { pool, plans, lost, ask } = createPool(t, 1, { clock, hungAfterUs: 10e6 });
    await pool.start();
    ask(0, 'please dawdle');
    pausedUs = 60e6;
    await waitUntil(() => plans.length === 1, 'the plan');
    assert.deepEqual(lost, []);
  });

  test('does not start with an entry module that does not load', async (t) => {
    const { pool } = createPool(t, 1, { filename: '/nowhere/render.js' });
    await assert.rejects(pool.start(), {
      name: 'Failure',
      code: 'START_FAILED',
      message: /worker thread 0 did not start/,
    });
  });
});
