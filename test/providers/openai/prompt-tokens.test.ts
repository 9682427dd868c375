import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadTokenizer } from '../../../src/content/tokenizers/load-tokenizer.js';
import type { ChatMessage } from '../../../src/providers/openai/chat-request.js';
import { parseChatRequest } from '../../../src/providers/openai/chat-request.js';
import { countPromptTokens } from '../../../src/providers/openai/prompt-tokens.js';

const o200k = await loadTokenizer('o200k_base');
const cl100k = await loadTokenizer('cl100k_base');

const messagesOf = (messages: unknown): readonly ChatMessage[] =>
  parseChatRequest({ model: 'gpt-4o', messages }).messages;

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
    assert.equal(countPromptTokens(COOKBOOK_EXAMPLE, cl100k), 129);
    assert.equal(countPromptTokens(COOKBOOK_EXAMPLE, o200k), 124);
  });

  test('counts text in parts as the parts’ texts', () => {
    const parts = [
      { type: 'text', text: 'Hello there' },
      { type: 'text', text: ', friend' },
    ];
    const [whole, inParts] = ['Hello there, friend', parts].map((content) =>
      countPromptTokens(messagesOf([{ role: 'user', content }]), o200k),
    );
    assert.equal(inParts, whole);
  });

  test('adds 85 tokens for an image', () => {
    const image = { type: 'image_url', image_url: { url: 'data:' } };
    const [without, with_] = [[], [image]].map((content) =>
      countPromptTokens(messagesOf([{ role: 'user', content }]), o200k),
    );
    assert.equal(with_ - without, 85);
  });

  test('takes special-token strings for ordinary text', () => {
    const count = countPromptTokens(messagesOf([{ role: 'user', content: '<|endoftext|>' }]), o200k);
    assert.ok(count > 3 + 3 + 1 + 1);
  });

  test('counts a message without content by its frame alone', () => {
    assert.equal(countPromptTokens(messagesOf([{ role: 'assistant', content: null }]), o200k), 3 + 3 + 1);
  });
});
