/** What messages may say to each other, in the real API's sentences. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { conversationFacts, messagesOf } from '../../../src/providers/anthropic/conversation.js';
import { assertAccepted, assertInvalid, type Json, messageBody, rejectionOf } from './requests.js';

const user = (...content: readonly Json[]): Json => ({ role: 'user', content });
const assistant = (...content: readonly Json[]): Json => ({ role: 'assistant', content });
const text = (said: string): Json => ({ type: 'text', text: said });
const call = (id: string): Json => ({ type: 'tool_use', id, name: 'get_weather', input: {} });
const result = (id: string): Json => ({ type: 'tool_result', tool_use_id: id, content: 'Sunny' });

const WEATHER = { role: 'user', content: 'Weather?' };

function conversation(...messages: readonly Json[]): Json {
  return messageBody({ messages });
}

describe('turns', () => {
  test('need not alternate, nor begin with the user', () => {
    assertAccepted(conversation(WEATHER, { role: 'user', content: 'In Oslo?' }));
    assertAccepted(conversation({ role: 'assistant', content: 'Hello.' }, WEATHER));
  });

  test('are not empty', () => {
    assertInvalid(conversation({ role: 'user', content: '' }), 'messages.0: user messages must have non-empty content');
    assertInvalid(conversation({ role: 'user', content: [] }), 'messages.0: user messages must have non-empty content');
    assertInvalid(
      conversation(WEATHER, { role: 'assistant', content: '' }, WEATHER),
      'messages.1: all messages must have non-empty content except for the optional final assistant message',
    );
    assertAccepted(conversation(WEATHER, { role: 'assistant', content: '' }));
  });

  test('hold no empty text', () => {
    assertInvalid(conversation(user(text('Hi'), text(''))), 'messages: text content blocks must be non-empty');
    assertInvalid(conversation(user(text(' \n'))), 'messages: text content blocks must contain non-whitespace text');
  });

  test('hold results in the user’s and calls in the assistant’s', () => {
    assertInvalid(
      conversation(WEATHER, assistant(result('t1')), WEATHER),
      'messages.1.content.0: `tool_result` blocks can only be in `user` messages',
    );
  });
});

describe('system messages', () => {
  const messages = [WEATHER, { role: 'system', content: 'Answer in French.' }];

  test('are not for models before 4.8', () => {
    assertInvalid(
      messageBody({ messages }),
      'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.',
    );
  });

  test('stand behind the first message in later ones', () => {
    assertAccepted(messageBody({ model: 'claude-sonnet-5-5', messages }));
    assertInvalid(
      messageBody({ model: 'claude-sonnet-5-5', messages: [...messages].reverse() }),
      "messages.0: use the top-level 'system' parameter for the initial system prompt",
    );
  });
});

describe('an answer that the client begins', () => {
  test('is continued', () => assertAccepted(conversation(WEATHER, { role: 'assistant', content: 'It is' })));

  test('does not end in white space', () => {
    for (const content of ['It is ', [text('It is\n')], ' ']) {
      assertInvalid(
        conversation(WEATHER, { role: 'assistant', content }),
        'messages: final assistant content cannot end with trailing whitespace',
      );
    }
  });
});

test('an answer may be begun by the client before Claude 4.6 only', () => {
  const begun = {
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'It is' },
    ],
  };
  const searching = {
    role: 'assistant',
    content: [{ type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'Oslo' } }],
  };
  for (const model of ['claude-sonnet-4-5', 'claude-opus-4-5', 'my-own-model']) {
    assertAccepted(messageBody({ model, ...begun }));
  }
  for (const model of ['claude-opus-4-6', 'claude-sonnet-4-6', 'claude-opus-5-5']) {
    assertInvalid(
      messageBody({ model, ...begun }),
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    );
    assertAccepted(messageBody({ model, messages: [{ role: 'user', content: 'Hi' }, searching] }));
  }
});

describe('calls and results', () => {
  test('go together', () => {
    assertAccepted(
      conversation(
        WEATHER,
        assistant(text('Let me see.'), call('t1'), call('t2')),
        user(result('t2'), result('t1'), text('So?')),
      ),
    );
    assertAccepted(
      conversation(WEATHER, assistant(call('t1')), user(result('t1')), assistant(call('t2')), user(result('t2'))),
    );
  });

  test('go together over several messages of one turn', () => {
    assertAccepted(
      conversation(WEATHER, assistant(call('t1')), assistant(call('t2')), user(result('t1')), user(result('t2'))),
    );
  });

  const missing = (path: string, ids: string) =>
    `${path}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids}. Each \`tool_use\` block must have a ` +
    'corresponding `tool_result` block in the next message.';

  test('are missed where a call has none', () => {
    assertInvalid(
      conversation(WEATHER, assistant(call('t1'), call('t2')), user(result('t2'))),
      missing('messages.1', 't1'),
    );
    assertInvalid(conversation(WEATHER, assistant(call('t1')), WEATHER), missing('messages.1', 't1'));
    assertInvalid(conversation(WEATHER, assistant(call('t1'), call('t2'))), missing('messages.1', 't1, t2'));
  });

  test('are missed where something stands before a result', () => {
    assertInvalid(
      conversation(WEATHER, assistant(call('t1')), user(text('So?'), result('t1'))),
      missing('messages.1', 't1'),
    );
  });

  test('are not expected where there was no call', () => {
    assertInvalid(
      conversation(WEATHER, assistant(call('t1')), user(result('t1'), result('t2'))),
      'messages.2.content.1: unexpected `tool_use_id` found in `tool_result` blocks: t2. Each `tool_result` block must have a ' +
        'corresponding `tool_use` block in the previous message.',
    );
    assert.match(
      rejectionOf(conversation(user(result('t1'))))?.message ?? '',
      /^messages\.0\.content\.0: unexpected `tool_use_id`/,
    );
  });

  test('are single', () => {
    assertInvalid(
      conversation(WEATHER, assistant(call('t1')), user(result('t1'), result('t1'))),
      'messages.2.content.1: each tool_use must have a single result. Found multiple `tool_result` blocks with id: t1',
    );
    assertInvalid(
      conversation(WEATHER, assistant(call('t1')), user(result('t1')), assistant(call('t1')), user(result('t1'))),
      'messages.3.content.0: `tool_use` ids must be unique',
    );
  });
});

describe('what a reply depends on', () => {
  const factsOf = (...messages: readonly Json[]) => conversationFacts(messagesOf(messages));

  test('is what the user wrote last', () => {
    assert.deepEqual(factsOf(WEATHER), { lastMessage: 'Weather?', endsWithToolResult: false });
    assert.deepEqual(factsOf(WEATHER, assistant(text('Where?')), user(text('In'), text('Oslo'))), {
      lastMessage: 'In\nOslo',
      endsWithToolResult: false,
    });
  });

  test('and whether a tool has just answered', () => {
    const called = [WEATHER, assistant(call('t1'))];
    assert.deepEqual(factsOf(...called, user(result('t1'))), { lastMessage: 'Weather?', endsWithToolResult: true });
    assert.deepEqual(factsOf(...called, user(result('t1'), text('So?'))), {
      lastMessage: 'So?',
      endsWithToolResult: true,
    });
    assert.equal(factsOf(...called, user(result('t1')), assistant(text('Sunny.')), WEATHER).endsWithToolResult, false);
  });
});
