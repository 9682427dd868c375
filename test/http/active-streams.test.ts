/** llm_simulator_active_streams: the streams that are open at the moment, however they end, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatRequest, postChat, sharedSimulator } from './chat-client.js';
import { parseExposition } from './prometheus.js';
import { waitUntil } from './transport/raw-client.js';

const constant = (valueMs: number) => ({ distribution: 'constant', value_ms: valueMs });

const simulator = sharedSimulator({
  config: {
    providers: {
      'gpt-4o': { latency: { ttft: constant(1), itl: constant(60_000) } },
      'gpt-4': { latency: { ttft: constant(60_000), itl: constant(1) } },
    },
    faults: {
      rules: [{ name: 'cut', fault: 'disconnect', probability: 1, match: { model: 'gpt-4o-mini' } }],
    },
  },
});

async function streamsNow(): Promise<number> {
  const { samples, types } = parseExposition(await simulator().metrics());
  assert.equal(types.get('llm_simulator_active_streams'), 'gauge');
  const own = samples.filter(({ name }) => name === 'llm_simulator_active_streams');
  assert.equal(own.length, 1);
  return own[0].value;
}

async function expectStreams(wanted: number): Promise<void> {
  let now = await streamsNow();
  const looking = setInterval(async () => {
    now = await streamsNow();
  }, 5);
  try {
    await waitUntil(() => now === wanted, `${wanted} streams`);
  } finally {
    clearInterval(looking);
  }
}

test('counts streams from their head to their end, and no reply in one piece', async () => {
  await expectStreams(0);
  const leaving = [new AbortController(), new AbortController(), new AbortController()];
  const open = ({ signal }: AbortController, model: string, stream: boolean) =>
    fetch(`${simulator().url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(chatRequest({ model, stream, max_tokens: 9 })),
      signal,
    });
  // The heads of streams come at once, whenever the first token does.
  const heads = [await open(leaving[0], 'gpt-4o', true), await open(leaving[1], 'gpt-4', true)];
  const whole = open(leaving[2], 'gpt-4', false).catch(() => {});
  await expectStreams(2);
  leaving[0].abort();
  await expectStreams(1);
  leaving[1].abort();
  leaving[2].abort();
  await expectStreams(0);
  await whole;
  assert.deepEqual(
    heads.map(({ status }) => status),
    [200, 200],
  );
  const cut = await postChat(simulator(), chatRequest({ model: 'gpt-4o-mini', stream: true, max_tokens: 9 }));
  await cut.text().catch(() => {});
  await expectStreams(0);
});
