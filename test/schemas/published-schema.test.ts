/** The validator sees what it should, and says so in words that lead to the place. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { schemaProblems } from './published-schema.js';

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

  test('that does not exist is a mistake of the test', () => {
    assert.throws(() => schemaProblems('openai', 'Unheard', {}), /has no definition Unheard/);
  });
});
