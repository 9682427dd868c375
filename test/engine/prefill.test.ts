/** A prompt takes its time to be read, in every dialect, streamed and whole. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { planRenderer, type RenderedPlan, type RenderedRequest } from './rendered-plan.js';

const TTFT_MS = 100;
const TOKENS_PER_SEC = 1_000;
const constant = (value_ms: number) => ({ distribution: 'constant', value_ms });
const latency = { ttft: constant(TTFT_MS), itl: constant(0) };
const MODELS = [
  'gpt-4o',
  'gpt-3.5-turbo-instruct',
  'claude-3-opus',
  'gemini-2.0-flash',
  'text-embedding-3-small',
  'gemini-embedding-001',
  'omni-moderation-latest',
];
const providersWith = (fields: object) =>
  Object.fromEntries(MODELS.map((model) => [model, { latency: { ...latency, ...fields } }]));

const LONG = 'A long prompt takes its time to be read, and a short one does not. '.repeat(200);
const messages = [{ role: 'user', content: LONG }];
const contents = [{ role: 'user', parts: [{ text: LONG }] }];

/** Requests with the same long prompt, and where each reply counts it. */
const REQUESTS: { readonly [name: string]: RenderedRequest & { readonly counted: RegExp } } = {
  'a chat': {
    endpoint: 'openai.chat.completions',
    body: { model: 'gpt-4o', messages, max_tokens: 3 },
    counted: /"prompt_tokens":(\d+)/,
  },
  'a streamed chat': {
    endpoint: 'openai.chat.completions',
    body: { model: 'gpt-4o', messages, max_tokens: 3, stream: true, stream_options: { include_usage: true } },
    counted: /"prompt_tokens":(\d+)/,
  },
  'a completion': {
    endpoint: 'openai.completions',
    body: { model: 'gpt-3.5-turbo-instruct', prompt: LONG, max_tokens: 3 },
    counted: /"prompt_tokens":(\d+)/,
  },
  'a response': {
    endpoint: 'openai.responses.create',
    body: { model: 'gpt-4o', input: LONG, max_output_tokens: 16, store: false },
    counted: /"input_tokens":(\d+)/,
  },
  'a streamed response': {
    endpoint: 'openai.responses.create',
    body: { model: 'gpt-4o', input: LONG, max_output_tokens: 16, store: false, stream: true },
    counted: /"input_tokens":(\d+)/,
  },
  'a message': {
    endpoint: 'anthropic.messages',
    body: { model: 'claude-3-opus', messages, max_tokens: 3 },
    counted: /"input_tokens":(\d+)/,
  },
  'a streamed message': {
    endpoint: 'anthropic.messages',
    body: { model: 'claude-3-opus', messages, max_tokens: 3, stream: true },
    counted: /"input_tokens":(\d+)/,
  },
  'content of Gemini': {
    endpoint: 'gemini.v1beta.models.generate_content',
    parameters: ['gemini-2.0-flash'],
    body: { contents, generationConfig: { maxOutputTokens: 3 } },
    counted: /"promptTokenCount": ?(\d+)/,
  },
  'streamed content of Gemini': {
    endpoint: 'gemini.v1beta.models.stream_generate_content',
    parameters: ['gemini-2.0-flash'],
    query: 'alt=sse',
    body: { contents, generationConfig: { maxOutputTokens: 3 } },
    counted: /"promptTokenCount": ?(\d+)/,
  },
  'an embedding': {
    endpoint: 'openai.embeddings',
    body: { model: 'text-embedding-3-small', input: LONG },
    counted: /"prompt_tokens":(\d+)/,
  },
};

const lastUs = ({ frames }: RenderedPlan) => frames.at(-1)!.dueUs;

describe('a prompt', () => {
  const without = planRenderer({ providers: providersWith({}) });
  const withPrefill = planRenderer({ providers: providersWith({ prefill_tokens_per_sec: TOKENS_PER_SEC }) });
  const scaled = planRenderer({
    simulation: { time_scale: 0.5 },
    providers: providersWith({ prefill_tokens_per_sec: TOKENS_PER_SEC }),
  });

  for (const [name, { counted, ...request }] of Object.entries(REQUESTS)) {
    test(`of ${name} takes its tokens divided by the rate before the answer, and nothing without a rate`, () => {
      const plan = withPrefill(request);
      const promptTokens = Number(counted.exec(plan.text)?.[1]);
      assert.ok(promptTokens > 2_000, plan.text.slice(0, 300));
      const prefillUs = (promptTokens / TOKENS_PER_SEC) * 1e6;
      assert.equal(lastUs(plan), TTFT_MS * 1_000 + prefillUs);
      assert.equal(lastUs(without(request)), TTFT_MS * 1_000);
      assert.ok(Math.abs(lastUs(scaled(request)) - lastUs(plan) / 2) <= 1);
      const saidIn = ({ frames }: RenderedPlan) => frames.map(({ text }) => text);
      assert.deepEqual(saidIn(plan), saidIn(without(request)));
    });
  }

  test('adds nothing to the time that a rule gives', () => {
    const rules = [{ match: { model: 'gpt-4o' }, reply: { latency: { ttft: constant(7) } } }];
    const ruled = planRenderer({
      providers: providersWith({ prefill_tokens_per_sec: TOKENS_PER_SEC, tokens_per_chunk: 2 }),
      replies: { rules },
    });
    assert.equal(ruled(REQUESTS['a chat']).frames[0].dueUs, 7_000);
  });
});
