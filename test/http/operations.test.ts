/** What an orchestrator and a scraper see: health, readiness, liveness, and metrics that count right. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AT_ONCE, chatRequest, complete, type Json, postChat, replyText, sharedSimulator } from './chat-client.js';
import { type Exposition, parseExposition, type Sample } from './prometheus.js';

const scrape = async (url: string): Promise<Exposition> =>
  parseExposition(await (await fetch(`${url}/metrics`)).text());

describe('the operations endpoints', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  test('/health says that all is well, and what serves', async () => {
    const response = await fetch(`${simulator().url}/health`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'application/json');
    const health = (await response.json()) as Json;
    assert.equal(health.status, 'healthy');
    assert.match(String(health.version), /^\d+\.\d+\.\d+/);
    assert.ok(Number(health.uptime_seconds) >= 0);
    assert.deepEqual(health.checks, { config: 'ok', providers: 'ok', metrics: 'ok', state: 'ok', node: 'ok' });
    assert.equal(health.config_generation, 1);
    assert.equal((health.transport as Json).name, simulator().transport);
  });

  for (const [path, document] of [
    ['/ready', { status: 'ready' }],
    ['/live', { status: 'alive' }],
  ] as const) {
    test(`${path} says so`, async () => {
      const response = await fetch(simulator().url + path);
      assert.equal(response.status, 200);
      assert.deepEqual(await response.json(), document);
    });
  }

  for (const path of ['/health', '/ready', '/live', '/metrics', '/v1/models']) {
    test(`HEAD ${path} has the headers of GET and no body`, async () => {
      const [head, get] = [
        await fetch(simulator().url + path, { method: 'HEAD' }),
        await fetch(simulator().url + path),
      ];
      assert.equal(head.status, 200);
      assert.equal(head.headers.get('content-type'), get.headers.get('content-type'));
      assert.equal(await head.text(), '');
      await get.text();
    });
  }

  test('/metrics is Prometheus text of the version that it declares', async () => {
    const response = await fetch(`${simulator().url}/metrics`);
    assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
    const { types } = parseExposition(await response.text());
    for (const [name, type] of [
      ['llm_simulator_requests_total', 'counter'],
      ['llm_simulator_request_duration_seconds', 'histogram'],
      ['llm_simulator_errors_total', 'counter'],
      ['llm_simulator_active_requests', 'gauge'],
      ['llm_simulator_queue_depth', 'gauge'],
      ['llm_simulator_ttft_seconds', 'histogram'],
      ['llm_simulator_itl_seconds', 'histogram'],
      ['llm_simulator_slip_seconds', 'histogram'],
    ]) {
      assert.equal(types.get(name), type, name);
    }
  });

  test('the library and the endpoint tell the same metrics', async () => {
    const families = parseExposition(await simulator().metrics()).types;
    assert.deepEqual([...(await scrape(simulator().url)).types], [...families]);
  });
});

describe('the gaps between tokens', () => {
  const constant = (valueMs: number) => ({ distribution: 'constant', value_ms: valueMs });
  const simulator = sharedSimulator({
    config: { providers: { 'gpt-4': { latency: { ttft: constant(1), itl: constant(2) } } } },
  });

  test('are counted once per token after the first, whatever the number of choices and closing events', async () => {
    const request = { model: 'gpt-4', stream: true, n: 2, max_tokens: 5, stream_options: { include_usage: true } };
    await replyText(simulator(), chatRequest(request));
    const { sum } = await scrape(simulator().url);
    assert.equal(sum('llm_simulator_itl_seconds_count', { model: 'gpt-4' }), 4);
    assert.equal(sum('llm_simulator_ttft_seconds_count', { model: 'gpt-4' }), 1);
  });
});

describe('the metrics after known traffic', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  test('count requests by model and status, tokens, chunks and errors exactly', async () => {
    const usages = [];
    for (let i = 0; i < 3; i++) usages.push((await complete(simulator(), chatRequest({ max_tokens: 11 }))).usage);
    for (let i = 0; i < 2; i++)
      await replyText(simulator(), chatRequest({ model: 'gpt-4', stream: true, max_tokens: 5 }));
    await postChat(simulator(), chatRequest({ max_tokens: 99_999 }));
    await postChat(simulator(), chatRequest({ model: 'no-such-model "}\n' }));
    await postChat(simulator(), '{');
    await fetch(`${simulator().url}/nowhere`);
    const { sum, samples } = await scrape(simulator().url);
    const requests = 'llm_simulator_requests_total';
    assert.equal(sum(requests, { model: 'gpt-4o', status: 'success' }), 3);
    assert.equal(sum(requests, { model: 'gpt-4', status: 'success' }), 2);
    assert.equal(sum(requests, { model: 'gpt-4o', status: 'error' }), 1);
    assert.equal(sum(requests, { model: 'other', status: 'error' }), 3);
    assert.equal(sum(requests), 9);
    assert.equal(sum('llm_simulator_request_duration_seconds_count'), 9);
    assert.equal(sum('llm_simulator_errors_total', { type: '400' }), 2);
    assert.equal(sum('llm_simulator_errors_total', { type: '404' }), 2);
    assert.equal(sum('llm_simulator_requests_started_total'), 8);
    assert.equal(sum('llm_simulator_requests_ended_total', { outcome: 'finished' }), 8);
    const input = usages.reduce((tokens, { prompt_tokens }) => tokens + prompt_tokens, 0);
    assert.equal(sum('llm_simulator_tokens_total', { model: 'gpt-4o', direction: 'input' }), input);
    assert.equal(sum('llm_simulator_tokens_total', { model: 'gpt-4o', direction: 'output' }), 33);
    assert.equal(sum('llm_simulator_chunks_total'), 2 * (1 + 5 + 2));
    assert.equal(sum('llm_simulator_ttft_seconds_count', { model: 'gpt-4' }), 2);
    assert.equal(sum('llm_simulator_itl_seconds_count', { model: 'gpt-4' }), 0, 'at time_scale 0 no gap is planned');
    assert.equal(sum('llm_simulator_active_requests'), 0);
    assert.equal(sum('llm_simulator_queue_depth'), 0);
    assert.ok(samples.every(({ labels }) => !Object.values(labels).some((value) => value.includes('no-such-model'))));
  });

  test('have histograms whose buckets rise to +Inf, which equals the count', async () => {
    await replyText(simulator(), chatRequest({ stream: true, max_tokens: 5 }));
    const { samples, types } = await scrape(simulator().url);
    const histograms = [...types].filter(([, type]) => type === 'histogram').map(([name]) => name);
    assert.ok(histograms.length >= 4);
    for (const name of histograms) {
      for (const series of seriesOf(samples, `${name}_bucket`)) {
        const bounds = series.map(({ labels }) =>
          labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le),
        );
        assert.deepEqual(
          bounds,
          bounds.toSorted((left, right) => left - right),
        );
        assert.equal(bounds.at(-1), Number.POSITIVE_INFINITY);
        const counts = series.map(({ value }) => value);
        assert.deepEqual(
          counts,
          counts.toSorted((left, right) => left - right),
        );
        const { le: _, ...others } = series[0].labels;
        const [count] = samples.filter((s) => s.name === `${name}_count` && same(s.labels, others));
        assert.equal(count.value, counts.at(-1));
      }
    }
  });
});

describe('metrics switched off', () => {
  const simulator = sharedSimulator({ config: { ...AT_ONCE, telemetry: { metrics: { enabled: false } } } });

  test('are not found', async () => {
    assert.equal((await fetch(`${simulator().url}/metrics`)).status, 404);
    assert.equal((await fetch(`${simulator().url}/health`)).status, 200);
  });
});

/** The samples of a name, one list for each combination of labels other than `le`. */
function seriesOf(samples: readonly Sample[], name: string): Sample[][] {
  const series = new Map<string, Sample[]>();
  for (const sample of samples.filter((candidate) => candidate.name === name)) {
    const { le: _, ...others } = sample.labels;
    const key = JSON.stringify(others);
    series.set(key, [...(series.get(key) ?? []), sample]);
  }
  return [...series.values()];
}

function same(left: Readonly<Record<string, string>>, right: Readonly<Record<string, string>>): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
