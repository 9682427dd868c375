import assert from 'node:assert/strict';
import { get as getPlain } from 'node:http';
import { get as getSecurely } from 'node:https';
import { test } from 'node:test';
import type { Exchange } from '../../../src/server/transport/contract.js';
import { describeTransports, echo, type Served, serve } from './harness.js';
import { type RawClient, request, waitUntil } from './raw-client.js';

const BODY_BYTES_MAX = 1_000;

function chunkedBody(bytes: number): string {
  const half = 'x'.repeat(bytes / 2);
  const chunk = `${half.length.toString(16)}\r\n${half}\r\n`;
  return `${chunk}${chunk}0\r\n\r\n`;
}

/** What a client of another address gets. */
function bodyFrom(localAddress: string, { address: { port } }: Served, secure: boolean): Promise<string> {
  const get = secure ? getSecurely : getPlain;
  const options = { host: '127.0.0.1', port, path: '/other', localAddress, agent: false, rejectUnauthorized: false };
  return new Promise((resolve, reject) => {
    get(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });
}

describeTransports('limits', (selected) => {
  test('a body of exactly the limit is served', async (t) => {
    const served = await serve(t, selected, { onRequest: echo, limits: { bodyBytesMax: BODY_BYTES_MAX } });
    const client = await served.connect();
    client.send(request('POST', '/length', [], 'x'.repeat(BODY_BYTES_MAX)));
    client.send(request('POST', '/chunked', ['Transfer-Encoding: chunked']) + chunkedBody(BODY_BYTES_MAX));
    const responses = await client.responses(2);
    assert.deepEqual(
      responses.map(({ body }) => body.toString()),
      ['POST /length  fine 1000', 'POST /chunked  fine 1000'],
    );
  });

  const tooLarge: [string, string][] = [
    ['announced by content-length', request('POST', '/', [], 'x'.repeat(BODY_BYTES_MAX + 1))],
    ['counted in chunks', request('POST', '/', ['Transfer-Encoding: chunked']) + chunkedBody(BODY_BYTES_MAX + 2)],
    ['sent by a client that does not stop', request('POST', '/', [], 'x'.repeat(2 * 1024 * 1024))],
    ['announced and not sent', request('POST', '/', ['Content-Length: 5000'])],
    ['begun and not finished', `${request('POST', '/', ['Content-Length: 5000'])}${'x'.repeat(3_000)}`],
  ];
  for (const [what, bytes] of tooLarge) {
    test(`a body over the limit, ${what}, is refused once; the client can read the answer`, async (t) => {
      const served = await serve(t, selected, { onRequest: echo, limits: { bodyBytesMax: BODY_BYTES_MAX } });
      const client = await served.connect();
      client.send(bytes);
      const response = await client.response();
      assert.equal(response.status, 413);
      assert.equal(response.headers.get('connection'), 'close');
      assert.equal(response.body.toString(), 'POST /  body_too_large 0');
      await client.waitForClose();
      assert.equal(served.requests.length, 1);
      assert.equal(served.closed.length, 0, 'an answered exchange is not reported as closed');
    });
  }

  test('headers over the limit are answered with 431 and never reach the handler', async (t) => {
    const served = await serve(t, selected, { onRequest: echo, limits: { headerBytesMax: 8_000 } });
    const fits = await served.connect();
    fits.send(request('GET', '/', [`X-Long: ${'x'.repeat(7_000)}`]));
    assert.equal((await fits.response()).status, 200);
    for (const bytes of [9_000, 60_000, 200_000]) {
      const client = await served.connect();
      client.send(request('GET', '/', [`X-Long: ${'x'.repeat(bytes)}`]));
      await client.waitForClose();
      assert.match(client.text, /^HTTP\/1\.1 431 /, `${bytes} bytes`);
    }
    assert.equal(served.requests.length, 1);
  });

  test('connections above the limit are told so and closed; a place that becomes free is taken', async (t) => {
    const served = await serve(t, selected, { onRequest: echo, limits: { connectionsMax: 3 } });
    const clients: RawClient[] = [];
    for (let index = 0; index < 3; index++) {
      const client = await served.connect();
      client.send(request('GET', '/'));
      assert.equal((await client.response()).status, 200);
      clients.push(client);
    }
    assert.equal(served.transport.connections, 3);
    const fourth = await served.connect();
    fourth.send(request('GET', '/fourth'));
    assert.equal((await fourth.response()).body.toString(), 'GET /fourth  too_many_connections 0');
    await fourth.waitForClose();
    clients[0]!.destroy();
    await waitUntil(() => served.transport.connections === 2, 'two connections');
    const fifth = await served.connect();
    fifth.send(request('GET', '/fifth'));
    assert.equal((await fifth.response()).body.toString(), 'GET /fifth  fine 0');
    for (const client of [...clients, fifth]) client.destroy();
    await waitUntil(() => served.transport.connections === 0, 'no connection');
  });

  test('connections of one address above its limit are told so and closed, those of others are not', async (t) => {
    const onRequest = (exchange: Exchange): void => {
      if (exchange.path !== '/hold') echo(exchange);
    };
    const served = await serve(t, selected, { onRequest, limits: { connectionsOfAddressMax: 2 } });
    const held = [await served.connect(), await served.connect()];
    for (const client of held) client.send(request('GET', '/hold'));
    await waitUntil(() => served.requests.length === 2, 'two requests');
    for (let round = 0; round < 3; round++) {
      const third = await served.connect();
      third.send(request('GET', '/third'));
      assert.equal((await third.response()).body.toString(), 'GET /third  too_many_of_address 0');
      await third.waitForClose();
    }
    assert.equal(await bodyFrom('127.0.0.2', served, 'certificate' in selected), 'GET /other  fine 0');
    held[0]!.destroy();
    await waitUntil(() => served.transport.connections === 1, 'one connection');
    const next = await served.connect();
    next.send(request('GET', '/next'));
    assert.equal((await next.response()).body.toString(), 'GET /next  fine 0');
    for (const client of [...held, next]) client.destroy();
  });

  if (selected.name === 'node') {
    test('one address keeps nobody out: what it has far above its limit is closed without a word', async (t) => {
      const limits = { connectionsOfAddressMax: 2, connectionsMax: 30 };
      const served = await serve(t, selected, { onRequest: echo, limits });
      const clients = await Promise.all(Array.from({ length: 40 }, () => served.connect()));
      await waitUntil(() => clients.filter((client) => !client.closed).length === 18, 'the excess to be closed');
      assert.equal(served.transport.connections, 18);
      assert.equal(served.dropped, 22);
      assert.equal(await bodyFrom('127.0.0.2', served, 'certificate' in selected), 'GET /other  fine 0');
      for (const client of clients) client.destroy();
      await waitUntil(() => served.transport.connections === 0, 'no connection');
      const client = await served.connect();
      client.send(request('GET', '/'));
      assert.equal((await client.response()).status, 200);
    });
  }

  test('far above the limit connections are closed without a word', async (t) => {
    const served = await serve(t, selected, { onRequest: echo, limits: { connectionsMax: 1 } });
    const clients = await Promise.all(Array.from({ length: 300 }, () => served.connect()));
    const open = () => clients.filter((client) => !client.closed).length;
    await waitUntil(() => open() === 257, 'the excess to be closed');
    assert.equal(served.transport.connections, 257);
    assert.equal(served.dropped, 43);
    for (const client of clients) client.destroy();
    await waitUntil(() => served.transport.connections === 0, 'no connection');
    const client = await served.connect();
    client.send(request('GET', '/'));
    assert.equal((await client.response()).status, 200);
  });

  test('a client that takes too long over a body is answered with 408, however little by little it sends', async (t) => {
    const served = await serve(t, selected, { onRequest: echo, limits: { requestReceiveTimeoutMs: 200 } });
    const beginnings: [head: string, piece: string][] = [
      [request('POST', '/', ['Content-Length: 60000']), 'x'],
      [request('POST', '/', ['Transfer-Encoding: chunked']), '1\r\nx\r\n'],
      [request('POST', '/', ['Transfer-Encoding: chunked']), ''],
    ];
    const clients = await Promise.all(beginnings.map(() => served.connect()));
    for (const [index, client] of clients.entries()) client.send(beginnings[index]![0]);
    const drip = setInterval(() => {
      for (const [index, client] of clients.entries()) if (client.socket.writable) client.send(beginnings[index]![1]);
    }, 20);
    t.after(() => clearInterval(drip));
    for (const client of clients) {
      await client.waitForClose();
      assert.match(client.text, /^HTTP\/1\.1 408 /);
    }
    assert.equal(served.requests.length, 0);
    await waitUntil(() => served.transport.connections === 0, 'no connection');
  });

  test('a body that is complete in time is not cut off, nor the answer that takes longer', async (t) => {
    const served = await serve(t, selected, {
      onRequest: (exchange) => setTimeout(() => echo(exchange), 500),
      limits: { requestReceiveTimeoutMs: 200 },
    });
    const client = await served.connect();
    client.send(request('POST', '/', ['Content-Length: 2']));
    client.send('ok');
    assert.equal((await client.response()).body.toString(), 'POST /  fine 2');
  });

  if (selected.name === 'node') {
    test('a client that takes too long over its headers is answered with 408', async (t) => {
      const served = await serve(t, selected, { onRequest: echo, limits: { requestReceiveTimeoutMs: 200 } });
      const halves = ['', 'GET / HT', request('POST', '/', ['Content-Length: 10'])];
      const clients = await Promise.all(halves.map(() => served.connect()));
      for (const [index, client] of clients.entries()) client.send(halves[index]!);
      for (const client of clients) {
        await client.waitForClose();
        assert.match(client.text, /^HTTP\/1\.1 408 /);
      }
      assert.equal(served.requests.length, 0);
    });

    test('an idle keep-alive connection is closed', async (t) => {
      const served = await serve(t, selected, { onRequest: echo, limits: { keepAliveTimeoutMs: 100 } });
      const client = await served.connect();
      client.send(request('GET', '/'));
      await client.response();
      await client.waitForClose();
    });

    test('a connection that pipelines without end is cut off', async (t) => {
      const served = await serve(t, selected, { onRequest: () => {} });
      const client = await served.connect();
      client.send(request('GET', '/').repeat(100));
      await client.waitForClose();
      assert.equal(served.requests.length, 1);
      assert.deepEqual(served.closed, served.requests);
    });
  }
});
