/** What is read from a valid request. What is rejected, and how, is tested on the wire: test/http/openai. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseChatRequest } from '../../../../src/providers/openai/chat/chat-request.js';

const parse = (fields: object = {}) =>
  parseChatRequest({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }], ...fields });

describe('parseChatRequest', () => {
  test('fills in what a request leaves out', () => {
    const { body, ...request } = parse();
    assert.deepEqual(request, {
      model: 'gpt-4o',
      messages: [{ role: 'user', name: undefined, texts: ['hi'], media: [], calls: [], toolCallId: undefined }],
      tools: { tools: [], legacy: false, offer: undefined },
      format: { kind: 'text' },
      effort: undefined,
      choices: 1,
      stream: false,
      includeUsage: false,
      obfuscate: false,
      stops: [],
      topLogprobs: undefined,
      maxTokens: undefined,
      maxTokensField: 'max_tokens',
      serviceTier: 'default',
      prediction: undefined,
      audioFormat: undefined,
      moderationModel: undefined,
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

  test('collects the text of a message part by part, and the other parts with their places', () => {
    const url = 'data:image/png;base64,aGk=';
    const content = [
      { type: 'text', text: 'What is' },
      { type: 'image_url', image_url: { url } },
      { type: 'text', text: ' this?' },
      { type: 'file', file: { file_data: 'aGk=' } },
      { type: 'input_audio', input_audio: { data: 'aGk=', format: 'wav' } },
    ];
    const [message] = parse({ messages: [{ role: 'user', name: 'Ann', content }] }).messages;
    assert.deepEqual(message.texts, ['What is', ' this?']);
    assert.deepEqual(message.media, [
      { kind: 'image', part: 1, url, detail: 'auto' },
      { kind: 'file', part: 3, data: 'aGk=' },
      { kind: 'audio', part: 4, data: 'aGk=', format: 'wav' },
    ]);
  });

  test('reads what a past turn called, in all three forms', () => {
    const messages = [
      {
        role: 'assistant',
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } },
          { id: 'b', type: 'custom', custom: { name: 'g', input: 'text' } },
        ],
      },
      { role: 'tool', tool_call_id: 'b', content: '2' },
      { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: '1' }] },
      { role: 'assistant', content: null, function_call: { name: 'h', arguments: '{"x":1}' } },
      { role: 'function', name: 'h', content: null },
    ];
    const parsed = parse({ messages }).messages;
    assert.deepEqual(parsed[0].calls, [
      { id: 'a', name: 'f', input: '{}' },
      { id: 'b', name: 'g', input: 'text' },
    ]);
    assert.deepEqual(parsed[3].calls, [{ id: undefined, name: 'h', input: '{"x":1}' }]);
  });

  test('serves every tier under the name that replies have for it', () => {
    const tiers = [undefined, null, 'auto', 'default', 'flex', 'priority', 'fast', 'scale'];
    assert.deepEqual(
      tiers.map((service_tier) => parse({ service_tier }).serviceTier),
      ['default', 'default', 'default', 'default', 'flex', 'priority', 'priority', 'scale'],
    );
  });

  test('reads a prediction in one piece or in parts', () => {
    const parts = ['a', 'b'].map((text) => ({ type: 'text', text }));
    assert.equal(parse({ prediction: { type: 'content', content: 'ab' } }).prediction, 'ab');
    assert.equal(parse({ prediction: { type: 'content', content: parts } }).prediction, 'ab');
  });

  test('takes every role, and an assistant’s turn that only calls, refuses or speaks', () => {
    const messages = [
      ...['system', 'developer', 'user', 'assistant'].map((role) => ({ role, content: '' })),
      { role: 'function', name: 'f', content: '' },
      { role: 'assistant', content: null, refusal: 'No.' },
      { role: 'assistant', audio: { id: 'audio_1' } },
    ];
    assert.equal(parse({ messages }).messages.length, messages.length);
  });
});

describe('the tools of a request', () => {
  const f = { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } };
  const g = { type: 'function', function: { name: 'g' } };
  const c = { type: 'custom', custom: { name: 'c' } };
  const offer = (fields: object) => parse({ tools: [f, g, c], ...fields }).tools.offer;
  const definitions = [
    { name: 'f', schema: f.function.parameters },
    { name: 'g', schema: undefined },
    { name: 'c', freeText: true },
  ];

  test('are all offered, and the model is free to call one, unless the request says otherwise', () => {
    assert.deepEqual(offer({}), { tools: definitions, choice: 'auto', parallel: false });
    for (const tool_choice of ['auto', 'none', 'required']) assert.equal(offer({ tool_choice })?.choice, tool_choice);
    assert.equal(offer({ parallel_tool_calls: true })?.parallel, true);
  });

  test('may be named, or limited to some', () => {
    assert.deepEqual(offer({ tool_choice: { type: 'function', function: { name: 'g' } } })?.choice, { name: 'g' });
    assert.deepEqual(offer({ tool_choice: { type: 'custom', custom: { name: 'c' } } })?.choice, { name: 'c' });
    const allowed_tools = { mode: 'required', tools: [c, { type: 'function', function: { name: 'f' } }] };
    const limited = offer({ tool_choice: { type: 'allowed_tools', allowed_tools } });
    assert.deepEqual(limited, { tools: [definitions[2], definitions[0]], choice: 'required', parallel: false });
  });

  test('may be functions in the older form, of which one is called at a time', () => {
    const functions = [f.function, g.function];
    const { tools, legacy, offer: older } = parse({ functions }).tools;
    assert.equal(legacy, true);
    assert.deepEqual(
      tools.map(({ name }) => name),
      ['f', 'g'],
    );
    assert.deepEqual(older, { tools: definitions.slice(0, 2), choice: 'auto', parallel: false });
    assert.deepEqual(parse({ functions, function_call: { name: 'g' } }).tools.offer?.choice, { name: 'g' });
    assert.equal(parse({ functions, function_call: 'none' }).tools.offer?.choice, 'none');
  });
});
