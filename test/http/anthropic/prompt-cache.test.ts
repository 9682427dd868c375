/** The prompt cache over the wire: a node's requests find what earlier ones left, and the counts always add up to the prompt's. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startSimulator } from '../../../src/index.js';
import { AT_ONCE, sharedSimulator } from '../chat-client.js';
import {
  accumulate,
  createMessage,
  type Json,
  KEYS,
  messageRequest,
  post,
  streamMessage,
  type Usage,
} from './messages-client.js';

const MARK = { type: 'ephemeral' };
/** Some 1,200 tokens, more than the model's minimum of 1,024. */
const LONG = 'A ring buffer has a head and a tail. '.repeat(120);

/** A system prompt of its own for each test, marked. */
function cached(subject: string, mark: Json = MARK): Json {
  return messageRequest({
    max_tokens: 5,
    system: [{ type: 'text', text: `${subject}: ${LONG}`, cache_control: mark }],
  });
}

const counts = ({ input_tokens, cache_read_input_tokens, cache_creation_input_tokens }: Usage) => ({
  input: input_tokens,
  read: cache_read_input_tokens,
  written: cache_creation_input_tokens,
});

describe('a cached prompt', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  async function tokensOf(body: Json): Promise<number> {
    const { max_tokens: _, ...prompt } = body;
    const response = await post(simulator(), prompt, { path: '/v1/messages/count_tokens' });
    return ((await response.json()) as { input_tokens: number }).input_tokens;
  }

  test('is written by the first request and read by the second, streamed or not', async () => {
    const total = await tokensOf(cached('one'));
    const first = counts((await createMessage(simulator(), cached('one'))).usage);
    assert.ok(first.written > 1_024 && first.read === 0);
    assert.equal(first.input + first.written, total);
    const second = counts((await createMessage(simulator(), cached('one'))).usage);
    assert.deepEqual(second, { input: first.input, read: first.written, written: 0 });
    const events = await streamMessage(simulator(), cached('one'));
    assert.deepEqual(counts(accumulate(events).usage), second);
    assert.deepEqual(counts(events[0].message?.usage as Usage), second);
  });

  test('is told apart by its time to live', async () => {
    const { usage } = await createMessage(simulator(), cached('hour', { type: 'ephemeral', ttl: '1h' }));
    const written = usage.cache_creation_input_tokens;
    assert.deepEqual(usage.cache_creation, { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: written });
    assert.ok(written > 1_024);
  });

  test('belongs to the key that left it', async () => {
    await createMessage(simulator(), cached('key'));
    const other = await createMessage(simulator(), cached('key'), { ...KEYS, 'x-api-key': 'other' });
    assert.equal(other.usage.cache_read_input_tokens, 0);
    assert.equal((await createMessage(simulator(), cached('key'))).usage.input_tokens < 50, true);
  });

  test('is filled ahead of time by a request for no tokens', async () => {
    await createMessage(simulator(), { ...cached('warm'), max_tokens: 0 });
    assert.ok((await createMessage(simulator(), cached('warm'))).usage.cache_read_input_tokens > 1_024);
  });

  test('is not filled by a request that is rejected', async () => {
    assert.equal(
      (await post(simulator(), { ...cached('bad'), model: 'claude-3-opus', max_tokens: 5_000 })).status,
      400,
    );
    const good = await createMessage(simulator(), { ...cached('bad'), model: 'claude-3-opus' });
    assert.equal(good.usage.cache_read_input_tokens, 0);
  });

  test('says nothing else than an uncached one', async () => {
    const [before, after] = [
      await createMessage(simulator(), cached('words'), key('7')),
      await createMessage(simulator(), cached('words'), key('7')),
    ];
    assert.deepEqual(after.content, before.content);
    assert.equal(after.id, before.id);
  });

  test('lessens what counts against the limit of input tokens', async () => {
    const remaining = async () =>
      Number((await post(simulator(), cached('limits'))).headers.get('anthropic-ratelimit-input-tokens-remaining'));
    assert.ok((await remaining()) + 1_000 < (await remaining()));
  });

  test('reports nothing where nothing is marked', async () => {
    const body = messageRequest({ max_tokens: 5, system: LONG });
    const { usage } = await createMessage(simulator(), body);
    assert.deepEqual(counts(usage), { input: await tokensOf(body), read: 0, written: 0 });
  });
});

test('a prompt that is too short for its model is not cached', async () => {
  const simulator = await startSimulator({ config: AT_ONCE });
  try {
    for (const [model, isCached] of [
      ['claude-sonnet-4-5', true],
      ['claude-haiku-4-5', false],
    ] as const) {
      const { usage } = await createMessage(simulator, { ...cached('short'), model });
      assert.equal(usage.cache_creation_input_tokens > 0, isCached, model);
    }
  } finally {
    await simulator.stop();
  }
});

function key(id: string): Readonly<Record<string, string>> {
  return { ...KEYS, 'x-llm-sim-request-id': id };
}
