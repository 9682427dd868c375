/** Every kind of content block: its valid forms, and the sentence that rejects one that is not. */
import { describe, test } from 'node:test';
import { assertAccepted, assertInvalid, type Json, messageBody } from './requests.js';

const MARK = { type: 'ephemeral' };
const PNG = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' };
const TEXT = { type: 'text', text: 'Hello' };
const CALL = { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: {} };

const OF_USERS: readonly Json[] = [
  { ...TEXT, cache_control: MARK, citations: null },
  { type: 'image', source: PNG, cache_control: { type: 'ephemeral', ttl: '1h' } },
  {
    type: 'image',
    source: { type: 'url', url: 'https://example.com/a.png' },
    transformations: { oversized_image: 'error' },
  },
  { type: 'image', source: { type: 'file', file_id: 'file_1' } },
  { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' }, title: 't' },
  {
    type: 'document',
    source: { type: 'text', media_type: 'text/plain', data: 'x' },
    context: 'c',
    citations: { enabled: true },
  },
  { type: 'document', source: { type: 'content', content: 'x' } },
  { type: 'document', source: { type: 'content', content: [TEXT, { type: 'image', source: PNG }] } },
  { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } },
  { type: 'document', source: { type: 'file', file_id: 'file_1' } },
  { type: 'search_result', source: 's', title: 't', content: [TEXT], citations: { enabled: true } },
  { type: 'container_upload', file_id: 'file_1' },
];

const OF_THE_ASSISTANT: readonly Json[] = [
  TEXT,
  { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
  { type: 'redacted_thinking', data: 'ZGF0YQ==' },
  { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' }, caller: { type: 'direct' } },
  { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [{ type: 'web_search_result' }] },
  { type: 'web_fetch_tool_result', tool_use_id: 'srvtoolu_1', content: { type: 'web_fetch_tool_result_error' } },
  { type: 'code_execution_tool_result', tool_use_id: 'srvtoolu_1', content: { type: 'code_execution_result' } },
  { type: 'mcp_tool_use', id: 'mcptoolu_1', name: 'x', server_name: 's', input: {} },
  { type: 'mcp_tool_result', tool_use_id: 'mcptoolu_1', is_error: false, content: [TEXT] },
  { type: 'compaction', content: 'What was said.' },
];

const RESULTS: readonly Json[] = [
  {},
  { content: '' },
  { content: 'Sunny', is_error: true },
  { content: [TEXT, { type: 'image', source: PNG }], cache_control: MARK },
  { content: [{ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' } }] },
  {
    content: [
      { type: 'search_result', source: 's', title: 't', content: [TEXT] },
      { type: 'tool_reference', tool_name: 'x' },
    ],
  },
];

const INVALID: readonly (readonly [block: unknown, message: string])[] = [
  ['Hello', 'messages.0.content.0: Input should be a valid dictionary'],
  [{ text: 'Hello' }, 'messages.0.content.0.type: Field required'],
  [
    { type: 'image_url' },
    "messages.0.content.0: Input tag 'image_url' found using 'type' does not match any of the expected tags: 'advisor_tool_result', " +
      "'bash_code_execution_tool_result', 'code_execution_tool_result', 'compaction', 'container_upload', 'document', 'fallback', " +
      "'image', 'mcp_tool_listing', 'mcp_tool_result', 'mcp_tool_use', 'redacted_thinking', 'search_result', 'server_tool_use', " +
      "'text', 'text_editor_code_execution_tool_result', 'thinking', 'tool_addition', 'tool_removal', 'tool_result', " +
      "'tool_search_tool_result', 'tool_use', 'web_fetch_tool_result', 'web_search_tool_result'",
  ],
  [{ type: 'text' }, 'messages.0.content.0.text.text: Field required'],
  [{ type: 'text', text: null }, 'messages.0.content.0.text.text: Input should be a valid string'],
  [{ ...TEXT, index: 0 }, 'messages.0.content.0.text.index: Extra inputs are not permitted'],
  [
    { ...TEXT, cache_control: { type: 'ephemeral', ttl: '2h' } },
    "messages.0.content.0.text.cache_control.ephemeral.ttl: Input should be '5m' or '1h'",
  ],
  [{ type: 'image' }, 'messages.0.content.0.image.source: Field required'],
  [
    { type: 'image', source: { type: 'base64', data: 'x' } },
    'messages.0.content.0.image.source.base64.media_type: Field required',
  ],
  [
    { type: 'image', source: { type: 'base64', data: 'x', media_type: 'image/bmp' } },
    "messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'",
  ],
  [
    { type: 'document', source: { type: 'base64', data: 'x', media_type: 'text/plain' } },
    "messages.0.content.0.document.source.base64.media_type: Input should be 'application/pdf'",
  ],
  [
    { type: 'tool_result', tool_use_id: 'a b' },
    "messages.0.content.0.tool_result.tool_use_id: String should match pattern '^[a-zA-Z0-9_-]+$'",
  ],
  [
    { type: 'tool_result', tool_use_id: 'x', content: [{ type: 'tool_use' }] },
    "messages.0.content.0.tool_result.content.0: Input tag 'tool_use' found using 'type' does not match any of the expected tags: 'browser_state', 'document', 'image', 'search_result', 'text', 'tool_reference'",
  ],
  [{ ...CALL, input: '{}' }, 'messages.0.content.0.tool_use.input: Input should be a valid dictionary'],
  [CALL, 'messages.0.content.0: `tool_use` blocks can only be in `assistant` messages'],
  [{ type: 'thinking', thinking: 'Hm.' }, 'messages.0.content.0.thinking.signature: Field required'],
  [
    { type: 'thinking', thinking: 'Hm.', signature: '', cache_control: MARK },
    'messages.0.content.0.thinking.cache_control: Extra inputs are not permitted',
  ],
];

describe('a content block', () => {
  for (const block of OF_USERS) {
    test(`is accepted from the user: ${JSON.stringify(block).slice(0, 90)}`, () => {
      assertAccepted(messageBody({ messages: [{ role: 'user', content: [block] }] }));
    });
  }

  for (const block of OF_THE_ASSISTANT) {
    test(`is accepted from the assistant: ${JSON.stringify(block).slice(0, 90)}`, () => {
      const messages = [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: [block] },
        { role: 'user', content: 'Go on' },
      ];
      assertAccepted(messageBody({ messages }));
    });
  }

  for (const fields of RESULTS) {
    test(`is accepted as a tool’s result: ${JSON.stringify(fields).slice(0, 90)}`, () => {
      const messages = [
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', content: [CALL] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', ...fields }] },
      ];
      assertAccepted(messageBody({ messages }));
    });
  }

  for (const [block, message] of INVALID) {
    test(`is rejected: ${message.slice(0, 120)}`, () => {
      assertInvalid(messageBody({ messages: [{ role: 'user', content: [block] }] }), message);
    });
  }
});
