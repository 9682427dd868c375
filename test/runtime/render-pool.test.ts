/** The pool of worker threads without a server around it: work is spread, and dead and hung threads are replaced. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadConfiguration } from '../../src/config/loader.js';
import { createSnapshot } from '../../src/config/snapshot.js';
import { monotonicClock } from '../../src/kernel/clock.js';
import { endpoints } from '../../src/providers/registry.js';
import { OccurrenceCounter } from '../../src/runtime/occurrence-counter.js';
import { planSlot, planStatus } from '../../src/runtime/plan-reader.js';
import { LARGE_REQUEST_BYTES, RenderPool } from '../../src/runtime/render-pool.js';
import { encodeRequestHead } from '../../src/runtime/render-request.js';
import type { RenderData } from '../../src/server/simulator-options.js';
import { waitUntil } from '../http/transport/raw-client.js';

const CRASHING_RENDER = fileURLToPath(new URL('../http/fixtures/crashing-render.ts', import.meta.url));
const CHAT = endpoints.findIndex(({ endpoint }) => endpoint.name === 'openai.chat.completions');
const HUNG_AFTER_US = 1e6;

interface Pool {
  readonly pool: RenderPool;
  /** Slot and status of every plan, by lane. */
  readonly plans: { readonly slot: number; readonly status: number; readonly lane: number }[];
  readonly lost: { readonly lane: number; readonly cause: string }[];
  /** @param padding characters by which the prompt is longer */
  ask(slot: number, user?: string, padding?: number): number;
}

function createPool(t: TestContext, threads: number, filename = CRASHING_RENDER): Pool {
  const snapshot = createSnapshot(loadConfiguration({ object: {}, environment: {} }), 1, 0);
  const plans: Pool['plans'] = [];
  const lost: Pool['lost'] = [];
  const pool = new RenderPool({
    filename,
    threads,
    data: { snapshot, occurrences: OccurrenceCounter.allocate(), processes: 1, place: 0 } satisfies RenderData,
    clock: monotonicClock,
    hungAfterUs: HUNG_AFTER_US,
    handler: {
      onPlan: (plan, lane) => plans.push({ slot: planSlot(plan), status: planStatus(plan), lane }),
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
  const ask = (slot: number, user = '', padding = 0) => {
    const head = encodeRequestHead({
      slot,
      generation: 0,
      endpoint: CHAT,
      configurationGeneration: 1,
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
  return { pool, plans, lost, ask };
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
      lanes.map((lane, slot) => ({ slot, status: 200, lane })),
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
    assert.deepEqual(plans[0], { slot: 0, status: 200, lane: 2 });
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
    await waitUntil(() => ask(1, '', LARGE_REQUEST_BYTES) === 1, 'the lane to come back');
    await waitUntil(() => plans.some(({ slot, lane }) => slot === 1 && lane === 1), 'its first plan');
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

  test('takes nothing while no thread serves', async (t) => {
    const { pool, lost, ask } = createPool(t, 1);
    assert.equal(ask(0), -1);
    await pool.start();
    assert.equal(ask(0, 'please exit'), 0);
    await waitUntil(() => lost.length === 1, 'the thread to die');
    assert.equal(ask(1), -1);
    await waitUntil(() => ask(2) === 0, 'the fresh thread');
  });

  test('does not start with an entry module that does not load', async (t) => {
    const { pool } = createPool(t, 1, '/nowhere/render.js');
    await assert.rejects(pool.start(), {
      name: 'Failure',
      code: 'START_FAILED',
      message: /worker thread 0 did not start/,
    });
  });
});
