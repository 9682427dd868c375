/** Cached prompts in the other endpoints and dialects, each as its API tells of them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertValid } from '../../schemas/published-schema.js';
import { type Json, sharedSimulator } from '../chat-client.js';
import { type Answer, ask, assertPrefill, CACHING, longText } from './cached-prompts.js';

const IMAGE_TOKENS = 258;

describe('a cached prompt', () => {
  const simulator = sharedSimulator({
    config: {
      providers: {
        'gpt-4o': CACHING,
        'gpt-3.5-turbo-instruct': CACHING,
        'gemini-2.5-flash': CACHING,
        'gemini-2.5-pro': CACHING,
        'claude-sonnet-4-5': { latency: CACHING.latency },
      },
    },
  });

  describe('of a response', () => {
    const respond = async (fields: Json) => {
      const body = { model: 'gpt-4o', max_output_tokens: 64, ...fields };
      const answer = await ask(simulator(), '/v1/responses', body);
      const response = (answer.document.response ?? answer.document) as {
        readonly id: string;
        readonly output: readonly Json[];
        readonly usage: { readonly input_tokens: number; readonly input_tokens_details: { cached_tokens: number } };
      };
      const { input_tokens: total, input_tokens_details: details } = response.usage;
      return { answer, response, total, cached: details.cached_tokens };
    };

    test('shows in input_tokens_details, whole and streamed', async () => {
      const input = longText(600);
      assert.equal((await respond({ input })).cached, 0);
      const again = await respond({ input });
      assert.equal(again.cached, Math.floor(again.total / 128) * 128);
      assertPrefill(again.answer, again.total, again.cached);
      assertValid('openai', 'Response', again.response);
      const streamed = await respond({ input, stream: true });
      assert.equal(streamed.cached, again.cached);
    });

    test('is that of the turns before it, by previous_response_id as by sending them again', async () => {
      const input = [{ role: 'user', content: longText(600) }];
      const first = await respond({ input });
      const next = { role: 'user', content: longText(200) };
      const second = await respond({ input: [next], previous_response_id: first.response.id });
      assert.equal(second.cached, Math.floor(first.total / 128) * 128);
      assertPrefill(second.answer, second.total, second.cached);
      const whole = await respond({
        input: [...input, ...first.response.output, next, { role: 'user', content: 'So?' }],
      });
      assert.ok(whole.cached >= second.total - 128, `${whole.cached} of ${second.total}`);
      const third = await respond({ input: 'So?', previous_response_id: second.response.id });
      assert.ok(
        third.cached >= second.total - 128 && third.cached > second.cached,
        `${third.cached} of ${second.total}`,
      );
    });

    test('begins with the instructions, which each request gives anew', async () => {
      const input = longText(600);
      const first = await respond({ input, instructions: 'Be brief.' });
      const other = { input: 'So?', previous_response_id: first.response.id, instructions: 'Be long.' };
      assert.equal((await respond(other)).cached, 0);
      assert.ok((await respond({ ...other, instructions: 'Be brief.' })).cached > 1_024);
    });
  });

  test('of a plain completion shows in its usage', async () => {
    const complete = async (prompt: unknown) => {
      const body = { model: 'gpt-3.5-turbo-instruct', prompt, max_tokens: 2 };
      const answer = await ask(simulator(), '/v1/completions', body);
      assertValid('openai', 'CreateCompletionResponse', answer.document);
      return (answer.document as { usage: { prompt_tokens_details: { cached_tokens: number } } }).usage;
    };
    const prompt = longText(600);
    assert.equal((await complete(prompt)).prompt_tokens_details.cached_tokens, 0);
    assert.ok((await complete(`${prompt} and on`)).prompt_tokens_details.cached_tokens >= 1_024);
    const ids = Array.from({ length: 1_500 }, (_, index) => 300 + (index % 1_000));
    assert.equal((await complete(ids)).prompt_tokens_details.cached_tokens, 0);
    assert.equal((await complete(ids)).prompt_tokens_details.cached_tokens, 1_408);
    assert.equal((await complete([prompt, prompt])).prompt_tokens_details.cached_tokens, 0, 'two prompts are none');
  });

  test('of a deployment shows as it does at OpenAI', async () => {
    const path = '/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21';
    const body = { messages: [{ role: 'user', content: longText(600) }], max_tokens: 2 };
    const cachedOf = ({ document }: Answer) =>
      (document as { usage: { prompt_tokens_details: { cached_tokens: number } } }).usage.prompt_tokens_details
        .cached_tokens;
    const headers = { 'api-key': 'k' };
    assert.equal(cachedOf(await ask(simulator(), path, body, headers)), 0);
    const again = await ask(simulator(), path, body, headers);
    assert.ok(cachedOf(again) >= 1_024);
    assert.equal(again.planCachedTokens, cachedOf(again));
  });

  describe('of Gemini', () => {
    const generate = async (fields: Json, model = 'gemini-2.5-flash', verb = 'generateContent') => {
      const answer = await ask(simulator(), `/v1beta/models/${model}:${verb}`, fields, { 'x-goog-api-key': 'k' });
      const { usageMetadata: usage } = answer.document as {
        readonly usageMetadata: {
          readonly promptTokenCount: number;
          readonly cachedContentTokenCount?: number;
          readonly cacheTokensDetails?: readonly { readonly modality: string; readonly tokenCount: number }[];
        };
      };
      return { answer, usage };
    };
    const user = (...parts: readonly object[]) => ({ role: 'user', parts });

    test('is implicit, and shows in cachedContentTokenCount', async () => {
      const body = { contents: [user({ text: longText(600) })], generationConfig: { maxOutputTokens: 20 } };
      assert.equal((await generate(body)).usage.cachedContentTokenCount, undefined);
      const { answer, usage } = await generate(body);
      const cached = Math.floor(usage.promptTokenCount / 128) * 128;
      assert.equal(usage.cachedContentTokenCount, cached);
      assert.deepEqual(usage.cacheTokensDetails, [{ modality: 'TEXT', tokenCount: cached }]);
      assertPrefill(answer, usage.promptTokenCount, cached);
      assertValid('gemini', 'GenerateContentResponse', answer.document);
      const streamed = await generate(body, 'gemini-2.5-flash', 'streamGenerateContent?alt=sse');
      assert.equal(streamed.usage.cachedContentTokenCount, cached);
    });

    test('is told by modality', async () => {
      const image = { inlineData: { mimeType: 'image/png', data: 'A'.repeat(400) } };
      const body = { contents: [user(image, { text: longText(600) })], generationConfig: { maxOutputTokens: 20 } };
      await generate(body);
      const { usage } = await generate(body);
      const [text, images] = usage.cacheTokensDetails ?? [];
      assert.deepEqual(images, { modality: 'IMAGE', tokenCount: IMAGE_TOKENS });
      assert.equal(text?.tokenCount, (usage.cachedContentTokenCount ?? 0) - IMAGE_TOKENS);
    });

    test('has at least as many tokens as the model caches', async () => {
      const body = { contents: [user({ text: longText(600) })], generationConfig: { maxOutputTokens: 20 } };
      await generate(body, 'gemini-2.5-pro');
      assert.equal((await generate(body, 'gemini-2.5-pro')).usage.cachedContentTokenCount, undefined);
    });

    test('may be one that the client has made, which shortens the time to the first token as well', async () => {
      const headers = { 'x-goog-api-key': 'k' };
      const content = { model: 'models/gemini-2.5-flash', contents: [user({ text: longText(900) })] };
      const { document } = await ask(simulator(), '/v1beta/cachedContents', content, headers);
      const body = { contents: [user({ text: longText(600) })], generationConfig: { maxOutputTokens: 20 } };
      const { answer, usage } = await generate({ ...body, cachedContent: document.name });
      const cached = (document as { usageMetadata: { totalTokenCount: number } }).usageMetadata.totalTokenCount;
      assert.equal(usage.cachedContentTokenCount, cached);
      assertPrefill(answer, usage.promptTokenCount, cached);
    });
  });

  test("of Anthropic's is what its marks say, and what is read needs no prefill", async () => {
    const body = {
      model: 'claude-sonnet-4-5',
      max_tokens: 8,
      cache_control: { type: 'ephemeral' },
      messages: [{ role: 'user', content: longText(600) }],
    };
    const headers = { 'anthropic-version': '2023-06-01', 'x-api-key': 'k' };
    const usageOf = ({ document }: Answer) =>
      document.usage as { input_tokens: number; cache_creation_input_tokens: number; cache_read_input_tokens: number };
    const first = await ask(simulator(), '/v1/messages', body, headers);
    const { input_tokens: fresh, cache_creation_input_tokens: written } = usageOf(first);
    assert.ok(written > 1_024);
    assertPrefill(first, fresh + written, 0);
    const second = await ask(simulator(), '/v1/messages', body, headers);
    assert.equal(usageOf(second).cache_read_input_tokens, written);
    assertPrefill(second, fresh + written, written);
  });
});
