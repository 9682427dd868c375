/** The validator sees what it should, and says so in words that lead to the place. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { endpoints } from '../../src/providers/registry.js';
import { hasSchema, schemaProblems } from './published-schema.js';

const USAGE = {
  input_tokens: 1,
  input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
  output_tokens: 1,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 2,
};
const MESSAGE = {
  type: 'message',
  id: 'msg_1',
  status: 'completed',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'Yes.', annotations: [], logprobs: [] }],
};
const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  created_at: 1_741_476_542,
  status: 'completed',
  error: null,
  incomplete_details: null,
  instructions: null,
  model: 'gpt-4o',
  output: [MESSAGE],
  parallel_tool_calls: true,
  metadata: {},
  temperature: 1,
  top_p: 1,
  tool_choice: 'auto',
  tools: [],
  store: true,
  usage: USAGE,
};

const ANTHROPIC_USAGE = {
  input_tokens: 12,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  inference_geo: 'not_available',
  output_tokens: 6,
  output_tokens_details: null,
  server_tool_use: null,
  service_tier: 'standard',
  speed: 'standard',
};
const ANTHROPIC_MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5',
  content: [{ type: 'text', text: 'Hi!' }],
  container: null,
  diagnostics: null,
  stop_details: null,
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: ANTHROPIC_USAGE,
};
const GEMINI_REPLY = {
  candidates: [
    {
      content: { parts: [{ text: 'Hi!', thoughtSignature: 'CpcHAdHtim8=' }], role: 'model' },
      finishReason: 'STOP',
      index: 0,
      safetyRatings: [{ category: 'HARM_CATEGORY_HARASSMENT', probability: 'NEGLIGIBLE' }],
    },
  ],
  usageMetadata: {
    promptTokenCount: 4,
    candidatesTokenCount: 2,
    totalTokenCount: 6,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: 4 }],
  },
  modelVersion: 'gemini-2.5-flash',
  responseId: 'x',
};

describe('a published schema', () => {
  test('accepts what it describes', () => {
    assert.deepEqual(schemaProblems('openai', 'Response', RESPONSE), []);
    assert.deepEqual(schemaProblems('openai', 'Response', { ...RESPONSE, usage: null, output: [] }), []);
  });

  test('names an unknown property, also where a schema is put together from several', () => {
    const [problem] = schemaProblems('openai', 'Response', { ...RESPONSE, colour: 'red' });
    assert.equal(problem, 'the whole: has the unknown property "colour" ("red")');
    const usage = { ...USAGE, output_tokens_details: { reasoning_tokens: 0, thinking: 1 } };
    assert.deepEqual(schemaProblems('openai', 'Response', { ...RESPONSE, usage }), [
      'usage.output_tokens_details: has the unknown property "thinking" (1)',
    ]);
  });

  test('names the path of what is missing or wrong, every time', () => {
    const { total_tokens, ...usage } = { ...USAGE, input_tokens: '1' };
    assert.deepEqual(schemaProblems('openai', 'Response', { ...RESPONSE, usage }), [
      "usage: must have required property 'total_tokens'",
      'usage.input_tokens: must be integer, but is "1"',
    ]);
  });

  test('explains the alternative that was meant, of many', () => {
    const content = [{ type: 'output_text', text: 'Yes.', annotations: {}, logprobs: [] }];
    const event = {
      type: 'response.output_item.done',
      output_index: 0,
      sequence_number: 3,
      item: { ...MESSAGE, content },
    };
    assert.deepEqual(schemaProblems('openai', 'ResponseStreamEvent', event), [
      'item.content[0].annotations: must be array, but is {}',
    ]);
  });

  test('says so when no alternative was meant', () => {
    const [problem, ...others] = schemaProblems('openai', 'ResponseStreamEvent', { type: 'response.unheard_of' });
    assert.match(problem, /^the whole: is none of the \d+ alternatives: {"type":"response.unheard_of"}$/);
    assert.deepEqual(others, []);
  });

  test('of Anthropic knows messages, events, pages and errors, of the older version as of the newer', () => {
    const valid: readonly (readonly [schema: string, value: unknown])[] = [
      ['Message', ANTHROPIC_MESSAGE],
      ['RawMessageStreamEvent', { type: 'message_start', message: ANTHROPIC_MESSAGE }],
      ['RawMessageStreamEvent', { type: 'ping' }],
      [
        'RawMessageStreamEvent',
        { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{' } },
      ],
      ['ErrorResponse', { type: 'error', error: { type: 'not_found_error', message: 'x' }, request_id: 'req_1' }],
      [
        'ErrorResponse',
        {
          type: 'error',
          error: { type: 'rate_limit_error', message: 'x', details: { error_code: 'y' } },
          request_id: null,
        },
      ],
      ['ModelInfosPage', { data: [], has_more: false, first_id: null, last_id: null }],
      ['MessageTokensCount', { input_tokens: 3 }],
    ];
    for (const [schema, value] of valid) assert.deepEqual(schemaProblems('anthropic', schema, value), [], schema);
    const usage = { ...ANTHROPIC_USAGE, output_tokens: 1.5, tokens: 1 };
    assert.deepEqual(schemaProblems('anthropic', 'Message', { ...ANTHROPIC_MESSAGE, usage }), [
      'usage: has the unknown property "tokens" (1)',
      'usage.output_tokens: must be integer, but is 1.5',
    ]);
  });

  test('of Gemini is the wire’s, not the SDK’s', () => {
    assert.deepEqual(schemaProblems('gemini', 'GenerateContentResponse', GEMINI_REPLY), []);
    const [candidate] = GEMINI_REPLY.candidates;
    const citationMetadata = { citations: [] };
    const wrong = {
      ...GEMINI_REPLY,
      candidates: [{ ...candidate, finishReason: 'stop', citationMetadata }],
      text: 'Hi!',
    };
    assert.deepEqual(
      schemaProblems('gemini', 'GenerateContentResponse', wrong).map((problem) => problem.split(' (')[0]),
      [
        'the whole: has the unknown property "text"',
        'candidates[0].finishReason: must be equal to one of the allowed values',
        'candidates[0].citationMetadata: has the unknown property "citations"',
      ],
    );
    assert.deepEqual(schemaProblems('gemini', 'BatchEmbedContentsResponse', { embeddings: [{ values: [0.1] }] }), []);
    assert.deepEqual(
      schemaProblems('gemini', 'ErrorResponse', {
        error: { code: 404, message: 'x', status: 'NOT_FOUND', details: [{ '@type': 'y' }] },
      }),
      [],
    );
  });

  test('exists under every name that an endpoint gives', () => {
    for (const { provider, endpoint } of endpoints) {
      const { requestSchema, replySchema, eventSchema } = endpoint.description;
      for (const name of [requestSchema, replySchema, eventSchema]) {
        assert.ok(name === undefined || hasSchema(provider.dialect, name), `${endpoint.name} names ${name}`);
      }
    }
  });

  test('that does not exist is a mistake of the test', () => {
    assert.throws(() => schemaProblems('openai', 'Unheard', {}), /has no definition Unheard/);
  });
});
