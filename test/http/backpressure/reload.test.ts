/** A reload keeps who waits: a request is served under the configuration that holds when it gets its place. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually } from '../../process/program.js';
import { chatRequest, chunksOf, contentOf, type Json, postChat, sharedSimulator } from '../chat-client.js';
import { parseExposition } from '../prometheus.js';

const constant = (value_ms: number) => ({ distribution: 'constant', value_ms });
const HELD = { latency: { ttft: constant(0), itl: constant(3_600_000) } };

const configOf = (text: string, simulation: Json = {}) => ({
  simulation: { concurrency: { max_concurrent_requests: 1, ...simulation } },
  providers: { 'gpt-4': HELD, 'gpt-4o': {} },
  replies: { rules: [{ match: { model: 'gpt-4o' }, reply: { text } }] },
});

describe('a reload', () => {
  const simulator = sharedSimulator({ config: configOf('before') });
  const gauge = async (name: string): Promise<number> => parseExposition(await simulator().metrics()).sum(name);

  test('keeps who waits, and takes another threshold and no other size of the queue', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const body = JSON.stringify(chatRequest({ model: 'gpt-4', stream: true }));
    const held = await fetch(`${simulator().url}/v1/chat/completions`, { method: 'POST', body, signal });
    assert.equal(held.status, 200);
    const waiting = postChat(simulator(), chatRequest({ stream: true }));
    await eventually(
      async () => ((await gauge('llm_simulator_queue_depth')) === 1 ? true : undefined),
      () => 'the second request waits',
    );
    await simulator().reload(configOf('after', { backpressure_threshold: 0.5 }));
    assert.equal(await gauge('llm_simulator_queue_depth'), 1);
    controller.abort();
    assert.equal(contentOf(chunksOf(await (await waiting).text())), 'after');
    const { needsRestart } = await simulator().reload(configOf('after', { queue_size: 7 }));
    assert.deepEqual(needsRestart, ['simulation.concurrency.queue_size']);
  });
});
