import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange } from '../../../src/server/transport/contract.js';
import { WHOLE_REPLY_BODY_BYTES_MAX } from '../../../src/server/transport/node-whole-reply.js';
import { describeSecuredTransports, echo, serve } from './harness.js';
import { request } from './raw-client.js';

const withoutDate = (text: string) => text.replace(/date: [^\r]+\r\n/i, '');

describeSecuredTransports('requests', (selected) => {
  test('the handler sees method, path, query and headers as they were sent', async (t) => {
    const seen: unknown[] = [];
    const served = await serve(t, selected, {
      onRequest(exchange) {
        const { method, path, query, problem, slot } = exchange;
        const headers = ['x-mixed-case', 'x-twice', 'cookie', 'absent', 'constructor', '__proto__'].map((name) =>
          exchange.header(name),
        );
        seen.push({ method, path, query, problem, slot, headers, from: exchange.remoteAddress() });
        echo(exchange);
      },
    });
    const client = await served.connect();
    const headers = ['X-Mixed-CASE:  Some Value ', 'x-twice: 1', 'Cookie: a=1', 'X-Twice: 2', 'cookie: b=2'];
    client.send(request('DELETE', '/v1/models/gpt-4o:x%20y?alt=sse&q=%3F?', headers));
    assert.equal((await client.response()).status, 200);
    assert.deepEqual(seen, [
      {
        method: 'DELETE',
        path: '/v1/models/gpt-4o:x%20y',
        query: 'alt=sse&q=%3F?',
        problem: undefined,
        slot: -1,
        headers: ['Some Value', '1, 2', 'a=1; b=2', undefined, undefined, undefined],
        from: '127.0.0.1',
      },
    ]);
  });

  test('every common method reaches the handler', async (t) => {
    const served = await serve(t, selected, { onRequest: echo });
    const client = await served.connect();
    const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
    for (const [index, method] of methods.entries()) {
      client.send(request(method, '/', ['Content-Length: 0']));
      const response = (await client.responses(index + 1))[index]!;
      assert.equal(response.body.toString(), `${method} /  fine 0`);
    }
  });

  test('the status line has the words of the status, and for one without any those that clients see in front of a provider', async (t) => {
    const large = Buffer.alloc(WHOLE_REPLY_BODY_BYTES_MAX + 1, 'x');
    const served = await serve(t, selected, {
      onRequest(exchange) {
        const status = Number(exchange.path.slice(1));
        if (exchange.query === 'stream') {
          exchange.startStream(status, []);
          exchange.endStream();
        } else exchange.respond(status, [], exchange.query === 'large' ? large : Buffer.from('{}'));
      },
    });
    const client = await served.connect();
    const targets = ['/404', '/529', '/404?large', '/529?large', '/404?stream', '/529?stream'];
    for (const [index, target] of targets.entries()) {
      client.send(request('GET', target));
      const { reason } = (await client.responses(index + 1))[index]!;
      assert.equal(reason, target.startsWith('/404') ? 'Not Found' : '<none>', target);
    }
  });

  test('a body arrives whole, however it was sent', async (t) => {
    const bodies: string[] = [];
    const served = await serve(t, selected, {
      onRequest(exchange) {
        bodies.push(Buffer.concat(exchange.body).toString());
        echo(exchange);
        assert.equal(exchange.body.length, 0, 'the body is let go when the answer starts');
      },
    });
    let client = await served.connect();
    const body = JSON.stringify({ prompt: 'Grüße '.repeat(500) });
    client.send(request('POST', '/one', [], body));
    await client.responses(1);
    const bytes = Buffer.from(request('POST', '/pieces', [], body));
    for (let at = 0; at < bytes.length; at += 700) {
      client.send(bytes.subarray(at, at + 700));
      await sleep(1);
    }
    await client.responses(2);
    client.send(request('POST', '/empty', ['Content-Length: 0']));
    await client.responses(3);
    client.send(request('POST', '/chunked', ['Transfer-Encoding: chunked']));
    const utf8 = Buffer.from(body);
    for (const chunk of [utf8.subarray(0, 1), utf8.subarray(1, 2_000), utf8.subarray(2_000)]) {
      client.send(`${chunk.length.toString(16)}\r\n`);
      client.send(chunk);
      client.send('\r\n');
      await sleep(1);
    }
    client.send('0\r\n\r\n');
    await client.responses(4);
    // uWebSockets.js closes a connection behind a body in chunks.
    client = await served.connect();
    client.send(request('POST', '/empty-chunked', ['Transfer-Encoding: chunked']));
    await sleep(1);
    client.send('0\r\n\r\n');
    await client.response();
    assert.deepEqual(bodies, [body, body, '', body, '']);
  });

  test('a request split at any byte is answered with the same bytes', async (t) => {
    const served = await serve(t, selected, { onRequest: echo });
    const bytes = request('POST', '/v1/chat/completions?a=b', ['Content-Type: application/json'], '{"model":"m"}');
    const answers = new Set<string>();
    for (let at = 0; at < bytes.length; at++) {
      const client = await served.connect();
      client.send(bytes.slice(0, at));
      await sleep(1);
      client.send(bytes.slice(at));
      assert.equal(
        (await client.response()).body.toString(),
        'POST /v1/chat/completions a=b fine 13',
        `split at ${at}`,
      );
      answers.add(withoutDate(client.text));
      client.destroy();
    }
    assert.equal(answers.size, 1);
  });

  test('HEAD, 204 and 304 answers have no body', async (t) => {
    const served = await serve(t, selected, {
      onRequest: (exchange) => exchange.respond(Number(exchange.path.slice(1)), [], Buffer.from('some text')),
    });
    const client = await served.connect();
    client.send(request('HEAD', '/200'));
    const [head] = await client.responses(1, true);
    assert.equal(head!.headers.get('content-length'), '9');
    client.send(request('GET', '/204'));
    client.send(request('GET', '/304'));
    const responses = await client.responses(3, true);
    assert.deepEqual(
      responses.map(({ status }) => status),
      [200, 204, 304],
    );
    assert.ok(client.text.endsWith('\r\n\r\n'));
    assert.ok(!client.text.includes('some text'));
  });

  test('a client that expects 100-continue gets it before it sends its body', async (t) => {
    const served = await serve(t, selected, { onRequest: echo });
    const client = await served.connect();
    client.send(request('POST', '/', ['Expect: 100-continue', 'Content-Length: 2']));
    await client.waitForText('HTTP/1.1 100 Continue\r\n\r\n');
    client.send('ok');
    assert.equal((await client.response()).body.toString(), 'POST /  fine 2');
  });

  test('an HTTP/1.0 request is answered without chunked coding and closed, or refused and closed', async (t) => {
    const served = await serve(t, selected, {
      onRequest(exchange, transport) {
        exchange.startStream(200, ['content-type', 'text/plain']);
        transport.scratch.set(Buffer.from('frame'), 16);
        exchange.write(16, 21);
        exchange.endStream();
      },
    });
    const client = await served.connect();
    client.send('GET / HTTP/1.0\r\nHost: a\r\n\r\n');
    await client.waitForClose();
    assert.doesNotMatch(client.text, /chunked/i);
    assert.match(client.text, /^HTTP\/1\.1 (200 OK[\s\S]*\r\n\r\nframe|505 )/);
  });

  test('one connection serves whole answers and streams in turn', async (t) => {
    const served = await serve(t, selected, {
      onRequest(exchange, transport) {
        if (exchange.path === '/whole') return echo(exchange);
        exchange.startStream(200, ['content-type', 'text/event-stream']);
        transport.scratch.set(Buffer.from('data: x\n\n'), 16);
        exchange.write(16, 25);
        return exchange.endStream();
      },
    });
    const client = await served.connect();
    for (const [index, target] of ['/whole', '/stream', '/whole', '/stream', '/stream', '/whole'].entries()) {
      client.send(request('GET', target));
      const response = (await client.responses(index + 1))[index]!;
      assert.equal(response.body.toString().trim(), target === '/whole' ? 'GET /whole  fine 0' : 'data: x');
    }
    assert.equal(served.transport.connections, 1);
  });

  test('pipelined requests are answered in order, or the connection closes behind the first answers', async (t) => {
    const waiting: Exchange[] = [];
    const served = await serve(t, selected, {
      onRequest(exchange) {
        waiting.push(exchange);
        setTimeout(() => echo(exchange), 5);
      },
    });
    const client = await served.connect();
    client.send(['/0', '/1', '/2'].map((target) => request('POST', target, [], 'body')).join(''));
    if (selected.name === 'node') await client.responses(3);
    else await client.waitForClose();
    const bodies = [...client.text.matchAll(/POST \/\d/g)].map(String);
    assert.deepEqual(bodies, ['POST /0', 'POST /1', 'POST /2'].slice(0, bodies.length));
    assert.ok(waiting.length <= bodies.length + 1, 'a request is only dispatched when the one before is answered');
    client.destroy();
  });

  test('a request pipelined behind an open stream waits for its end, or ends the connection', async (t) => {
    const open: Exchange[] = [];
    const served = await serve(t, selected, {
      onRequest(exchange) {
        if (exchange.path !== '/stream') return echo(exchange);
        exchange.startStream(200, []);
        return void open.push(exchange);
      },
    });
    const client = await served.connect();
    client.send(request('GET', '/stream'));
    await client.waitForText('200 OK');
    client.send(request('GET', '/next'));
    await sleep(20);
    assert.ok(!client.text.includes('/next'));
    open[0]!.endStream();
    if (selected.name === 'uws') return client.waitForClose();
    const [stream, next] = await client.responses(2);
    assert.equal(stream!.body.toString().trim(), '');
    assert.equal(next!.body.toString(), 'GET /next  fine 0');
  });
});
