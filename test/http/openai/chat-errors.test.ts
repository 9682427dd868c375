/** Requests that the real API rejects are rejected with its status, type, code, param and sentence. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encode } from 'gpt-tokenizer/encoding/cl100k_base';
import { assertValid } from '../../schemas/published-schema.js';
import { AT_ONCE, chatRequest, type Json, postChat, sharedSimulator } from '../chat-client.js';

interface ErrorFields {
  readonly status?: number;
  readonly type?: string;
  readonly code?: string | null;
  readonly param?: string | null;
  readonly message: string | RegExp;
}

const NOT_JSON = { code: null, param: null, message: /^We could not parse the JSON body of your request\./ };
const NO_MODEL = { code: null, param: null, message: 'you must provide a model parameter' };

const notABody: readonly (readonly [what: string, body: string | Uint8Array<ArrayBuffer>, expected: ErrorFields])[] = [
  ['an empty body', '', NOT_JSON],
  ['text', 'hello', NOT_JSON],
  ['JSON cut short', '{"model": "gpt-4o", "messages": [', NOT_JSON],
  ['a trailing comma', '{"model": "gpt-4o",}', NOT_JSON],
  ['two documents', '{}{}', NOT_JSON],
  ['bytes that are not UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d), NOT_JSON],
  ['an array', '[]', NOT_JSON],
  ['a string', '"gpt-4o"', NOT_JSON],
  ['a number', '1', NOT_JSON],
  ['null', 'null', NOT_JSON],
  ['an empty object', '{}', NO_MODEL],
];

const invalid = (param: string, code: string, message: string): ErrorFields => ({ param, code, message });
const missing = (param: string): ErrorFields =>
  invalid(param, 'missing_required_parameter', `Missing required parameter: '${param}'.`);
const mistyped = (param: string, expected: string, got: string): ErrorFields =>
  invalid(param, 'invalid_type', `Invalid type for '${param}': expected ${expected}, but got ${got} instead.`);
const unsupported = (param: string, value: string, choices: string): ErrorFields =>
  invalid(param, 'invalid_value', `Invalid value: '${value}'. Supported values are: ${choices}.`);

const ROLES = "'system', 'assistant', 'user', 'function', 'tool', and 'developer'";
const PARTS = "'text', 'image_url', 'input_audio', 'refusal', 'audio', and 'file'";
const withContent = (content: unknown): Json => ({ messages: [{ role: 'user', content }] });

const wrongFields: readonly (readonly [what: string, fields: Json, expected: ErrorFields])[] = [
  ['no model', { model: undefined }, NO_MODEL],
  ['a null model', { model: null }, NO_MODEL],
  ['an empty model', { model: '' }, NO_MODEL],
  ['no messages', { messages: undefined }, missing('messages')],
  ['null messages', { messages: null }, missing('messages')],
  ['an unknown argument', { tempreature: 1 }, { code: null, param: null, message: /supplied: tempreature$/ }],
  [
    'an empty list of messages',
    { messages: [] },
    { param: 'messages', code: 'empty_array', message: /^Invalid 'messages': empty array\./ },
  ],
  ['a message that is text', { messages: ['hi'] }, mistyped('messages[0]', 'an object', 'a string')],
  ['a message without a role', { messages: [{ content: 'hi' }] }, missing('messages[0].role')],
  [
    'a role that is a number',
    { messages: [{ role: 1, content: 'hi' }] },
    mistyped('messages[0].role', 'a string', 'an integer'),
  ],
  [
    'an unknown role',
    { messages: [{ role: 'robot', content: 'hi' }] },
    unsupported('messages[0].role', 'robot', ROLES),
  ],
  [
    'a role of the wrong case in the second message',
    {
      messages: [
        { role: 'system', content: '' },
        { role: 'User', content: 'hi' },
      ],
    },
    unsupported('messages[1].role', 'User', ROLES),
  ],
  [
    'a name that is a number',
    { messages: [{ role: 'user', content: 'hi', name: 7 }] },
    mistyped('messages[0].name', 'a string', 'an integer'),
  ],
  ['a message without content', { messages: [{ role: 'user' }] }, missing('messages[0].content')],
  [
    'a user message whose content is null',
    withContent(null),
    {
      param: 'messages.[0].content',
      code: null,
      message: "Invalid value for 'content': expected a string, got null.",
    },
  ],
  [
    'content that is a number',
    withContent(5),
    mistyped('messages[0].content', 'one of a string or array of objects', 'an integer'),
  ],
  ['a content part that is text', withContent(['hi']), mistyped('messages[0].content[0]', 'an object', 'a string')],
  ['a content part without a type', withContent([{ text: 'hi' }]), missing('messages[0].content[0].type')],
  [
    'an unknown content part',
    withContent([{ type: 'video' }]),
    unsupported('messages[0].content[0].type', 'video', PARTS),
  ],
  ['a text part without text', withContent([{ type: 'text' }]), missing('messages[0].content[0].text')],
  [
    'a text part whose text is a boolean',
    withContent([{ type: 'text', text: true }]),
    mistyped('messages[0].content[0].text', 'a string', 'a boolean'),
  ],
  [
    'more text than a reply can hold',
    { model: 'gpt-5', n: 17, max_tokens: undefined, max_completion_tokens: 128_000 },
    invalid(
      'n',
      'invalid_value',
      "Invalid 'n': too many tokens. Expected at most 2097152 over all choices, but got 2176000 instead.",
    ),
  ],
  [
    'more probabilities than a reply can hold',
    { n: 4, max_tokens: 16_384, logprobs: true, top_logprobs: 20 },
    invalid(
      'n',
      'invalid_value',
      "Invalid 'n': too many probabilities of tokens. Expected at most 1048576 over all choices, but got 1376256 instead.",
    ),
  ],
  [
    'five stop sequences',
    { stop: ['1', '2', '3', '4', '5'] },
    invalid(
      'stop',
      'array_above_max_length',
      "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length 5 instead.",
    ),
  ],
  ['a stop sequence that is a number', { stop: ['a', 2] }, mistyped('stop[1]', 'a string', 'an integer')],
  [
    'both limits of tokens',
    { max_tokens: 5, max_completion_tokens: 5 },
    { param: 'max_tokens', code: 'invalid_parameter_combination', message: /at the same time/ },
  ],
  [
    'stream_options without stream',
    { stream_options: { include_usage: true } },
    {
      param: 'stream_options',
      code: null,
      message: "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    },
  ],
  [
    'top_logprobs without logprobs',
    { top_logprobs: 2 },
    { param: 'top_logprobs', code: null, message: /only allowed when 'logprobs' is enabled/ },
  ],
  [
    'a mistyped stream option',
    { stream: true, stream_options: { include_usage: 'yes' } },
    mistyped('stream_options.include_usage', 'a boolean', 'a string'),
  ],
  [
    'more tokens than the model writes',
    { max_tokens: 16_385 },
    {
      param: 'max_tokens',
      code: 'invalid_value',
      message: /^max_tokens is too large: 16385\. This model supports at most 16384 /,
    },
  ],
  [
    'an unknown model',
    { model: 'gpt-99' },
    { status: 404, param: null, code: 'model_not_found', message: /^The model `gpt-99` does not exist/ },
  ],
  [
    'a model with a suffix that is no version',
    { model: 'gpt-4o-nonsense' },
    { status: 404, param: null, code: 'model_not_found', message: /`gpt-4o-nonsense`/ },
  ],
  [
    'a model that only the Responses API serves',
    { model: 'gpt-5.1-codex' },
    { status: 404, param: 'model', code: null, message: /^This model is only supported in v1\/responses/ },
  ],
  [
    'a completion model',
    { model: 'gpt-3.5-turbo-instruct' },
    { status: 404, param: 'model', code: null, message: /^This is not a chat model/ },
  ],
  [
    'an embedding model',
    { model: 'text-embedding-3-small' },
    { status: 404, param: 'model', code: null, message: /^This is not a chat model/ },
  ],
];

/** Tokens of the prompt that chatRequest() makes of the content, by OpenAI's published formula. */
const promptTokensOf = (content: string) => 3 + 3 + encode('user').length + encode(content).length;

async function assertRejected(response: Response, expected: ErrorFields): Promise<void> {
  const body = await response.text();
  assert.equal(response.status, expected.status ?? 400, body);
  assert.equal(response.headers.get('content-type'), 'application/json');
  const document = JSON.parse(body);
  assertValid('openai', 'ErrorResponse', document);
  const { message, ...rest } = document.error;
  assert.deepEqual(rest, {
    type: expected.type ?? 'invalid_request_error',
    code: expected.code ?? null,
    param: expected.param ?? null,
  });
  if (typeof expected.message === 'string') assert.equal(message, expected.message);
  else assert.match(message, expected.message);
}

describe('chat completions rejects as the real API does', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  for (const [what, body, expected] of notABody) {
    test(`a body that is ${what}`, async () => assertRejected(await postChat(simulator(), body), expected));
  }

  for (const [what, fields, expected] of wrongFields) {
    test(what, async () => assertRejected(await postChat(simulator(), chatRequest(fields)), expected));
  }

  test('a context that is too long by one token, and takes one that just fits', async () => {
    const content = 'word '.repeat(8_000).trim();
    const promptTokens = promptTokensOf(content);
    const request = { model: 'gpt-4', messages: [{ role: 'user', content }] };
    const left = 8_192 - promptTokens;
    assert.ok(left > 0);
    assert.equal((await postChat(simulator(), chatRequest({ ...request, max_tokens: left }))).status, 200);
    await assertRejected(await postChat(simulator(), chatRequest({ ...request, max_tokens: left + 1 })), {
      param: 'messages',
      code: 'context_length_exceeded',
      message:
        `This model's maximum context length is 8192 tokens. However, you requested 8193 tokens (${promptTokens} in the messages, ` +
        `${left + 1} in the completion). Please reduce the length of the messages or completion.`,
    });
  });

  test('messages that fill the whole context', async () => {
    const content = 'word '.repeat(9_000).trim();
    await assertRejected(await postChat(simulator(), chatRequest({ model: 'gpt-4', ...withContent(content) })), {
      param: 'messages',
      code: 'context_length_exceeded',
      message:
        "This model's maximum context length is 8192 tokens. However, your messages resulted in " +
        `${promptTokensOf(content)} tokens. Please reduce the length of the messages.`,
    });
  });
});
