/** Chat completions and plain completions of OpenAI, byte for byte. */
import { after, before, describe, test } from 'node:test';
import { type Simulator, startSimulator } from '../../src/index.js';
import { assertGolden, GOLDEN_SEED, GOLDEN_SIMULATION } from './golden.js';

const CHAT = '/v1/chat/completions';
const COMPLETIONS = '/v1/completions';

const messages = [{ role: 'user', content: 'Why is the sky blue?' }];
const parameters = {
  type: 'object',
  properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
  required: ['city', 'unit'],
  additionalProperties: false,
};
const weather = { type: 'function', function: { name: 'get_weather', parameters, strict: true } };
const time = { type: 'function', function: { name: 'get_time', parameters } };
const usage = { stream_options: { include_usage: true } };
const instruct = { model: 'gpt-3.5-turbo-instruct', prompt: 'Once upon a time' };

const CHATS: Readonly<Record<string, object>> = {
  'chat-text': { stream: true, max_tokens: 5 },
  'chat-text-whole': { max_tokens: 5 },
  'chat-choices': { stream: true, n: 2, max_tokens: 3 },
  'chat-usage': { stream: true, max_tokens: 2, ...usage },
  'chat-obfuscation': { stream: true, max_tokens: 2, stream_options: { include_obfuscation: true } },
  'chat-stop': { stream: true, stop: [' '] },
  'chat-logprobs': { stream: true, max_tokens: 2, logprobs: true, top_logprobs: 2 },
  'chat-logprobs-whole': { max_tokens: 2, logprobs: true, top_logprobs: 1 },
  'chat-tool': { stream: true, tools: [weather] },
  'chat-tool-whole': { tools: [weather] },
  'chat-tools-parallel': { stream: true, tools: [weather, time], parallel_tool_calls: true, ...usage },
  'chat-custom-tool': {
    stream: true,
    tools: [{ type: 'custom', custom: { name: 'run' } }],
    max_tokens: 4,
  },
  'chat-function-call': { stream: true, functions: [{ name: 'get_weather', parameters }] },
  'chat-function-call-whole': { functions: [{ name: 'get_weather', parameters }] },
  'chat-json-schema': {
    stream: true,
    response_format: { type: 'json_schema', json_schema: { name: 'forecast', strict: true, schema: parameters } },
  },
  'chat-reasoning': { model: 'o3', reasoning_effort: 'low', max_completion_tokens: 8, stream: true, ...usage },
  'chat-content-filter': { stream: true, messages: [{ role: 'user', content: 'filter me' }] },
  'chat-refusal': {
    stream: true,
    messages: [{ role: 'user', content: 'filter me' }],
    response_format: { type: 'json_schema', json_schema: { name: 'forecast', strict: true, schema: parameters } },
    logprobs: true,
  },
  'chat-speech': {
    model: 'gpt-audio',
    modalities: ['text', 'audio'],
    audio: { voice: 'alloy', format: 'pcm16' },
    max_tokens: 1,
    stream: true,
  },
  'chat-moderation': { stream: true, moderation: { model: 'omni-moderation-latest' }, max_tokens: 1, ...usage },
  'chat-invalid': { temperature: 3 },
};

const TEXTS: Readonly<Record<string, object>> = {
  'completion-text': { stream: true, max_tokens: 3 },
  'completion-whole': { max_tokens: 3 },
  'completion-echo': { stream: true, max_tokens: 2, echo: true, logprobs: 1, ...usage },
  'completion-echo-whole': { max_tokens: 2, echo: true, logprobs: 1 },
  'completion-prompts': { stream: true, max_tokens: 1, prompt: ['one', 'two'] },
};

describe('golden replies of OpenAI', () => {
  let simulator: Simulator;

  before(async () => {
    const rule = { match: { last_message: '^filter me$' }, reply: { text: 'No.', finish_reason: 'content_filter' } };
    simulator = await startSimulator({
      seed: GOLDEN_SEED,
      config: { simulation: GOLDEN_SIMULATION, replies: { rules: [rule] } },
    });
  });

  after(() => simulator.stop());

  for (const [feature, fields] of Object.entries(CHATS)) {
    test(feature, async () => {
      await assertGolden(simulator, 'openai', feature, { path: CHAT, body: { model: 'gpt-4o', messages, ...fields } });
    });
  }

  for (const [feature, fields] of Object.entries(TEXTS)) {
    test(feature, async () => {
      await assertGolden(simulator, 'openai', feature, { path: COMPLETIONS, body: { ...instruct, ...fields } });
    });
  }
});
