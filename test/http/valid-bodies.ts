/**
 * What each endpoint that takes a body is asked in tests that go over all of them: bodies that between them use what the endpoint knows.
 * An endpoint of the registry that is missing here fails those tests by name.
 */
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

export const VALID_BODIES: { readonly [endpoint: string]: readonly JsonValue[] } = {
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
      reasoning_effort: 'low',
    },
  ],
};
