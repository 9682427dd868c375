/** Faults before the answer, as each provider's clients see them: status, type, code, headers, and when they come. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sharedSimulator } from '../chat-client.js';
import { ask, errorOf, PROVIDERS, type ProviderName } from './asked.js';

type Expected = readonly [status: number, type: unknown, code: unknown, headers?: Readonly<Record<string, string>>];

/** Azure's gateway has codes and no types; Gemini's code is the status. */
const EXPECTED: { readonly [fault: string]: { readonly [provider in ProviderName]: Expected } } = {
  rate_limit: {
    openai: [429, 'requests', 'rate_limit_exceeded', { 'retry-after': '60', 'retry-after-ms': '60000' }],
    azure: [429, undefined, 'RateLimitReached', { 'retry-after': '60', 'retry-after-ms': '60000' }],
    anthropic: [429, 'rate_limit_error', undefined, { 'retry-after': '60', 'x-should-retry': 'true' }],
    gemini: [429, 'RESOURCE_EXHAUSTED', 429, { 'retry-after': '60' }],
  },
  'rate_limit;limit=tokens;retry_after_secs=3': {
    openai: [429, 'tokens', 'rate_limit_exceeded', { 'retry-after': '3', 'x-ratelimit-remaining-tokens': '0' }],
    azure: [429, undefined, 'RateLimitReached', { 'retry-after': '3', 'x-ratelimit-remaining-tokens': '0' }],
    anthropic: [429, 'rate_limit_error', undefined, { 'retry-after': '3' }],
    gemini: [429, 'RESOURCE_EXHAUSTED', 429, { 'retry-after': '3' }],
  },
  timeout: {
    openai: [504, 'server_error', 'timeout'],
    azure: [408, undefined, 'Timeout'],
    anthropic: [504, 'timeout_error', undefined, { 'x-should-retry': 'true' }],
    gemini: [504, 'DEADLINE_EXCEEDED', 504],
  },
  server_error: {
    openai: [500, 'server_error', null],
    azure: [500, 'server_error', null],
    anthropic: [500, 'api_error', undefined, { 'x-should-retry': 'true' }],
    gemini: [500, 'INTERNAL', 500],
  },
  'server_error;status=502': {
    openai: [502, 'cf_bad_gateway', 502],
    azure: [502, undefined, '502'],
    anthropic: [502, 'api_error', undefined],
    gemini: [502, 'UNAVAILABLE', 502],
  },
  'server_error;status=503': {
    openai: [503, 'cf_service_unavailable', 503],
    azure: [503, undefined, 'ServiceUnavailable'],
    anthropic: [503, 'api_error', undefined],
    gemini: [503, 'UNAVAILABLE', 503],
  },
  'server_error;status=504': {
    openai: [504, 'cf_gateway_timeout', 504],
    azure: [504, undefined, '504'],
    anthropic: [504, 'timeout_error', undefined],
    gemini: [504, 'DEADLINE_EXCEEDED', 504],
  },
  overloaded: {
    openai: [503, 'service_unavailable', 'service_unavailable', { 'retry-after': '1' }],
    azure: [503, undefined, 'NoCapacity', { 'retry-after': '1' }],
    anthropic: [529, 'overloaded_error', undefined, { 'retry-after': '1', 'x-should-retry': 'true' }],
    gemini: [503, 'UNAVAILABLE', 503, { 'retry-after': '1' }],
  },
  authentication: {
    openai: [401, 'invalid_request_error', 'invalid_api_key'],
    azure: [401, undefined, '401'],
    anthropic: [401, 'authentication_error', undefined, { 'x-should-retry': 'false' }],
    gemini: [400, 'INVALID_ARGUMENT', 400],
  },
  permission: {
    openai: [403, 'invalid_request_error', 'missing_scope'],
    azure: [403, undefined, 'AccessDenied'],
    anthropic: [403, 'permission_error', undefined, { 'x-should-retry': 'false' }],
    gemini: [403, 'PERMISSION_DENIED', 403],
  },
  context_length: {
    openai: [400, 'invalid_request_error', 'context_length_exceeded'],
    azure: [400, 'invalid_request_error', 'context_length_exceeded'],
    anthropic: [400, 'invalid_request_error', undefined],
    gemini: [400, 'INVALID_ARGUMENT', 400],
  },
  model_not_found: {
    openai: [404, 'invalid_request_error', 'model_not_found'],
    azure: [404, undefined, 'DeploymentNotFound'],
    anthropic: [404, 'not_found_error', undefined],
    gemini: [404, 'NOT_FOUND', 404],
  },
};

const NO_DELAY = { simulation: { time_scale: 0, request_overrides: { fault: true } } };

describe('a fault before the answer', () => {
  const simulator = sharedSimulator({ config: NO_DELAY });

  for (const [fault, byProvider] of Object.entries(EXPECTED)) {
    test(`${fault} is each provider's own error, streamed or not`, async () => {
      for (const provider of PROVIDERS) {
        const [status, type, code, headers = {}] = byProvider[provider];
        for (const stream of [false, true]) {
          const response = await ask(simulator(), provider, fault, { stream });
          assert.equal(response.status, status, `${provider} ${fault}`);
          const error = await errorOf(provider, response);
          assert.deepEqual([error.type, error.code], [type, code], provider);
          for (const [name, value] of Object.entries(headers)) assert.equal(response.headers.get(name), value, name);
        }
      }
    });
  }

  test('content_filter blocks the prompt: an error, or from Gemini a reply without candidates', async () => {
    const expected = {
      openai: [400, 'invalid_request_error', 'invalid_prompt'],
      azure: [400, null, 'content_filter'],
      anthropic: [400, 'invalid_request_error', undefined],
    } as const;
    for (const provider of ['openai', 'azure', 'anthropic'] as const) {
      for (const stream of [false, true]) {
        const response = await ask(simulator(), provider, 'content_filter', { stream });
        const error = await errorOf(provider, response);
        assert.deepEqual([response.status, error.type, error.code], expected[provider]);
        if (provider === 'azure')
          assert.equal((error.whole.innererror as { code: string }).code, 'ResponsibleAIPolicyViolation');
      }
    }
    const whole = await ask(simulator(), 'gemini', 'content_filter');
    const reply = (await whole.json()) as { promptFeedback: { blockReason: string }; candidates?: unknown };
    assert.deepEqual([whole.status, reply.promptFeedback.blockReason, reply.candidates], [200, 'SAFETY', undefined]);
    const streamed = await (await ask(simulator(), 'gemini', 'content_filter', { stream: true })).text();
    assert.match(streamed, /"blockReason": ?"SAFETY"/);
  });

  test("context_length names the model's own window, and more tokens than that", async () => {
    for (const provider of ['openai', 'anthropic'] as const) {
      const { message } = await errorOf(provider, await ask(simulator(), provider, 'context_length'));
      const [first, second] = (message.match(/\d+/g) ?? []).map(Number);
      const [window, prompt] = provider === 'openai' ? [first, second] : [second, first];
      assert.ok([128_000, 200_000, 1_000_000].includes(window!), message);
      assert.ok(prompt! > window!, message);
    }
  });

  test("context_length and model_not_found are said in the endpoint's own words", async () => {
    const said = async (path: string, body: object, fault: string) => {
      const response = await fetch(simulator().url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-llm-sim-fault': fault },
        body: JSON.stringify(body),
      });
      const { error } = (await response.json()) as { error: { message: string; param: string | null; code: string } };
      return error;
    };
    const responses = await said('/v1/responses', { model: 'gpt-4o', input: 'a' }, 'context_length');
    assert.deepEqual([responses.param, responses.code], ['input', 'context_length_exceeded']);
    assert.match(responses.message, /^Your input exceeds the context window/);
    const azure = await said('/openai/v1/responses', { model: 'gpt-4o', input: 'a' }, 'context_length');
    assert.deepEqual(azure, responses);
    const embeddings = await said('/v1/embeddings', { model: 'text-embedding-3-small', input: 'a' }, 'context_length');
    assert.deepEqual([embeddings.param, embeddings.code], [null, null]);
    assert.match(embeddings.message, /8192 tokens, however you requested 8193 tokens \(8193 in your prompt; 0 for/);
    const content = { content: { parts: [{ text: 'a' }] } };
    const embed = await said('/v1beta/models/gemini-embedding-001:embedContent', content, 'model_not_found');
    assert.match(
      embed.message,
      /^models\/gemini-embedding-001 .* v1beta, .* supported for embedContent\. Call ListModels/,
    );
    const contents = { contents: [{ parts: [{ text: 'a' }] }] };
    const generate = await said('/v1/models/gemini-2.0-flash:generateContent', contents, 'model_not_found');
    assert.match(generate.message, / v1, or is not supported for generateContent\. Call ModelService\.ListModels/);
  });

  test('a request that is wrong gets its own error; other endpoints get the faults that they can have', async () => {
    const wrong = await ask(simulator(), 'openai', 'overloaded', { fields: { temperature: 9 } });
    assert.equal(wrong.status, 400);
    const get = (path: string, fault: string) =>
      fetch(simulator().url + path, { headers: { 'x-llm-sim-fault': fault, 'anthropic-version': '2023-06-01' } });
    assert.equal((await get('/v1/models', 'overloaded')).status, 529);
    assert.equal((await get('/v1/models/claude-sonnet-4-5', 'server_error')).status, 500);
    assert.equal((await get('/v1/models', 'empty_choice')).status, 200);
    const embed = await fetch(`${simulator().url}/v1/embeddings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-llm-sim-fault': 'rate_limit' },
      body: JSON.stringify({ model: 'text-embedding-3-small', input: 'a' }),
    });
    assert.equal(embed.status, 429);
  });
});

describe('a fault that takes its time', () => {
  const config = { simulation: { time_scale: 0.001, request_overrides: { fault: true } } };
  const simulator = sharedSimulator({ config });
  const elapsedMs = async (fault: string) => {
    const start = performance.now();
    const response = await ask(simulator(), 'openai', fault, { headers: { 'x-llm-sim-plan': '1' } });
    await response.text();
    return { ms: performance.now() - start, plan: response.headers.get('x-llm-sim-plan') };
  };

  test('comes after its wait, scaled', async () => {
    for (const fault of ['timeout;hold_ms=300000', 'server_error;after_ms=300000', 'rate_limit;after_ms=300000']) {
      const { ms, plan } = await elapsedMs(fault);
      assert.ok(ms >= 299, `${fault} after ${ms} ms`);
      assert.match(plan ?? '', /ttft_ms=300\.0, e2e_ms=300\.0,/);
    }
  });

  test('ends the connection without a byte, or leaves it open until the client goes', async () => {
    const closed = performance.now();
    await assert.rejects(ask(simulator(), 'openai', 'timeout;answer=close;hold_ms=300000'), /fetch failed/);
    assert.ok(performance.now() - closed >= 299);
    const signal = AbortSignal.timeout(400);
    const silent = fetch(`${simulator().url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-llm-sim-fault': 'timeout;answer=silence' },
      body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'a' }] }),
      signal,
    });
    await assert.rejects(silent, (error: Error) => error.name === 'TimeoutError');
    // The simulator still answers.
    assert.equal((await ask(simulator(), 'openai', 'none')).status, 200);
  });
});
