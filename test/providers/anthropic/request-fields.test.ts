/** Every field of a request alone: what is accepted, and the sentence that rejects what is not. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  assertAccepted,
  assertInvalid,
  countRejectionOf,
  type Json,
  messageBody,
  NEW,
  OLD,
  rejectionOf,
} from './requests.js';

const TOOL = { name: 'get_weather', input_schema: { type: 'object' } };

const INVALID: readonly (readonly [fields: Json, message: string])[] = [
  [{ model: undefined }, 'model: Field required'],
  [{ model: 5 }, 'model: Input should be a valid string'],
  [{ model: '' }, 'model: String should have at least 1 character'],
  [{ messages: undefined }, 'messages: Field required'],
  [{ messages: 'Hello' }, 'messages: Input should be a valid list'],
  [{ messages: [] }, 'messages: at least one message is required'],
  [{ messages: ['Hello'] }, 'messages.0: Input should be a valid dictionary'],
  [{ messages: [{ role: 'user' }] }, 'messages.0.content: Field required'],
  [{ messages: [{ content: 'Hello' }] }, 'messages.0.role: Field required'],
  [
    { messages: [{ role: 'tool', content: 'Hello' }] },
    'messages: Unexpected role "tool". Allowed roles are "user" or "assistant"',
  ],
  [{ messages: [{ role: 'user', content: 5 }] }, 'messages.0.content: Input should be a valid list'],
  [{ messages: [{ role: 'user', content: 'Hi', name: 'ann' }] }, 'messages.0.name: Extra inputs are not permitted'],
  [{ max_tokens: undefined }, 'max_tokens: Field required'],
  [{ max_tokens: -1 }, 'max_tokens: Input should be greater than or equal to 0'],
  [{ max_tokens: '9' }, 'max_tokens: Input should be a valid integer'],
  [{ max_tokens: 1.5 }, 'max_tokens: Input should be a valid integer, got a number with a fractional part'],
  [{ system: 5 }, 'system: Input should be a valid list'],
  [{ system: [{ type: 'image' }] }, "system.0.type: Input should be 'text'"],
  [{ system: [{ type: 'text' }] }, 'system.0.text: Field required'],
  [{ temperature: 1.2 }, 'temperature: Input should be less than or equal to 1'],
  [{ temperature: -0.1 }, 'temperature: Input should be greater than or equal to 0'],
  [{ temperature: 'hot' }, 'temperature: Input should be a valid number'],
  [{ top_p: 2 }, 'top_p: Input should be less than or equal to 1'],
  [{ top_k: -2 }, 'top_k: Input should be greater than or equal to 0'],
  [{ stream: 'yes' }, 'stream: Input should be a valid boolean'],
  [{ stop_sequences: 'x' }, 'stop_sequences: Input should be a valid list'],
  [{ stop_sequences: [5] }, 'stop_sequences.0: Input should be a valid string'],
  [{ stop_sequences: [' \n'] }, 'stop_sequences: each stop sequence must contain non-whitespace'],
  [{ metadata: 'x' }, 'metadata: Input should be a valid dictionary'],
  [{ metadata: { trace: 'x' } }, 'metadata.trace: Extra inputs are not permitted'],
  [{ service_tier: 'fast' }, "service_tier: Input should be 'auto' or 'standard_only'"],
  [
    { thinking: { type: 'on' } },
    "thinking: Input tag 'on' found using 'type' does not match any of the expected tags: 'adaptive', 'between_tools', 'disabled', 'enabled'",
  ],
  [{ thinking: { type: 'enabled' } }, 'thinking.enabled.budget_tokens: Field required'],
  [
    { thinking: { type: 'enabled', budget_tokens: 1_023 } },
    'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024',
  ],
  [
    { output_config: { effort: 'huge' } },
    "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'",
  ],
  [{ output_config: { format: { type: 'json_schema' } } }, 'output_config.format.schema: Field required'],
  [{ output_format: { type: 'json', schema: {} } }, "output_format.type: Input should be 'json_schema'"],
  [
    { cache_control: { type: 'forever' } },
    "cache_control: Input tag 'forever' found using 'type' does not match any of the expected tags: 'ephemeral'",
  ],
  [{ cache_control: { type: 'ephemeral', ttl: '1d' } }, "cache_control.ephemeral.ttl: Input should be '5m' or '1h'"],
  [
    { tools: [{ name: 'a tool', input_schema: { type: 'object' } }] },
    "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
  ],
  [{ tools: [{ name: 'get_weather' }] }, 'tools.0.custom.input_schema: Field required'],
  [{ tools: [{ name: 'get_weather', input_schema: {} }] }, 'tools.0.custom.input_schema.type: Field required'],
  [
    { tools: [{ name: 'get_weather', input_schema: { type: 'string' } }] },
    "tools.0.custom.input_schema.type: Input should be 'object'",
  ],
  [{ tools: [{ type: 'bash_20250124', name: 'sh' }] }, "tools.0.bash_20250124.name: Input should be 'bash'"],
  [
    { tools: [{ type: 'computer_20250124', name: 'computer', display_width_px: 9 }] },
    'tools.0.computer_20250124.display_height_px: Field required',
  ],
  [{ tools: [TOOL], tool_choice: { type: 'tool' } }, 'tool_choice.tool.name: Field required'],
  [
    { tools: [TOOL], tool_choice: { type: 'none', name: 'x' } },
    'tool_choice.none.name: Extra inputs are not permitted',
  ],
  [{ response_format: {} }, 'response_format: Extra inputs are not permitted'],
  [{ n: 2 }, 'n: Extra inputs are not permitted'],
];

const VALID: readonly Json[] = [
  { temperature: 0 },
  { temperature: 1, top_k: 0 },
  { top_p: 0.5 },
  { stop_sequences: ['x', '\n\nHuman:'] },
  { metadata: { user_id: 'u' } },
  { metadata: null, system: null, tools: null, thinking: null, stop_sequences: null, temperature: null },
  { system: [{ type: 'text', text: 'Be brief.' }] },
  { service_tier: 'standard_only' },
  { max_tokens: 0 },
  { container: 'c' },
  { container: { id: 'c', skills: [{ type: 'anthropic', skill_id: 'pdf' }] } },
  {
    mcp_servers: [{ type: 'url', name: 'm', url: 'https://mcp.example' }],
    tools: [{ type: 'mcp_toolset', mcp_server_name: 'm' }],
  },
  { context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] } },
  { diagnostics: { previous_message_id: null } },
  { thinking: { type: 'disabled' } },
  { thinking: { type: 'adaptive', display: 'omitted' } },
  { output_config: { effort: 'max', format: { type: 'json_schema', schema: { type: 'object' } } } },
  { tools: [TOOL, { type: 'custom', ...TOOL, name: 'x', description: 'd', strict: true, input_examples: [{}] }] },
  {
    tools: [
      { type: 'bash_20250124', name: 'bash' },
      { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool', max_characters: 10 },
      { type: 'computer_20251124', name: 'computer', display_height_px: 9, display_width_px: 9, enable_zoom: true },
      { type: 'memory_20250818', name: 'memory' },
      { type: 'web_search_20250305', name: 'web_search', max_uses: 3, user_location: { type: 'approximate' } },
      { type: 'web_fetch_20250910', name: 'web_fetch', citations: { enabled: true } },
      { type: 'code_execution_20250825', name: 'code_execution' },
      { type: 'tool_search_tool_regex', name: 'tool_search_tool_regex' },
      { type: 'browser_toolset_20260801', configs: { screenshot: { enabled: false } } },
      { type: 'computer_toolset_20260801' },
    ],
  },
];

describe('a field of a request for a message', () => {
  for (const [fields, message] of INVALID) {
    test(`is rejected: ${message}`, () => assertInvalid(messageBody(fields), message));
  }

  for (const fields of VALID) {
    test(`is accepted: ${JSON.stringify(fields).slice(0, 100)}`, () => assertAccepted(messageBody(fields)));
  }

  test('is looked for in an object only', () => {
    for (const body of [null, 'text', 5, [], [messageBody()]]) {
      assertInvalid(body, 'Input should be a valid dictionary');
    }
  });

  test('is not what a prototype holds', () => {
    const body = JSON.parse('{"__proto__":{"model":"claude-sonnet-4-5"},"max_tokens":1,"messages":[]}');
    assertInvalid(body, 'model: Field required');
  });

  test('is repeated in an error only so far', () => {
    const long = 'x'.repeat(100_000);
    const call = { type: 'tool_use', id: long, name: 'get_weather', input: {} };
    for (const fields of [
      {
        messages: [
          { role: 'user', content: 'Weather?' },
          { role: 'assistant', content: [call] },
        ],
      },
      { tools: [{ name: 'a', input_schema: { type: 'object' } }], tool_choice: { type: 'tool', name: long } },
      { [long]: 1 },
    ]) {
      assert.ok((rejectionOf(messageBody(fields))?.message.length ?? Number.POSITIVE_INFINITY) <= 4_000);
    }
  });

  test('may be nested only so deeply', () => {
    let schema: object = {};
    for (let depth = 0; depth < 600; depth++) schema = { items: schema };
    assertInvalid(
      messageBody({ output_config: { format: { type: 'json_schema', schema } } }),
      'The request body is nested too deeply.',
    );
  });
});

describe('the API version', () => {
  test('is required, and one that exists', () => {
    assertInvalid(messageBody(), 'anthropic-version: header is required', '');
    assertInvalid(messageBody(), 'anthropic-version: "2024-01-01" is not a valid version', '2024-01-01');
  });

  for (const field of ['temperature', 'top_p', 'top_k']) {
    test(`${NEW} has no ${field}, whatever its value`, () => {
      assertInvalid(messageBody({ [field]: 1 }), `${field}: Extra inputs are not permitted`, NEW);
      assertAccepted(messageBody({ [field]: 1 }), OLD);
    });
  }

  test(`${NEW} has no documents in the assistant’s messages`, () => {
    const document = { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'A page.' } };
    const body = messageBody({
      messages: [
        { role: 'user', content: 'Write a page.' },
        { role: 'assistant', content: [document] },
        { role: 'user', content: 'Thanks.' },
      ],
    });
    assertAccepted(body, OLD);
    assertInvalid(body, 'messages.1.content.0: `document` blocks are not permitted in `assistant` messages', NEW);
  });

  test(`${NEW} has no citations in the user’s messages`, () => {
    const citation = {
      type: 'char_location',
      cited_text: 'x',
      document_index: 0,
      document_title: null,
      start_char_index: 0,
      end_char_index: 1,
    };
    const quoted = { type: 'text', text: 'Hello', citations: [citation] };
    const direct = messageBody({ messages: [{ role: 'user', content: [quoted] }] });
    const found = messageBody({
      messages: [{ role: 'user', content: [{ type: 'search_result', source: 's', title: 't', content: [quoted] }] }],
    });
    for (const body of [direct, found]) {
      assertAccepted(body, OLD);
      assert.equal(rejectionOf(body, NEW)?.type, 'invalid_request_error');
    }
    const empty = messageBody({ messages: [{ role: 'user', content: [{ ...quoted, citations: [] }] }] });
    assertAccepted(empty, NEW);
  });

  test('decides whether an error carries a code', () => {
    const body = messageBody({ messages: [{ role: 'user', content: [imageOf(8_001, 10)] }] });
    const message =
      'messages.0.content.0.image.source.base64.data: At least one of the image dimensions exceed max allowed size: 8000 pixels';
    assert.deepEqual(rejectionOf(body, OLD), { status: 400, type: 'invalid_request_error', message });
    assert.deepEqual(rejectionOf(body, NEW)?.details, {
      error_code: 'image_dimensions_too_large',
      max_side_length_pixels: 8_000,
      paths: ['messages.0.content.0'],
    });
  });
});

describe('a request for a count of tokens', () => {
  const { max_tokens: _, ...prompt } = messageBody();

  test('has the fields of the prompt', () => {
    assert.equal(countRejectionOf(prompt), undefined);
    assert.equal(
      countRejectionOf({ ...prompt, system: 'Be brief.', tools: [TOOL], thinking: { type: 'adaptive' } }),
      undefined,
    );
  });

  test('has no others', () => {
    for (const field of ['max_tokens', 'temperature', 'stream', 'stop_sequences']) {
      assert.equal(countRejectionOf({ ...prompt, [field]: 1 })?.message, `${field}: Extra inputs are not permitted`);
    }
  });
});

/** A PNG of which only the header is there. */
function imageOf(width: number, height: number): Json {
  const header = Buffer.alloc(24);
  header.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  return { type: 'image', source: { type: 'base64', media_type: 'image/png', data: header.toString('base64') } };
}
