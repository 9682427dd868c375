/**
 * What each endpoint that takes a body is asked in tests that go over all of them: bodies that between them use what the endpoint knows.
 * An endpoint of the registry that is missing here fails those tests by name.
 */
import { GEMINI_BODIES } from './gemini/valid-bodies.js';
import type { JsonValue } from './hostile-bodies.js';

const PARAMETERS = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const OPENAI_TOOL = {
  type: 'function',
  function: { name: 'get_weather', description: 'Weather', parameters: PARAMETERS },
};

const ANTHROPIC_TOOL = { name: 'get_weather', description: 'Weather', input_schema: PARAMETERS };
const ANTHROPIC_PROMPT: { [key: string]: JsonValue } = {
  model: 'claude-sonnet-4-5',
  system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
  tools: [ANTHROPIC_TOOL, { type: 'bash_20250124', name: 'bash' }, { type: 'web_search_20250305', name: 'web_search' }],
  tool_choice: { type: 'auto', disable_parallel_tool_use: false },
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'A page.' }, title: 'Page' },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'A picture.', signature: 'c2ln' },
        { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Oslo' } },
      ],
    },
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: 'toolu_1',
          content: [{ type: 'text', text: 'Sunny' }],
          cache_control: { type: 'ephemeral' },
        },
      ],
    },
  ],
};

const RESPONSES_TOOL = {
  type: 'function',
  name: 'get_weather',
  description: 'Weather',
  parameters: PARAMETERS,
  strict: true,
};
/** A conversation with every kind of content, and calls with their results. */
const RESPONSES_INPUT: JsonValue = [
  { role: 'developer', content: 'Be brief.' },
  {
    type: 'message',
    role: 'user',
    content: [
      { type: 'input_text', text: 'What is this?' },
      { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' },
      { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' },
    ],
  },
  { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'A picture.' }], encrypted_content: 'abc' },
  { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'get_weather', arguments: '{"city":"Oslo"}' },
  { type: 'function_call_output', call_id: 'call_1', output: [{ type: 'input_text', text: 'Sunny' }] },
  { type: 'custom_tool_call', call_id: 'call_2', name: 'run', input: 'ls' },
  { type: 'custom_tool_call_output', call_id: 'call_2', output: 'a.txt' },
  {
    type: 'web_search_call',
    id: 'ws_1',
    status: 'completed',
    action: { type: 'search', query: 'ring buffer', queries: ['ring buffer'] },
  },
  {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    status: 'completed',
    phase: 'final_answer',
    content: [{ type: 'output_text', text: 'It is sunny.', annotations: [], logprobs: [] }],
  },
  { role: 'user', content: 'And now?' },
];

export const VALID_BODIES: { readonly [endpoint: string]: readonly JsonValue[] } = {
  ...GEMINI_BODIES,
  'openai.chat.completions': [
    {
      model: 'gpt-4o',
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          name: 'ann',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' } },
          ],
        },
      ],
      max_completion_tokens: 12,
      temperature: 1,
      n: 2,
      stop: ['\n'],
      logprobs: true,
      top_logprobs: 2,
      logit_bias: { '50256': -100 },
      user: 'u',
      metadata: { a: 'b' },
      store: true,
      service_tier: 'auto',
      seed: 1,
    },
    {
      model: 'gpt-4o',
      messages: [
        { role: 'user', content: 'Weather?' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'Sunny' },
        { role: 'user', content: 'And now?' },
      ],
      tools: [OPENAI_TOOL],
      tool_choice: { type: 'function', function: { name: 'get_weather' } },
      parallel_tool_calls: true,
      stream: true,
      stream_options: { include_usage: true },
    },
    {
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'Who?' }],
      response_format: { type: 'json_schema', json_schema: { name: 'person', strict: true, schema: PARAMETERS } },
      reasoning_effort: null,
      verbosity: 'medium',
      modalities: ['text'],
      prediction: { type: 'content', content: [{ type: 'text', text: 'Ann' }] },
      prompt_cache_key: 'k',
      prompt_cache_options: { mode: 'explicit', ttl: '30m' },
      prompt_cache_retention: '24h',
      safety_identifier: 's',
      stream: true,
      stream_options: { include_obfuscation: true },
    },
    {
      model: 'gpt-4o',
      messages: [
        { role: 'user', content: 'Run it.' },
        {
          role: 'assistant',
          tool_calls: [{ id: 'call_1', type: 'custom', custom: { name: 'run', input: 'ls' } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: [{ type: 'text', text: 'a.txt' }] },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }], refusal: 'No.' },
      ],
      tools: [
        OPENAI_TOOL,
        {
          type: 'custom',
          custom: {
            name: 'run',
            description: 'Run',
            format: { type: 'grammar', grammar: { syntax: 'regex', definition: '.*' } },
          },
        },
      ],
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'custom', custom: { name: 'run' } }] },
      },
      parallel_tool_calls: true,
    },
    {
      model: 'gpt-4o',
      messages: [
        { role: 'user', content: [{ type: 'file', file: { filename: 'a.pdf', file_data: 'JVBERi0=' } }] },
        { role: 'assistant', content: null, function_call: { name: 'get_weather', arguments: '{}' } },
        { role: 'function', name: 'get_weather', content: 'Sunny' },
        { role: 'user', content: 'And now?' },
      ],
      functions: [{ name: 'get_weather', description: 'Weather', parameters: PARAMETERS }],
      function_call: { name: 'get_weather' },
    },
  ],
  'openai.completions': [
    {
      model: 'gpt-3.5-turbo-instruct',
      prompt: ['Once upon', ' a time'],
      suffix: ' the end.',
      max_tokens: 4,
      temperature: 1,
      top_p: 0.5,
      n: 1,
      best_of: 2,
      logprobs: 2,
      echo: true,
      stop: ['\n'],
      presence_penalty: 1,
      frequency_penalty: 1,
      logit_bias: { '50256': -100 },
      seed: 1,
      user: 'u',
    },
    {
      model: 'gpt-3.5-turbo-instruct',
      prompt: [[9_906, 1_917], [1]],
      n: 2,
      logprobs: 0,
      echo: true,
      stream: true,
      stream_options: { include_usage: true },
    },
    { model: 'gpt-3.5-turbo-instruct', prompt: [9_906, 1_917], max_tokens: 0 },
  ],
  'anthropic.messages': [
    {
      ...ANTHROPIC_PROMPT,
      max_tokens: 2_048,
      thinking: { type: 'enabled', budget_tokens: 1_024, display: 'summarized' },
      stop_sequences: ['\n\nHuman:'],
      metadata: { user_id: 'u' },
      service_tier: 'auto',
    },
    {
      model: 'claude-3-opus-20240229',
      max_tokens: 30,
      messages: [
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', content: 'It is' },
      ],
      temperature: 0.5,
      top_p: 0.9,
      top_k: 5,
      stream: true,
    },
    {
      model: 'claude-sonnet-4-5',
      max_tokens: 200,
      messages: [{ role: 'user', content: 'Who?' }],
      output_config: { format: { type: 'json_schema', schema: PARAMETERS }, effort: 'low' },
      cache_control: { type: 'ephemeral' },
      stream: true,
    },
    {
      model: 'claude-sonnet-4-5',
      max_tokens: 200,
      messages: [{ role: 'user', content: 'Weather?' }],
      tools: [ANTHROPIC_TOOL],
      tool_choice: { type: 'any' },
      container: 'container_1',
      diagnostics: { previous_message_id: 'msg_1' },
      inference_geo: 'eu',
      speed: 'fast',
    },
  ],
  'anthropic.messages.count_tokens': [ANTHROPIC_PROMPT],
  'openai.embeddings': [
    { model: 'text-embedding-3-small', input: 'one', encoding_format: 'base64', user: 'u' },
    { model: 'text-embedding-3-small', input: ['one', 'two'], dimensions: 8, encoding_format: 'float' },
    { model: 'text-embedding-3-small', input: [[1, 2, 3], [4]], dimensions: 8 },
  ],
  'openai.moderations': [
    { model: 'omni-moderation-latest', input: ['one', 'two'] },
    {
      input: [
        { type: 'text', text: 'one' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
      ],
    },
  ],
  'openai.responses.create': [
    {
      model: 'gpt-4o',
      input: RESPONSES_INPUT,
      instructions: 'Be kind.',
      max_output_tokens: 24,
      temperature: 0.5,
      top_p: 0.9,
      include: ['message.output_text.logprobs', 'file_search_call.results'],
      top_logprobs: 2,
      metadata: { a: 'b' },
      truncation: 'auto',
      user: 'u',
      safety_identifier: 's',
      prompt_cache_key: 'k',
      prompt_cache_retention: '24h',
      prompt_cache_options: { mode: 'explicit', ttl: '30m' },
      service_tier: 'flex',
      store: false,
      context_management: [{ type: 'compaction', compact_threshold: 2_000 }],
    },
    {
      model: 'gpt-5',
      input: 'Weather?',
      max_output_tokens: 60,
      reasoning: { effort: 'low', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
      tools: [
        RESPONSES_TOOL,
        { type: 'custom', name: 'run', format: { type: 'grammar', syntax: 'regex', definition: '.*' } },
        { type: 'web_search', search_context_size: 'low', user_location: { type: 'approximate', country: 'NO' } },
        { type: 'file_search', vector_store_ids: ['vs_1'], filters: { type: 'eq', key: 'a', value: 1 } },
        { type: 'code_interpreter', container: { type: 'auto' } },
        { type: 'mcp', server_label: 'm', server_url: 'https://example.com', require_approval: 'never' },
        { type: 'image_generation', size: 'auto' },
        { type: 'namespace', name: 'n', description: 'N', tools: [{ ...RESPONSES_TOOL, name: 'inner' }] },
      ],
      tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'custom', name: 'run' }] },
      parallel_tool_calls: true,
      max_tool_calls: 3,
      stream: true,
      stream_options: { include_obfuscation: true },
    },
    {
      model: 'gpt-4.1-mini',
      input: [{ role: 'user', content: 'Who? Answer in JSON.' }],
      text: { format: { type: 'json_schema', name: 'city', strict: true, schema: PARAMETERS }, verbosity: 'low' },
      background: true,
      stream: true,
    },
  ],
  'openai.responses.input_tokens.count': [
    { model: 'gpt-4o', input: RESPONSES_INPUT, instructions: 'Be kind.', tools: [RESPONSES_TOOL], tool_choice: 'auto' },
  ],
  'openai.responses.compact': [{ model: 'gpt-4o', input: RESPONSES_INPUT, instructions: 'Be kind.' }],
};
