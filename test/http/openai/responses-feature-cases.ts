/** The features of the Responses API, each with a request that asks for it and the course of its answer. */
import type { Json } from '../chat-client.js';
import { NOW } from './responses-client.js';

export const PLAIN = 'gpt-4o-mini';
export const REASONING = 'gpt-5';
export const ITEM = 'response.output_item';
const PERSON = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
};
export const functionTool = (name: string) => ({ type: 'function', name, parameters: PERSON, strict: true });
export const CUSTOM_TOOL = { type: 'custom', name: 'run', description: 'Runs a command' };

const TEXT = [
  `${ITEM}.added`,
  'response.content_part.added',
  'response.output_text.delta',
  'response.output_text.done',
  'response.content_part.done',
  `${ITEM}.done`,
];
const CALL = [
  `${ITEM}.added`,
  'response.function_call_arguments.delta',
  'response.function_call_arguments.done',
  `${ITEM}.done`,
];
const CUSTOM = [
  `${ITEM}.added`,
  'response.custom_tool_call_input.delta',
  'response.custom_tool_call_input.done',
  `${ITEM}.done`,
];
const HIDDEN = [`${ITEM}.added`, `${ITEM}.done`];
const SUMMED_UP = [
  `${ITEM}.added`,
  'response.reasoning_summary_part.added',
  'response.reasoning_summary_text.delta',
  'response.reasoning_summary_text.done',
  'response.reasoning_summary_part.done',
  `${ITEM}.done`,
];

interface Feature {
  readonly body: Json;
  /** The kinds of the output items. */
  readonly output: readonly string[];
  /** What lies between in_progress and the end of its stream, runs of one type taken together. */
  readonly events: readonly string[];
  readonly status?: 'completed' | 'incomplete';
}

export const FEATURES: { readonly [name: string]: Feature } = {
  'a text': { body: { model: PLAIN, input: 'Why?' }, output: ['message'], events: TEXT },
  'a text that is cut': {
    body: { model: 'verbose', input: 'Why?', max_output_tokens: 16 },
    output: ['message'],
    events: TEXT,
    status: 'incomplete',
  },
  'a call': {
    body: { model: PLAIN, input: 'Who?', tools: [functionTool('find')] },
    output: ['function_call'],
    events: CALL,
  },
  'several calls': {
    body: { model: PLAIN, input: 'Who?', tools: ['find', 'seek'].map(functionTool), parallel_tool_calls: true },
    output: ['function_call', 'function_call'],
    events: [...CALL, ...CALL],
  },
  'a call of a custom tool': {
    body: { model: PLAIN, input: 'Go', tools: [CUSTOM_TOOL], tool_choice: { type: 'custom', name: 'run' } },
    output: ['custom_tool_call'],
    events: CUSTOM,
  },
  'a call in a namespace': {
    body: {
      model: PLAIN,
      input: 'Go',
      tools: [{ type: 'namespace', name: 'crm', description: 'Customers', tools: [functionTool('find')] }],
    },
    output: ['function_call'],
    events: CALL,
  },
  'hidden reasoning': {
    body: { model: REASONING, input: 'Why?' },
    output: ['reasoning', 'message'],
    events: [...HIDDEN, ...TEXT],
  },
  'reasoning that is summed up': {
    body: {
      model: REASONING,
      input: 'Why?',
      reasoning: { effort: 'low', summary: 'detailed' },
      include: ['reasoning.encrypted_content'],
    },
    output: ['reasoning', 'message'],
    events: [...SUMMED_UP, ...TEXT],
  },
  'reasoning before a call': {
    body: { model: REASONING, input: 'Who?', tools: [functionTool('find')], reasoning: { effort: 'minimal' } },
    output: ['reasoning', 'function_call'],
    events: [...HIDDEN, ...CALL],
  },
  'a document': {
    body: {
      model: PLAIN,
      input: 'Who?',
      text: { format: { type: 'json_schema', name: 'person', schema: PERSON, strict: true } },
    },
    output: ['message'],
    events: TEXT,
  },
  'an object': {
    body: { model: PLAIN, input: 'Who? In JSON.', text: { format: { type: 'json_object' } } },
    output: ['message'],
    events: TEXT,
  },
  probabilities: {
    body: { model: PLAIN, input: 'Why?', include: ['message.output_text.logprobs'], top_logprobs: 3 },
    output: ['message'],
    events: TEXT,
  },
  'a judged text': {
    body: { model: PLAIN, input: 'Why?', moderation: { model: 'omni-moderation-latest' } },
    output: ['message'],
    events: TEXT,
  },
  'padded events': {
    body: { model: PLAIN, input: 'Why?', stream_options: { include_obfuscation: true } },
    output: ['message'],
    events: TEXT,
  },
  'hosted tools that are never called': {
    body: {
      model: PLAIN,
      input: 'Why?',
      tools: [{ type: 'web_search' }, { type: 'code_interpreter', container: { type: 'auto' } }],
      tool_choice: { type: 'code_interpreter' },
    },
    output: ['message'],
    events: TEXT,
  },
};

const latency = { ttft: NOW, itl: NOW };
const output_tokens = { p50: 30, p95: 60 };

/** The models that the features ask, which answer at once. */
export const FEATURE_CONFIG = {
  providers: {
    [PLAIN]: { latency, output_tokens },
    [REASONING]: { latency, reasoning: { enabled: true, tokens: { p50: 40, p95: 60 } }, output_tokens },
    verbose: { latency, output_tokens: { p50: 2_000, p95: 2_001 } },
  },
};
