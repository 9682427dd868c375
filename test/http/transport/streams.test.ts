import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange, Transport } from '../../../src/server/transport/contract.js';
import { describeSecuredTransports, FRAME_BYTES_MAX, type Served, serve, writeFrame } from './harness.js';
import { parseResponses, type RawClient, request, waitUntil } from './raw-client.js';

const SSE_HEADERS = ['content-type', 'text/event-stream', 'x-request-id', 'r-1'];

function startStream(exchange: Exchange): void {
  exchange.startStream(200, SSE_HEADERS);
}

/** What a client makes of the stream so far, without the blank line some transports open it with. */
function streamed(client: RawClient): string {
  const [response] = parseResponses(client.bytes);
  return (response?.body.toString('latin1') ?? '').replace(/^\n/, '');
}

async function openStream(served: Served): Promise<{ client: RawClient; exchange: Exchange }> {
  const before = served.requests.length;
  const client = await served.connect();
  client.send(request('POST', '/stream', [], '{}'));
  await client.waitForText('\r\n\r\n');
  assert.equal(served.requests.length, before + 1);
  return { client, exchange: served.requests[before]! };
}

describeSecuredTransports('streams', (selected) => {
  test('the client has the whole head before the first frame and each frame before the next', async (t) => {
    const served = await serve(t, selected, { onRequest: startStream });
    const { client, exchange } = await openStream(served);
    const [head] = parseResponses(client.bytes);
    assert.equal(head!.status, 200);
    assert.equal(head!.headers.get('content-type'), 'text/event-stream');
    assert.equal(head!.headers.get('x-request-id'), 'r-1');
    assert.equal(head!.headers.get('transfer-encoding'), 'chunked');
    assert.equal(streamed(client), '');
    let expected = '';
    for (let index = 0; index < 20; index++) {
      const frame = `data: ${'x'.repeat(index * 7)}\n\n`;
      expected += frame;
      assert.equal(writeFrame(served.transport, exchange, frame), true);
      await waitUntil(() => streamed(client) === expected, `frame ${index}`);
    }
    exchange.endStream();
    assert.equal((await client.response()).complete, true);
    assert.equal(client.closed, false);
    assert.deepEqual(served.closed, []);
  });

  test('frames of every length arrive intact', async (t) => {
    const served = await serve(t, selected, { onRequest: startStream });
    const { client, exchange } = await openStream(served);
    const lengths = [1, 2, 9, 10, 15, 16, 17, 255, 256, 4_095, 4_096, 16_384, 65_535, FRAME_BYTES_MAX];
    let expected = '';
    for (const length of lengths) {
      const frame = Buffer.alloc(length, `${length};`);
      expected += frame.toString('latin1');
      writeFrame(served.transport, exchange, frame);
      await waitUntil(() => streamed(client).length === expected.length, `${length} bytes`);
    }
    assert.equal(exchange.write(16, 16), true, 'an empty frame is no frame');
    exchange.endStream();
    await client.response();
    assert.ok(streamed(client) === expected);
  });

  test('frames written in the request handler itself arrive too', async (t) => {
    const served = await serve(t, selected, {
      onRequest(exchange, transport) {
        startStream(exchange);
        for (const frame of ['one ', 'two ', 'three']) writeFrame(transport, exchange, frame);
        exchange.endStream();
      },
    });
    const client = await served.connect();
    client.send(request('GET', '/'));
    assert.equal((await client.response()).body.toString().trim(), 'one two three');
  });

  test('a HEAD request gets the head of a stream and no body', async (t) => {
    const served = await serve(t, selected, {
      onRequest(exchange, transport) {
        startStream(exchange);
        assert.equal(writeFrame(transport, exchange, 'data: x\n\n'), true);
        exchange.endStream();
      },
    });
    const client = await served.connect();
    client.send(request('HEAD', '/'));
    client.send(request('HEAD', '/'));
    await client.responses(2, true);
    assert.ok(client.text.endsWith('\r\n\r\n'));
    assert.ok(!client.text.includes('data'));
  });

  test('a reader that stalls stops the writer within bounds; what was written arrives intact when it reads on', async (t) => {
    const served = await serve(t, selected, { onRequest: startStream });
    const { client, exchange } = await openStream(served);
    client.socket.pause();
    const frame = Buffer.alloc(10_000);
    let frames = 0;
    let stops = 0;
    const fill = () => {
      stops++;
      for (let taken = true; taken; frames++) {
        frame.fill(`frame ${frames} `);
        taken = writeFrame(served.transport, exchange, frame);
        assert.ok(frames < 5_000, 'write() says stop before 50 MB');
      }
    };
    fill();
    assert.equal(served.writable.length, 0);
    for (let round = 1; round <= 3; round++) {
      client.socket.resume();
      await waitUntil(() => served.writable.length === stops, 'onWritable');
      client.socket.pause();
      fill();
      await sleep(5);
      assert.ok(served.writable.length <= stops, 'onWritable comes once for each time write() said stop');
    }
    client.socket.resume();
    await waitUntil(() => served.writable.length === stops, 'onWritable');
    exchange.endStream();
    await client.response();
    const text = streamed(client);
    assert.equal(text.length, frames * frame.length);
    for (let index = 0; index < frames; index++) {
      frame.fill(`frame ${index} `);
      const at = index * frame.length;
      assert.ok(text.slice(at, at + frame.length) === frame.toString('latin1'), `frame ${index} is intact`);
    }
    assert.deepEqual(served.writable, Array(stops).fill(exchange));
  });

  test('streams that block at the same time do not overwrite each other', async (t) => {
    const served = await serve(t, selected, { onRequest: startStream });
    const streams: Awaited<ReturnType<typeof openStream>>[] = [];
    while (streams.length < 8) streams.push(await openStream(served));
    for (const { client } of streams) client.socket.pause();
    const written = streams.map(({ client, exchange }, index) => {
      const letter = String.fromCharCode(97 + index);
      let frames = 1;
      while (writeFrame(served.transport, exchange, letter.repeat(20_000))) frames++;
      return { client, exchange, letter, frames };
    });
    for (const { client } of streams) client.socket.resume();
    await waitUntil(() => served.writable.length === 8, 'all to drain');
    for (const { exchange } of written) exchange.endStream();
    for (const { client, letter, frames } of written) {
      await client.response();
      assert.ok(streamed(client) === letter.repeat(20_000 * frames), `stream ${letter} is intact`);
    }
  });

  test('a connection goes on to serve after a stream that had to wait for its reader', async (t) => {
    const served = await serve(t, selected, { onRequest: startStream });
    const { client, exchange } = await openStream(served);
    client.socket.pause();
    while (writeFrame(served.transport, exchange, 'x'.repeat(50_000)));
    exchange.endStream();
    client.socket.resume();
    await client.response();
    client.send(request('GET', '/again'));
    await waitUntil(() => served.requests.length === 2, 'the second request');
    served.requests[1]!.endStream();
    assert.equal((await client.responses(2)).length, 2);
  });

  test('an open stream keeps nothing of its request', async (t) => {
    const served = await serve(t, selected, { onRequest: startStream });
    const { client, exchange } = await openStream(served);
    assert.equal(exchange.body.length, 0);
    assert.equal(exchange.header('host'), undefined);
    assert.equal(exchange.remoteAddress(), '');
    client.destroy();
  });

  test('calls in the wrong order and calls after the end do nothing', async (t) => {
    const twice = (exchange: Exchange, transport: Transport) => {
      assert.equal(exchange.write(16, 20), true);
      exchange.endStream();
      startStream(exchange);
      startStream(exchange);
      exchange.respond(500, [], Buffer.from('no'));
      writeFrame(transport, exchange, 'yes');
      for (let time = 0; time < 2; time++) {
        exchange.endStream();
        exchange.abort();
        exchange.respond(500, [], Buffer.from('no'));
        assert.equal(writeFrame(transport, exchange, 'no'), true);
      }
    };
    const served = await serve(t, selected, { onRequest: twice });
    const client = await served.connect();
    client.send(request('GET', '/'));
    assert.equal((await client.response()).body.toString().trim(), 'yes');
    client.send(request('GET', '/'));
    assert.equal((await client.responses(2)).length, 2);
    assert.deepEqual(served.closed, []);
  });
});
