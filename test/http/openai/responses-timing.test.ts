/** When the events of a response come: its beginning at once, its tokens in their time; and when a response in the background is done. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sharedSimulator } from '../chat-client.js';
import { parseExposition } from '../prometheus.js';
import { type RunningServer, startServer } from '../server-harness.js';
import { RawClient, request, waitUntil } from '../transport/raw-client.js';
import { type ResponseDocument, respondInEvents } from './responses-client.js';

const constant = (value_ms: number) => ({ distribution: 'constant', value_ms });
const SECOND_US = 1_000_000;
const RESOLUTION_US = 1_000;
const TTFT_US = 40_000;
const ITL_US = 10_000;
const latency = { ttft: constant(TTFT_US / 1_000), itl: constant(ITL_US / 1_000) };
/** In the queue for 300 s, then at work for another 300. */
const crawls = { latency: { ttft: constant(600_000), itl: constant(0) }, output_tokens: { p50: 2_000, p95: 2_001 } };
const providers = {
  crawls,
  talks: { latency, output_tokens: { p50: 2_000, p95: 2_001 } },
  thinks: {
    latency,
    output_tokens: { p50: 2_000, p95: 2_001 },
    reasoning: { enabled: true, tokens: { p50: 500, p95: 501 } },
  },
};

describe('the events of a response', () => {
  let nowUs = 1e9;
  let running: RunningServer;
  before(async () => {
    running = await startServer({ config: { providers }, clock: { nowUs: () => nowUs } });
  });
  after(() => running.server.stop());

  const types = (client: RawClient): string[] =>
    [...client.text.matchAll(/^event: (.*)$/gm)].map(([, type]) => type.replace('response.', ''));
  /** A real pause in which a server that would send something gets to do it. */
  const pause = () => sleep(25);

  async function at(client: RawClient, momentUs: number, expected: readonly string[]): Promise<void> {
    nowUs = momentUs;
    await waitUntil(() => types(client).length >= expected.length, `${expected.length} events at ${momentUs} µs`);
    await pause();
    assert.deepEqual(types(client), expected, `at ${momentUs} µs`);
  }

  async function ask(body: object): Promise<RawClient> {
    const client = await RawClient.connect(running.port);
    client.send(request('POST', '/v1/responses', [], JSON.stringify(body)));
    await client.waitForText('\r\n\r\n');
    return client;
  }

  const BEGUN = ['created', 'in_progress'];
  const SAID = ['output_item.added', 'content_part.added', 'output_text.delta'];

  test('begin at once, with the first token after TTFT and each further one after an ITL', async () => {
    const startUs = nowUs;
    const client = await ask({ model: 'talks', input: 'Why?', stream: true, max_output_tokens: 16 });
    await at(client, startUs + TTFT_US - 1, BEGUN);
    await at(client, startUs + TTFT_US + RESOLUTION_US, [...BEGUN, ...SAID]);
    await at(client, startUs + TTFT_US + ITL_US - 1, [...BEGUN, ...SAID]);
    await at(client, startUs + TTFT_US + ITL_US + RESOLUTION_US, [...BEGUN, ...SAID, 'output_text.delta']);
    client.destroy();
  });

  test('wait for reasoning that is not shown', async () => {
    const startUs = nowUs;
    // Half of the limit is thought.
    const client = await ask({ model: 'thinks', input: 'Why?', stream: true, max_output_tokens: 16 });
    const thinking = [...BEGUN, 'output_item.added'];
    await at(client, startUs + TTFT_US + RESOLUTION_US, thinking);
    await at(client, startUs + TTFT_US + 7 * ITL_US - 1, thinking);
    await at(client, startUs + TTFT_US + 8 * ITL_US - 1, [...thinking, 'output_item.done']);
    await at(client, startUs + TTFT_US + 8 * ITL_US + RESOLUTION_US, [...thinking, 'output_item.done', ...SAID]);
    client.destroy();
  });

  test('begin in the queue, in the background', async () => {
    const startUs = nowUs;
    const client = await ask({ model: 'talks', input: 'Why?', stream: true, background: true, max_output_tokens: 16 });
    await at(client, startUs + TTFT_US / 2 - 1, ['created', 'queued']);
    await at(client, startUs + TTFT_US / 2 + RESOLUTION_US, ['created', 'queued', 'in_progress']);
    client.destroy();
  });

  test('are in the past for a client that comes back, as far as they are due', async () => {
    const startUs = nowUs;
    const body = { model: 'talks', input: 'Why?', background: true, stream: true, max_output_tokens: 16 };
    const first = await ask(body);
    await at(first, startUs, ['created', 'queued']);
    const [, id] = /"id":"(resp_sim\w+)"/.exec(first.text) ?? [];
    first.destroy();
    nowUs = startUs + TTFT_US + 2 * ITL_US + RESOLUTION_US;
    const again = await RawClient.connect(running.port);
    again.send(request('GET', `/v1/responses/${id}?stream=true&starting_after=1`, []));
    const due = ['in_progress', ...SAID, 'output_text.delta', 'output_text.delta'];
    await at(again, nowUs, due);
    await at(again, startUs + TTFT_US + 3 * ITL_US - 1, due);
    await at(again, startUs + TTFT_US + 3 * ITL_US + 2 * RESOLUTION_US, [...due, 'output_text.delta']);
    again.destroy();
  });

  test('are followed by who asks how far the response has come', async () => {
    const documentOf = async (method: string, path: string, body?: string): Promise<ResponseDocument> => {
      const client = await RawClient.connect(running.port);
      client.send(request(method, path, [], body));
      // What is due at once goes out with the wheel's next turn, so time has to pass; little of it compared with what is measured.
      const turns = setInterval(() => {
        nowUs += RESOLUTION_US;
      }, 10);
      const document = JSON.parse((await client.response()).body.toString());
      clearInterval(turns);
      client.destroy();
      return document;
    };
    const body = JSON.stringify({ model: 'crawls', input: 'Why?', background: true, max_output_tokens: 16 });
    const startUs = nowUs;
    const { id } = await documentOf('POST', '/v1/responses', body);
    for (const [atUs, status] of [
      [290 * SECOND_US, 'queued'],
      [310 * SECOND_US, 'in_progress'],
      [590 * SECOND_US, 'in_progress'],
      [610 * SECOND_US, 'incomplete'],
    ] as const) {
      nowUs = startUs + atUs;
      assert.equal((await documentOf('GET', `/v1/responses/${id}`)).status, status, `at ${atUs} µs`);
    }
  });
});

describe('the time to first token of a streamed response', () => {
  const simulator = sharedSimulator({ config: { providers } });

  test('is measured at the first token, not where the response begins', async () => {
    await respondInEvents(simulator(), { model: 'talks', input: 'Why?', max_output_tokens: 16 });
    const metrics = parseExposition(await simulator().metrics());
    assert.equal(metrics.sum('llm_simulator_ttft_seconds_count'), 1);
    assert.ok(metrics.sum('llm_simulator_ttft_seconds_sum') >= TTFT_US / 1e6);
    assert.equal(metrics.sum('llm_simulator_itl_seconds_count'), 15);
  });
});
