/** From backpressure_threshold on a node says that it is under pressure, wherever it can be asked, and goes on serving. */
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { eventually } from '../../process/program.js';
import type { Json } from '../chat-client.js';
import { parseExposition } from '../prometheus.js';
import { FullServer } from './full-server.js';

const HEADER = 'x-llm-sim-backpressure';

describe('a node of four places with a threshold of three quarters', () => {
  let full: FullServer;
  afterEach(() => full.stop());

  const json = async (path: string): Promise<{ readonly [key: string]: Json }> => {
    const response = await fetch(full.url + path);
    assert.equal(response.status, 200);
    return (await response.json()) as { readonly [key: string]: Json };
  };
  const gauge = async (): Promise<number> =>
    parseExposition(await (await fetch(`${full.url}/metrics`)).text()).sum('llm_simulator_backpressure');
  const untilHealth = (status: string) =>
    eventually(
      async () => {
        const health = await json('/health');
        return (health.status as unknown) === status ? health : undefined;
      },
      () => `/health says ${status}`,
    );

  test('says nothing below it', async () => {
    full = await FullServer.start({ max_concurrent_requests: 4, backpressure_threshold: 0.75 });
    await full.hold();
    const answered = await full.chat('a');
    assert.equal(answered.status, 200);
    assert.equal(answered.headers.get(HEADER), null);
    await answered.text();
    assert.equal(await gauge(), 0);
  });

  test('says so at once in headers and metrics, within a second in /health and /admin/stats, until it is over', async () => {
    full = await FullServer.start({ max_concurrent_requests: 4, backpressure_threshold: 0.75 });
    const held = [await full.hold(), await full.hold()];
    const third = await full.chat('a');
    assert.equal(third.headers.get(HEADER), '0.75');
    await third.text();
    held.push(await full.hold(), await full.hold());
    assert.equal(await gauge(), 1);
    assert.equal((await fetch(`${full.url}/ready`)).status, 200);
    const waiting = full.chat('a');
    await full.until({ queued: 1 });
    const { backpressure } = await eventually(
      async () => {
        const health = await json('/health');
        return health.backpressure?.waiting === 1 ? health : undefined;
      },
      () => '/health tells who waits',
    );
    assert.deepEqual(backpressure, { now: true, occupancy: 1, waiting: 1 });
    assert.equal((await json('/health')).status as unknown, 'degraded');
    assert.equal((await fetch(`${full.url}/live`)).headers.get(HEADER), '1.00');
    assert.deepEqual((await json('/admin/stats')).backpressure, backpressure);
    for (const { leave } of held) leave();
    assert.equal((await waiting).status, 200);
    await untilHealth('healthy');
    assert.equal((await fetch(`${full.url}/live`)).headers.get(HEADER), null);
    assert.equal(await gauge(), 0);
  });
});
