/** A simulator is watched as it is, at any of its ports; whatever else answers is not, and nothing that it says hurts. */
import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { startSimulator } from '../../../src/index.js';
import { monotonicClock } from '../../../src/kernel/clock.js';
import { createSaturationProbe } from '../../../src/load/validity/saturation-probe.js';
import { watchUpstream } from '../../../src/load/validity/upstream-watch.js';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function simulator(config: object = {}): Promise<string> {
  const running = await startSimulator({ config, port: 0 });
  stops.push(() => running.stop());
  return running.url;
}

const verdict = (now: boolean) => ({ now, reasons: now ? ['slip'] : [], slip_p99_ms: 31.5, slip_limit_ms: 20 });

function watch(url: string, warmUpSecs = 0) {
  return watchUpstream({ url, warmUpSecs, clock: monotonicClock });
}

describe('a simulator behind a run', () => {
  test('is known by its answer, and is no reason when it was not saturated', async () => {
    const found = await watch(`${await simulator({ simulation: { time_scale: 0 } })}/v1/?a=b`);
    assert.equal(found.found, 'simulator');
    found.begin();
    assert.deepEqual(await found.end(), []);
  });

  test('is asked by /admin/stats, with the key, where something in between has a /health of its own', async () => {
    const url = await simulator({ admin: { api_key: 'operator-key' } });
    const gateway = await serve(async (request, response) => {
      if (request.url === '/health') return void response.end('{"status":"ok"}');
      const answer = await fetch(new URL(request.url ?? '', url), {
        headers: { authorization: request.headers.authorization ?? '' },
      });
      response.writeHead(answer.status).end(await answer.text());
    });
    const finding = await createSaturationProbe(gateway, 'operator-key').look();
    assert.ok(typeof finding === 'object' && finding.now === false, JSON.stringify(finding));
    assert.equal(await createSaturationProbe(gateway, 'another').look(), 'other');
    assert.equal(await createSaturationProbe(gateway).look(), 'other');
  });

  test('does not get the operator’s key with /health', async () => {
    const keys: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      keys.push(request.headers.authorization);
      response.end(JSON.stringify({ saturated: verdict(false) }));
    });
    await createSaturationProbe(url, 'operator-key').look();
    assert.deepEqual(keys, [undefined]);
  });

  test('that is saturated while the run goes on makes it invalid', async () => {
    let looks = 0;
    const url = await serve((_, response) => {
      looks++;
      response.end(JSON.stringify({ saturated: verdict(looks === 2) }));
    });
    const found = await watch(url);
    found.begin();
    // The second look is over when the third begins.
    while (looks < 3) await new Promise((resolve) => setTimeout(resolve, 20));
    const [reason, ...others] = await found.end();
    assert.equal(reason.code, 'upstream_saturated');
    assert.match(reason.message, /31.5 ms/);
    assert.deepEqual(others, []);
  });

  test('whose verdict about the end comes behind it makes it invalid', async () => {
    let over = false;
    const url = await serve((_, response) => response.end(JSON.stringify({ saturated: verdict(over) })));
    const found = await watch(url);
    found.begin();
    over = true;
    assert.deepEqual(
      (await found.end()).map(({ code }) => code),
      ['upstream_saturated'],
    );
  });

  test('is not looked at any more where the run is broken off', async () => {
    let looks = 0;
    const url = await serve((_, response) => {
      looks++;
      response.end(JSON.stringify({ saturated: verdict(false) }));
    });
    const found = await watch(url);
    assert.deepEqual(await found.end(AbortSignal.abort()), []);
    assert.equal(looks, 1);
  });
});

describe('what is no simulator', () => {
  const answers: { readonly [what: string]: string } = {
    'a page': '<html></html>',
    'another health': '{"status":"UP"}',
    'a list': '[]',
    'a null': 'null',
    'a verdict of another kind': '{"saturated":true}',
    'a verdict without reasons': '{"saturated":{"now":false}}',
    'an endless answer': `"${'x'.repeat(5_000_000)}"`,
  };
  for (const [what, body] of Object.entries(answers)) {
    test(`is not watched, and is no reason: ${what}`, async () => {
      const found = await watch(await serve((_, response) => response.end(body)));
      assert.equal(found.found, 'other');
      found.begin();
      assert.deepEqual(await found.end(), []);
    });
  }

  test('is not followed to where it sends one', async () => {
    const url = await simulator();
    const elsewhere = await serve((request, response) => {
      response.writeHead(302, { location: `${url}${request.url}` }).end();
    });
    assert.equal((await watch(elsewhere)).found, 'other');
  });

  test('may be nobody', async () => {
    const url = await serve(() => {});
    for (const stop of stops.splice(0)) await stop();
    assert.equal((await watch(url)).found, 'silent');
  });
});
