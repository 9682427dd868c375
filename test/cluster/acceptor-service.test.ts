/** What an acceptor leaves behind in its primary: what it counted, and nothing else, whatever its channel still brings. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AcceptorPolls } from '../../src/cluster/acceptor-polls.js';
import { AcceptorService } from '../../src/cluster/acceptor-service.js';
import { Acknowledgements } from '../../src/cluster/acknowledgements.js';
import type { ToAcceptor } from '../../src/cluster/messages.js';
import { MetricsAggregator } from '../../src/cluster/metrics-aggregator.js';
import { NodeWatch } from '../../src/cluster/node-watch.js';
import { loadConfiguration } from '../../src/config/loader.js';
import { createSnapshot } from '../../src/config/snapshot.js';
import { monotonicClock } from '../../src/kernel/clock.js';
import { servingEnginesOf } from '../../src/server/batching/serving-engines-of.js';
import { NodeControl } from '../../src/server/control/node-control.js';
import { createNodeState } from '../../src/server/node-state.js';
import { renderMetrics } from '../../src/telemetry/exposition.js';
import { createLogSink } from '../../src/telemetry/logging.js';
import { AcceptorMetrics } from '../../src/telemetry/metrics.js';
import { samplesOf } from '../process/prometheus.js';

const STARTED = 'llm_simulator_requests_started_total';

function figuresOf(started: number) {
  const metrics = new AcceptorMetrics(['m'], {
    activeRequests: () => 0,
    activeStreams: () => 0,
    waitingRequests: () => 0,
    renderingRequests: () => 0,
    backpressure: () => false,
    connections: () => 0,
    generation: () => 1,
  });
  for (let request = 0; request < started; request++) metrics.requestStarted();
  return metrics.figures();
}

test('a message that comes after its acceptor has gone changes nothing, and its place can be taken', async (t) => {
  const config = { providers: { 'gpt-4o': { latency: { batching: { enabled: true, max_batch_size: 1 } } } } };
  const snapshot = createSnapshot(loadConfiguration({ object: config, environment: {} }), 1, 0);
  const { logger } = await createLogSink({ level: 'silent', format: 'json' });
  const engines = servingEnginesOf(snapshot, monotonicClock);
  t.after(() => engines.close());
  const aggregator = new MetricsAggregator();
  const collect = () => aggregator.collect([]);
  const control = new NodeControl([], () => {});
  const acknowledgements = new Acknowledgements();
  const { limits, store: state } = createNodeState(snapshot, monotonicClock, logger);
  const nodeMetrics = async () => [];
  const watch = new NodeWatch({ snapshot, processes: 1, logger, collect, nodeMetrics, state, tell: () => {} });
  const polls = new AcceptorPolls();
  const node = {
    state,
    limits,
    engines,
    watch,
    aggregator,
    acknowledgements,
    polls,
    sessions: { take: () => {} },
    control,
    logger,
  };
  const heard: ToAcceptor[] = [];
  const create = (id: number) => new AcceptorService({ id, pid: id, send: (message) => heard.push(message) }, 0, node);
  const model = snapshot.models.find(({ name }) => name === 'gpt-4o')!.index;
  const enter = (id: number) =>
    ({
      kind: 'batch_enter',
      entry: {
        id,
        model,
        arrivalUs: monotonicClock.nowUs(),
        promptTokens: 10,
        cachedTokens: 0,
        steps: 100_000,
        sequences: 1,
      },
    }) as const;
  const inEngine = () => engines.stats().reduce((sum, { running, waiting }) => sum + running + waiting, 0);

  const dead = create(1);
  dead.receive(enter(7));
  dead.receive({ kind: 'metrics', id: 0, figures: await figuresOf(3) });
  assert.equal(inEngine(), 1);
  dead.close();
  const heir = create(2);
  dead.receive(enter(8));
  dead.receive({ kind: 'metrics', id: 0, figures: await figuresOf(4) });
  heir.receive(enter(7));
  dead.receive({ kind: 'batch_leave', id: 7, model });
  assert.deepEqual(
    heard.flatMap((message) => (message.kind === 'batch_answer' ? [[message.id, message.admitted]] : [])),
    [
      [7, true],
      [7, true],
    ],
  );
  assert.equal(
    engines.stats().reduce((sum, { left }) => sum + left, 0),
    1,
    'the dead one’s request has left',
  );
  assert.equal(samplesOf(renderMetrics((await collect()).map(({ metrics }) => metrics))).get(STARTED), 3);
});
