/** The metrics of a node of two acceptors: exact whatever clients send, bounded, documented, and in the format that was asked for. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { packageRoot } from '../../src/kernel/package-root.js';
import { type Exposition, parseExposition } from '../http/prometheus.js';
import { chat, chatYaml, get, MODEL, openStream } from '../process/chat-client.js';
import { SimulatorProcess } from '../process/simulator-process.js';

const WHOLE = 40;
const STREAMS = 30;
const TOKENS = 5;
const HOSTILE = 300;
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const GEN_AI = { gen_ai_operation_name: 'chat', gen_ai_provider_name: 'openai', gen_ai_request_model: MODEL };

describe('two acceptors', () => {
  let node: SimulatorProcess;
  before(async () => {
    node = await SimulatorProcess.start({
      yaml: chatYaml('server: { workers: 2 }\ntelemetry: { logging: { level: error } }', { ttftMs: 20, itlMs: 5 }),
    });
  });
  after(() => node.end());

  const scrape = async (): Promise<Exposition> => parseExposition((await get(node.metricsUrl)).text);

  /** A model, key, path and method that nobody configured, each time another. */
  async function hostile(index: number): Promise<void> {
    const headers = { authorization: `Bearer sk-${index}`, 'x-api-key': `${index}`, 'user-agent': `agent ${index}` };
    const replies = [
      fetch(`${node.url}/v1/chat/completions`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ model: `model-${index}"}\n`, messages: [{ role: 'user', content: 'x' }] }),
      }),
      fetch(`${node.url}/path-${index}`, { headers }),
      fetch(`${node.url}/v1beta/models/made-up-${index}:generateContent?key=${index}`, {
        method: 'POST',
        headers,
        body: '{"contents":[{"parts":[{"text":"x"}]}]}',
      }),
    ];
    for (const reply of replies) await (await reply).arrayBuffer();
  }

  test('count what clients count, to the last one', async () => {
    await Promise.all(Array.from({ length: WHOLE }, () => chat(node.url, { maxTokens: TOKENS })));
    const streams = await Promise.all(
      Array.from({ length: STREAMS }, () => openStream(node.url, { maxTokens: TOKENS })),
    );
    await Promise.all(streams.map(({ reply }) => reply));
    const { sum } = await scrape();
    const requests = WHOLE + STREAMS;
    const counts: readonly (readonly [name: string, labels: Record<string, string>, wanted: number])[] = [
      ['llm_simulator_requests_total', { model: MODEL, status: 'success' }, requests],
      ['llm_simulator_requests_total', {}, requests],
      ['llm_simulator_request_duration_seconds_count', {}, requests],
      ['llm_simulator_errors_total', {}, 0],
      ['llm_simulator_active_requests', {}, 0],
      ['llm_simulator_active_streams', {}, 0],
      ['llm_simulator_queue_depth', {}, 0],
      ['llm_simulator_ttft_seconds_count', { model: MODEL }, STREAMS],
      ['llm_simulator_itl_seconds_count', { model: MODEL }, STREAMS * (TOKENS - 1)],
      ['llm_simulator_tpot_seconds_count', { model: MODEL }, STREAMS],
      ['llm_simulator_tokens_total', { model: MODEL, direction: 'output' }, requests * TOKENS],
      ['gen_ai_server_request_duration_seconds_count', GEN_AI, requests],
      ['gen_ai_server_time_to_first_token_seconds_count', GEN_AI, STREAMS],
      ['gen_ai_server_time_per_output_token_seconds_count', GEN_AI, STREAMS],
    ];
    assert.deepEqual(
      counts.map(([name, labels]) => [name, sum(name, labels)]),
      counts.map(([name, , wanted]) => [name, wanted]),
    );
  });

  test('get no further series from clients that make things up', async () => {
    await hostile(0);
    const before = (await scrape()).samples;
    for (let first = 1; first < HOSTILE; first += 20)
      await Promise.all(Array.from({ length: 20 }, (_, index) => hostile(first + index)));
    const after = await scrape();
    const keyOf = ({ labels, name }: (typeof before)[number]) => `${name} ${JSON.stringify(labels)}`;
    const known = new Set(before.map(keyOf));
    // A collection of garbage of a kind that had not been yet may have come in between.
    const added = after.samples.map(keyOf).filter((key) => !known.has(key) && !key.startsWith('nodejs_gc'));
    assert.deepEqual(added, []);
    assert.ok(after.sum('llm_simulator_requests_total', { model: 'other', status: 'error' }) >= HOSTILE * 3);
    for (const { labels } of after.samples)
      for (const value of Object.values(labels)) assert.doesNotMatch(value, /model-|made-up|path-|sk-|agent/);
  });

  test('tell what the node may take, to divide by, and what it is', async () => {
    const { sum, samples } = await scrape();
    const { concurrency } = JSON.parse((await get(`${node.url}/admin/config`)).text).simulation;
    assert.equal(sum('llm_simulator_max_concurrent_requests'), concurrency.max_concurrent_requests);
    assert.equal(sum('llm_simulator_queue_size'), concurrency.queue_size);
    const [build] = samples.filter(({ name }) => name === 'llm_simulator_build_info');
    const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
    assert.deepEqual([build.value, build.labels.version], [1, version]);
    assert.ok(sum('llm_simulator_start_time_seconds') <= Date.now() / 1_000);
    assert.ok(sum('llm_simulator_uptime_seconds') > 0);
    assert.ok(sum('llm_simulator_ring_capacity_bytes', { ring: 'plans' }) > 0);
    assert.ok(sum('llm_simulator_ring_used_max_bytes', { ring: 'requests' }) > 0);
    assert.ok(sum('llm_simulator_slots_used_max') > 0);
    assert.ok(sum('llm_simulator_worker_threads') >= 2);
  });

  test('tell what each process uses', async () => {
    const { samples } = await scrape();
    const processes = (name: string) =>
      samples.filter((sample) => sample.name === name).map(({ labels }) => labels.process);
    for (const name of [
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'process_start_time_seconds',
      'nodejs_heap_size_used_bytes',
      'nodejs_eventloop_utilization_ratio',
    ])
      assert.deepEqual(processes(name).toSorted(), ['acceptor-0', 'acceptor-1', 'primary'], name);
    assert.ok(samples.filter(({ name }) => name === 'process_cpu_seconds_total').every(({ value }) => value > 0));
  });

  test('have no metric that the page does not have', async () => {
    const page = readFileSync(join(packageRoot, 'docs/metrics.md'), 'utf8');
    const documented = new Map(
      [...page.matchAll(/^\| `(\w+)` \| (counter|gauge|histogram) \|/gm)].map((m) => [m[1], m[2]]),
    );
    for (const [name, type] of (await scrape()).types) assert.equal(documented.get(name), type, name);
  });

  test('answer in OpenMetrics with the traces of requests, and compressed, on both ports', async () => {
    const headers = { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01` };
    const { reply } = await openStream(node.url, { headers });
    await reply;
    await chat(node.url, { headers: { traceparent: '00-11111111111111111111111111111111-00f067aa0ba902b7-00' } });
    for (const url of [node.metricsUrl, `${node.url}/metrics`]) {
      const response = await fetch(url, { headers: { accept: 'application/openmetrics-text; version=1.0.0' } });
      assert.equal(response.headers.get('content-type'), 'application/openmetrics-text; version=1.0.0; charset=utf-8');
      assert.equal(response.headers.get('content-encoding'), 'gzip', 'fetch asks for it');
      const text = await response.text();
      assert.ok(text.endsWith('# EOF\n'));
      for (const histogram of ['llm_simulator_request_duration_seconds', 'llm_simulator_ttft_seconds'])
        assert.match(
          text,
          new RegExp(`^${histogram}_bucket{.*} \\d+ # {trace_id="${TRACE_ID}"} [\\d.]+ \\d+\\.\\d+$`, 'm'),
        );
      assert.doesNotMatch(text, /1{32}/, 'a caller that records nothing has no trace to look at');
      assert.doesNotMatch((await get(url)).text, /trace_id/);
    }
  });

  test('compress nothing for who does not ask', async () => {
    const plain = await get(node.metricsUrl);
    assert.equal(plain.headers['content-encoding'], undefined);
    const response = await fetch(node.metricsUrl, { headers: { 'accept-encoding': 'gzip' } });
    assert.equal(response.headers.get('vary'), 'accept, accept-encoding');
    assert.throws(() => gunzipSync(plain.text));
    parseExposition(await response.text());
  });
});
