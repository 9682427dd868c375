/** Draining a server cuts what is open when its time is over, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatRequest } from './chat-client.js';
import { startServer } from './server-harness.js';

const constant = (value_ms: number) => ({ distribution: 'constant', value_ms });

test('a drain whose time is over cuts the open stream, also when requests before it have come and gone', async () => {
  const { server, chatUrl } = await startServer({
    config: {
      providers: {
        'gpt-4': { latency: { ttft: constant(0), itl: constant(0) } },
        'gpt-4o': { latency: { ttft: constant(0), itl: constant(60_000) } },
      },
    },
  });
  const ask = (fields: object) =>
    fetch(chatUrl, { method: 'POST', body: JSON.stringify(chatRequest({ max_tokens: 4, ...fields })) });
  try {
    const open = await ask({ stream: true });
    await (await ask({ model: 'gpt-4' })).text();
    assert.equal(server.activeRequests, 1);
    assert.equal(await server.drain(0), 1);
    assert.match(await open.text(), /"error"/);
    assert.equal(server.activeRequests, 0);
  } finally {
    await server.stop();
  }
});
