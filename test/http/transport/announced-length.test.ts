/** Bodies of announced length that come in pieces, and those that are not as long as they say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange } from '../../../src/server/transport/contract.js';
import { describeSecuredTransports, echo, serve, writeFrame } from './harness.js';
import { parseResponses, request, waitUntil } from './raw-client.js';

const startStream = (announcedBytes: number) => (exchange: Exchange) =>
  exchange.startStream(200, ['content-type', 'application/json'], announcedBytes);

describeSecuredTransports('an announced length', (selected) => {
  test('has a body in pieces, and the connection serves the next request', async (t) => {
    const served = await serve(t, selected, { onRequest: startStream(12) });
    const client = await served.connect();
    for (let round = 1; round <= 2; round++) {
      client.send(request('POST', '/', [], 'body'));
      await waitUntil(() => served.requests.length === round, 'the request');
      const exchange = served.requests.at(-1)!;
      writeFrame(served.transport, exchange, '{"a":');
      await waitUntil(() => client.text.split('{"a":').length === round + 1, 'the first piece');
      writeFrame(served.transport, exchange, '');
      writeFrame(served.transport, exchange, '"bcd"');
      writeFrame(served.transport, exchange, ' }');
      exchange.endStream();
      const response = (await client.responses(round)).at(-1)!;
      assert.equal(response.headers.get('content-length'), '12');
      assert.equal(response.headers.has('transfer-encoding'), false);
      assert.equal(response.body.toString(), '{"a":"bcd" }');
    }
    assert.deepEqual(served.closed, []);
  });

  test('may be more than comes', async (t) => {
    const served = await serve(t, selected, { onRequest: startStream(100) });
    const client = await served.connect();
    client.send(request('GET', '/'));
    await waitUntil(() => served.requests.length === 1, 'the request');
    writeFrame(served.transport, served.requests[0]!, '{"half":');
    served.requests[0]!.abort('close');
    await client.waitForClose();
    const [response] = parseResponses(client.bytes);
    assert.equal(response!.complete, false);
    assert.equal(response!.headers.get('content-length'), '100');
    assert.equal(response!.body.toString(), '{"half":');
    assert.equal(client.reset, false);
    assert.deepEqual(served.closed, []);
  });

  test('may be less than comes', async (t) => {
    const served = await serve(t, selected, { onRequest: startStream(4) });
    const client = await served.connect();
    client.send(request('GET', '/'));
    await waitUntil(() => served.requests.length === 1, 'the request');
    writeFrame(served.transport, served.requests[0]!, '{"a":1}');
    served.requests[0]!.abort('close');
    await client.waitForClose();
    const head = client.text.indexOf('\r\n\r\n') + 4;
    assert.match(client.text.slice(0, head), /content-length: 4\r\n/i);
    assert.equal(client.text.slice(head), '{"a":1}');
    await waitUntil(() => served.transport.connections === 0, 'no connection');
  });

  test('may have no body at all', async (t) => {
    const served = await serve(t, selected, { onRequest: startStream(50) });
    const client = await served.connect();
    client.send(request('GET', '/'));
    await waitUntil(() => served.requests.length === 1, 'the request');
    served.requests[0]!.abort('close');
    await client.waitForClose();
    const [response] = parseResponses(client.bytes);
    assert.deepEqual([response!.status, response!.headers.get('content-length')], [200, '50']);
    assert.equal(response!.body.length, 0);
    await waitUntil(() => served.transport.connections === 0, 'no connection');
  });

  test('has a large body reach a slow reader, piece by piece', async (t) => {
    const piece = Buffer.from(Array.from({ length: 60_000 }, (_, at) => 97 + (at % 26)));
    const pieces = 160;
    let left = pieces;
    const goOn = (exchange: Exchange): void => {
      while (left > 0) {
        left--;
        if (!writeFrame(served.transport, exchange, piece)) return;
      }
      exchange.endStream();
    };
    const served = await serve(t, selected, {
      onRequest: (exchange) => {
        startStream(pieces * piece.length)(exchange);
        goOn(exchange);
      },
      onWritable: goOn,
    });
    const client = await served.connect();
    client.socket.pause();
    client.send(request('GET', '/'));
    await waitUntil(() => served.requests.length === 1, 'the request');
    assert.ok(left > 0, 'the socket fills before the body has left');
    client.socket.resume();
    const response = await client.response();
    assert.ok(response.body.equals(Buffer.concat(Array.from({ length: pieces }, () => piece))));
    assert.ok(served.writable.length > 0);
  });

  test('with a client that leaves in the middle is reported once', async (t) => {
    const served = await serve(t, selected, { onRequest: startStream(100) });
    const client = await served.connect();
    client.send(request('GET', '/'));
    await waitUntil(() => served.requests.length === 1, 'the request');
    writeFrame(served.transport, served.requests[0]!, '{"half":');
    await client.waitForText('half');
    client.destroy();
    await waitUntil(() => served.closed.length === 1, 'onClose');
    assert.equal(writeFrame(served.transport, served.requests[0]!, 'late'), true);
    served.requests[0]!.endStream();
    await waitUntil(() => served.transport.connections === 0, 'no connection');
  });

  test('that is not kept leaves other connections alone', async (t) => {
    const served = await serve(t, selected, {
      onRequest: (exchange) => (exchange.path === '/cut' ? startStream(100)(exchange) : echo(exchange)),
    });
    const [cut, other] = [await served.connect(), await served.connect()];
    cut.send(request('GET', '/cut'));
    await waitUntil(() => served.requests.length === 1, 'the request');
    writeFrame(served.transport, served.requests[0]!, 'x');
    served.requests[0]!.abort('reset');
    await cut.waitForClose();
    other.send(request('GET', '/fine'));
    assert.equal((await other.response()).status, 200);
  });
});
