/**
 * Every feature of a message, streamed and not: both are valid against the published schema, say the same, and do what the feature is
 * about.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AT_ONCE, sharedSimulator } from '../chat-client.js';
import {
  accumulate,
  createMessage,
  type Json,
  KEYS,
  type Message,
  messageRequest,
  NEW_KEYS,
  streamMessage,
  textOf,
} from './messages-client.js';

const WEATHER = {
  name: 'get_weather',
  description: 'Weather of a city',
  input_schema: {
    type: 'object',
    properties: { city: { type: 'string', enum: ['Oslo', 'Rome'] }, days: { type: 'integer', minimum: 1, maximum: 7 } },
    required: ['city', 'days'],
    additionalProperties: false,
  },
};
const CLOCK = { name: 'get_time', input_schema: { type: 'object', properties: {}, additionalProperties: false } };
const CALLED = [
  { role: 'user', content: 'Weather?' },
  {
    role: 'assistant',
    content: [{ type: 'tool_use', id: 't1', name: 'get_weather', input: { city: 'Oslo', days: 1 } }],
  },
  { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'Sunny' }] },
];
const PICTURE = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } };

interface Feature {
  readonly name: string;
  readonly fields: Json;
  readonly check: (message: Message) => void;
}

const typesOf = ({ content }: Message) => content.map(({ type }) => type);
const callsOf = ({ content }: Message) => content.filter(({ type }) => type === 'tool_use');

function assertSays(message: Message): void {
  assert.deepEqual(typesOf(message), ['text']);
  assert.ok(textOf(message).length > 20, textOf(message));
  assert.deepEqual([message.stop_reason, message.stop_sequence, message.stop_details], ['end_turn', null, null]);
}

function assertCalls(message: Message, ...names: readonly string[]): void {
  assert.equal(message.stop_reason, 'tool_use');
  assert.deepEqual(
    callsOf(message).map(({ name }) => name),
    names,
  );
  for (const { id = '', input } of callsOf(message)) {
    assert.match(id, /^toolu_sim[A-Za-z0-9]{24}$/);
    assert.equal(typeof input, 'object');
  }
}

const FEATURES: readonly Feature[] = [
  { name: 'a question', fields: {}, check: assertSays },
  { name: 'a system prompt', fields: { system: 'Be brief.' }, check: assertSays },
  { name: 'a system prompt in blocks', fields: { system: [{ type: 'text', text: 'Be brief.' }] }, check: assertSays },
  {
    name: 'an image and a document',
    fields: {
      messages: [
        {
          role: 'user',
          content: [
            PICTURE,
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'A page.' } },
            { type: 'text', text: 'What is this?' },
          ],
        },
      ],
    },
    check: (message) => {
      assertSays(message);
      assert.ok(message.usage.input_tokens > 1_500);
    },
  },
  {
    name: 'a limit',
    fields: { max_tokens: 5 },
    check: (message) => {
      assert.equal(message.stop_reason, 'max_tokens');
      assert.equal(message.usage.output_tokens, 5);
    },
  },
  {
    name: 'no tokens at all, to fill the cache',
    fields: { max_tokens: 0 },
    check: (message) => {
      assert.deepEqual([message.content, message.stop_reason, message.usage.output_tokens], [[], 'max_tokens', 0]);
    },
  },
  {
    name: 'stop sequences',
    fields: { stop_sequences: ['never said', '. '], max_tokens: 4_000 },
    check: (message) => {
      assert.deepEqual([message.stop_reason, message.stop_sequence], ['stop_sequence', '. ']);
      assert.ok(!textOf(message).includes('. '));
    },
  },
  {
    name: 'a beginning to go on from',
    fields: {
      messages: [
        { role: 'user', content: 'Why?' },
        { role: 'assistant', content: 'Because' },
      ],
    },
    check: assertSays,
  },
  {
    name: 'thinking',
    fields: { max_tokens: 4_000, thinking: { type: 'enabled', budget_tokens: 1_024 } },
    check: (message) => {
      assert.deepEqual(typesOf(message), ['thinking', 'text']);
      const [{ thinking = '', signature = '' }] = message.content;
      assert.ok(thinking.length > 20);
      assert.match(signature, /^[A-Za-z0-9+/]{200,}==$/);
      assert.ok(message.usage.output_tokens_details.thinking_tokens <= 1_024);
      assert.ok(message.usage.output_tokens_details.thinking_tokens < message.usage.output_tokens);
    },
  },
  {
    name: 'thinking that is kept back',
    fields: { thinking: { type: 'adaptive', display: 'omitted' }, output_config: { effort: 'low' } },
    check: (message) => {
      assert.deepEqual(typesOf(message), ['thinking', 'text']);
      assert.equal(message.content[0].thinking, '');
      assert.ok((message.content[0].signature ?? '').length > 200);
      assert.ok(message.usage.output_tokens_details.thinking_tokens > 0);
    },
  },
  {
    name: 'thinking that Claude 4.7 and later keep back unless asked',
    fields: { model: 'claude-opus-4-7', thinking: { type: 'adaptive' } },
    check: (message) => assert.equal(message.content[0].thinking, ''),
  },
  {
    name: 'thinking that is asked for',
    fields: { model: 'claude-opus-4-7', thinking: { type: 'adaptive', display: 'summarized' } },
    check: (message) => assert.ok((message.content[0].thinking ?? '').length > 20),
  },
  { name: 'no thinking', fields: { thinking: { type: 'disabled' } }, check: assertSays },
  {
    name: 'tools',
    fields: { tools: [WEATHER] },
    check: (message) => {
      assertCalls(message, 'get_weather');
      const { city, days } = callsOf(message)[0].input as { city: string; days: number };
      assert.ok(['Oslo', 'Rome'].includes(city) && Number.isInteger(days) && days >= 1 && days <= 7);
    },
  },
  {
    name: 'tools after a call',
    fields: { tools: [WEATHER], messages: CALLED },
    check: assertSays,
  },
  {
    name: 'tools after a call, of which one has to be called',
    fields: { tools: [WEATHER, CLOCK], messages: CALLED, tool_choice: { type: 'any' } },
    check: (message) => assert.equal(callsOf(message).length, 1),
  },
  {
    name: 'a tool that has to be called',
    fields: { tools: [WEATHER, CLOCK], tool_choice: { type: 'tool', name: 'get_time' } },
    check: (message) => {
      assertCalls(message, 'get_time');
      assert.deepEqual(callsOf(message)[0].input, {});
    },
  },
  {
    name: 'tools that must not be called',
    fields: { tools: [WEATHER], tool_choice: { type: 'none' } },
    check: assertSays,
  },
  {
    name: 'tools that may be called in parallel',
    fields: { tools: [WEATHER, CLOCK], tool_choice: { type: 'auto', disable_parallel_tool_use: false } },
    check: (message) => {
      assert.equal(callsOf(message).length, 2);
      assert.equal(new Set(callsOf(message).map(({ id }) => id)).size, 2);
    },
  },
  {
    name: 'a tool of Anthropic’s that the client runs',
    fields: { tools: [{ type: 'bash_20250124', name: 'bash' }] },
    check: (message) => {
      assertCalls(message, 'bash');
      assert.equal(typeof callsOf(message)[0].input?.command, 'string');
    },
  },
  {
    name: 'a set of tools',
    fields: { tools: [{ type: 'computer_toolset_20260801' }] },
    check: (message) => {
      assertCalls(message, 'screenshot');
      assert.deepEqual((callsOf(message)[0] as { toolset_name?: string }).toolset_name, 'computer');
    },
  },
  {
    name: 'tools that only the server could run',
    fields: { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
    check: assertSays,
  },
  {
    name: 'a document of a schema',
    fields: { output_config: { format: { type: 'json_schema', schema: WEATHER.input_schema } } },
    check: (message) => {
      assert.deepEqual(typesOf(message), ['text']);
      const { city, days } = JSON.parse(textOf(message));
      assert.ok(['Oslo', 'Rome'].includes(city) && Number.isInteger(days));
    },
  },
  {
    name: 'something that is refused',
    fields: { messages: [{ role: 'user', content: 'forbidden' }] },
    check: (message) => {
      assert.equal(message.stop_reason, 'refusal');
      assert.deepEqual(message.stop_details, { type: 'refusal', category: null, explanation: null });
    },
  },
];

const REFUSAL = {
  match: { last_message: '^forbidden$' },
  reply: { text: 'I cannot', finish_reason: 'content_filter' },
};

describe('a message for', () => {
  const simulator = sharedSimulator({ config: { ...AT_ONCE, replies: { rules: [REFUSAL] } } });

  for (const { name, fields, check } of FEATURES) {
    test(name, async () => {
      const headers = { ...KEYS, 'x-llm-sim-request-id': name.replaceAll(/\W/g, '') };
      const message = await createMessage(simulator(), messageRequest(fields), headers);
      check(message);
      assert.match(message.id, /^msg-sim-[A-Za-z0-9]{24}$/);
      const { model = 'claude-sonnet-4-5' } = fields;
      assert.equal(message.model, `${model}-simulated`);
      const events = await streamMessage(simulator(), messageRequest(fields), headers);
      assert.deepEqual(accumulate(events), message);
    });

    test(`${name}, in the words of 2026-10-21`, async () => {
      check(await createMessage(simulator(), messageRequest(fields), NEW_KEYS));
      check(accumulate(await streamMessage(simulator(), messageRequest(fields), NEW_KEYS)));
    });
  }
});
