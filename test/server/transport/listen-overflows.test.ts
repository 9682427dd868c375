/** The kernel's count of connections that found the queue of a listener full. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { ListenOverflows } from '../../../src/server/transport/listen-overflows.js';

const CONNECT_EIGHT_TIMES = `
  const { connect } = require('node:net');
  for (let n = 0; n < 8; n++) connect({ host: '127.0.0.1', port: Number(process.argv[1]) }).on('error', () => {});
  setTimeout(() => process.exit(0), 200);
`;

test('grows when more clients connect than a short queue takes', { skip: process.platform !== 'linux' }, async () => {
  const overflows = new ListenOverflows();
  const server = createServer((socket) => socket.on('error', () => {}).destroy());
  server.listen(0, '127.0.0.1', 1);
  await once(server, 'listening');
  const before = overflows.count;
  // Nobody accepts while this thread waits for the child.
  execFileSync(process.execPath, ['-e', CONNECT_EIGHT_TIMES, String((server.address() as AddressInfo).port)]);
  assert.ok(overflows.count > before, `${before}, then ${overflows.count}`);
  overflows.close();
  server.close();
});
