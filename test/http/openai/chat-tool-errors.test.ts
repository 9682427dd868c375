/** Tools and formats that the real API rejects are rejected with its status, code, param and sentence. */
import { describe, test } from 'node:test';
import { AT_ONCE, chatRequest, type Json, sharedSimulator } from '../chat-client.js';
import { type Case, emptyArray, missing, noMatch, tooLong, unknown, unsupported } from './expected-errors.js';
import { assertError, type ExpectedError, post } from './post.js';

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

describe('chat completions rejects as the real API does', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  for (const [group, cases] of Object.entries({ tools, formats })) {
    for (const [what, fields, expected] of cases) {
      test(`${group}: ${what}`, async () => {
        await assertError(await post(simulator(), '/v1/chat/completions', chatRequest(fields)), expected);
      });
    }
  }
});
