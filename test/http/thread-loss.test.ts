/** A worker thread that dies takes its own requests with it and nothing else, and a fresh one serves in its place. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { renderMetrics } from '../../src/telemetry/exposition.js';
import { assertValid } from '../schemas/published-schema.js';
import { chatRequest, chunksOf, type Json } from './chat-client.js';
import { parseExposition } from './prometheus.js';
import { type RunningServer, startServer } from './server-harness.js';

const THREADS = 2;
const SERVER_ERROR = { type: 'server_error', code: null, param: null };

/** A server whose threads can be made to die, for the tests of one describe block; the function sends it a request. */
function mortalServer(): {
  readonly running: () => RunningServer;
  readonly ask: (user: string, fields?: Json) => Promise<Response>;
} {
  let server: RunningServer | undefined;
  before(async () => {
    server = await startServer({
      config: {
        // Everything to the threads.
        server: { threads: THREADS, request_timeout_secs: 3, inline_plan_bytes: 0 },
        providers: { 'gpt-4o': { latency: { ttft: { distribution: 'constant', value_ms: 100 } } } },
      },
      workerFilename: fileURLToPath(new URL('fixtures/crashing-render.ts', import.meta.url)),
    });
  });
  after(() => server?.server.stop());
  const running = () => server as RunningServer;
  const ask = (user: string, fields: Json = {}) =>
    fetch(running().chatUrl, { method: 'POST', body: JSON.stringify(chatRequest({ user, max_tokens: 3, ...fields })) });
  return { running, ask };
}

describe('a worker thread that dies', () => {
  const { running, ask } = mortalServer();

  /** Until a thread takes its place the rest of the pool serves; a moment without any is an overload to the client. */
  async function assertServesAgain(): Promise<void> {
    for (let answered = 0; answered < 10; ) {
      const { status } = await ask('an innocent');
      assert.ok(status === 200 || status === 503, `status ${status}`);
      if (status === 200) answered++;
      else await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  for (const manner of ['exit', 'throw']) {
    test(`by ${manner} costs the request that killed it a 500 in OpenAI's shape, and only that`, async () => {
      const streaming = await ask('an innocent', { stream: true });
      const killer = await ask(`please ${manner}`);
      assert.equal(killer.status, 500);
      const { error, ...rest } = (await killer.json()) as { error: { message: string } };
      assertValid('openai', 'ErrorResponse', { error, ...rest });
      const { message, ...fields } = error;
      assert.deepEqual(fields, SERVER_ERROR);
      assert.match(message, /^The server had an error while processing your request\./);
      assert.equal(chunksOf(await streaming.text()).length, 5);
      await assertServesAgain();
    });
  }

  test('comes back when all die at once, and again when they die again', async () => {
    for (let round = 0; round < 2; round++) {
      const killers = await Promise.all(Array.from({ length: THREADS }, () => ask('please exit')));
      assert.ok(killers.every(({ status }) => status === 500 || status === 503));
      await assertServesAgain();
    }
    const { sum } = parseExposition(renderMetrics([(await running().server.figures()).metrics]));
    assert.ok(sum('llm_simulator_requests_ended_total', { outcome: 'failed' }) >= THREADS);
    assert.equal(sum('llm_simulator_requests_started_total'), sum('llm_simulator_requests_ended_total'));
  });
});

describe('a worker thread that hangs', () => {
  const { ask } = mortalServer();

  test('leaves its requests to the request timeout, which answers them with 504, and the others to the other threads', async () => {
    const [hung, innocent] = await Promise.all([ask('please hang'), ask('an innocent')]);
    assert.equal(innocent.status, 200);
    assert.equal(hung.status, 504);
    const { error } = (await hung.json()) as { error: object };
    assert.deepEqual(error, { message: 'Request timed out.', type: 'server_error', param: null, code: 'timeout' });
  });
});
