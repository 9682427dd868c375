/** A request whose time is over while the answer in front of it is under way: that answer is whole, whatever becomes of the request. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange } from '../../../src/server/transport/contract.js';
import type { SelectedTransport } from '../../../src/server/transport/select.js';
import { describeSecuredTransports, echo, serve, writeFrame } from './harness.js';
import { parseResponses, type RawClient, request } from './raw-client.js';

const RECEIVE_TIMEOUT_MS = 200;
/** More than is read of a body before its turn. */
const BODY = 'x'.repeat(400_000);

/** Sends the bytes behind a stream, which ends long after their time is over. */
async function behindStream(t: TestContext, selected: SelectedTransport, bytes: string): Promise<RawClient> {
  const open: Exchange[] = [];
  const served = await serve(t, selected, {
    onRequest(exchange) {
      if (exchange.path !== '/stream') return echo(exchange);
      exchange.startStream(200, []);
      return void open.push(exchange);
    },
    limits: { requestReceiveTimeoutMs: RECEIVE_TIMEOUT_MS, bodyBytesMax: 2 * BODY.length },
  });
  const client = await served.connect();
  client.send(request('GET', '/stream'));
  await client.waitForText('200 OK');
  client.send(bytes);
  await sleep(4 * RECEIVE_TIMEOUT_MS);
  writeFrame(served.transport, open[0]!, 'data: end');
  open[0]!.endStream();
  return client;
}

// On uws a connection ends with the second request.
describeSecuredTransports('a late request behind a stream', (selected) => {
  if (selected.name !== 'node') return;

  test('is answered when it was only not read', async (t) => {
    const behind = request('GET', '/first') + request('POST', '/late', [], BODY);
    const client = await behindStream(t, selected, behind);
    const answers = await client.responses(3);
    assert.deepEqual(
      answers.map(({ body }) => body.toString()),
      ['data: end', 'GET /first  fine 0', `POST /late  fine ${BODY.length}`],
    );
    client.send(request('GET', '/next'));
    await client.responses(4);
    await sleep(2 * RECEIVE_TIMEOUT_MS);
    assert.ok(!client.closed, 'and the connection goes on');
    client.destroy();
  });

  const unfinished: [what: string, bytes: string][] = [
    ['body', request('POST', '/late', [`Content-Length: ${BODY.length}`]) + BODY.slice(1)],
    ['head', 'POST /late HT'],
  ];
  for (const [what, bytes] of unfinished) {
    test(`gets 408 and ends the connection when its ${what} does not end`, async (t) => {
      const client = await behindStream(t, selected, bytes);
      await client.waitForClose();
      const [stream, late] = parseResponses(Buffer.from(client.text, 'latin1'));
      assert.deepEqual([stream?.complete, stream?.body.toString(), late?.status], [true, 'data: end', 408]);
    });
  }
});
