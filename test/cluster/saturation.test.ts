/** A node has one verdict, whichever of its processes is asked, and a process that hangs is one reason for it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chat, chatYaml, get, openStream } from '../process/chat-client.js';
import { eventually } from '../process/program.js';
import { samplesOf, sumOf } from '../process/prometheus.js';
import { SimulatorProcess } from '../process/simulator-process.js';

const HEADER = 'x-llm-sim-saturated';
/** An acceptor that is stopped takes connections and answers none. */
const PATIENCE_MS = 2_000;

interface Stats {
  readonly primary: { readonly pid: number };
  readonly processes: readonly { readonly pid: number; readonly place: number; readonly reports: boolean }[];
  readonly requests: { readonly started: number };
  readonly saturated: { readonly now: boolean; readonly reasons: readonly string[] };
}

interface Health {
  readonly saturated: {
    readonly now: boolean;
    readonly reasons: readonly string[];
    readonly stalled_processes: readonly number[];
  };
}

const statsOf = async (url: string): Promise<Stats> => JSON.parse((await get(`${url}/admin/stats`)).text);

describe('two acceptors that cannot keep a limit', () => {
  let node: SimulatorProcess;
  before(async () => {
    // Chunks go out within a millisecond or so of their time: no machine keeps to a tenth of one.
    const yaml = chatYaml('server: { workers: 2 }\nsimulation: { slip_limit_ms: 0.1 }', { ttftMs: 5, itlMs: 5 });
    node = await SimulatorProcess.start({ yaml });
  });
  after(() => node.end());

  test('say so with one voice: headers, health, statistics and metrics of both, and one line in the log', async () => {
    const streaming = Promise.all(
      Array.from({ length: 40 }, (_, index) => openStream(node.url, { key: `s${index}`, maxTokens: 2_000 })),
    );
    await eventually(
      async () => ((await statsOf(node.url)).saturated.reasons.includes('slip') ? true : undefined),
      () => 'the node is saturated by slip',
    );
    const line = await node.logLine('saturated: what clients measure is not what was planned');
    assert.equal(line.level, 'warn');

    // The verdict reaches each acceptor by its own message: from the first second in which both have it, both say it.
    const answeredBy = async () => {
      const replies = await Promise.all(Array.from({ length: 32 }, () => chat(node.url, { maxTokens: 2 })));
      return replies.every(({ headers }) => /slip/.test(String(headers[HEADER])));
    };
    const pids = () => new Set(node.logLines().flatMap((one) => (one.msg === 'request' ? [one.pid] : [])));
    await eventually(
      async () => ((await answeredBy()) && pids().size === 2 ? true : undefined),
      () => `answers of ${pids().size} processes bear the header`,
    );
    const { text } = await get(node.metricsUrl);
    assert.equal(samplesOf(text).get('llm_simulator_saturated'), 1, 'once per node, not once per process');
    assert.equal(samplesOf(text).get('llm_simulator_saturation_reason{reason="slip"}'), 1);
    assert.ok(sumOf(text, 'llm_simulator_slip_p99_seconds') > 0.000_1);
    for (const { reply } of await streaming) assert.equal((await reply).cut, false);
  });

  test('have one set of statistics', async () => {
    const documents = await Promise.all(Array.from({ length: 8 }, () => statsOf(node.url)));
    for (const { primary, processes, requests } of documents) {
      assert.equal(primary.pid, node.program.child.pid);
      assert.deepEqual(
        processes.map(({ place, reports }) => [place, reports]),
        [
          [0, true],
          [1, true],
        ],
      );
      assert.equal(new Set([primary.pid, ...processes.map(({ pid }) => pid)]).size, 3);
      assert.equal(requests.started, documents[0].requests.started);
    }
  });
});

describe('an acceptor that is frozen', () => {
  let node: SimulatorProcess;
  before(async () => {
    node = await SimulatorProcess.start({
      // It is to be asked about while it is frozen, not replaced, however long the asking takes.
      yaml: chatYaml('server: { workers: 2, frozen_after_secs: 3600 }\nsimulation: { slip_limit_ms: 60000 }'),
    });
  });
  after(() => node.end());

  /** Until the answer comes from a process that is awake. */
  const health = (condition: (health: Health) => boolean, what: string): Promise<Health> =>
    eventually(
      async () => {
        const response = await fetch(`${node.url}/health`, {
          headers: { connection: 'close' },
          signal: AbortSignal.timeout(PATIENCE_MS),
        }).catch(() => undefined);
        const found = (await response?.json().catch(() => undefined)) as Health | undefined;
        return found !== undefined && condition(found) ? found : undefined;
      },
      () => what,
    );

  test('is reported as stalled by the other and by the metrics port, until it wakes up', async () => {
    const { processes } = await statsOf(node.url);
    const frozen = processes[1];
    process.kill(frozen.pid, 'SIGSTOP');
    try {
      const { saturated } = await health((one) => one.saturated.now, 'saturated while a process is stopped');
      assert.deepEqual(saturated.reasons, ['stalled']);
      assert.deepEqual(saturated.stalled_processes, [frozen.place]);
      const { text } = await get(node.metricsUrl);
      assert.equal(samplesOf(text).get('llm_simulator_saturated'), 1);
      assert.equal(samplesOf(text).get('llm_simulator_saturation_reason{reason="stalled"}'), 1);
    } finally {
      process.kill(frozen.pid, 'SIGCONT');
    }
    await health((one) => !one.saturated.now, 'no longer saturated when it is awake');
    await node.logLine('no longer saturated');
  });
});
