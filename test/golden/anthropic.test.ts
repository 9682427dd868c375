/** Anthropic's replies byte for byte, one per feature; each file was compared with the documented streams of the API by eye. */
import { describe, test } from 'node:test';
import { sharedSimulator } from '../http/chat-client.js';
import { assertGolden, GOLDEN_SEED, GOLDEN_SIMULATION, type GoldenRequest } from './golden.js';

const KEYS: Readonly<Record<string, string>> = { 'x-api-key': 'any', 'anthropic-version': '2023-06-01' };
const NEW_KEYS: Readonly<Record<string, string>> = { authorization: 'Bearer any', 'anthropic-version': '2026-10-21' };

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
const TIME = { ...WEATHER, name: 'get_time', description: 'Time in a city' };
const QUESTION = [{ role: 'user', content: 'Why is the sky blue?' }];
const LONG = 'A ring buffer has a head and a tail. '.repeat(120);

function message(fields: object, headers = KEYS): GoldenRequest {
  const body = { model: 'claude-sonnet-4-5', max_tokens: 60, messages: QUESTION, ...fields };
  return { path: '/v1/messages', headers, body };
}

const REQUESTS: { readonly [feature: string]: GoldenRequest } = {
  message: message({ max_tokens: 12 }),
  'message-stream': message({ max_tokens: 12, stream: true }),
  'message-stream-2026-10-21': message({ model: 'claude-sonnet-5-5', max_tokens: 12, stream: true }, NEW_KEYS),
  'end-turn-stream': message({ max_tokens: 2_000, stream: true, messages: [{ role: 'user', content: 'say' }] }),
  'stop-sequence-stream': message({ max_tokens: 2_000, stop_sequences: [' the'], stream: true }),
  'thinking-stream': message({
    max_tokens: 1_100,
    thinking: { type: 'adaptive' },
    output_config: { effort: 'low' },
    stop_sequences: ['.'],
    stream: true,
  }),
  'thinking-omitted-stream': message({
    max_tokens: 1_100,
    thinking: { type: 'adaptive', display: 'omitted' },
    output_config: { effort: 'low' },
    stop_sequences: ['.'],
    stream: true,
  }),
  'tool-stream': message({ tools: [WEATHER], stream: true }),
  'tools-parallel-stream': message({
    tools: [WEATHER, TIME],
    tool_choice: { type: 'any', disable_parallel_tool_use: false },
    stream: true,
  }),
  'structured-output-stream': message({
    output_config: { format: { type: 'json_schema', schema: WEATHER.input_schema } },
    stream: true,
  }),
  'refusal-stream': message({ messages: [{ role: 'user', content: 'forbidden' }], stream: true }),
  'cache-write-stream': message({
    max_tokens: 3,
    system: [{ type: 'text', text: LONG, cache_control: { type: 'ephemeral', ttl: '1h' } }],
    stream: true,
  }),
  'beta-stream': {
    ...message({ max_tokens: 5, context_management: { edits: [] }, stream: true }),
    path: '/v1/messages?beta=true',
  },
  tools: message({ tools: [WEATHER, TIME], tool_choice: { type: 'any', disable_parallel_tool_use: false } }),
  'count-tokens': {
    path: '/v1/messages/count_tokens',
    headers: KEYS,
    body: {
      model: 'claude-sonnet-4-5',
      system: 'You are a scientist',
      messages: [{ role: 'user', content: 'Hello, Claude' }],
    },
  },
  model: { path: '/v1/models/claude-3-opus-20240229', headers: KEYS },
  'invalid-request': message({ max_tokens: undefined }),
  'model-not-found': message({ model: 'claude-x' }),
  'not-permitted-2026-10-21': message({ temperature: 1 }, NEW_KEYS),
  'rate-limit': message({ messages: [{ role: 'user', content: 'limited' }] }),
  overloaded: message({ messages: [{ role: 'user', content: 'overloaded' }], stream: true }),
};

const RULES = [
  { match: { last_message: '^say$' }, reply: { text: 'Two words.' } },
  { match: { last_message: '^forbidden$' }, reply: { text: 'I cannot', finish_reason: 'content_filter' } },
  { match: { last_message: '^limited$' }, reply: { fault: { kind: 'rate_limit', retry_after_secs: 12 } } },
  { match: { last_message: '^overloaded$' }, reply: { fault: { kind: 'overloaded' } } },
];

describe('a golden reply of Anthropic’s', () => {
  const simulator = sharedSimulator({
    seed: GOLDEN_SEED,
    config: { simulation: GOLDEN_SIMULATION, replies: { rules: RULES } },
  });

  for (const [feature, request] of Object.entries(REQUESTS)) {
    test(feature, () => assertGolden(simulator(), 'anthropic', feature, request));
  }

  test('cache-read-stream', async () => {
    const request = message({
      max_tokens: 3,
      system: `again: ${LONG}`,
      cache_control: { type: 'ephemeral' },
      stream: true,
    });
    await fetch(simulator().url + request.path, {
      method: 'POST',
      headers: { ...KEYS, 'content-type': 'application/json', 'x-llm-sim-request-id': 'cache-read-stream' },
      body: JSON.stringify(request.body),
    }).then((response) => response.text());
    await assertGolden(simulator(), 'anthropic', 'cache-read-stream', request);
  });
});
