/** What count_tokens counts is what a message with the same prompt reports. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertValid } from '../../schemas/published-schema.js';
import { AT_ONCE, sharedSimulator } from '../chat-client.js';
import { createMessage, type Json, KEYS, messageRequest, NEW_KEYS, post } from './messages-client.js';

const TOOL = {
  name: 'get_weather',
  description: 'Weather',
  input_schema: { type: 'object', properties: { city: { type: 'string' } } },
};
const PICTURE = { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } };

const PROMPTS: { readonly [name: string]: Json } = {
  'a question': {},
  'a system prompt': { system: 'Be brief.' },
  tools: { tools: [TOOL, { type: 'bash_20250124', name: 'bash' }] },
  'a forced tool': { tools: [TOOL], tool_choice: { type: 'any' } },
  thinking: { thinking: { type: 'adaptive' } },
  'an image': { messages: [{ role: 'user', content: [PICTURE, { type: 'text', text: 'What is this?' }] }] },
  'a format': { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } },
  'an exchange with a tool': {
    tools: [TOOL],
    messages: [
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Let me see.' },
          { type: 'tool_use', id: 't1', name: 'get_weather', input: { city: 'Oslo' } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'Sunny' }] },
    ],
  },
  breakpoints: { cache_control: { type: 'ephemeral' }, system: 'word '.repeat(1_100) },
};

describe('the count of tokens of', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  for (const [name, fields] of Object.entries(PROMPTS)) {
    test(name, async () => {
      const { max_tokens: _, ...prompt } = messageRequest(fields);
      for (const headers of [KEYS, NEW_KEYS]) {
        const response = await post(simulator(), prompt, { path: '/v1/messages/count_tokens', headers });
        assert.equal(response.status, 200);
        assert.match(response.headers.get('request-id') ?? '', /^req_/);
        const reply = (await response.json()) as { input_tokens: number };
        assertValid('anthropic', 'MessageTokensCount', reply);
        const { usage } = await createMessage(simulator(), messageRequest(fields), headers);
        const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens } = usage;
        assert.equal(reply.input_tokens, input_tokens + cache_creation_input_tokens + cache_read_input_tokens);
      }
    });
  }

  test('nothing, of a model that nobody knows', async () => {
    const response = await post(
      simulator(),
      { model: 'claude-x', messages: messageRequest().messages },
      { path: '/v1/messages/count_tokens' },
    );
    assert.equal(response.status, 404);
  });

  test('a prompt of the beta API', async () => {
    const { max_tokens: _, ...prompt } = messageRequest({ context_management: { edits: [] } });
    const reply = await (await post(simulator(), prompt, { path: '/v1/messages/count_tokens?beta=true' })).json();
    const { input_tokens, context_management } = reply as { input_tokens: number; context_management: Json };
    assert.deepEqual(context_management, { original_input_tokens: input_tokens });
  });
});
