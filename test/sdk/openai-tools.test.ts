/** The official OpenAI SDK's helpers around chat completions: tools that are run, documents that are parsed with zod, streams that add up. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { OpenAI } from 'openai';
import type { ChatCompletionMessageParam, ChatCompletionTool } from 'openai/resources/chat/completions';
import * as z from 'zod';
import { type Simulator, startSimulator } from '../../src/index.js';
import { describeOpenAi } from './openai-majors.js';

const KEY = { headers: { 'x-llm-sim-request-id': '1' } };
const MODEL = 'gpt-4o';
const messages: ChatCompletionMessageParam[] = [{ role: 'user', content: 'How is the weather in Oslo and in Rome?' }];

const Weather = z.object({
  city: z.string(),
  days: z.number().int().min(1).max(7),
  unit: z.enum(['celsius', 'fahrenheit']),
  hours: z
    .array(z.object({ hour: z.number(), rain: z.boolean() }))
    .min(1)
    .max(3),
  note: z.union([z.string(), z.null()]),
});

const RUN: ChatCompletionTool = { type: 'custom', custom: { name: 'run', description: 'Runs a command.' } };

describeOpenAi(({ sdk, zod }) => {
  let simulator: Simulator;
  let openai: OpenAI;

  before(async () => {
    simulator = await startSimulator({ config: { simulation: { time_scale: 0 } } });
    openai = new sdk.OpenAI({ baseURL: `${simulator.url}/v1`, apiKey: 'sk-any', maxRetries: 0 });
  });

  after(() => simulator.stop());

  describe('runs tools', () => {
    const seen: z.infer<typeof Weather>[] = [];
    const tools = () => [
      zod.zodFunction({
        name: 'get_weather',
        parameters: Weather,
        function: (weather) => {
          seen.push(weather);
          return 'Sunny.';
        },
      }),
    ];

    for (const stream of [false, true]) {
      test(`with arguments that zod accepts, until the model answers in text, ${stream ? '' : 'not '}streamed`, async () => {
        seen.length = 0;
        const runner = stream
          ? openai.chat.completions.runTools({ model: MODEL, messages, tools: tools(), stream: true })
          : openai.chat.completions.runTools({ model: MODEL, messages, tools: tools() });
        const answer = await runner.finalContent();
        assert.equal(seen.length, 1);
        assert.ok(Weather.safeParse(seen[0]).success);
        assert.ok((answer ?? '').length > 0);
        assert.deepEqual(
          runner.messages.slice(messages.length).map(({ role }) => role),
          ['assistant', 'tool', 'assistant'],
        );
      });
    }
  });

  describe('parses', () => {
    test('a reply in the format of a zod object', async () => {
      const completion = await openai.chat.completions.parse({
        model: MODEL,
        messages,
        response_format: zod.zodResponseFormat(Weather, 'weather'),
      });
      const { parsed, refusal } = completion.choices[0].message;
      assert.equal(refusal, null);
      assert.ok(Weather.safeParse(parsed).success);
    });

    test('the arguments of parallel calls', async () => {
      const completion = await openai.chat.completions.parse({
        model: MODEL,
        messages,
        tools: [zod.zodFunction({ name: 'get_weather', parameters: Weather })],
        parallel_tool_calls: true,
      });
      const calls = completion.choices[0].message.tool_calls ?? [];
      assert.ok(calls.length >= 2);
      for (const call of calls) {
        assert.ok(call.type === 'function' && Weather.safeParse(call.function.parsed_arguments).success);
      }
    });

    test('a streamed reply, growing with every token', async () => {
      const response_format = zod.zodResponseFormat(Weather, 'weather');
      const stream = openai.chat.completions.stream({ model: MODEL, messages, response_format });
      let partial = 0;
      stream.on('content.delta', ({ parsed }) => {
        if (parsed !== null && parsed !== undefined) partial++;
      });
      const completion = await stream.finalChatCompletion();
      assert.ok(partial > 3);
      assert.ok(Weather.safeParse(completion.choices[0].message.parsed).success);
    });

    test('streamed calls, with the events of their arguments', async () => {
      const tools = [zod.zodFunction({ name: 'get_weather', parameters: Weather })];
      const stream = openai.chat.completions.stream({ model: MODEL, messages, tools, parallel_tool_calls: true });
      const done: unknown[] = [];
      let deltas = 0;
      stream.on('tool_calls.function.arguments.delta', () => deltas++);
      stream.on('tool_calls.function.arguments.done', ({ parsed_arguments }) => done.push(parsed_arguments));
      const completion = await stream.finalChatCompletion();
      const calls = completion.choices[0].message.tool_calls ?? [];
      assert.equal(completion.choices[0].finish_reason, 'tool_calls');
      assert.equal(done.length, calls.length);
      assert.ok(deltas > calls.length);
      for (const parsed of done) assert.ok(Weather.safeParse(parsed).success);
    });
  });

  describe('takes', () => {
    test('a call of a custom tool', async () => {
      const { choices } = await openai.chat.completions.create({ model: MODEL, messages, tools: [RUN] });
      const [call] = choices[0].message.tool_calls ?? [];
      assert.ok(call.type === 'custom' && call.custom.name === 'run' && call.custom.input.length > 0);
    });

    test('a call of a function in the older form, streamed', async () => {
      const functions = [
        { name: 'get_time', parameters: { type: 'object', properties: { zone: { type: 'string' } } } },
      ];
      const stream = openai.chat.completions.stream({ model: MODEL, messages, functions });
      const [choice] = (await stream.finalChatCompletion()).choices;
      assert.equal(choice.finish_reason, 'function_call');
      const { function_call: call } = choice.message as { function_call?: { name: string; arguments: string } };
      assert.equal(call?.name, 'get_time');
      assert.equal(typeof JSON.parse(call.arguments), 'object');
    });

    test('a conversation back that it received', async () => {
      const tools = [zod.zodFunction({ name: 'get_weather', parameters: Weather })];
      const first = await openai.chat.completions.create({ model: MODEL, messages, tools });
      const [{ message }] = first.choices;
      const results = (message.tool_calls ?? []).map(({ id }) => ({
        role: 'tool' as const,
        tool_call_id: id,
        content: 'Sunny.',
      }));
      const second = await openai.chat.completions.create({
        model: MODEL,
        messages: [...messages, message, ...results],
        tools,
      });
      assert.equal(second.choices[0].finish_reason, 'stop');
    });

    test('probabilities, whole and streamed', async () => {
      const body = { model: MODEL, messages, logprobs: true, top_logprobs: 2, max_tokens: 6 };
      const whole = await openai.chat.completions.create(body, KEY);
      const streamed = await openai.chat.completions.stream(body, KEY).finalChatCompletion();
      assert.deepEqual(streamed.choices[0].logprobs?.content, whole.choices[0].logprobs?.content);
      assert.equal(whole.choices[0].logprobs?.content?.length, 6);
    });

    test('reasoning tokens', async () => {
      const { usage } = await openai.chat.completions.create({
        model: 'o3',
        messages,
        reasoning_effort: 'medium',
        max_completion_tokens: 50,
      });
      assert.ok((usage?.completion_tokens_details?.reasoning_tokens ?? 0) > 0);
    });

    test('a spoken reply', async () => {
      const { choices } = await openai.chat.completions.create({
        model: 'gpt-audio',
        modalities: ['text', 'audio'],
        audio: { voice: 'alloy', format: 'wav' },
        messages,
        max_completion_tokens: 5,
      });
      const { audio } = choices[0].message;
      assert.equal(
        Buffer.from(audio?.data ?? '', 'base64')
          .subarray(0, 4)
          .toString(),
        'RIFF',
      );
      assert.ok((audio?.transcript ?? '').length > 0);
    });

    test('errors of a model that refuses a field', async () => {
      const request = openai.chat.completions.create({ model: 'o3', messages, max_tokens: 5 });
      await assert.rejects(request, { status: 400, code: 'unsupported_parameter', param: 'max_tokens' });
    });
  });

  describe('goes on with a text', () => {
    const prompt = { model: 'gpt-3.5-turbo-instruct', prompt: 'Once upon', max_tokens: 8, echo: true, logprobs: 2 };

    test('in one piece', async () => {
      const completion = await openai.completions.create(prompt);
      assert.match(completion.id, /^cmpl-sim-/);
      assert.ok(completion.choices[0].text.startsWith('Once upon'));
      assert.equal(completion.choices[0].logprobs?.tokens?.join(''), completion.choices[0].text);
      assert.equal(completion.usage?.completion_tokens, 8);
    });

    test('in pieces that add up to it', async () => {
      const whole = await openai.completions.create(prompt, KEY);
      let text = '';
      for await (const chunk of await openai.completions.create({ ...prompt, stream: true }, KEY)) {
        text += chunk.choices[0].text;
      }
      assert.equal(text, whole.choices[0].text);
    });
  });
});
