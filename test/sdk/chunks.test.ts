/** The official SDKs put events of several tokens together to what they make of events of one, and see as many events as there are chunks. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Simulator } from '../../src/index.js';
import { sharedSimulator } from '../http/chat-client.js';
import { describeAnthropic } from './anthropic-majors.js';
import { describeGemini } from './gemini-majors.js';
import { describeOpenAi } from './openai-majors.js';

const TOKENS = 42;
const CHUNK = 4;
const MODELS = ['gpt-4o', 'claude-sonnet-5-5', 'gemini-2.5-flash'];
const QUESTION = 'What is a ring buffer?';
const headers = { 'x-llm-sim-request-id': '1' };
const PARAMETERS = {
  type: 'object' as const,
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
  required: ['city', 'days'],
};

const simulatorOf = (tokens_per_chunk: unknown, burst: object = {}): (() => Simulator) =>
  sharedSimulator({
    config: {
      simulation: { time_scale: 0 },
      providers: Object.fromEntries(MODELS.map((model) => [model, { latency: { tokens_per_chunk, burst } }])),
    },
  });

/** What an SDK makes of a stream, and how many of its events said something. */
interface Heard {
  readonly result: unknown;
  readonly events: number;
}

/** Runs the case against simulators that differ in nothing but their chunks. */
function sameInChunks(name: string, hear: (simulator: Simulator) => Promise<Heard>, tokens?: number): void {
  const single = simulatorOf(1);
  const several = simulatorOf(CHUNK);
  const bursting = simulatorOf({ p50: 2, p95: 6 }, { probability: 0.3, chunks: 3 });
  test(name, async () => {
    const expected = await hear(single());
    const heard = await hear(several());
    assert.deepEqual(heard.result, expected.result);
    assert.ok(heard.events < expected.events);
    if (tokens !== undefined) {
      assert.deepEqual([expected.events, heard.events], [tokens, Math.ceil(tokens / CHUNK)]);
    }
    assert.deepEqual((await hear(bursting())).result, expected.result);
  });
}

describeOpenAi(({ sdk }) => {
  describe('in chunks', () => {
    const client = (simulator: Simulator) =>
      new sdk.OpenAI({ baseURL: `${simulator.url}/v1`, apiKey: 'sk-any', maxRetries: 0, defaultHeaders: headers });
    const request = {
      model: 'gpt-4o',
      messages: [{ role: 'user' as const, content: QUESTION }],
      stream_options: { include_usage: true },
    };

    sameInChunks(
      'a chat has the same text, probabilities and usage',
      async (simulator) => {
        const stream = client(simulator).chat.completions.stream({ ...request, max_tokens: TOKENS, logprobs: true });
        let events = 0;
        stream.on('content', () => events++);
        const completion = await stream.finalChatCompletion();
        assert.equal(completion.choices[0].logprobs?.content?.length, TOKENS);
        return { result: completion, events };
      },
      TOKENS,
    );

    sameInChunks('a call has the same arguments', async (simulator) => {
      const tool = { type: 'function' as const, function: { name: 'weather', parameters: PARAMETERS } };
      const stream = client(simulator).chat.completions.stream({ ...request, tools: [tool] });
      let events = 0;
      stream.on('tool_calls.function.arguments.delta', () => events++);
      const { choices, usage } = await stream.finalChatCompletion();
      assert.ok(choices[0].message.tool_calls?.length === 1);
      return { result: [choices, usage], events };
    });

    sameInChunks('a response is the same', async (simulator) => {
      const stream = client(simulator).responses.stream({
        model: 'gpt-4o',
        input: QUESTION,
        max_output_tokens: TOKENS,
        store: false,
      });
      let events = 0;
      stream.on('response.output_text.delta', () => events++);
      return { result: await stream.finalResponse(), events };
    });
  });
});

describeAnthropic(({ sdk }) => {
  describe('in chunks', () => {
    const client = (simulator: Simulator) =>
      new sdk.Anthropic({ baseURL: simulator.url, apiKey: 'any', maxRetries: 0, defaultHeaders: headers });
    const request = {
      model: 'claude-sonnet-5-5',
      max_tokens: TOKENS,
      messages: [{ role: 'user' as const, content: QUESTION }],
    };

    sameInChunks('a message is the same', async (simulator) => {
      const stream = client(simulator).messages.stream(request);
      let events = 0;
      stream.on('text', () => events++);
      return { result: await stream.finalMessage(), events };
    });

    sameInChunks('a tool has the same input', async (simulator) => {
      const tools = [{ name: 'weather', input_schema: PARAMETERS }];
      const stream = client(simulator).messages.stream({ ...request, max_tokens: 4_000, tools });
      let events = 0;
      stream.on('inputJson', () => events++);
      return { result: await stream.finalMessage(), events };
    });
  });
});

describeGemini(({ sdk }) => {
  describe('in chunks', () => {
    sameInChunks('content has the same text and usage', async (simulator) => {
      const ai = new sdk.GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: simulator.url, headers } });
      const stream = await ai.models.generateContentStream({
        model: 'gemini-2.5-flash',
        contents: QUESTION,
        config: { maxOutputTokens: TOKENS, thinkingConfig: { thinkingBudget: 0 } },
      });
      let text = '';
      let usage: unknown;
      let events = 0;
      for await (const chunk of stream) {
        text += chunk.text ?? '';
        usage = chunk.usageMetadata;
        events++;
      }
      return { result: { text, usage }, events };
    });
  });
});
