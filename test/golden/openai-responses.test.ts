/** Streams and replies of the Responses API, byte for byte. */
import { describe, test } from 'node:test';
import { sharedSimulator } from '../http/chat-client.js';
import { assertGolden, GOLDEN_SIMULATION, GOLDEN_START, type GoldenRequest } from './golden.js';

const PLAIN = 'gpt-4o-mini';
const REASONING = 'gpt-5';
const WEATHER = {
  type: 'function',
  name: 'get_weather',
  description: 'Current weather of a city',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
    required: ['city', 'unit'],
    additionalProperties: false,
  },
  strict: true,
};
const TIME = { ...WEATHER, name: 'get_time', description: 'Current time in a city' };
const PERSON = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
};

const ask = (body: object): GoldenRequest => ({ path: '/v1/responses', body });
const stream = (body: object): GoldenRequest => ask({ ...body, stream: true });

const REQUESTS: { readonly [feature: string]: GoldenRequest } = {
  'responses-whole': ask({
    model: PLAIN,
    input: 'What is a ring buffer?',
    instructions: 'Be brief.',
    metadata: { a: 'b' },
  }),
  'responses-text': stream({ model: PLAIN, input: 'What is a ring buffer?' }),
  'responses-call': stream({ model: PLAIN, input: 'What is the weather in Oslo?', tools: [WEATHER] }),
  'responses-parallel-calls': stream({
    model: PLAIN,
    input: 'What are weather and time in Oslo?',
    tools: [WEATHER, TIME],
    parallel_tool_calls: true,
  }),
  'responses-custom-call': stream({
    model: PLAIN,
    input: 'List the files.',
    tools: [{ type: 'custom', name: 'shell', description: 'Runs a command' }],
  }),
  'responses-reasoning': stream({
    model: REASONING,
    input: 'Why is the sky blue?',
    reasoning: { effort: 'low', summary: 'auto' },
    include: ['reasoning.encrypted_content'],
  }),
  'responses-hidden-reasoning': stream({ model: REASONING, input: 'Why is the sky blue?' }),
  'responses-json-schema': stream({
    model: PLAIN,
    input: 'Who?',
    text: { format: { type: 'json_schema', name: 'person', schema: PERSON, strict: true } },
  }),
  'responses-incomplete': stream({ model: 'verbose', input: 'What is a ring buffer?', max_output_tokens: 16 }),
  'responses-logprobs': stream({
    model: PLAIN,
    input: 'Who?',
    text: { format: { type: 'json_schema', name: 'person', schema: PERSON, strict: true } },
    include: ['message.output_text.logprobs'],
    top_logprobs: 1,
  }),
  'responses-background': stream({ model: PLAIN, input: 'What is a ring buffer?', background: true }),
  'responses-queued': ask({ model: PLAIN, input: 'What is a ring buffer?', background: true }),
  'responses-error': stream({ model: PLAIN, input: [{ role: 'user', content: [{ type: 'text', text: 'Why?' }] }] }),
  'responses-not-found': { path: '/v1/responses/resp_123' },
  'responses-count': { path: '/v1/responses/input_tokens', body: { model: PLAIN, input: 'What is a ring buffer?' } },
  'responses-compact': {
    path: '/v1/responses/compact',
    body: {
      model: PLAIN,
      input: [
        { role: 'user', content: 'What is a ring buffer?' },
        { role: 'assistant', content: 'A queue.' },
      ],
    },
  },
};

describe('golden replies of the Responses API', () => {
  const short = { output_tokens: { p50: 12, p95: 20 } };
  const simulator = sharedSimulator({
    ...GOLDEN_START,
    config: {
      simulation: GOLDEN_SIMULATION,
      providers: {
        [PLAIN]: short,
        [REASONING]: { ...short, reasoning: { enabled: true, tokens: { p50: 20, p95: 30 } } },
        verbose: { output_tokens: { p50: 2_000, p95: 2_001 } },
      },
    },
  });

  for (const [feature, request] of Object.entries(REQUESTS)) {
    test(feature, () => assertGolden(simulator(), 'openai', feature, request));
  }
});
