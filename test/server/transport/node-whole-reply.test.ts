import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { WholeReplies } from '../../../src/server/transport/node-whole-reply.js';
import { reasonPhrase } from '../../../src/server/transport/reason-phrase.js';

const HEADERS = ['content-type', 'application/json', 'x-request-id', 'req_1', 'x-latin', 'caf\u00e9', 'x-empty', ''];
const DATE_LINE = /\r\nDate: [^\r]+ GMT\r\n/;

/** What node itself sends for the reply, on this version of node. */
async function nodesOwn(status: number, keepAliveTimeoutMs: number, body: Buffer): Promise<string> {
  const server = createServer({ keepAliveTimeout: keepAliveTimeoutMs }, (_request, response) => {
    response.writeHead(status, reasonPhrase(status), [...HEADERS, 'content-length', String(body.length)]).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  let received = '';
  for await (const piece of socket.setEncoding('latin1')) {
    received += piece;
    const bodyAt = received.indexOf('\r\n\r\n') + 4;
    if (bodyAt > 3 && received.length >= bodyAt + body.length) break;
  }
  socket.destroy();
  server.close();
  return received;
}

test('a whole reply is what node would send, letter for letter', async () => {
  for (const [status, keepAliveTimeoutMs] of [
    [200, 65_000],
    [404, 5_500],
    [529, 1_000],
  ] as const) {
    const body = Buffer.from(`{"text":"caf\u00e9 ${status}"}`);
    const bytes = new WholeReplies(keepAliveTimeoutMs).of(status, HEADERS, body);
    const own = await nodesOwn(status, keepAliveTimeoutMs, body);
    const written = bytes?.toString('latin1') ?? '';
    assert.match(written, DATE_LINE);
    assert.equal(written.replace(DATE_LINE, '\r\n'), own.replace(DATE_LINE, '\r\n'));
  }
});

test('a header that is no field text is left to node, which refuses it', () => {
  const replies = new WholeReplies(65_000);
  for (const value of ['a\r\nset-cookie: b', 'a\nb', 'a\0b', '\u20ac', 'a\x7f']) {
    assert.equal(replies.of(200, ['x-a', value], Buffer.from('{}')), undefined, JSON.stringify(value));
  }
  assert.ok(replies.of(200, ['x-a', 'tab\tand \u00ff'], Buffer.from('{}')));
});
