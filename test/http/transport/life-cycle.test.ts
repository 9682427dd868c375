import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import type { Failure } from '../../../src/kernel/failure.js';
import type { Exchange } from '../../../src/server/transport/contract.js';
import { describeSecuredTransports, echo, serve, writeFrame } from './harness.js';
import { parseResponses, type RawClient, request, waitUntil } from './raw-client.js';

const startStream = (exchange: Exchange) => exchange.startStream(200, ['content-type', 'text/event-stream']);

describeSecuredTransports('life cycle', (selected) => {
  for (const [host, peer] of [
    ['localhost', 'localhost'],
    ['::1', '::1'],
    ['::', '127.0.0.1'],
  ] as const) {
    test(`it listens on ${host} and names its peers plainly`, async (t) => {
      let remote = '';
      const served = await serve(t, selected, {
        host,
        onRequest(exchange) {
          remote = exchange.remoteAddress();
          echo(exchange);
        },
      });
      assert.equal(served.address.host, host);
      assert.ok(served.address.port > 0);
      const client = await served.connect(peer);
      client.send(request('GET', '/'));
      await client.response();
      assert.ok(peer === 'localhost' ? ['127.0.0.1', '::1'].includes(remote) : remote === peer, remote);
    });
  }

  test('a port that another program holds is a Failure that names it', async (t) => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    t.after(() => holder.close());
    const { port } = holder.address() as { port: number };
    const served = await serve(t, selected, { onRequest: echo });
    const transport = selected.create(served.options);
    await assert.rejects(transport.listen({ host: '127.0.0.1', port }), (failure: Failure) => {
      assert.equal(failure.code, 'PORT_IN_USE');
      assert.match(failure.message, new RegExp(`127\\.0\\.0\\.1:${port}`));
      return true;
    });
    await transport.close();
  });

  test('a host that is not of this machine is a Failure that says so', async (t) => {
    const served = await serve(t, selected, { onRequest: echo });
    const transport = selected.create(served.options);
    await assert.rejects(transport.listen({ host: '192.0.2.1', port: 0 }), { code: 'START_FAILED' });
    await transport.close();
  });

  test('after stopAccepting open streams go on to their end and nobody new gets in', async (t) => {
    const served = await serve(t, selected, { onRequest: startStream });
    const client = await served.connect();
    client.send(request('GET', '/stream'));
    await client.waitForText('\r\n\r\n');
    const waiting = await served.connect();
    waiting.send(request('POST', '/', ['Content-Length: 2']));
    await waitUntil(() => served.transport.busy === 2, 'two requests');
    await Promise.all([served.transport.stopAccepting(10_000), served.transport.stopAccepting(10_000)]);
    await assert.rejects(served.connect(), { code: 'ECONNREFUSED' });
    writeFrame(served.transport, served.requests[0]!, 'data: still here\n\n');
    await client.waitForText('still here');
    served.requests[0]!.endStream();
    assert.equal((await client.response()).complete, true);
    waiting.send('ok');
    await waitUntil(() => served.requests.length === 2, 'the request that was under way');
    await waiting.waitForText('\r\n\r\n');
    assert.equal(parseResponses(waiting.bytes)[0]!.headers.get('connection'), 'close');
    served.requests[1]!.endStream();
    await waiting.response();
    await waitUntil(() => served.transport.busy === 0, 'no request');
    assert.deepEqual(served.closed, []);
  });

  test('connections that wait to be accepted when stopAccepting comes are served', async (t) => {
    const served = await serve(t, selected, { onRequest: echo });
    const clients = await Promise.all(Array.from({ length: 40 }, () => served.connect()));
    // As many again, in the kernel's queue alone: they connect in the next tick, and this process does not turn to its sockets before.
    const connecting = Array.from({ length: 40 }, () => served.connect());
    await new Promise<void>((resolve) => process.nextTick(resolve));
    const stopped = served.transport.stopAccepting(10_000);
    const late = await Promise.allSettled(connecting);
    await stopped;
    for (const { status } of late) assert.equal(status, 'fulfilled');
    const all = [...clients, ...late.map((result) => (result as PromiseFulfilledResult<RawClient>).value)];
    for (const client of all) {
      client.send(request('GET', '/'));
      const response = await client.response();
      assert.deepEqual([response.status, response.headers.get('connection')], [200, 'close']);
    }
  });

  test('answers announce the close from announceClose on, and new clients are served all the same', async (t) => {
    const served = await serve(t, selected, { onRequest: echo });
    const before = await served.connect();
    before.send(request('GET', '/before'));
    assert.notEqual((await before.response()).headers.get('connection'), 'close');
    served.transport.announceClose();
    const after = await served.connect();
    for (const client of [before, after]) {
      const from = client.bytes.length;
      client.send(request('GET', '/after'));
      await client.waitForClose();
      const answer = parseResponses(client.bytes.subarray(from))[0]!;
      assert.deepEqual([answer.status, answer.headers.get('connection')], [200, 'close']);
    }
  });

  test('an idle connection is served once more after stopAccepting, and ends in order with closeIdle or close', async (t) => {
    const served = await serve(t, selected, { onRequest: () => {} });
    const [busy, idle, silent] = await Promise.all([served.connect(), served.connect(), served.connect()]);
    busy.send(request('GET', '/busy'));
    await waitUntil(() => served.requests.length === 1, 'the request');
    await served.transport.stopAccepting(10_000);
    idle.send(request('GET', '/idle'));
    await waitUntil(() => served.requests.length === 2, 'the other request');
    echo(served.requests[1]!);
    assert.equal((await idle.response()).headers.get('connection'), 'close');
    await idle.waitForClose();
    await served.transport.closeIdle(1_000);
    if (selected.name === 'node') await silent.waitForClose();
    echo(served.requests[0]!);
    assert.equal((await busy.response()).headers.get('connection'), 'close');
    await busy.waitForClose();
    await served.transport.close();
    await silent.waitForClose();
    assert.equal(served.transport.connections, 0);
  });

  test('close ends everything at once, tells the handler, and may be called again', async (t) => {
    const served = await serve(t, selected, { onRequest: startStream });
    const clients = await Promise.all([served.connect(), served.connect(), served.connect()]);
    for (const client of clients.slice(1)) client.send(request('GET', '/'));
    await waitUntil(() => served.requests.length === 2, 'the requests');
    await Promise.all([served.transport.close(), served.transport.close()]);
    await served.transport.close();
    await served.transport.stopAccepting(10_000);
    assert.equal(served.transport.connections, 0);
    assert.equal(served.closed.length, 2);
    for (const client of clients) await client.waitForClose();
    await assert.rejects(served.connect(), { code: 'ECONNREFUSED' });
  });

  test('a transport that never listened closes as well', async (t) => {
    const served = await serve(t, selected, { onRequest: echo });
    const transport = selected.create(served.options);
    await transport.stopAccepting(10_000);
    await transport.close();
    await transport.close();
  });
});
