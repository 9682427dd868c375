/**
 * node:http accepts one connection per turn of its loop. Server and clients share one loop here, so what is asserted follows from the order
 * of its turns: connections that are all there when the next turn begins are accepted in a row, whatever the machine's speed.
 */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { eventually } from '../process/program.js';
import { parseExposition } from './prometheus.js';
import { type RunningServer, startServer } from './server-harness.js';
import { RawClient } from './transport/raw-client.js';

const AT_ONCE = 1_500;
/** No machine accepts a hundred connections in this. */
const TINY_LIMIT_MS = 0.1;
const ONE_BY_ONE = 30;

interface Stats {
  readonly saturated: { readonly reasons: readonly string[]; readonly accept_wait_p99_ms: number };
  readonly accept_wait: { readonly count: number; readonly p99_ms: number; readonly max_ms: number };
}

describe('a server on node:http', () => {
  let running: RunningServer;
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await running.server.stop();
  });
  const start = async (): Promise<void> => {
    running = await startServer({ config: { simulation: { slip_limit_ms: TINY_LIMIT_MS } }, transport: 'node' });
  };

  const stats = async (): Promise<Stats> =>
    (await (await fetch(`http://127.0.0.1:${running.port}/admin/stats`)).json()) as Stats;

  const until = (condition: (document: Stats) => boolean, what: string): Promise<Stats> => {
    let last: Stats | undefined;
    return eventually(
      async () => {
        last = await stats();
        return condition(last) ? last : undefined;
      },
      () => `${what}: ${JSON.stringify([last?.saturated, last?.accept_wait])}`,
    );
  };

  test('that thousands come to at once says that they may have waited', async () => {
    await start();
    await stats();
    for (let index = 0; index < AT_ONCE; index++)
      sockets.push(connect(running.port, '127.0.0.1').on('error', () => {}));
    const { accept_wait, saturated } = await until(
      (document) => document.saturated.reasons.includes('accept_queue') && document.accept_wait.count >= AT_ONCE,
      'all accepted, and saturated by accept_queue',
    );
    assert.ok(accept_wait.p99_ms > TINY_LIMIT_MS && accept_wait.max_ms >= accept_wait.p99_ms);
    assert.equal(saturated.accept_wait_p99_ms, accept_wait.p99_ms);
    const metrics = parseExposition(await (await fetch(`http://127.0.0.1:${running.port}/metrics`)).text());
    assert.equal(metrics.sum('llm_simulator_saturation_reason', { reason: 'accept_queue' }), 1);
    assert.ok(metrics.sum('llm_simulator_accept_wait_p99_seconds') > TINY_LIMIT_MS / 1_000);
  });

  test('that connections come to one after another says that none waited', async () => {
    await start();
    for (let index = 0; index < ONE_BY_ONE; index++) {
      const client = await RawClient.connect(running.port);
      sockets.push(client.socket);
      client.send('GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await client.waitForText('alive');
    }
    const { accept_wait, saturated } = await until(
      (document) => document.accept_wait.count >= ONE_BY_ONE,
      'all have been reported',
    );
    assert.equal(accept_wait.max_ms, 0);
    assert.ok(!saturated.reasons.includes('accept_queue'));
  });
});
