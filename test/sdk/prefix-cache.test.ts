/** Cached tokens as the official SDKs of OpenAI and Google hand them to their users. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Simulator, startSimulator } from '../../src/index.js';
import { longText } from '../http/prefix-cache/cached-prompts.js';
import { describeGemini } from './gemini-majors.js';
import { describeOpenAi } from './openai-majors.js';

const cache = { prefix_cache: { enabled: true } };
const config = { simulation: { time_scale: 0 }, providers: { 'gpt-4o': cache, 'gemini-2.5-flash': cache } };

let simulator: Simulator;
before(async () => {
  simulator = await startSimulator({ config });
});
after(() => simulator.stop());

describeOpenAi(({ sdk }) => {
  const client = () => new sdk.OpenAI({ baseURL: `${simulator.url}/v1`, apiKey: 'sk-any', maxRetries: 0 });

  test('a chat’s usage, whole and streamed, has the cached tokens', async () => {
    const request = {
      model: 'gpt-4o',
      max_tokens: 4,
      prompt_cache_key: 'tests',
      messages: [{ role: 'user' as const, content: longText(600) }],
    };
    const first = await client().chat.completions.create(request);
    assert.equal(first.usage?.prompt_tokens_details?.cached_tokens, 0);
    const second = await client().chat.completions.create(request);
    const cached = second.usage?.prompt_tokens_details?.cached_tokens ?? 0;
    assert.ok(cached >= 1_024 && cached % 128 === 0);
    let streamed: number | undefined;
    const stream = await client().chat.completions.create({
      ...request,
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const { usage } of stream) streamed = usage?.prompt_tokens_details?.cached_tokens ?? streamed;
    assert.equal(streamed, cached);
  });

  test('a response has those of the conversation before it', async () => {
    const first = await client().responses.create({ model: 'gpt-4o', input: longText(600), max_output_tokens: 20 });
    const second = await client().responses.create({
      model: 'gpt-4o',
      input: 'So?',
      previous_response_id: first.id,
      max_output_tokens: 20,
    });
    assert.ok((second.usage?.input_tokens_details.cached_tokens ?? 0) >= 1_024);
  });
});

describeGemini(({ sdk }) => {
  test('a reply has them in cachedContentTokenCount', async () => {
    const ai = new sdk.GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: simulator.url } });
    const request = { model: 'gemini-2.5-flash', contents: longText(600), config: { maxOutputTokens: 8 } };
    assert.equal((await ai.models.generateContent(request)).usageMetadata?.cachedContentTokenCount, undefined);
    const { usageMetadata: usage } = await ai.models.generateContent(request);
    assert.ok((usage?.cachedContentTokenCount ?? 0) >= 1_024);
    assert.equal(usage?.cacheTokensDetails?.[0].tokenCount, usage?.cachedContentTokenCount);
  });
});
