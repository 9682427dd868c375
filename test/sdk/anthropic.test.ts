/** The official Anthropic SDK, its newest and its previous major, used as its users use it, against the simulator. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Anthropic } from '@anthropic-ai/sdk';
import type { MessageCreateParamsNonStreaming, ToolUseBlock } from '@anthropic-ai/sdk/resources/messages';
import { z } from 'zod';
import { startSimulator } from '../../src/index.js';
import { AT_ONCE, sharedSimulator } from '../http/chat-client.js';
import { describeAnthropic } from './anthropic-majors.js';

const REQUEST: MessageCreateParamsNonStreaming = {
  model: 'claude-sonnet-5-5',
  max_tokens: 8_000,
  system: 'Be brief.',
  messages: [{ role: 'user', content: 'What is a ring buffer?' }],
};
const KEY = { headers: { 'x-llm-sim-request-id': '1' } };

const WEATHER: Anthropic.Tool = {
  name: 'get_weather',
  description: 'Weather of a city',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const PERSON = z.object({ name: z.string(), age: z.number().int().min(0), pets: z.array(z.string()) });

const RULES = [
  { match: { last_message: '^overloaded$' }, reply: { fault: { kind: 'overloaded' } } },
  { match: { last_message: '^limited$' }, reply: { fault: { kind: 'rate_limit', retry_after_secs: 0 } } },
  { match: { last_message: '^broken$' }, reply: { fault: { kind: 'server_error' } } },
  // Fails every other time, so that a second try succeeds.
  { match: { last_message: '^sometimes$', probability: 0.5 }, reply: { fault: { kind: 'overloaded' } } },
];

describeAnthropic(({ sdk, zod, major }) => {
  const simulator = sharedSimulator({ config: { ...AT_ONCE, replies: { rules: RULES } } });
  const client = (options: object = {}): Anthropic =>
    new sdk.Anthropic({ baseURL: simulator().url, apiKey: 'sk-ant-any', maxRetries: 0, ...options });
  const saying = (content: string): MessageCreateParamsNonStreaming => ({
    ...REQUEST,
    messages: [{ role: 'user', content }],
  });

  describe('creates a message', () => {
    test('in one piece', async () => {
      const message = await client().messages.create(REQUEST);
      assert.deepEqual([message.type, message.role, message.stop_reason], ['message', 'assistant', 'end_turn']);
      assert.equal(message.model, 'claude-sonnet-5-5-simulated');
      const [block] = message.content;
      assert.ok(block.type === 'text' && block.text.length > 20);
      assert.ok(message.usage.output_tokens > 5);
      assert.match(message._request_id ?? '', /^req_[0-9a-f]{32}$/);
    });

    test('with headers that name the request and its limits', async () => {
      const { response, request_id } = await client().messages.create(REQUEST).withResponse();
      assert.equal(response.headers.get('request-id'), request_id);
      for (const limit of ['requests', 'tokens', 'input-tokens', 'output-tokens']) {
        const reset = response.headers.get(`anthropic-ratelimit-${limit}-reset`) ?? '';
        assert.match(reset, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        assert.ok(!Number.isNaN(Date.parse(reset)));
      }
    });

    test('as raw events', async () => {
      const whole = await client().messages.create(REQUEST, KEY);
      let text = '';
      for await (const event of await client().messages.create({ ...REQUEST, stream: true }, KEY)) {
        if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') text += event.delta.text;
      }
      assert.deepEqual([{ type: 'text', text }], whole.content);
    });

    test('by the stream helper, whose events add up to the whole', async () => {
      const whole = await client().messages.create(REQUEST, KEY);
      const stream = client().messages.stream(REQUEST, KEY);
      const seen = new Map<string, number>();
      for (const name of [
        'connect',
        'streamEvent',
        'text',
        'contentBlock',
        'message',
        'finalMessage',
        'end',
      ] as const) {
        stream.on(name, () => seen.set(name, (seen.get(name) ?? 0) + 1));
      }
      const message = await stream.finalMessage();
      assert.deepEqual(message.content, whole.content);
      assert.deepEqual(message.usage, whole.usage);
      assert.deepEqual([message.id, message.stop_reason], [whole.id, whole.stop_reason]);
      assert.equal(await stream.finalText(), (whole.content[0] as Anthropic.TextBlock).text);
      assert.equal(seen.get('text'), whole.usage.output_tokens);
      for (const name of ['connect', 'contentBlock', 'message', 'finalMessage', 'end'])
        assert.equal(seen.get(name), 1, name);
    });

    test('that thinks first', async () => {
      const stream = client().messages.stream({ ...REQUEST, thinking: { type: 'adaptive' } });
      let thinking = '';
      let signature = '';
      stream.on('thinking', (delta) => {
        thinking += delta;
      });
      stream.on('signature', (all) => {
        signature = all;
      });
      const { content, usage } = await stream.finalMessage();
      assert.deepEqual(content[0], { type: 'thinking', thinking, signature });
      assert.equal(content[1].type, 'text');
      assert.ok((usage.output_tokens_details?.thinking_tokens ?? 0) > 0);
    });

    test('up to a stop sequence', async () => {
      const message = await client().messages.create({ ...REQUEST, stop_sequences: ['.'] });
      assert.deepEqual([message.stop_reason, message.stop_sequence], ['stop_sequence', '.']);
    });

    test('of a document that its zod schema parses, streamed or not', async () => {
      const params = { ...REQUEST, output_config: { format: zod.zodOutputFormat(PERSON) } };
      const { parsed_output: parsed } = await client().messages.parse(params);
      assert.ok(PERSON.safeParse(parsed).success);
      const streamed = await client().messages.stream(params).finalMessage();
      assert.ok(PERSON.safeParse(streamed.parsed_output).success);
    });

    test('from a cached prompt', async () => {
      const system: Anthropic.TextBlockParam[] = [
        { type: 'text', text: `${major} ${'word '.repeat(1_100)}`, cache_control: { type: 'ephemeral' } },
      ];
      const first = await client().messages.create({ ...REQUEST, system });
      const second = await client().messages.create({ ...REQUEST, system });
      assert.ok((first.usage.cache_creation_input_tokens ?? 0) > 1_024);
      assert.equal(second.usage.cache_read_input_tokens, first.usage.cache_creation_input_tokens);
    });
  });

  describe('uses tools', () => {
    test('by hand', async () => {
      const asked: Anthropic.MessageParam[] = [{ role: 'user', content: 'Weather in Oslo?' }];
      const called = await client().messages.create({ ...REQUEST, messages: asked, tools: [WEATHER] });
      assert.equal(called.stop_reason, 'tool_use');
      const call = called.content.find((block): block is ToolUseBlock => block.type === 'tool_use');
      assert.ok(call !== undefined);
      assert.equal(typeof (call.input as { city: unknown }).city, 'string');
      const answered = await client().messages.create({
        ...REQUEST,
        tools: [WEATHER],
        messages: [
          ...asked,
          { role: 'assistant', content: called.content },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'Sunny' }] },
        ],
      });
      assert.equal(answered.stop_reason, 'end_turn');
      assert.equal(answered.content[0].type, 'text');
    });

    test('by the stream helper, piece by piece', async () => {
      const stream = client().messages.stream({
        ...REQUEST,
        tools: [WEATHER],
        tool_choice: { type: 'any', disable_parallel_tool_use: false },
      });
      let json = '';
      stream.on('inputJson', (piece) => {
        json += piece;
      });
      const { content } = await stream.finalMessage();
      const inputs = content
        .filter((block): block is ToolUseBlock => block.type === 'tool_use')
        .map(({ input }) => JSON.stringify(input));
      assert.equal(inputs.length, 2);
      assert.equal(json, inputs.join(''));
    });

    test('by the runner, with a zod schema', async () => {
      const { betaZodTool } = await (major === 1
        ? import('@anthropic-ai/sdk/helpers/beta/zod')
        : (import('anthropic-sdk-0/helpers/beta/zod') as unknown as Promise<
            typeof import('@anthropic-ai/sdk/helpers/beta/zod')
          >));
      const cities: string[] = [];
      const tool = betaZodTool({
        name: 'get_weather',
        description: 'Weather of a city',
        inputSchema: z.object({ city: z.string() }),
        run: ({ city }) => {
          cities.push(city);
          return 'Sunny';
        },
      });
      const params = { ...REQUEST, tools: [tool] } as Parameters<Anthropic['beta']['messages']['toolRunner']>[0];
      const message = await client().beta.messages.toolRunner(params);
      assert.equal(cities.length, 1);
      assert.equal(message.stop_reason, 'end_turn');
      const streamed = client().beta.messages.toolRunner({ ...params, stream: true });
      let turns = 0;
      for await (const stream of streamed) {
        turns++;
        await (stream as unknown as { finalMessage(): Promise<unknown> }).finalMessage();
      }
      assert.deepEqual([turns, cities.length], [2, 2]);
    });
  });

  test('counts tokens as messages report them', async () => {
    const { model, system, messages } = REQUEST;
    const { input_tokens } = await client().messages.countTokens({ model, system, messages });
    assert.equal((await client().messages.create(REQUEST)).usage.input_tokens, input_tokens);
    assert.equal(
      (await client().beta.messages.countTokens({ model, system, messages } as never)).input_tokens,
      input_tokens,
    );
  });

  test('lists models page by page, and retrieves one', async () => {
    const ids: string[] = [];
    for await (const { id, type } of client().models.list({ limit: 3 })) {
      assert.equal(type, 'model');
      ids.push(id);
    }
    assert.ok(ids.length > 3 && ids.includes('claude-opus-4-5'));
    const page = await client().models.list({ limit: 3 });
    assert.deepEqual([page.data.length, page.has_more, page.hasNextPage()], [3, true, true]);
    const model = await client().models.retrieve('claude-opus-4-5');
    assert.deepEqual([model.id, model.display_name], ['claude-opus-4-5', 'Claude Opus 4.5']);
  });

  describe('understands errors', () => {
    const cases: readonly (readonly [
      name: string,
      run: () => PromiseLike<unknown>,
      errorClass: new (...args: never[]) => Error,
      status: number,
      type: string,
    ])[] = [
      [
        'an unknown model',
        () => client().messages.create({ ...REQUEST, model: 'claude-x' }),
        sdk.NotFoundError,
        404,
        'not_found_error',
      ],
      [
        'an invalid field',
        () => client().messages.create({ ...REQUEST, max_tokens: -1 }),
        sdk.BadRequestError,
        400,
        'invalid_request_error',
      ],
      ['a rate limit', () => client().messages.create(saying('limited')), sdk.RateLimitError, 429, 'rate_limit_error'],
      ['a defect', () => client().messages.create(saying('broken')), sdk.InternalServerError, 500, 'api_error'],
      [
        'an overload',
        () => client().messages.create(saying('overloaded')),
        sdk.InternalServerError,
        529,
        'overloaded_error',
      ],
      [
        'an overload of a stream',
        () => client().messages.stream(saying('overloaded')).finalMessage(),
        sdk.InternalServerError,
        529,
        'overloaded_error',
      ],
    ];
    for (const [name, run, errorClass, status, type] of cases) {
      test(`${name} by its class, status, type and id`, async () => {
        await assert.rejects(
          async () => run(),
          (error) => {
            assert.ok(error instanceof errorClass, String(error));
            assert.ok(error instanceof sdk.APIError, String(error));
            assert.equal(error.status, status);
            assert.equal(error.type, type);
            assert.match(error.requestID ?? '', /^req_/);
            return true;
          },
        );
      });
    }

    test('a wrong key', async () => {
      const guarded = await startSimulator({ config: { ...AT_ONCE, server: { api_keys: ['sk-ant-good'] } } });
      try {
        const options = { baseURL: guarded.url };
        await assert.rejects(client(options).messages.create(REQUEST), sdk.AuthenticationError);
        const message = await client({ ...options, apiKey: 'sk-ant-good' }).messages.create(REQUEST);
        assert.equal(message.type, 'message');
      } finally {
        await guarded.stop();
      }
    });

    test('a code, where the major reads it', { skip: major < 1 }, async () => {
      const { system: _, ...request } = REQUEST;
      const thread = { ...request, thread: { type: 'continue', previous_message_id: 'msg_1' } };
      await assert.rejects(client().beta.messages.create(thread as never), (error) => {
        assert.ok(error instanceof sdk.NotFoundError, String(error));
        assert.equal(error.errorCode, 'thread_not_found');
        return true;
      });
    });
  });

  test('tries again after an overload, until it is served', async () => {
    // Each try is another request, so the rule decides anew.
    const messages = await Promise.all(
      Array.from({ length: 5 }, () =>
        client({ maxRetries: 10 }).messages.create({ ...saying('sometimes'), max_tokens: 5 }),
      ),
    );
    for (const message of messages) assert.equal(message.type, 'message');
  });

  test('is told what the newest API version no longer takes', { skip: major < 1 }, async () => {
    await assert.rejects(client().messages.create({ ...REQUEST, temperature: 1 } as never), (error) => {
      assert.ok(error instanceof sdk.BadRequestError, String(error));
      assert.match(error.message, /temperature: Extra inputs are not permitted/);
      return true;
    });
  });
});
