/** What is read from a valid request. What is rejected, and how, is tested on the wire: test/http/openai. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseChatRequest } from '../../../src/providers/openai/chat-request.js';

const parse = (fields: object = {}) =>
  parseChatRequest({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }], ...fields });

describe('parseChatRequest', () => {
  test('fills in what a request leaves out', () => {
    assert.deepEqual(parse(), {
      model: 'gpt-4o',
      messages: [{ role: 'user', name: undefined, texts: ['hi'], otherParts: 0 }],
      choices: 1,
      stream: false,
      includeUsage: false,
      stops: [],
      maxTokens: undefined,
      maxTokensField: 'max_tokens',
    });
  });

  test('reads a limit under either of its names', () => {
    for (const field of ['max_tokens', 'max_completion_tokens']) {
      const { maxTokens, maxTokensField } = parse({ [field]: 7 });
      assert.deepEqual([maxTokens, maxTokensField], [7, field]);
    }
  });

  test('reads one stop sequence or several', () => {
    assert.deepEqual(parse({ stop: 'a' }).stops, ['a']);
    assert.deepEqual(parse({ stop: ['a', 'b', 'c', 'd'] }).stops, ['a', 'b', 'c', 'd']);
    assert.deepEqual(parse({ stop: null }).stops, []);
  });

  test('includes usage only in a stream that asks for it', () => {
    assert.equal(parse({ stream: true, stream_options: { include_usage: true } }).includeUsage, true);
    assert.equal(parse({ stream: true, stream_options: {} }).includeUsage, false);
    assert.equal(parse({ stream: true }).includeUsage, false);
  });

  test('collects the text of a message part by part and counts the other parts', () => {
    const content = [
      { type: 'text', text: 'What is' },
      { type: 'image_url', image_url: { url: 'data:' } },
      { type: 'text', text: ' this?' },
      { type: 'file', file: {} },
    ];
    assert.deepEqual(parse({ messages: [{ role: 'user', name: 'Ann', content }] }).messages, [
      { role: 'user', name: 'Ann', texts: ['What is', ' this?'], otherParts: 2 },
    ]);
  });

  test('takes every role, and an assistant’s turn without content', () => {
    const messages = [
      ...['system', 'developer', 'user', 'assistant', 'function', 'tool'].map((role) => ({ role, content: '' })),
      { role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] },
      { role: 'assistant', content: null },
    ];
    assert.equal(parse({ messages }).messages.length, messages.length);
  });
});
