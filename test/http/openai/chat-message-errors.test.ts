/** Messages, and fields of several kinds, that the real API rejects are rejected with its status, code, param and sentence. */
import { describe, test } from 'node:test';
import { AT_ONCE, chatRequest, type Json, sharedSimulator } from '../chat-client.js';
import { type Case, emptyArray, missing, mistyped, noMatch, tooLong, unknown, unsupported } from './expected-errors.js';
import { assertError, post } from './post.js';

const ask = { role: 'user', content: 'Weather?' };
const call = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } });
const calling = (...ids: string[]) => ({ role: 'assistant', content: null, tool_calls: ids.map(call) });
const result = (tool_call_id: string) => ({ role: 'tool', tool_call_id, content: 'Sunny' });
const conversation = (...messages: Json[]): Json => ({ messages: [ask, ...messages] });

const UNANSWERED =
  "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following " +
  'tool_call_ids did not have response messages: ';

const order: readonly Case[] = [
  [
    'a result of nothing',
    { messages: [ask, result('a')] },
    {
      message:
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
      param: 'messages.[1].role',
    },
  ],
  [
    'a result of another call',
    conversation(calling('a'), result('b')),
    {
      message: "Invalid parameter: 'tool_call_id' of 'b' not found in 'tool_calls' of previous message.",
      param: 'messages.[2].tool_call_id',
    },
  ],
  ['a call without a result', conversation(calling('a')), { message: `${UNANSWERED}a`, param: 'messages' }],
  [
    'a call whose result comes too late',
    conversation(calling('a', 'b', 'c'), result('b'), ask, result('a')),
    { message: `${UNANSWERED}a, c`, param: 'messages.[3].role' },
  ],
  [
    'a result that does not say of what',
    conversation(calling('a'), { role: 'tool', content: 'Sunny' }),
    {
      message: "Missing parameter 'tool_call_id': messages with role 'tool' must have a 'tool_call_id'.",
      param: 'messages.[2].tool_call_id',
    },
  ],
  [
    'a function without a name',
    conversation({ role: 'function', content: 'Sunny' }),
    {
      message: "Missing parameter 'name': messages with role 'function' must have a 'name'.",
      param: 'messages.[1].name',
    },
  ],
  [
    'an assistant who says nothing',
    conversation({ role: 'assistant' }),
    { message: "Invalid value for 'content': expected a string, got null.", param: 'messages.[1].content' },
  ],
];

const part = (content: Json): Json => ({ messages: [{ role: 'user', content: [content] }] });

const shapes: readonly Case[] = [
  [
    'no calls in a list of calls',
    conversation({ role: 'assistant', tool_calls: [] }),
    emptyArray('messages[1].tool_calls'),
  ],
  [
    'a call without an id',
    conversation({ role: 'assistant', tool_calls: [{ ...call('a'), id: null }] }),
    missing('messages[1].tool_calls[0].id'),
  ],
  [
    'a call with a long id',
    conversation({ role: 'assistant', tool_calls: [call('a'.repeat(41))] }),
    tooLong('messages[1].tool_calls[0].id', 40, 41),
  ],
  [
    'a call of an unknown type',
    conversation({ role: 'assistant', tool_calls: [{ ...call('a'), type: 'tool' }] }),
    unsupported('messages[1].tool_calls[0].type', 'tool', "'function' and 'custom'"),
  ],
  [
    'arguments that are no text',
    conversation({ role: 'assistant', tool_calls: [{ ...call('a'), function: { name: 'f', arguments: {} } }] }),
    mistyped('messages[1].tool_calls[0].function.arguments', 'a string', 'an object'),
  ],
  [
    'a name with a space',
    { messages: [{ ...ask, name: 'Ann Lee' }] },
    noMatch('messages[0].name', '^[^\\s<|\\\\/>]+$'),
  ],
  ['no content parts', { messages: [{ role: 'user', content: [] }] }, emptyArray('messages[0].content')],
  [
    'an image as text',
    part({ type: 'image_url', image_url: 'https://example.com/a.png' }),
    mistyped('messages[0].content[0].image_url', 'an object', 'a string'),
  ],
  [
    'an image without a place',
    part({ type: 'image_url', image_url: {} }),
    missing('messages[0].content[0].image_url.url'),
  ],
  [
    'an image that is neither a link nor data',
    part({ type: 'image_url', image_url: { url: 'iVBORw0KGgo=' } }),
    {
      message:
        "Invalid 'messages[0].content[0].image_url.url'. Expected a base64-encoded data URL with an image MIME type (e.g. " +
        "'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got a value without the 'data:' prefix.",
      param: 'messages[0].content[0].image_url.url',
      code: 'invalid_value',
    },
  ],
  [
    'an image that is text',
    part({ type: 'image_url', image_url: { url: 'data:text/plain;base64,aGk=' } }),
    { message: 'Invalid MIME type. Only image types are supported.', code: 'invalid_image_format' },
  ],
  [
    'an image from the system',
    {
      messages: [{ role: 'system', content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }] }],
    },
    {
      message:
        "Invalid 'messages[0]'. Image URLs are only allowed for messages with role 'user', but this message with role 'system' " +
        'contains an image URL.',
      param: 'messages[0]',
      code: 'invalid_value',
    },
  ],
  [
    'audio of another format',
    part({ type: 'input_audio', input_audio: { data: '', format: 'ogg' } }),
    unsupported('messages[0].content[0].input_audio.format', 'ogg', "'wav' and 'mp3'"),
  ],
  ['a file that is nowhere', part({ type: 'file', file: {} }), missing('messages[0].content[0].file.file_id')],
];

const others: readonly Case[] = [
  ['two unknown arguments', { a: 1, b: 2 }, { message: 'Unrecognized request arguments supplied: a, b' }],
  ['an unknown option of a stream', { stream: true, stream_options: { usage: true } }, unknown('stream_options.usage')],
  [
    'an unknown tier',
    { service_tier: 'fastest' },
    unsupported('service_tier', 'fastest', "'auto', 'default', 'flex', 'scale', 'priority', and 'fast'"),
  ],
  ['no stop sequence in a list of them', { stop: [] }, emptyArray('stop')],
  [
    'too many pairs of metadata',
    { store: true, metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 'v'])) },
    {
      message:
        "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, but got an object with 17 properties instead.",
      param: 'metadata',
      code: 'object_above_max_properties',
    },
  ],
  ['long metadata', { store: true, metadata: { k: 'v'.repeat(513) } }, tooLong('metadata.k', 512, 513)],
  ['metadata that is a number', { store: true, metadata: { k: 1 } }, mistyped('metadata.k', 'a string', 'an integer')],
  [
    'metadata of what is not stored',
    { metadata: {} },
    { message: "The 'metadata' parameter is only allowed when 'store' is enabled.", param: 'metadata' },
  ],
  ['a long key of the prompt cache', { prompt_cache_key: 'k'.repeat(65) }, tooLong('prompt_cache_key', 64, 65)],
  ['a prediction without content', { prediction: { type: 'content' } }, missing('prediction.content')],
  ['moderation by nobody', { moderation: {} }, missing('moderation.model')],
];

describe('chat completions rejects as the real API does', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  for (const [group, cases] of Object.entries({ order, shapes, others })) {
    for (const [what, fields, expected] of cases) {
      test(`${group}: ${what}`, async () => {
        await assertError(await post(simulator(), '/v1/chat/completions', chatRequest(fields)), expected);
      });
    }
  }
});
