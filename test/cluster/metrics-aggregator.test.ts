import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MetricsAggregator } from '../../src/cluster/metrics-aggregator.js';
import { renderMetrics } from '../../src/telemetry/exposition.js';
import { AcceptorMetrics } from '../../src/telemetry/metrics.js';
import { samplesOf } from '../process/prometheus.js';

/** An acceptor that has started so many requests and has as many open. */
function figuresOf(started: number) {
  const gauges = {
    activeRequests: () => started,
    activeStreams: () => 0,
    waitingRequests: () => 0,
    renderingRequests: () => 0,
    backpressure: () => false,
    connections: () => 0,
    generation: () => 1,
  };
  const metrics = new AcceptorMetrics(['m'], gauges);
  for (let request = 0; request < started; request++) metrics.requestStarted();
  return metrics.figures();
}

/** A source that answers every question with this number of requests. */
function source(aggregator: MetricsAggregator, id: number, started: number) {
  return {
    id,
    send: (message: { kind: string; id?: number }) => {
      if (message.kind === 'collect')
        void figuresOf(started).then((figures) => aggregator.receive(id, message.id as number, figures));
    },
  };
}

const text = async (aggregator: MetricsAggregator, sources: Parameters<MetricsAggregator['collect']>[0]) =>
  renderMetrics((await aggregator.collect(sources)).map(({ metrics }) => metrics));

const STARTED = 'llm_simulator_requests_started_total';
const ACTIVE = 'llm_simulator_active_requests';

test('what acceptors have counted adds up', async () => {
  const aggregator = new MetricsAggregator();
  const samples = samplesOf(await text(aggregator, [source(aggregator, 1, 3), source(aggregator, 2, 4)]));
  assert.equal(samples.get(STARTED), 7);
  assert.equal(samples.get(ACTIVE), 7);
  assert.equal(samples.get('llm_simulator_config_generation'), 1, 'a fact, not a sum');
});

test('a node without any acceptor has an empty answer, not an error', async () => {
  assert.equal((await text(new MetricsAggregator(), [])).trim(), '');
});

test('counters of acceptors that have left stay, however many leave at once; their gauges go', async () => {
  const aggregator = new MetricsAggregator();
  let expected = 0;
  for (let id = 1; id <= 40; id++) {
    aggregator.receive(id, 0, await figuresOf(id));
    expected += id;
  }
  for (let id = 1; id <= 40; id++) {
    aggregator.retire(id);
    // Scraped in the middle of it: every figure is somewhere at any moment.
    if (id % 7 === 0) assert.equal(samplesOf(await text(aggregator, [])).get(STARTED), expected);
  }
  const samples = samplesOf(await text(aggregator, [source(aggregator, 41, 1)]));
  assert.equal(samples.get(STARTED), expected + 1);
  assert.equal(samples.get(ACTIVE), 1);
});

test('what an acceptor had open when it died is lost, by the books that it told last', async () => {
  const ended = (outcome: string) => `llm_simulator_requests_ended_total{outcome="${outcome}"}`;
  const aggregator = new MetricsAggregator();
  aggregator.receive(1, 0, await figuresOf(5));
  aggregator.receiveBooks(1, { started: 9, finished: 4, aborted: 2, failed: 1 }, 3);
  // Never collected, and books that are older than the figures.
  aggregator.receiveBooks(2, { started: 2, finished: 1, aborted: 0, failed: 0 }, 0);
  aggregator.receiveBooks(3, { started: 1, finished: 0, aborted: 0, failed: 0 }, 0);
  aggregator.receive(3, 0, await figuresOf(4));
  for (const id of [1, 2, 3]) aggregator.retire(id);
  const samples = samplesOf(await text(aggregator, []));
  assert.deepEqual(
    [STARTED, ended('finished'), ended('aborted'), ended('failed'), ended('lost')].map((name) => samples.get(name)),
    [15, 5, 2, 1, 7],
  );
  assert.equal(aggregator.logLinesDropped, 3);
});

test('an acceptor that does not answer is represented by its last figures', async () => {
  const aggregator = new MetricsAggregator();
  aggregator.receive(1, 0, await figuresOf(5));
  const silent = { id: 1, send: () => {} };
  assert.equal(aggregator.silent, 0);
  assert.equal(samplesOf(await text(aggregator, [silent, source(aggregator, 2, 2)])).get(STARTED), 7);
  assert.equal(aggregator.silent, 1);
});

test('an acceptor that leaves without an answer is not waited for', async () => {
  const aggregator = new MetricsAggregator();
  const leaving = { id: 1, send: () => queueMicrotask(() => aggregator.retire(1)) };
  assert.equal(samplesOf(await text(aggregator, [leaving, source(aggregator, 2, 2)])).get(STARTED), 2);
});
