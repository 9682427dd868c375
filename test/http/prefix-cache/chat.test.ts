/** OpenAI's automatic prompt caching as a client of chat completions meets it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertValid } from '../../schemas/published-schema.js';
import { chatRequest, type Json, postChat, sharedSimulator } from '../chat-client.js';
import { parseExposition } from '../prometheus.js';
import { ask, assertPrefill, CACHING, longText } from './cached-prompts.js';

const BLOCK_TOKENS = 128;

interface Usage {
  readonly prompt_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number };
}

describe('the prefix cache of a chat model', () => {
  const simulator = sharedSimulator({
    config: {
      providers: {
        'gpt-4o': CACHING,
        'small-blocks': { prefix_cache: { enabled: true, block_tokens: 16, min_tokens: 32 } },
        other: CACHING,
      },
    },
  });
  const system = (content: string) => ({ role: 'system', content });
  const user = (content: unknown) => ({ role: 'user', content });
  const complete = async (messages: readonly object[], fields: Json = {}, headers?: Record<string, string>) => {
    const answer = await ask(
      simulator(),
      '/v1/chat/completions',
      chatRequest({ max_tokens: 2, messages, ...fields }),
      headers,
    );
    const { usage } = answer.document as { readonly usage: Usage };
    return { answer, total: usage.prompt_tokens, cached: usage.prompt_tokens_details.cached_tokens };
  };

  test('has all whole blocks of a prompt that comes again, which then needs no prefill for them', async () => {
    const messages = [system(longText(600)), user('Why?')];
    const first = await complete(messages);
    assert.equal(first.cached, 0);
    assertPrefill(first.answer, first.total, 0);
    const second = await complete(messages);
    assert.equal(second.cached, Math.floor(second.total / BLOCK_TOKENS) * BLOCK_TOKENS);
    assertPrefill(second.answer, second.total, second.cached);
    assertValid('openai', 'CreateChatCompletionResponse', second.answer.document);
  });

  test('has what comes before a change, and nothing behind it', async () => {
    const [first, middle, last] = [longText(700), longText(700), longText(700)];
    await complete([system(first), user(middle), user(last)]);
    const { cached, total } = await complete([system(first), user('another'), user(last)]);
    assert.ok(cached >= 1_280 && cached < total / 2, `${cached} of ${total}`);
    assert.equal((await complete([system('another'), user(middle), user(last)])).cached, 0);
  });

  test('does not mind what says how to answer: temperature, stream, limits', async () => {
    const messages = [system(longText(600))];
    const { total } = await complete(messages);
    const whole = Math.floor(total / BLOCK_TOKENS) * BLOCK_TOKENS;
    assert.equal((await complete(messages, { temperature: 0.3, max_tokens: 7, seed: 4, n: 2 })).cached, whole);
    const streamed = await complete(messages, { stream: true, stream_options: { include_usage: true } });
    assert.equal(streamed.cached, whole);
    assert.equal(streamed.answer.planCachedTokens, whole);
  });

  test('minds tools and the schema of the reply, which the model reads first', async () => {
    const messages = [system(longText(600))];
    const tools = [{ type: 'function', function: { name: 'look_up', parameters: { type: 'object', properties: {} } } }];
    await complete(messages);
    assert.equal((await complete(messages, { tools })).cached, 0);
    assert.ok((await complete(messages, { tools, tool_choice: 'none' })).cached > 1_024);
  });

  test('counts an image by its content', async () => {
    const text = longText(600);
    const withImage = (letter: string) =>
      complete([
        user([
          { type: 'image_url', image_url: { url: `data:image/png;base64,${letter.repeat(400)}` } },
          { type: 'text', text },
        ]),
      ]);
    await withImage('A');
    assert.ok((await withImage('A')).cached > 1_024);
  });

  test('has nothing of a prompt below 1,024 tokens, nor a prefix below them', async () => {
    const short = [system(longText(250))];
    await complete(short);
    assert.equal((await complete(short)).cached, 0);
    const begin = longText(250);
    await complete([system(begin), user(longText(600))]);
    assert.equal((await complete([system(begin), user(longText(600))])).cached, 0);
  });

  test('belongs to one key, one model and one prompt_cache_key', async () => {
    const messages = [system(longText(600))];
    await complete(messages, {}, { authorization: 'Bearer one' });
    assert.ok((await complete(messages, {}, { authorization: 'Bearer one' })).cached > 0);
    assert.equal((await complete(messages, {}, { authorization: 'Bearer two' })).cached, 0);
    const other = { authorization: 'Bearer one' };
    assert.equal((await complete(messages, { model: 'other' }, other)).cached, 0);
    assert.equal((await complete(messages, { prompt_cache_key: 'a' }, other)).cached, 0);
    assert.ok((await complete(messages, { prompt_cache_key: 'a' }, other)).cached > 0);
    assert.equal((await complete(messages, { user: 'b' }, other)).cached, 0);
  });

  test('is left alone by a request that caches by marks of its own and has none', async () => {
    const messages = [system(longText(600))];
    const prompt_cache_options = { mode: 'explicit' };
    await complete(messages, { prompt_cache_options });
    assert.equal((await complete(messages, { prompt_cache_options })).cached, 0);
    assert.equal((await complete(messages)).cached, 0, 'neither left anything');
  });

  test('has blocks and a minimum as the configuration says', async () => {
    const messages = [system(longText(20))];
    const { total } = await complete(messages, { model: 'small-blocks' });
    const { cached } = await complete(messages, { model: 'small-blocks' });
    assert.equal(cached, Math.floor(total / 16) * 16);
    assert.ok(cached >= 32);
  });

  test('has nothing of a request that is rejected', async () => {
    const messages = [system(longText(600))];
    const rejected = await postChat(simulator(), chatRequest({ messages, max_tokens: 1_000_000 }));
    assert.equal(rejected.status, 400);
    assert.equal((await complete(messages)).cached, 0);
  });

  test('says the same whether or not it has the prompt, but for usage and time', async () => {
    const messages = [system(longText(600)), user('Why?')];
    const key = { 'x-llm-sim-request-id': 'same' };
    const [first, second] = [
      await complete(messages, { max_tokens: 40 }, key),
      await complete(messages, { max_tokens: 40 }, key),
    ];
    assert.ok(second.cached > 0);
    assert.deepEqual({ ...second.answer.document, usage: 0 }, { ...first.answer.document, usage: 0 });
  });

  test('is counted by model', async () => {
    const cachedTokens = async () =>
      parseExposition(await simulator().metrics()).sum('llm_simulator_cached_tokens_total', { model: 'gpt-4o' });
    const messages = [system(longText(600))];
    await complete(messages);
    const before = await cachedTokens();
    const { cached } = await complete(messages);
    assert.equal((await cachedTokens()) - before, cached);
  });
});
