/** What TLS adds to a transport: who may connect, which certificate is shown, and that nobody holds a connection by not shaking hands. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import type { Exchange } from '../../../src/server/transport/contract.js';
import { certificateFilesOf, describeTls, echo, serve, writeFrame } from './harness.js';
import { RawClient, request, waitUntil } from './raw-client.js';

/** Resolves with the version that is spoken, or with why none is. */
function handshake(port: number, version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'): Promise<string> {
  return new Promise((resolve) => {
    // OpenSSL offers versions before 1.2 at its lowest level of security alone.
    const options = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
    socket.once('error', () => resolve('refused'));
    socket.once('secureConnect', () => {
      resolve(socket.getProtocol() ?? 'none');
      socket.destroy();
    });
  });
}

describeTls('TLS', (selected) => {
  test('it speaks TLS 1.2 and 1.3, and none before', async (t) => {
    const { address } = await serve(t, selected, { onRequest: echo });
    const spoken = await Promise.all(
      (['TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const).map((version) => handshake(address.port, version)),
    );
    assert.deepEqual(spoken, ['refused', 'TLSv1.2', 'TLSv1.3']);
  });

  test('a client that offers HTTP/2 first is served by HTTP/1.1', async (t) => {
    const served = await serve(t, selected, { onRequest: echo });
    const client = await served.connect();
    assert.notEqual(client.protocol, 'h2');
    client.send(request('GET', '/here'));
    assert.equal((await client.response()).status, 200);
  });

  test('plain HTTP is not answered, and the connection closes', async (t) => {
    const served = await serve(t, selected, { onRequest: echo });
    const client = await RawClient.connect(served.address.port);
    client.send(request('GET', '/'));
    await client.waitForClose();
    assert.ok(!client.text.includes('HTTP/1.1 200'));
    assert.deepEqual(served.requests, []);
    await waitUntil(() => served.transport.connections === 0, 'no connection');
  });

  test('a large body arrives whole, in pieces that are not those of the records', async (t) => {
    const bodyBytesMax = 2 ** 20;
    const served = await serve(t, selected, { onRequest: echo, limits: { bodyBytesMax } });
    const client = await served.connect();
    client.send(request('POST', '/', [], 'b'.repeat(bodyBytesMax)));
    assert.equal((await client.response()).body.toString(), `POST /  fine ${bodyBytesMax}`);
  });

  test('a renewed certificate serves the connections that come; those that are open go on, and none is refused', async (t) => {
    const open: Exchange[] = [];
    const served = await serve(t, selected, {
      onRequest(exchange) {
        if (exchange.path !== '/stream') return echo(exchange);
        open.push(exchange);
        exchange.startStream(200, ['content-type', 'text/event-stream']);
      },
    });
    const before = await served.connect();
    before.send(request('GET', '/stream'));
    await before.waitForText('\r\n\r\n');
    assert.equal(before.certifiedName, 'first.simulator.test');

    await served.transport.renewCertificate(certificateFilesOf('second'));
    for (let round = 0; round < 3; round++) {
      const client = await served.connect();
      assert.equal(client.certifiedName, 'second.simulator.test');
      client.send(request('GET', '/'));
      assert.equal((await client.response()).status, 200);
      client.destroy();
    }
    const [exchange] = open;
    writeFrame(served.transport, exchange!, 'data: still here\n\n');
    await before.waitForText('still here');
    exchange!.endStream();
    assert.equal((await before.response()).complete, true);

    await served.transport.renewCertificate(certificateFilesOf('first'));
    assert.equal((await served.connect()).certifiedName, 'first.simulator.test');
    await served.transport.close();
    assert.equal(served.transport.connections, 0);
  });

  test('files that hold no certificate change nothing', async (t) => {
    const served = await serve(t, selected, { onRequest: echo });
    const { certFile } = certificateFilesOf('second');
    await assert.rejects(served.transport.renewCertificate({ certFile, keyFile: '/nonexistent' }));
    const client = await served.connect();
    assert.equal(client.certifiedName, 'first.simulator.test');
    client.send(request('GET', '/'));
    assert.equal((await client.response()).status, 200);
  });

  test('a client that does not shake hands is closed, whether it sends nothing or half of its hello', async (t) => {
    const served = await serve(t, selected, { onRequest: echo, limits: { requestReceiveTimeoutMs: 200 } });
    // uWebSockets.js has a time limit of its own, some 10 s and more.
    if (selected.name === 'uws') return t.skip('its own time limit is longer than a test should take');
    const silent = await RawClient.connect(served.address.port);
    const halting = await RawClient.connect(served.address.port);
    halting.send(Buffer.from('16030100', 'hex'));
    await Promise.all([silent.waitForClose(), halting.waitForClose()]);
    await sleep(0);
    assert.deepEqual(served.requests, []);
  });

  test('what is still shaking hands does not hold up the end', async (t) => {
    const served = await serve(t, selected, { onRequest: echo });
    const halting = await RawClient.connect(served.address.port);
    halting.send(Buffer.from('16030100', 'hex'));
    await waitUntil(() => served.transport.connections > 0 || selected.name === 'uws', 'the connection');
    await served.transport.close();
    await halting.waitForClose();
  });
});
