/**
 * What the configuration says is what a client sees. No test here has an upper bound on a duration: that nothing comes early is
 * measured, that nothing is planned late is shown by a clock that the test moves by hand.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { chatRequest, chunksOf, type Json, postChat, replyText, sharedSimulator } from './chat-client.js';
import { type RunningServer, startServer } from './server-harness.js';
import { RawClient, request, waitUntil } from './transport/raw-client.js';

const constant = (value_ms: number) => ({ distribution: 'constant', value_ms });
const KEY = { 'x-llm-sim-request-id': 'timing' };

describe('a client never sees anything early', () => {
  const TTFT_MS = 60;
  const ITL_MS = 12;
  const TOKENS = 8;
  const simulator = sharedSimulator({
    config: { providers: { 'gpt-4o': { latency: { ttft: constant(TTFT_MS), itl: constant(ITL_MS) } } } },
  });

  /** When the events of a stream arrived, ms after the request was sent. */
  async function arrivals(fields: Json = {}): Promise<number[]> {
    const startMs = performance.now();
    const response = await postChat(simulator(), chatRequest({ stream: true, max_tokens: TOKENS, ...fields }));
    const times: number[] = [];
    for await (const bytes of response.body as AsyncIterable<Uint8Array>) {
      const nowMs = performance.now() - startMs;
      const events = Buffer.from(bytes).toString().split('data: ').length - 1;
      for (let event = 0; event < events; event++) times.push(nowMs);
    }
    return times;
  }

  test('the first token comes after TTFT, each further one after one more ITL, the end with the last token', async () => {
    const streams = await Promise.all(Array.from({ length: 20 }, () => arrivals()));
    for (const times of streams) {
      // The role comes before the first token and at its time, the end behind the last.
      assert.equal(times.length, 1 + TOKENS + 2);
      times.forEach((atMs, event) => {
        const plannedMs = TTFT_MS + Math.min(Math.max(event - 1, 0), TOKENS - 1) * ITL_MS;
        assert.ok(atMs >= plannedMs, `event ${event} is due at ${plannedMs} ms and came at ${atMs} ms`);
      });
    }
  });

  test('all choices get their tokens at the same times', async () => {
    const times = await arrivals({ n: 3 });
    // Three roles come with the first three tokens.
    for (let step = 0; step < TOKENS; step++) assert.ok(times[3 + 3 * step] >= TTFT_MS + step * ITL_MS);
  });

  test('a whole reply comes when its last token would have, and says so in openai-processing-ms', async () => {
    const startMs = performance.now();
    const response = await postChat(simulator(), chatRequest({ max_tokens: TOKENS }));
    await response.text();
    const plannedMs = TTFT_MS + (TOKENS - 1) * ITL_MS;
    assert.ok(performance.now() - startMs >= plannedMs);
    assert.equal(response.headers.get('openai-processing-ms'), String(plannedMs));
  });

  test('an error comes at once: its time is not a planned one', async () => {
    const response = await postChat(simulator(), chatRequest({ n: 0 }));
    assert.equal(response.status, 400);
    assert.equal(response.headers.get('openai-processing-ms'), null);
  });
});

describe('simulation.time_scale', () => {
  const plannedMs = async (simulator: Parameters<typeof postChat>[0], fields: Json) => {
    const response = await postChat(simulator, chatRequest({ max_tokens: 6, ...fields }), KEY);
    await response.text();
    return Number(response.headers.get('openai-processing-ms'));
  };
  const simulatorAt = (time_scale: number) => sharedSimulator({ config: { simulation: { time_scale } } });
  const tenth = simulatorAt(0.1);
  const twentieth = simulatorAt(0.05);
  const zero = simulatorAt(0);

  test('multiplies every planned delay, of streams and of whole replies', async () => {
    for (const fields of [{ stream: true }, { stream: false }]) {
      const long = await plannedMs(tenth(), fields);
      const short = await plannedMs(twentieth(), fields);
      assert.ok(long > 10, `${long} ms`);
      assert.ok(Math.abs(long - 2 * short) <= 1.5, `${long} ms is not twice ${short} ms`);
    }
  });

  test('0 plans every answer for at once', async () => {
    assert.equal(await plannedMs(zero(), { stream: true }), 0);
    assert.equal(await plannedMs(zero(), { stream: false, max_tokens: 4_000 }), 0);
  });

  test('changes nothing that is said', async () => {
    const body = chatRequest({ stream: true, max_tokens: 6 });
    const said = [await replyText(zero(), body, KEY), await replyText(twentieth(), body, KEY)];
    assert.equal(said[0], said[1]);
  });
});

describe('deadlines are absolute', () => {
  const STEP_US = 10_000;
  /** A deadline may be met within the timing wheel's resolution. */
  const RESOLUTION_US = 1_000;
  const TOKENS = 6;
  let nowUs = 1e9;
  let running: RunningServer;
  let client: RawClient;

  before(async () => {
    const latency = { ttft: constant(STEP_US / 1_000), itl: constant(STEP_US / 1_000) };
    running = await startServer({ config: { providers: { 'gpt-4o': { latency } } }, clock: { nowUs: () => nowUs } });
    client = await RawClient.connect(running.port);
  });

  after(async () => {
    client.destroy();
    await running.server.stop();
  });

  /** All events but the first, which names the role and comes with the first token. */
  const tokens = () => Math.max(0, client.text.split('data: ').length - 2);
  /** A real pause in which a server that would send something gets to do it. */
  const pause = () => sleep(25);

  test('a late token moves no later one: what is overdue comes at once, what is not waits for its own time', async () => {
    const body = JSON.stringify(chatRequest({ stream: true, max_tokens: TOKENS }));
    const startUs = nowUs;
    client.send(request('POST', '/v1/chat/completions', [], body));
    await client.waitForText('\r\n\r\n');
    for (const [atUs, tokensDue] of [
      [STEP_US - 1, 0],
      [STEP_US + RESOLUTION_US, 1],
      // The clock leaps over the second and third token: both are late.
      [3.5 * STEP_US, 3],
      [4 * STEP_US - 1, 3],
      [4 * STEP_US + RESOLUTION_US, 4],
      [5 * STEP_US - 1, 4],
      [5 * STEP_US + RESOLUTION_US, 5],
    ]) {
      nowUs = startUs + atUs;
      await waitUntil(() => tokens() >= tokensDue, `token ${tokensDue} at ${atUs} µs`);
      await pause();
      assert.equal(tokens(), tokensDue, `at ${atUs} µs`);
    }
    nowUs = startUs + TOKENS * STEP_US + RESOLUTION_US;
    const { body: stream } = await client.response();
    assert.equal(chunksOf(stream.toString()).length, 1 + TOKENS + 1);
  });
});
