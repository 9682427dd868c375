/** A node of two acceptor processes is one server: one port, one set of figures, one answer to a question. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chat, chatYaml, get, openStream } from '../process/chat-client.js';
import { eventually } from '../process/program.js';
import { samplesOf, sumOf } from '../process/prometheus.js';
import { SimulatorProcess } from '../process/simulator-process.js';

const REQUESTS = 'llm_simulator_requests_total';

describe('two acceptors', () => {
  let node: SimulatorProcess;
  before(async () => {
    node = await SimulatorProcess.start({ yaml: chatYaml('server: { workers: 2 }\nsimulation: { seed: 42 }') });
  });
  after(() => node.end());

  /** The processes that have logged requests. */
  const pids = () => new Set(node.logLines().flatMap((line) => (line.msg === 'request' ? [line.pid] : [])));
  const spread = async (): Promise<unknown> => (pids().size === 2 ? true : undefined);

  test('share the connections, count every request once, and answer equal requests with equal bytes', async () => {
    const before = sumOf((await get(node.metricsUrl)).text, REQUESTS);
    const answers = new Set<string>();
    let sent = 0;
    await eventually(
      async () => {
        // Each on a connection of its own, many at once: an acceptor that is busy leaves the next connection to the other.
        const replies = await Promise.all(Array.from({ length: 32 }, () => chat(node.url, { key: 'the same' })));
        sent += replies.length;
        for (const { status, text } of replies) {
          assert.equal(status, 200);
          answers.add(text);
        }
        await new Promise((resolve) => setTimeout(resolve, 250));
        return spread();
      },
      () => `one process answered all ${sent} requests`,
    );
    assert.equal(answers.size, 1, 'the same seed and key give the same bytes in both processes');

    const streams = await Promise.all(
      Array.from({ length: 40 }, (_, index) => openStream(node.url, { key: `s${index % 2}` })),
    );
    const texts = await Promise.all(streams.map(async ({ reply }) => (await reply).text));
    assert.equal(new Set(texts).size, 2, 'as many answers as keys');
    sent += streams.length;

    for (let scrape = 0; scrape < 8; scrape++) {
      for (const url of [`${node.url}/metrics`, node.metricsUrl]) {
        const { status, text } = await get(url);
        assert.equal(status, 200);
        assert.equal(sumOf(text, REQUESTS) - before, sent, url);
      }
    }
  });

  test('give every one of equal requests without a key an answer of its own', async () => {
    const ids: string[] = [];
    for (let round = 0; round < 4; round++) {
      const replies = await Promise.all(Array.from({ length: 32 }, () => chat(node.url, {})));
      for (const { text } of replies) ids.push((JSON.parse(text) as { id: string }).id);
    }
    assert.equal(new Set(ids).size, ids.length);
  });

  test('have histograms and token counts that fit the sum of requests, and one build', async () => {
    const { text } = await get(node.metricsUrl);
    const samples = samplesOf(text);
    const requests = samples.get('llm_simulator_requests_total{model="test-chat",status="success"}') as number;
    assert.equal(samples.get('llm_simulator_request_duration_seconds_count'), requests);
    assert.equal(samples.get('llm_simulator_requests_started_total'), requests);
    assert.equal(samples.get('llm_simulator_requests_ended_total{outcome="finished"}'), requests);
    assert.equal(samples.get('llm_simulator_tokens_total{model="test-chat",direction="output"}'), 5 * requests);
    assert.equal(sumOf(text, 'llm_simulator_build_info'), 1);
    assert.equal(samples.get('llm_simulator_active_requests'), 0);
  });

  test('are described by /health, whichever answers', async () => {
    for (let question = 0; question < 4; question++) {
      const health = JSON.parse((await get(`${node.url}/health`)).text);
      assert.deepEqual([health.status, health.processes, health.threads], ['healthy', 2, 1]);
    }
  });

  test('the metrics port serves metrics, and nothing of the API', async () => {
    const other = node.metricsUrl.replace('/metrics', '/v1/models');
    assert.equal((await get(other)).status, 404);
    assert.equal((await fetch(node.metricsUrl, { method: 'POST' })).status, 405);
    assert.match(String((await get(node.metricsUrl)).headers['content-type']), /^text\/plain; version=0\.0\.4/);
  });
});
