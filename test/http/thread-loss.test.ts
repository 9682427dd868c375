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

/**
 * A server whose threads can be made to die, for the tests of one describe block; the function sends it a request.
 * @param concurrency keys of simulation.concurrency
 */
function mortalServer(
  threads = THREADS,
  concurrency: Json = {},
  timeoutSecs = 60,
): {
  readonly running: () => RunningServer;
  readonly ask: (user: string, fields?: Json, signal?: AbortSignal) => Promise<Response>;
} {
  let server: RunningServer | undefined;
  before(async () => {
    server = await startServer({
      config: {
        // Everything to the threads.
        server: { threads, request_timeout_secs: timeoutSecs, inline_plan_bytes: 0 },
        simulation: { concurrency },
        providers: { 'gpt-4o': { latency: { ttft: { distribution: 'constant', value_ms: 100 } } } },
      },
      workerFilename: fileURLToPath(new URL('fixtures/crashing-render.ts', import.meta.url)),
    });
  });
  after(() => server?.server.stop());
  const running = () => server as RunningServer;
  const ask = (user: string, fields: Json = {}, signal?: AbortSignal) => {
    const body = JSON.stringify(chatRequest({ user, max_tokens: 3, ...fields }));
    return fetch(running().chatUrl, { method: 'POST', body, signal });
  };
  return { running, ask };
}

describe('a worker thread that dies', () => {
  const { running, ask } = mortalServer();

  /** Until a thread takes its place the rest of the pool serves, or who asks waits for it. */
  async function assertServesAgain(): Promise<void> {
    for (let answered = 0; answered < 10; answered++) assert.equal((await ask('an innocent')).status, 200);
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
      assert.ok(killers.every(({ status }) => status === 500));
      await assertServesAgain();
    }
    const { sum } = parseExposition(renderMetrics([(await running().server.figures()).metrics]));
    assert.ok(sum('llm_simulator_requests_ended_total', { outcome: 'failed' }) >= THREADS);
    assert.equal(sum('llm_simulator_requests_started_total'), sum('llm_simulator_requests_ended_total'));
  });
});

describe('the only worker thread, when it dies', () => {
  const PLACES = 3;
  const { ask } = mortalServer(1, { max_concurrent_requests: PLACES, queue_size: 100 });
  const text = 'an innocent'.repeat(2_000);

  test('takes along what it had not answered, and nobody who waits for a place', async () => {
    const asked = [ask('please exit'), ...Array.from({ length: 60 }, () => ask(text))];
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    assert.equal(statuses[0], 500);
    assert.ok(statuses.filter((status) => status === 500).length <= PLACES, `${statuses}`);
    assert.ok(
      statuses.every((status) => status === 200 || status === 500),
      `${statuses}`,
    );
  });

  test('has large requests wait for the thread that takes the place of theirs', async () => {
    const large = 'an innocent'.repeat(10_000);
    assert.equal((await ask(`please exit ${large}`)).status, 500);
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask(large)));
    assert.ok(answers.every(({ status }) => status === 200));
  });
});

describe('requests that wait while no worker thread serves', () => {
  // Far less than a thread's start takes.
  const { running, ask } = mortalServer(1, { max_concurrent_requests: 3, queue_size: 100 }, 0.1);
  const figures = async () => parseExposition(renderMetrics([(await running().server.figures()).metrics]));

  test('leave and time out as ever, in the queue and with a place', async () => {
    await ask('please exit');
    while ((await figures()).sum('llm_simulator_worker_threads_lost_total') === 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
    const waiting = Array.from({ length: 8 }, () => ask('an innocent'));
    await assert.rejects(ask('an innocent', {}, AbortSignal.timeout(50)));
    assert.ok((await Promise.all(waiting)).every(({ status }) => status === 504));
    const { sum } = await figures();
    assert.equal(sum('llm_simulator_requests_ended_total', { outcome: 'aborted' }), 1);
    assert.equal(sum('llm_simulator_requests_started_total'), sum('llm_simulator_requests_ended_total'));
  });
});

describe('a worker thread that hangs', () => {
  const { ask } = mortalServer(THREADS, {}, 3);

  test('leaves its requests to the request timeout, which answers them with 504, and the others to the other threads', async () => {
    const [hung, innocent] = await Promise.all([ask('please hang'), ask('an innocent')]);
    assert.equal(innocent.status, 200);
    assert.equal(hung.status, 504);
    const { error } = (await hung.json()) as { error: object };
    assert.deepEqual(error, { message: 'Request timed out.', type: 'server_error', param: null, code: 'timeout' });
  });
});
