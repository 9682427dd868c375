import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Exchange, Transport } from '../../../src/server/transport/contract.js';
import { describeTransports, echo, type Served, serve, writeFrame } from './harness.js';
import { parseResponses, request, waitUntil } from './raw-client.js';

const MALFORMED: Record<string, string> = {
  'no method': ' / HTTP/1.1\r\nHost: a\r\n\r\n',
  'no version': 'GET /\r\nHost: a\r\n\r\n',
  'a wrong version': 'GET / HTTP/9.9\r\nHost: a\r\n\r\n',
  'no target': 'GET  HTTP/1.1\r\nHost: a\r\n\r\n',
  'no host': 'GET / HTTP/1.1\r\n\r\n',
  'a space before a colon': 'GET / HTTP/1.1\r\nHost : a\r\n\r\n',
  'a NUL in a header': 'GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n',
  'a negative length': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
  'two lengths': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
  'a length and chunks':
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'an unknown coding': 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: rot13\r\n\r\n',
  'a chunk size that is no number': 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n',
  'the HTTP/2 preface': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a TLS hello': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  'a tunnel': 'CONNECT example.test:443 HTTP/1.1\r\nHost: example.test:443\r\n\r\n',
};

/** uWebSockets.js does not look at what stands between chunks, and takes an empty name for the end of the headers. */
const REFUSED_BY_NODE_ONLY: Record<string, string> = {
  'a header without a name': 'GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n',
  'a chunk longer than its size': `${request('POST', '/', ['Transfer-Encoding: chunked'])}1\r\nabc\r\n0\r\n\r\n`,
};
/** uWebSockets.js waits for the rest of this: it closes by its idle timeout or when the client does. */
const AWAITED_BY_UWS = 'no version';

/** Whatever a connection was made to carry: the next one is served, and nothing is left of the earlier ones. */
async function assertServes(served: Served): Promise<void> {
  await waitUntil(() => served.transport.connections === 0, 'no connection');
  const client = await served.connect();
  client.send(request('POST', '/normal', [], 'body'));
  assert.equal((await client.response()).body.toString(), 'POST /normal  fine 4');
  client.destroy();
  await waitUntil(() => served.transport.connections === 0, 'no connection');
}

function echoOrStream(exchange: Exchange, transport: Transport): void {
  if (!exchange.path.startsWith('/stream')) {
    echo(exchange);
    return;
  }
  exchange.startStream(200, []);
  writeFrame(transport, exchange, 'frame');
  exchange.endStream();
}

/** Requests with something wrong somewhere: valid ones, joined, with a stretch replaced by other bytes. */
const damagedRequests = fc
  .record({
    requests: fc.array(
      fc.constantFrom(
        request('GET', '/stream?a=b', ['Accept: text/event-stream']),
        request('POST', '/v1/messages', ['Content-Type: application/json'], '{"stream":true}'),
        request('HEAD', '/stream'),
        `${request('POST', '/', ['Transfer-Encoding: chunked'])}3\r\nabc\r\n0\r\n\r\n`,
      ),
      { minLength: 1, maxLength: 3 },
    ),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.integer({ min: 0, max: 20 }),
    inserted: fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc
        .constantFrom('\r\n', '\n', '\r', ':', '\0', ' ', '\r\n\r\n', 'Content-Length: 5\r\n')
        .map((text) => Buffer.from(text)),
    ),
  })
  .map(({ requests, at, removed, inserted }) => {
    const bytes = Buffer.from(requests.join(''), 'latin1');
    const start = Math.floor(at * bytes.length);
    return Buffer.concat([bytes.subarray(0, start), inserted, bytes.subarray(start + removed)]);
  });

describeTransports('robustness', (selected) => {
  const malformed = selected.name === 'node' ? { ...MALFORMED, ...REFUSED_BY_NODE_ONLY } : MALFORMED;
  for (const [what, bytes] of Object.entries(malformed)) {
    test(`${what}: refused and closed, not left hanging`, async (t) => {
      const served = await serve(t, selected, { onRequest: echo });
      const client = await served.connect();
      client.socket.write(bytes, 'latin1');
      if (selected.name === 'uws' && what === AWAITED_BY_UWS) client.socket.end();
      await client.waitForClose();
      for (const response of parseResponses(client.bytes)) assert.ok([400, 404, 505].includes(response.status));
      assert.deepEqual(served.requests, []);
      await assertServes(served);
    });
  }

  test('bytes that are no request, sent behind an open stream, end the stream and never mix into it', async (t) => {
    const served = await serve(t, selected, { onRequest: (exchange) => exchange.startStream(200, []) });
    const client = await served.connect();
    client.send(request('GET', '/'));
    await client.waitForText('\r\n\r\n');
    client.send('\0\0\0\r\n\r\n');
    await client.waitForClose();
    assert.equal(served.requests.length, 1);
    assert.deepEqual(served.closed, served.requests);
    if (selected.name === 'node') assert.equal(parseResponses(client.bytes).length, 1);
  });

  test('whatever bytes a connection carries, it ends, and the transport serves on', async (t) => {
    const served = await serve(t, selected, { onRequest: echoOrStream, limits: { bodyBytesMax: 100 } });
    const anything = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 400 }), damagedRequests);
    await fc.assert(
      fc.asyncProperty(anything, fc.nat(), async (bytes, cut) => {
        const client = await served.connect();
        const split = cut % bytes.length;
        client.socket.write(bytes.subarray(0, split));
        await new Promise(setImmediate);
        client.socket.end(bytes.subarray(split));
        await client.waitForClose();
      }),
      { numRuns: 400, seed: 20_260_101 },
    );
    await assertServes(served);
  });
});
