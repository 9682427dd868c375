/** Who else has connections to the metrics port keeps neither probes nor scrapes from their answer. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { MetricsServer } from '../../src/cluster/metrics-server.js';
import type { ProbedNode } from '../../src/server/handlers/probes.js';

/** As many as the port keeps. */
const CONNECTIONS_MAX = 64;
const UNFINISHED_HEAD = 'GET /live HTTP/1.1\r\nhost: x\r\n';

describe('the metrics port', () => {
  const server = new MetricsServer({
    scrape: () => Promise.resolve({ contentType: 'text/plain', isGzip: false, body: Buffer.from('figures\n') }),
    probed: () => ({}) as ProbedNode,
  });
  let port = 0;
  const sockets: Socket[] = [];
  before(async () => {
    port = (await server.listen({ host: '127.0.0.1', port: 0 })).port;
  });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    await server.close();
  });

  async function open(bytes: string): Promise<Socket> {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(bytes);
    return socket;
  }

  /** The status of an answer; rejects when there is none within a second. */
  function status(path: string, agent = new Agent()): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const request = get({ host: '127.0.0.1', port, path, agent, timeout: 1_000 }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode));
      });
      request.once('timeout', () => request.destroy(new Error('no answer'))).once('error', reject);
    });
  }

  test('answers a new connection while as many as it keeps are silent', async () => {
    for (let count = 0; count < CONNECTIONS_MAX; count++) await open(count % 2 === 0 ? UNFINISHED_HEAD : '');
    for (const path of ['/live', '/metrics']) assert.equal(await status(path), 200);
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  test('closes one that was used lately last', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let first = '';
    for (let count = 0; count < CONNECTIONS_MAX + 8; count++) {
      await open('');
      assert.equal(await status('/live', agent), 200);
      const [socket] = Object.values(agent.freeSockets).flat();
      first ||= String(socket?.localPort);
      assert.equal(String(socket?.localPort), first, 'still the same connection');
    }
    agent.destroy();
  });

  test('closes a connection whose head does not end within some seconds', { timeout: 15_000 }, async () => {
    const socket = await open(UNFINISHED_HEAD);
    const startMs = Date.now();
    socket.resume();
    await once(socket, 'close');
    assert.ok(Date.now() - startMs < 10_000);
  });
});
