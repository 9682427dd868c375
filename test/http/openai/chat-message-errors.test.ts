/** Messages, tools and formats that the real API rejects are rejected with its status, code, param and sentence. */
import { describe, test } from 'node:test';
import { AT_ONCE, chatRequest, type Json, sharedSimulator } from '../chat-client.js';
import { assertError, type ExpectedError, post } from './post.js';

type Case = readonly [what: string, fields: Json, expected: ExpectedError];

const missing = (param: string): ExpectedError => ({
  message: `Missing required parameter: '${param}'.`,
  param,
  code: 'missing_required_parameter',
});
const mistyped = (param: string, expected: string, got: string): ExpectedError => ({
  message: `Invalid type for '${param}': expected ${expected}, but got ${got} instead.`,
  param,
  code: 'invalid_type',
});
const unsupported = (param: string, value: string, choices: string): ExpectedError => ({
  message: `Invalid value: '${value}'. Supported values are: ${choices}.`,
  param,
  code: 'invalid_value',
});
const unknown = (param: string): ExpectedError => ({
  message: `Unknown parameter: '${param}'.`,
  param,
  code: 'unknown_parameter',
});
const emptyArray = (param: string): ExpectedError => ({
  message: `Invalid '${param}': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
  param,
  code: 'empty_array',
});
const tooLong = (param: string, most: number, got: number): ExpectedError => ({
  message: `Invalid '${param}': string too long. Expected a string with maximum length ${most}, but got a string with length ${got} instead.`,
  param,
  code: 'string_above_max_length',
});
const noMatch = (param: string, pattern: string): ExpectedError => ({
  message: `Invalid '${param}': string does not match pattern. Expected a string that matches the pattern '${pattern}'.`,
  param,
  code: 'invalid_value',
});

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

const fn = (fields: Json = {}): Json => ({ type: 'function', function: { name: 'f', ...fields } });
const schemaOf = (parameters: Json, strict = false): Json => ({ tools: [fn({ parameters, strict })] });
const CLOSED = { type: 'object', properties: {}, required: [], additionalProperties: false };
const badFunction = (objection: string): ExpectedError => ({
  message: `Invalid schema for function 'f': ${objection}`,
  param: 'tools[0].function.parameters',
  code: 'invalid_function_parameters',
});

const tools: readonly Case[] = [
  ['no tools in a list of tools', { tools: [] }, emptyArray('tools')],
  [
    'too many tools',
    { tools: Array.from({ length: 129 }, () => fn()) },
    {
      message:
        "Invalid 'tools': array too long. Expected an array with maximum length 128, but got an array with length 129 instead.",
      param: 'tools',
      code: 'array_above_max_length',
    },
  ],
  ['a tool in the form of another endpoint', { tools: [{ type: 'function', name: 'f' }] }, unknown('tools[0].name')],
  ['a tool without a function', { tools: [{ type: 'function' }] }, missing('tools[0].function')],
  [
    'a tool of an unknown type',
    { tools: [{ type: 'web' }] },
    unsupported('tools[0].type', 'web', "'function' and 'custom'"),
  ],
  ['a function without a name', { tools: [{ type: 'function', function: {} }] }, missing('tools[0].function.name')],
  [
    'a function with a wrong name',
    { tools: [fn({ name: 'f g' })] },
    noMatch('tools[0].function.name', '^[a-zA-Z0-9_-]+$'),
  ],
  ['a function with a long name', { tools: [fn({ name: 'f'.repeat(65) })] }, tooLong('tools[0].function.name', 64, 65)],
  ['an unknown field of a function', { tools: [fn({ returns: {} })] }, unknown('tools[0].function.returns')],
  [
    'parameters that are a list',
    schemaOf({ type: 'array' }),
    badFunction(`schema must be a JSON Schema of 'type: "object"', got 'type: "array"'.`),
  ],
  [
    'parameters without a type',
    schemaOf({}),
    badFunction(`schema must be a JSON Schema of 'type: "object"', got 'type: "None"'.`),
  ],
  [
    'parameters without properties',
    schemaOf({ type: 'object' }),
    badFunction('In context=(), object schema missing properties.'),
  ],
  [
    'parameters that are no JSON Schema',
    schemaOf({ type: 'object', properties: { a: { type: 'strin' } } }),
    badFunction("'strin' is not valid under any of the given schemas."),
  ],
  [
    'strict parameters that are open',
    schemaOf({ type: 'object', properties: {} }, true),
    badFunction("In context=(), 'additionalProperties' is required to be supplied and to be false."),
  ],
  [
    'a custom tool without a grammar',
    { tools: [{ type: 'custom', custom: { name: 'c', format: { type: 'grammar' } } }] },
    missing('tools[0].custom.format.grammar'),
  ],
  [
    'a choice among no tools',
    { tool_choice: 'auto' },
    {
      message: "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
      param: 'tool_choice',
    },
  ],
  [
    'parallel calls of no tools',
    { parallel_tool_calls: false },
    {
      message:
        "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are specified.",
      param: 'parallel_tool_calls',
    },
  ],
  [
    'an unknown choice',
    { tools: [fn()], tool_choice: 'any' },
    unsupported('tool_choice', 'any', "'none', 'auto', and 'required'"),
  ],
  [
    'the choice of a tool that is not there',
    { tools: [fn()], tool_choice: { type: 'function', function: { name: 'g' } } },
    {
      message: "Invalid value for 'tool_choice': no function named g was specified in the 'tools' parameter.",
      param: 'tool_choice',
    },
  ],
  [
    'allowed tools without a mode',
    { tools: [fn()], tool_choice: { type: 'allowed_tools', allowed_tools: { tools: [fn()] } } },
    missing('tool_choice.allowed_tools.mode'),
  ],
  [
    'a call of no function',
    { function_call: 'auto' },
    {
      message: "Invalid value for 'function_call': 'function_call' is only allowed when 'functions' are specified.",
      param: 'function_call',
    },
  ],
  [
    'a call of a function that is not there',
    { functions: [{ name: 'f' }], function_call: { name: 'g' } },
    {
      message: "Invalid value for 'function_call': no function named g was specified in the 'functions' parameter.",
      param: 'function_call',
    },
  ],
];

const jsonSchema = (fields: Json): Json => ({
  response_format: { type: 'json_schema', json_schema: { name: 'x', ...fields } },
});
const badFormat = (objection: string): ExpectedError => ({
  message: `Invalid schema for response_format 'x': ${objection}`,
  param: 'response_format',
});

const formats: readonly Case[] = [
  [
    'an unknown format',
    { response_format: { type: 'xml' } },
    unsupported('response_format.type', 'xml', "'json_object', 'json_schema', and 'text'"),
  ],
  [
    'JSON that nobody mentions',
    { response_format: { type: 'json_object' } },
    {
      message: "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
      param: 'messages',
    },
  ],
  [
    'a schema in the wrong place',
    { response_format: { type: 'json_schema', schema: CLOSED } },
    unknown('response_format.schema'),
  ],
  ['no schema', { response_format: { type: 'json_schema' } }, missing('response_format.json_schema')],
  ['a schema without a name', jsonSchema({ name: null }), missing('response_format.json_schema.name')],
  [
    'a schema with a wrong name',
    jsonSchema({ name: 'a b' }),
    noMatch('response_format.json_schema.name', '^[a-zA-Z0-9_-]+$'),
  ],
  [
    'a strict schema that leaves a property out',
    jsonSchema({ strict: true, schema: { ...CLOSED, properties: { a: { type: 'string' } } } }),
    badFormat(
      "In context=(), 'required' is required to be supplied and to be an array including every key in properties. Missing 'a'.",
    ),
  ],
  [
    'a list of anything',
    jsonSchema({ schema: { type: 'object', properties: { a: { type: 'array' } } } }),
    badFormat("In context=('properties', 'a'), array schema missing items."),
  ],
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

  for (const [group, cases] of Object.entries({ order, shapes, tools, formats, others })) {
    for (const [what, fields, expected] of cases) {
      test(`${group}: ${what}`, async () => {
        await assertError(await post(simulator(), '/v1/chat/completions', chatRequest(fields)), expected);
      });
    }
  }
});
