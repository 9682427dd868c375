/** Whose address counts at a socket: the peer's, whatever is written before the request, unless a proxy is trusted. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { type Simulator, startSimulator } from '../../src/index.js';
import { AT_ONCE } from './chat-client.js';
import { availableTransports } from './transport/harness.js';

const ALLOWED = '203.0.113.5';
const REQUEST = 'GET /admin/stats HTTP/1.1\r\nhost: simulator\r\nconnection: close\r\n';

/** Version 2 of the PROXY protocol: a connection of the allowed address to 192.0.2.1:80. */
const PREAMBLE = Buffer.from([
  ...[0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a, 0x21, 0x11, 0x00, 0x0c],
  ...[203, 0, 113, 5, 192, 0, 2, 1, 0x12, 0x34, 0x00, 0x50],
]);

/** The status of what is answered to the bytes. */
function statusOf(port: number, bytes: readonly (Buffer | string)[]): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => {
      for (const part of bytes) socket.write(part);
    });
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
    });
    socket.once('error', reject).once('close', () => resolve(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]));
  });
}

for (const { name: transport } of availableTransports) {
  describe(`admin.allowed_ips on ${transport}`, () => {
    let closed: Simulator;
    let trusting: Simulator;
    before(async () => {
      const config = { ...AT_ONCE, server: { transport } };
      const admin = { allowed_ips: [ALLOWED] };
      closed = await startSimulator({ config: { ...config, admin } });
      trusting = await startSimulator({ config: { ...config, admin: { ...admin, trusted_proxies: ['127.0.0.0/8'] } } });
    });
    after(() => Promise.all([closed.stop(), trusting.stop()]));

    test('is not passed by an address in the PROXY protocol', async () => {
      assert.notEqual(await statusOf(closed.port, [PREAMBLE, REQUEST, '\r\n']), '200');
    });

    test('is not passed by a header, unless the peer is a trusted proxy', async () => {
      const header = `x-forwarded-for: ${ALLOWED}\r\n\r\n`;
      assert.equal(await statusOf(closed.port, [REQUEST, header]), '403');
      assert.equal(await statusOf(trusting.port, [REQUEST, header]), '200');
      assert.equal(await statusOf(trusting.port, [REQUEST, '\r\n']), '403', 'the proxy itself may not');
    });

    test('reads a header that comes in several lines as one list', async () => {
      const lines = `x-forwarded-for: ${ALLOWED}\r\nx-forwarded-for: 198.51.100.1\r\n\r\n`;
      assert.equal(await statusOf(trusting.port, [REQUEST, lines]), '403');
    });
  });
}
