/** The official SDKs, newest and previous major, where rate limits are on: what they read of a reply, and what they throw. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AT_ONCE, sharedSimulator } from '../http/chat-client.js';
import { describeAnthropic } from './anthropic-majors.js';
import { describeGemini } from './gemini-majors.js';
import { describeOpenAi } from './openai-majors.js';

/** Per day and large against the clock, so that nothing comes back while a test lasts. */
const CONFIG = {
  ...AT_ONCE,
  rate_limits: {
    enabled: true,
    default_tier: 'free',
    tiers: {
      free: {
        limits: [
          { models: ['gpt-4o'], requests_per_day: 3, tokens_per_minute: 1_000 },
          { models: ['claude-sonnet-4-5'], requests_per_day: 2 },
          { models: ['claude-*'], group: 'Claude', output_tokens_per_minute: 10, input_tokens_per_minute: 30_000 },
          { models: ['gemini-*'], requests_per_day: 1 },
          { models: ['text-embedding-*'], input_tokens_per_minute: 8 },
          { models: ['*'], concurrent_requests: 100 },
        ],
      },
    },
  },
};
const QUESTION = [{ role: 'user' as const, content: 'What is a ring buffer?' }];

const simulator = sharedSimulator({ config: CONFIG });
let keys = 0;
/** Nobody has used it before. */
const freshKey = (): string => `sk-${process.pid}-${++keys}`;

describeOpenAi(({ sdk }) => {
  const client = (options: object = {}) =>
    new sdk.OpenAI({ baseURL: `${simulator().url}/v1`, apiKey: freshKey(), maxRetries: 0, ...options });
  const CHAT = { model: 'gpt-4o', messages: QUESTION, max_tokens: 20 };

  describe('a key with limits', () => {
    test('reads in every reply what is left of them', async () => {
      const openai = client();
      for (const left of ['2', '1', '0']) {
        const { response } = await openai.chat.completions.create(CHAT).withResponse();
        assert.equal(response.headers.get('x-ratelimit-limit-requests'), '3');
        assert.equal(response.headers.get('x-ratelimit-remaining-requests'), left);
        assert.match(response.headers.get('x-ratelimit-reset-requests') ?? '', /^(\d+h)?(\d+m)?[\d.]+s$/);
        assert.equal(response.headers.get('x-ratelimit-limit-tokens'), '1000');
        assert.ok(Number(response.headers.get('x-ratelimit-remaining-tokens')) <= 980);
      }
    });

    test('gets a RateLimitError that says which is used up and when to come back', async () => {
      const openai = client();
      for (let i = 0; i < 3; i++) {
        const stream = await openai.chat.completions.create({ ...CHAT, stream: true });
        for await (const _ of stream);
      }
      await assert.rejects(openai.chat.completions.create(CHAT), (error) => {
        assert.ok(error instanceof sdk.RateLimitError);
        assert.deepEqual([error.status, error.type, error.code], [429, 'requests', 'rate_limit_exceeded']);
        assert.match(
          error.message,
          /^429 Rate limit reached for gpt-4o in organization \S+ on requests per day \(RPD\): Limit 3, Used 3, Requested 1\. Please try again in 7h59m/,
        );
        assert.ok(Number(error.headers.get('retry-after')) > 8 * 3_600 - 300);
        assert.ok(Number(error.headers.get('retry-after-ms')) > 0);
        assert.equal(error.headers.get('x-ratelimit-remaining-requests'), '0');
        return true;
      });
    });

    test('gets a RateLimitError for a request that will never fit', async () => {
      const openai = client();
      await assert.rejects(openai.chat.completions.create({ ...CHAT, max_tokens: 1_001 }), (error) => {
        assert.ok(error instanceof sdk.RateLimitError);
        assert.match(error.message, /^429 Request too large for gpt-4o .* Limit 1000, Requested 1001\./);
        assert.equal(error.type, 'tokens');
        assert.equal(error.headers.get('retry-after'), null);
        return true;
      });
      // It took nothing.
      const { response } = await openai.chat.completions.create(CHAT).withResponse();
      assert.equal(response.headers.get('x-ratelimit-remaining-requests'), '2');
    });

    test('does not share them with another', async () => {
      const [first, second] = [client(), client()];
      for (let i = 0; i < 3; i++) await first.chat.completions.create(CHAT);
      await assert.rejects(first.chat.completions.create(CHAT), sdk.RateLimitError);
      await second.chat.completions.create(CHAT);
    });

    test('is limited in the input of embeddings, and not at all in lists of models', async () => {
      const openai = client();
      const embed = () => openai.embeddings.create({ model: 'text-embedding-3-small', input: 'One two three four.' });
      await embed();
      await assert.rejects(embed(), /input tokens per min \(ITPM\): Limit 8, Used 5, Requested 5/);
      const { data } = await openai.models.list();
      assert.ok(data.length > 0);
    });

    test('counts a request that is refused for itself', async () => {
      const openai = client();
      for (let i = 0; i < 3; i++) {
        await assert.rejects(openai.chat.completions.create({ ...CHAT, temperature: 9 }), sdk.BadRequestError);
      }
      await assert.rejects(openai.chat.completions.create(CHAT), sdk.RateLimitError);
    });

    test('reads Azure’s own headers, and gets its own error', async () => {
      const azure = new sdk.AzureOpenAI({
        endpoint: simulator().url,
        apiVersion: '2024-10-21',
        apiKey: freshKey(),
        maxRetries: 0,
      });
      for (let i = 0; i < 3; i++) {
        const { response } = await azure.chat.completions.create(CHAT).withResponse();
        assert.equal(response.headers.get('x-ratelimit-remaining-requests'), String(2 - i));
        assert.match(response.headers.get('x-ratelimit-reset-requests') ?? '', /^\d+$/);
      }
      await assert.rejects(azure.chat.completions.create(CHAT), (error) => {
        assert.ok(error instanceof sdk.RateLimitError);
        assert.equal(error.code, 'RateLimitReached');
        assert.match(
          error.message,
          /call rate limit .* ChatCompletions_Create under Azure OpenAI API version 2024-10-21\. Please retry/,
        );
        return true;
      });
    });
  });
});

describeAnthropic(({ sdk }) => {
  const client = () => new sdk.Anthropic({ baseURL: simulator().url, apiKey: freshKey(), maxRetries: 0 });
  const MESSAGE = { model: 'claude-opus-4-1', max_tokens: 40, messages: QUESTION };

  describe('a key with limits', () => {
    test('is told what is left, and owes the output that it has used', async () => {
      const anthropic = client();
      const { response } = await anthropic.messages.create(MESSAGE).withResponse();
      assert.equal(response.headers.get('anthropic-ratelimit-output-tokens-limit'), '10');
      assert.equal(response.headers.get('anthropic-ratelimit-input-tokens-remaining'), '30000');
      assert.match(
        response.headers.get('anthropic-ratelimit-output-tokens-reset') ?? '',
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
      );
      assert.equal(response.headers.get('anthropic-ratelimit-requests-limit'), null);
      const again = { ...MESSAGE, model: 'claude-3-opus' };
      await assert.rejects(anthropic.messages.create(again), (error) => {
        assert.ok(error instanceof sdk.RateLimitError);
        assert.match(
          error.message,
          /This request would exceed your organization's rate limit of 10 output tokens per minute \(org: [0-9a-f-]{36}, model: claude-3-opus\)/,
        );
        assert.ok(Number(error.headers.get('retry-after')) > 60);
        return true;
      });
    });

    test('counts tokens within limits of their own', async () => {
      const anthropic = client();
      const count = () => anthropic.messages.countTokens({ model: 'claude-sonnet-4-5', messages: QUESTION });
      const create = () => anthropic.messages.create({ ...MESSAGE, model: 'claude-sonnet-4-5' });
      for (let i = 0; i < 2; i++) await create();
      await assert.rejects(create(), sdk.RateLimitError);
      for (let i = 0; i < 2; i++) await count();
      await assert.rejects(count(), /rate limit of 2 requests per day/);
    });
  });
});

describeGemini(({ sdk }) => {
  describe('a key with limits', () => {
    test('gets an ApiError with the quota that is used up', async () => {
      const ai = new sdk.GoogleGenAI({ apiKey: freshKey(), httpOptions: { baseUrl: simulator().url } });
      const ask = () => ai.models.generateContent({ model: 'gemini-2.5-flash', contents: 'What is a ring buffer?' });
      await ask();
      await assert.rejects(ask(), (error) => {
        assert.ok(error instanceof sdk.ApiError);
        assert.equal(error.status, 429);
        const { status, details } = JSON.parse(error.message).error;
        assert.equal(status, 'RESOURCE_EXHAUSTED');
        assert.deepEqual(details[1].violations[0], {
          quotaMetric: 'generativelanguage.googleapis.com/generate_content_free_tier_requests',
          quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier',
          quotaDimensions: { location: 'global', model: 'gemini-2.5-flash' },
          quotaValue: '1',
        });
        assert.match(details[2].retryDelay, /^\d+s$/);
        return true;
      });
    });
  });
});
