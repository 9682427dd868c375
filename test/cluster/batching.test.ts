/** The processes of a node share the serving engine of a model: one batch, one queue, one set of figures. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chat, get, MODEL, openStream } from '../process/chat-client.js';
import { childrenOf } from '../process/child-processes.js';
import { eventually } from '../process/program.js';
import { samplesOf, sumOf } from '../process/prometheus.js';
import { SimulatorProcess } from '../process/simulator-process.js';

/** A step takes the time whatever is in it. */
const yaml = (stepMs: number, more: string) => `
server: { workers: 2 }
providers:
  ${MODEL}:
    latency:
      batching:
        enabled: true
        request_ms: 0
        step_time: { base_ms: ${stepMs}, weights_ms: 0, per_token_ms: 0, per_sequence_ms: 0, per_context_token_us: 0, per_attention_pair_ns: 0 }
        ${more}
`;

const metric = (text: string, name: string): number =>
  samplesOf(text).get(`llm_simulator_batch_${name}{model="${MODEL}"}`) ?? 0;

/** Requests in the engine, by the metrics. */
async function inEngine(node: SimulatorProcess): Promise<{ running: number; waiting: number }> {
  const { text } = await get(node.metricsUrl);
  return { running: metric(text, 'running_requests'), waiting: metric(text, 'waiting_requests') };
}

describe('two acceptors with a batched model', () => {
  test('share one queue: whoever finds it full is turned away, whichever process asks', async () => {
    // The first step takes more than an hour.
    const engine = yaml(60_000, 'max_batch_size: 64\n        max_queued: 2');
    const node = await SimulatorProcess.start({ yaml: `${engine}\nsimulation: { time_scale: 100 }` });
    const ask = () => chat(node.url).catch(() => undefined);
    const fillTo = async (running: number, waiting: number) => {
      void ask();
      await eventually(
        async () => {
          const now = await inEngine(node);
          return now.running === running && now.waiting === waiting ? true : undefined;
        },
        () => `not ${running} running and ${waiting} waiting`,
      );
    };
    try {
      await fillTo(1, 0);
      await fillTo(1, 1);
      await fillTo(1, 2);
      const pids = () => new Set(node.logLines().flatMap((line) => (line.status === 503 ? [line.pid] : [])));
      let turnedAway = 0;
      await eventually(
        async () => {
          for (const answer of await Promise.all(Array.from({ length: 16 }, ask))) assert.equal(answer?.status, 503);
          turnedAway += 16;
          return pids().size === 2 ? true : undefined;
        },
        () => `one process turned all ${turnedAway} away`,
      );
      const { text } = await get(`${node.url}/metrics`);
      assert.deepEqual(
        [metric(text, 'running_requests'), metric(text, 'waiting_requests'), metric(text, 'rejected_total')],
        [1, 2, turnedAway],
      );
    } finally {
      await node.end('SIGKILL');
    }
  });

  test('serve streams of both processes to their end, and add up one set of figures', async () => {
    const node = await SimulatorProcess.start({ yaml: yaml(20, 'max_batch_size: 64') });
    try {
      const startMs = performance.now();
      const stream = async () => {
        const { reply } = await openStream(node.url, { maxTokens: 10 });
        assert.match((await reply).text, /data: \[DONE\]\n\n$/);
        return performance.now() - startMs;
      };
      const tookMs = await Promise.all(Array.from({ length: 40 }, stream));
      assert.ok(Math.min(...tookMs) >= 200, 'ten steps take their time in both processes');
      const { text } = await get(`${node.url}/metrics`);
      const tokens = samplesOf(text).get(`llm_simulator_batch_tokens_total{model="${MODEL}",phase="decode"}`);
      assert.equal(tokens, 400);
      assert.ok(metric(text, 'steps_total') >= 10);
      assert.equal(sumOf(text, 'llm_simulator_batch_kv_usage_ratio'), 0);
      assert.equal((await node.end()).code, 0);
    } finally {
      await node.end('SIGKILL');
    }
  });

  test('lose the requests of a process that dies, and its successor is served', {
    skip: process.platform !== 'linux' && 'finds the acceptors through /proc',
  }, async () => {
    const node = await SimulatorProcess.start({ yaml: yaml(20, 'max_batch_size: 256') });
    try {
      const total = 24;
      const streams = await Promise.all(
        Array.from({ length: total }, () => openStream(node.url, { maxTokens: 4_000 })),
      );
      let cut = 0;
      for (const { reply } of streams) {
        reply.then(
          () => cut++,
          () => cut++,
        );
      }
      const [victim] = childrenOf(node.program.pid);
      process.kill(victim, 'SIGKILL');
      await node.logLine('acceptor lost; starting another');
      await eventually(
        async () => {
          const { running, waiting } = await inEngine(node);
          return running + waiting === total - cut ? true : undefined;
        },
        () => `${cut} of ${total} streams were cut, and the engine has others`,
      );
      for (let request = 0; request < 8; request++) {
        const { status } = await eventually(
          () => chat(node.url).catch(() => undefined),
          () => 'no answer any more',
        );
        assert.equal(status, 200);
      }
    } finally {
      await node.end('SIGKILL');
    }
  });
});
