import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange } from '../../../src/server/transport/contract.js';
import { describeSecuredTransports, echo, serve, writeFrame } from './harness.js';
import { parseResponses, type RawClient, request, waitUntil } from './raw-client.js';

const startStream = (exchange: Exchange) => exchange.startStream(200, ['content-type', 'text/event-stream']);

describeSecuredTransports('endings', (selected) => {
  const departures: [string, (client: RawClient) => void][] = [
    ['by FIN', (client) => client.destroy()],
    ['by RST', (client) => client.sendReset()],
    ['by closing its sending side', (client) => client.socket.end()],
  ];
  for (const [how, depart] of departures) {
    for (const [when, onRequest] of [
      ['before its answer', () => {}],
      ['during its stream', startStream],
    ] as const) {
      test(`the handler hears once of a client that leaves ${how} ${when}`, async (t) => {
        const served = await serve(t, selected, { onRequest });
        const client = await served.connect();
        client.send(request('POST', '/', [], 'body'));
        await waitUntil(() => served.requests.length === 1, 'the request');
        depart(client);
        await waitUntil(() => served.closed.length > 0, 'onClose');
        await waitUntil(() => served.transport.connections === 0, 'no connection');
        const [exchange] = served.requests;
        assert.deepEqual(served.closed, [exchange]);
        startStream(exchange!);
        exchange!.respond(200, [], Buffer.from('too late'));
        exchange!.abort();
        exchange!.endStream();
        assert.equal(writeFrame(served.transport, exchange!, 'too late'), true);
        assert.deepEqual(served.closed, [exchange]);
        await client.waitForClose();
        assert.ok(!client.text.includes('late'));
      });
    }
  }

  test('frames written to a client that has left are no error', async (t) => {
    const served = await serve(t, selected, { onRequest: startStream });
    const client = await served.connect();
    client.send(request('GET', '/'));
    await client.waitForText('\r\n\r\n');
    client.sendReset();
    while (served.closed.length === 0) {
      for (let index = 0; index < 10; index++) writeFrame(served.transport, served.requests[0]!, 'data: x\n\n');
      await new Promise(setImmediate);
    }
    assert.equal(served.closed.length, 1);
  });

  test('a client that leaves before its request is complete is not the handler’s business', async (t) => {
    const served = await serve(t, selected, { onRequest: echo });
    const client = await served.connect();
    client.send(request('POST', '/', ['Content-Length: 10']));
    await waitUntil(() => served.transport.connections === 1, 'the connection');
    client.destroy();
    await waitUntil(() => served.transport.connections === 0, 'no connection');
    assert.deepEqual([served.requests, served.closed], [[], []]);
  });

  for (const manner of ['reset', 'close'] as const) {
    test(`abort by ${manner} leaves the answer incomplete and is not reported back`, async (t) => {
      const served = await serve(t, selected, { onRequest: startStream });
      const client = await served.connect();
      client.send(request('GET', '/'));
      await client.waitForText('\r\n\r\n');
      writeFrame(served.transport, served.requests[0]!, 'data: half');
      await client.waitForText('half');
      served.requests[0]!.abort(manner);
      await client.waitForClose();
      assert.equal(client.reset, manner === 'reset' && selected.name === 'node');
      assert.ok(parseResponses(client.bytes).every((response) => !response.complete));
      await waitUntil(() => served.transport.connections === 0, 'no connection');
      assert.deepEqual(served.closed, []);
    });
  }

  test('abort before any answer closes without a byte', async (t) => {
    const served = await serve(t, selected, { onRequest: (exchange) => exchange.abort() });
    const client = await served.connect();
    client.send(request('POST', '/', [], 'body'));
    await client.waitForClose();
    assert.equal(client.text, '');
    assert.deepEqual(served.closed, []);
  });

  test('an answer with close ends its connection and says so', async (t) => {
    const served = await serve(t, selected, {
      onRequest: (exchange) => exchange.respond(200, [], Buffer.from('last'), true),
    });
    const client = await served.connect();
    client.send(request('GET', '/'));
    await client.waitForClose();
    const [response] = parseResponses(client.bytes);
    assert.equal(response!.headers.get('connection'), 'close');
    assert.equal(response!.body.toString(), 'last');
  });

  test('a client that asks for connection: close gets its stream whole and then FIN', async (t) => {
    const served = await serve(t, selected, { onRequest: startStream });
    const client = await served.connect();
    client.send(request('GET', '/', ['Connection: close']));
    await client.waitForText('\r\n\r\n');
    writeFrame(served.transport, served.requests[0]!, 'data: x\n\n');
    served.requests[0]!.endStream();
    await client.waitForClose();
    assert.equal(parseResponses(client.bytes)[0]!.complete, true);
  });

  test('a large whole answer reaches a slow reader', async (t) => {
    const body = Buffer.alloc(12 * 1024 * 1024, 'abcdefg ');
    const served = await serve(t, selected, { onRequest: (exchange) => exchange.respond(200, [], body) });
    const client = await served.connect();
    client.socket.pause();
    client.send(request('GET', '/'));
    await waitUntil(() => served.requests.length === 1, 'the request');
    client.socket.resume();
    await waitUntil(() => client.bytes.length >= body.length, 'the body');
    assert.ok((await client.response()).body.equals(body));
  });

  if (selected.name === 'node') {
    test('a client that closes its sending side while it gets an answer is sent no further one', async (t) => {
      const served = await serve(t, selected, { onRequest: () => {} });
      const client = await served.connect();
      client.socket.pause();
      client.send(request('GET', '/first') + request('GET', '/second'));
      await waitUntil(() => served.requests.length === 1, 'the first request');
      // Too much for the sockets' buffers: its rest waits for the client.
      served.requests[0]!.respond(200, [], Buffer.alloc(16 * 1024 * 1024));
      client.socket.end();
      // Nothing tells when the server has heard of it.
      await sleep(100);
      client.socket.resume();
      const { body } = await client.response();
      assert.equal(body.length, 16 * 1024 * 1024);
      await waitUntil(() => served.transport.connections === 0, 'no connection');
      assert.deepEqual(
        served.requests.map(({ path }) => path),
        ['/first'],
      );
      assert.equal(served.transport.busy, 0);
    });

    test('a request that came behind one whose answer ends the connection is not served', async (t) => {
      const served = await serve(t, selected, { onRequest: () => {} });
      const client = await served.connect();
      client.send(request('GET', '/first') + request('GET', '/second'));
      await waitUntil(() => served.requests.length === 1, 'the first request');
      served.requests[0]!.respond(200, [], Buffer.from('the last'), true);
      await client.waitForClose();
      assert.equal(parseResponses(client.bytes).length, 1);
      assert.deepEqual(
        served.requests.map(({ path }) => path),
        ['/first'],
      );
    });
  }
});
