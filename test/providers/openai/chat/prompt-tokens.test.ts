import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Tokenizer } from '../../../../src/content/contract.js';
import { loadTokenizer } from '../../../../src/content/tokenizers/load-tokenizer.js';
import { parseChatRequest } from '../../../../src/providers/openai/chat/chat-request.js';
import { type ChatMessage, parseMessages } from '../../../../src/providers/openai/chat/messages.js';
import { countPromptTokens } from '../../../../src/providers/openai/chat/prompt-tokens.js';
import { TokenMeter } from '../../../../src/providers/prompt-meter.js';

const o200k = await loadTokenizer('o200k_base');
const cl100k = await loadTokenizer('cl100k_base');

const messagesOf = (messages: readonly unknown[]): readonly ChatMessage[] => parseMessages(messages);
/** Of a prompt without tools. */
const count = (messages: readonly ChatMessage[], tokenizer: Tokenizer, model = 'gpt-4o') =>
  countPromptTokens({ messages }, model, new TokenMeter(tokenizer)).total;

/** The example of OpenAI's cookbook, "How to count tokens with tiktoken", whose counts the API itself confirmed there. */
const COOKBOOK_EXAMPLE = messagesOf([
  {
    role: 'system',
    content: 'You are a helpful, pattern-following assistant that translates corporate jargon into plain English.',
  },
  { role: 'system', name: 'example_user', content: 'New synergies will help drive top-line growth.' },
  { role: 'system', name: 'example_assistant', content: 'Things working well together will increase revenue.' },
  {
    role: 'system',
    name: 'example_user',
    content: "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
  },
  {
    role: 'system',
    name: 'example_assistant',
    content: "Let's talk later when we're less busy about how to do better.",
  },
  {
    role: 'user',
    content: "This late pivot means we don't have time to boil the ocean for the client deliverable.",
  },
]);

describe('countPromptTokens', () => {
  test('counts the example of OpenAI’s cookbook as the API does: 129 for gpt-4, 124 for gpt-4o', () => {
    assert.equal(count(COOKBOOK_EXAMPLE, cl100k), 129);
    assert.equal(count(COOKBOOK_EXAMPLE, o200k), 124);
  });

  test('counts text in parts as the parts’ texts', () => {
    const parts = [
      { type: 'text', text: 'Hello there' },
      { type: 'text', text: ', friend' },
    ];
    const [whole, inParts] = ['Hello there, friend', parts].map((content) =>
      count(messagesOf([{ role: 'user', content }]), o200k),
    );
    assert.equal(inParts, whole);
  });

  test('adds the tokens of an image by the model that looks at it', () => {
    const text = { type: 'text', text: 'What is this?' };
    const url = 'https://example.com/image.png';
    const extra = (detail: string, model: string) => {
      const image = { type: 'image_url', image_url: { url, detail } };
      const [without, with_] = [[text], [text, image]].map((content) =>
        count(messagesOf([{ role: 'user', content }]), o200k, model),
      );
      return with_ - without;
    };
    assert.equal(extra('low', 'gpt-4o'), 85);
    assert.equal(extra('high', 'gpt-4o'), 765);
    assert.equal(extra('low', 'gpt-4o-mini'), 2_833);
  });

  test('takes special-token strings for ordinary text', () => {
    const tokens = count(messagesOf([{ role: 'user', content: '<|endoftext|>' }]), o200k);
    assert.ok(tokens > 3 + 3 + 1 + 1);
  });

  test('counts the names and arguments of past calls', () => {
    const call = { id: 'a', type: 'function', function: { name: 'look_up', arguments: '{"city":"Rome"}' } };
    const messages = messagesOf([
      { role: 'user', content: '' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'a', content: '' },
    ]);
    const frames = 3 + 3 * (3 + 1);
    assert.equal(count(messages, o200k), frames + 3 + o200k.count('look_up') + o200k.count('{"city":"Rome"}'));
  });

  test('counts the functions of OpenAI’s cookbook as the API does: 105 for gpt-4, 101 for gpt-4o', () => {
    const location = { type: 'string', description: 'The city and state, e.g. San Francisco, CA' };
    const unit = {
      type: 'string',
      description: 'The unit of temperature to return',
      enum: ['celsius', 'fahrenheit'],
    };
    const weather = {
      name: 'get_current_weather',
      description: 'Get the current weather in a given location',
      parameters: { type: 'object', properties: { location, unit }, required: ['location'] },
    };
    const { messages, tools } = parseChatRequest({
      model: 'gpt-4o',
      messages: [
        { role: 'system', content: 'You are a helpful assistant that can answer to questions about the weather.' },
        { role: 'user', content: "What's the weather like in San Francisco?" },
      ],
      tools: [{ type: 'function', function: weather }],
    });
    const prompt = { messages, tools: tools.tools };
    assert.equal(countPromptTokens(prompt, 'gpt-4', new TokenMeter(cl100k)).total, 105);
    assert.equal(countPromptTokens(prompt, 'gpt-4o', new TokenMeter(o200k)).total, 101);
  });

  test('counts the schema that the reply has to satisfy', () => {
    const messages = messagesOf([{ role: 'user', content: 'hi' }]);
    const replySchema = { type: 'object', properties: { a: { type: 'string' } } };
    const more =
      countPromptTokens({ messages, replySchema }, 'gpt-4o', new TokenMeter(o200k)).total - count(messages, o200k);
    assert.equal(more, o200k.count(JSON.stringify(replySchema)));
  });
});
