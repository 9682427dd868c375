/** What an acceptor counts, and how the figures of several add up. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderMetrics } from '../../src/telemetry/exposition.js';
import { type MetricsSnapshot, mergeSnapshots, withoutGauges } from '../../src/telemetry/metric-family.js';
import { AcceptorMetrics } from '../../src/telemetry/metrics.js';
import { samplesOf } from '../process/prometheus.js';

const OTHER = 2;

interface Counted {
  readonly metrics: AcceptorMetrics;
  active: number;
}

function acceptor(): Counted {
  const counted: { metrics?: AcceptorMetrics; active: number } = { active: 0 };
  const gauges = {
    activeRequests: () => counted.active,
    activeStreams: () => 0,
    waitingRequests: () => 1,
    renderingRequests: () => 0,
    backpressure: () => false,
    connections: () => 2,
    generation: () => 1,
  };
  counted.metrics = new AcceptorMetrics(['m-1', 'm-2'], gauges);
  return counted as Counted;
}

function serve({ metrics }: Counted, model: number, durationUs: number): void {
  metrics.requestStarted();
  metrics.firstToken(model, durationUs / 2);
  metrics.gap(model, 20_000);
  metrics.slip.observe(100, 0);
  metrics.chunkWritten();
  metrics.requestAnswered(model, 'success', durationUs);
  metrics.requestEnded('finished');
  metrics.tokens(model, 7, 11);
  metrics.cachedTokens(model, 5);
}

const samples = (...snapshots: MetricsSnapshot[]) => samplesOf(renderMetrics(snapshots));

describe('the figures of several acceptors', () => {
  test('add up: counters, gauges, and histograms bucket by bucket', async () => {
    const [left, right] = [acceptor(), acceptor()];
    serve(left, 0, 40_000);
    serve(left, 1, 4_000);
    serve(right, 0, 400_000);
    left.active = 3;
    right.active = 4;
    const sum = samples(await left.metrics.snapshot(), await right.metrics.snapshot());
    assert.equal(sum.get('llm_simulator_requests_total{model="m-1",status="success"}'), 2);
    assert.equal(sum.get('llm_simulator_requests_total{model="m-2",status="success"}'), 1);
    assert.equal(sum.get('llm_simulator_request_duration_seconds_count'), 3);
    assert.equal(sum.get('llm_simulator_request_duration_seconds_bucket{le="0.005"}'), 1);
    assert.equal(sum.get('llm_simulator_request_duration_seconds_bucket{le="0.05"}'), 2);
    assert.equal(sum.get('llm_simulator_request_duration_seconds_bucket{le="+Inf"}'), 3);
    assert.equal(sum.get('llm_simulator_ttft_seconds_count{model="m-1"}'), 2);
    assert.equal(sum.get('llm_simulator_ttft_seconds_bucket{le="0.02",model="m-1"}'), undefined);
    assert.equal(sum.get('llm_simulator_ttft_seconds_bucket{le="0.025",model="m-1"}'), 1);
    assert.equal(sum.get('llm_simulator_tokens_total{model="m-1",direction="output"}'), 22);
    assert.equal(sum.get('llm_simulator_cached_tokens_total{model="m-1"}'), 10);
    assert.equal(sum.get('llm_simulator_chunks_total'), 3);
    assert.equal(sum.get('llm_simulator_active_requests'), 7);
    assert.equal(sum.get('llm_simulator_config_generation'), 1, 'a fact, not a sum');
  });

  test('a merged snapshot is a snapshot: merging in steps gives what merging at once gives', async () => {
    const snapshots = await Promise.all(
      [10_000, 20_000, 30_000].map((durationUs) => {
        const counted = acceptor();
        serve(counted, 1, durationUs);
        return counted.metrics.snapshot();
      }),
    );
    const [first, second, third] = snapshots as [MetricsSnapshot, MetricsSnapshot, MetricsSnapshot];
    const atOnce = samples(first, second, third);
    const inSteps = samples(mergeSnapshots([mergeSnapshots([first, second]), third]));
    assert.deepEqual([...inSteps].sort(), [...atOnce].sort());
  });

  test('a merged snapshot survives the channel between processes', async () => {
    const counted = acceptor();
    serve(counted, 0, 1_000);
    const snapshot = await counted.metrics.snapshot();
    assert.deepEqual(samples(structuredClone(snapshot)), samples(snapshot));
  });

  test('without gauges what is left only ever grows', async () => {
    const counted = acceptor();
    serve(counted, 0, 1_000);
    const left = samples(withoutGauges(await counted.metrics.snapshot()));
    assert.equal(left.get('llm_simulator_requests_started_total'), 1);
    assert.ok(![...left.keys()].some((name) => /active|queue_depth|config_generation/.test(name)));
  });

  test('no snapshots give an empty text', () => assert.equal(renderMetrics([]), ''));
});

describe('labels', () => {
  test('a request about no configured model is counted as "other": no text of a client becomes a label', async () => {
    const { metrics } = acceptor();
    for (const index of [OTHER, OTHER + 1, 65_535]) metrics.requestAnswered(index, 'error', 0);
    const counted = samples(await metrics.snapshot());
    assert.equal(counted.get('llm_simulator_requests_total{model="other",status="error"}'), 3);
  });

  test('every outcome has a sample from the start, so that a rate can be taken', async () => {
    const counted = samples(await acceptor().metrics.snapshot());
    for (const outcome of ['finished', 'aborted', 'failed']) {
      assert.equal(counted.get(`llm_simulator_requests_ended_total{outcome="${outcome}"}`), 0);
    }
  });
});
