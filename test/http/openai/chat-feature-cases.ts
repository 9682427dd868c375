/** What chat completions can do, a case per feature: the fields that ask for it, and what the reply is like, whole as well as streamed. */
import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Json } from '../chat-client.js';
import type { Reply } from './chat-reply.js';

const ID = /^[A-Za-z0-9_-]{1,40}$/;

const PARAMETERS = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1, maximum: 5 } },
  required: ['city', 'days'],
  additionalProperties: false,
};
const WEATHER = { type: 'function', function: { name: 'get_weather', parameters: PARAMETERS, strict: true } };
const TIME = { type: 'function', function: { name: 'get_time', parameters: PARAMETERS } };
const RUN = { type: 'custom', custom: { name: 'run', description: 'Runs a command.' } };

const satisfies = (schema: object, json: string) => new Ajv2020().compile(schema)(JSON.parse(json));

export interface Feature {
  readonly name: string;
  readonly fields: Json;
  readonly check: (reply: Reply) => void;
}

/** The configuration that the cases need. */
export const RULES = [
  { match: { last_message: '^refuse$' }, reply: { text: 'I cannot say that.', finish_reason: 'content_filter' } },
];

export const FEATURES: readonly Feature[] = [
  {
    name: 'text',
    fields: { max_tokens: 8 },
    check: ({ choices, usage, service_tier }) => {
      const [{ message, logprobs, finish_reason }] = choices;
      assert.deepEqual(Object.keys(message).slice(0, 3), ['role', 'content', 'refusal']);
      assert.ok((message.content ?? '').length > 0);
      assert.deepEqual([logprobs, finish_reason, service_tier, message.refusal], [null, 'length', 'default', null]);
      assert.equal(usage.completion_tokens, 8);
      assert.equal(usage.total_tokens, usage.prompt_tokens + 8);
    },
  },
  {
    name: 'a tool that the model chooses to call',
    fields: { tools: [WEATHER, TIME] },
    check: ({ choices: [{ message, finish_reason }] }) => {
      assert.equal(finish_reason, 'tool_calls');
      assert.equal(message.content, null);
      const [call, ...others] = message.tool_calls ?? [];
      assert.deepEqual(others, []);
      assert.match(call.id, ID);
      assert.equal(call.type, 'function');
      assert.ok(['get_weather', 'get_time'].includes(call.function?.name ?? ''));
      assert.ok(satisfies(PARAMETERS, call.function?.arguments ?? ''));
    },
  },
  {
    name: 'parallel calls',
    fields: { tools: [WEATHER, TIME], parallel_tool_calls: true, n: 2 },
    check: ({ choices }) => {
      const ids = choices.flatMap(({ message }) => message.tool_calls ?? []).map(({ id }) => id);
      assert.ok(ids.length >= 4);
      assert.equal(new Set(ids).size, ids.length);
      for (const { message } of choices) {
        for (const call of message.tool_calls ?? []) assert.ok(satisfies(PARAMETERS, call.function?.arguments ?? ''));
      }
    },
  },
  {
    name: 'a named tool',
    fields: { tools: [WEATHER, TIME], tool_choice: { type: 'function', function: { name: 'get_time' } } },
    check: ({ choices: [{ message }] }) => assert.equal(message.tool_calls?.[0].function?.name, 'get_time'),
  },
  {
    name: 'allowed tools',
    fields: {
      tools: [WEATHER, TIME],
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'get_time' } }] },
      },
    },
    check: ({ choices: [{ message }] }) => assert.equal(message.tool_calls?.[0].function?.name, 'get_time'),
  },
  {
    name: 'tools that may not be called',
    fields: { tools: [WEATHER], tool_choice: 'none', max_tokens: 5 },
    check: ({ choices: [{ message, finish_reason }] }) => {
      assert.equal(message.tool_calls, undefined);
      assert.deepEqual([typeof message.content, finish_reason], ['string', 'length']);
    },
  },
  {
    name: 'the answer behind a tool’s result',
    fields: {
      tools: [WEATHER],
      messages: [
        { role: 'user', content: 'Weather?' },
        {
          role: 'assistant',
          tool_calls: [{ ...WEATHER, id: 'call_1', function: { name: 'get_weather', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'Sunny' },
      ],
      max_tokens: 5,
    },
    check: ({ choices: [{ message }] }) => assert.ok((message.content ?? '').length > 0),
  },
  {
    name: 'a custom tool',
    fields: { tools: [RUN], tool_choice: { type: 'custom', custom: { name: 'run' } } },
    check: ({ choices: [{ message, finish_reason }] }) => {
      assert.equal(finish_reason, 'tool_calls');
      const [call] = message.tool_calls ?? [];
      assert.deepEqual([call.type, call.custom?.name, call.function], ['custom', 'run', undefined]);
      assert.ok((call.custom?.input ?? '').length > 0);
    },
  },
  {
    name: 'a function in the older form',
    fields: { functions: [WEATHER.function].map(({ strict, ...rest }) => rest) },
    check: ({ choices: [{ message, finish_reason }] }) => {
      assert.deepEqual([finish_reason, message.content, message.tool_calls], ['function_call', null, undefined]);
      assert.equal(message.function_call?.name, 'get_weather');
      assert.ok(satisfies(PARAMETERS, message.function_call?.arguments ?? ''));
    },
  },
  {
    name: 'a document that satisfies a schema',
    fields: {
      response_format: { type: 'json_schema', json_schema: { name: 'forecast', strict: true, schema: PARAMETERS } },
    },
    check: ({ choices: [{ message, finish_reason }] }) => {
      assert.equal(finish_reason, 'stop');
      assert.ok(satisfies(PARAMETERS, message.content ?? ''));
    },
  },
  {
    name: 'some JSON object',
    fields: { messages: [{ role: 'user', content: 'Answer in JSON.' }], response_format: { type: 'json_object' } },
    check: ({ choices: [{ message }] }) => assert.equal(typeof JSON.parse(message.content ?? ''), 'object'),
  },
  {
    name: 'probabilities',
    fields: { logprobs: true, top_logprobs: 3, max_tokens: 10, n: 2 },
    check: ({ choices }) => {
      for (const { message, logprobs } of choices) {
        const content = logprobs?.content ?? [];
        assert.equal(content.map(({ token }) => token).join(''), message.content);
        assert.equal(content.length, 10);
        for (const { token, logprob, bytes, top_logprobs } of content) {
          assert.equal(Buffer.from(bytes).toString(), token);
          assert.ok(logprob <= 0);
          assert.equal(top_logprobs.length, 3);
          assert.ok(top_logprobs.every((other) => Buffer.from(other.bytes).toString() === other.token));
        }
      }
    },
  },
  {
    name: 'probabilities without alternatives',
    fields: { logprobs: true, max_tokens: 2 },
    check: ({ choices: [{ logprobs }] }) => {
      assert.deepEqual(
        logprobs?.content?.map(({ top_logprobs }) => top_logprobs),
        [[], []],
      );
    },
  },
  {
    name: 'reasoning, which is counted and not shown',
    fields: { model: 'o3', reasoning_effort: 'high', max_completion_tokens: 60 },
    check: ({ choices: [{ message }], usage }) => {
      const { reasoning_tokens } = usage.completion_tokens_details;
      assert.ok(reasoning_tokens > 0 && reasoning_tokens < usage.completion_tokens);
      assert.ok((message.content ?? '').length > 0);
    },
  },
  {
    name: 'no reasoning where none is asked for',
    fields: { model: 'gpt-5.1', reasoning_effort: 'none', max_completion_tokens: 20, temperature: 0.2 },
    check: ({ usage }) => assert.equal(usage.completion_tokens_details.reasoning_tokens, 0),
  },
  {
    name: 'another tier',
    fields: { service_tier: 'priority', max_tokens: 2 },
    check: ({ service_tier }) => assert.equal(service_tier, 'priority'),
  },
  {
    name: 'a prediction, of which some was wrong',
    fields: { prediction: { type: 'content', content: 'The quick brown fox.' }, max_tokens: 30 },
    check: ({ usage }) => {
      const { accepted_prediction_tokens: accepted, rejected_prediction_tokens: rejected } =
        usage.completion_tokens_details;
      assert.equal(accepted + rejected, 5);
      assert.equal(usage.completion_tokens, 30 + rejected);
    },
  },
  {
    name: 'a refusal to write a document',
    fields: {
      messages: [{ role: 'user', content: 'refuse' }],
      response_format: { type: 'json_schema', json_schema: { name: 'forecast', strict: true, schema: PARAMETERS } },
      logprobs: true,
    },
    check: ({ choices: [{ message, logprobs, finish_reason }] }) => {
      assert.deepEqual([message.content, message.refusal, finish_reason], [null, 'I cannot say that.', 'stop']);
      assert.equal(logprobs?.content, null);
      assert.equal(logprobs?.refusal?.map(({ token }) => token).join(''), 'I cannot say that.');
    },
  },
  {
    name: 'a text that the filter ended',
    fields: { messages: [{ role: 'user', content: 'refuse' }] },
    check: ({ choices: [{ message, finish_reason }] }) => {
      assert.deepEqual(
        [message.content, message.refusal, finish_reason],
        ['I cannot say that.', null, 'content_filter'],
      );
    },
  },
  {
    name: 'a recording to listen to',
    fields: {
      model: 'gpt-audio',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is said?' },
            { type: 'input_audio', input_audio: { data: Buffer.alloc(48_000).toString('base64'), format: 'wav' } },
          ],
        },
      ],
      max_tokens: 4,
    },
    check: ({ choices: [{ message }], usage }) => {
      assert.equal(usage.prompt_tokens_details.audio_tokens, 10);
      assert.ok((message.content ?? '').length > 0);
    },
  },
  {
    name: 'a spoken reply',
    fields: {
      model: 'gpt-audio',
      modalities: ['text', 'audio'],
      audio: { voice: 'alloy', format: 'pcm16' },
      max_tokens: 6,
    },
    check: ({ choices: [{ message }], usage }) => {
      assert.equal(message.content, null);
      assert.match(message.audio?.id ?? '', /^audio_sim[0-9a-f]+$/);
      assert.ok((message.audio?.transcript ?? '').length > 0);
      assert.equal(Buffer.from(message.audio?.data ?? '', 'base64').length, 6 * 1_200 * 2);
      assert.equal(usage.completion_tokens_details.audio_tokens, 6);
    },
  },
  {
    name: 'a call where a spoken reply was asked for',
    fields: {
      model: 'gpt-audio',
      modalities: ['text', 'audio'],
      audio: { voice: 'alloy', format: 'pcm16' },
      tools: [TIME],
      logprobs: true,
    },
    check: ({ choices: [{ message, finish_reason, logprobs }], usage }) => {
      assert.deepEqual([message.content, message.audio, finish_reason], [null, undefined, 'tool_calls']);
      const [call] = message.tool_calls ?? [];
      assert.match(call.id, ID);
      assert.equal(call.function?.name, 'get_time');
      assert.equal(logprobs, null);
      assert.equal(usage.completion_tokens_details.audio_tokens, 0);
    },
  },
  {
    name: 'moderation of prompt and reply',
    fields: { moderation: { model: 'omni-moderation-latest' }, max_tokens: 4 },
    check: ({ moderation }) => {
      const { input, output } = moderation as Record<
        'input' | 'output',
        { type: string; results: { flagged: boolean }[] }
      >;
      assert.deepEqual([input.type, output.type], ['moderation_results', 'moderation_results']);
      assert.equal(input.results[0].flagged, false);
    },
  },
  {
    name: 'images, files and refusals in the conversation',
    fields: {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What are these?' },
            { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } },
            { type: 'file', file: { file_id: 'file-1' } },
          ],
        },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'I cannot say.' }] },
        { role: 'user', content: 'Please.' },
      ],
      max_tokens: 3,
    },
    check: ({ usage }) => assert.ok(usage.prompt_tokens > 1_000 + 85),
  },
];
