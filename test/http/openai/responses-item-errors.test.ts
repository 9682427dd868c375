/** Which items and tools the Responses API rejects, and in which words. */
import { describeRejections, missing, type Rejection, say, unknown, value, wrong } from './responses-sentences.js';

const TOOL = { type: 'function', name: 'f', parameters: { type: 'object', properties: {} } };
const CALL = { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' };
const RESULT = { type: 'function_call_output', call_id: 'call_1', output: 'done' };

const ROLES = "'assistant', 'system', 'developer', and 'user'";
const ITEMS: readonly Rejection[] = [
  ['a number', { input: [7] }, wrong('input[0]', 'an input item', 'an integer')],
  ['nothing', { input: [null] }, wrong('input[0]', 'an input item', 'null')],
  ['an item without a role', { input: [{}] }, value('input[0]', '', ROLES)],
  ['the role of chat’s tools', { input: [{ role: 'tool', content: 'a' }] }, value('input[0]', 'tool', ROLES)],
  ['a message without content', { input: [{ role: 'user' }] }, missing('input[0].content')],
  [
    'content that is neither text nor a list',
    { input: [{ role: 'user', content: 1 }] },
    wrong('input[0].content', 'one of an array of objects or string', 'an integer'),
  ],
  ['a member that nobody knows', { input: [{ role: 'user', content: 'a', x: 1 }] }, unknown('input[0].x')],
  [
    'the phase of a user',
    { input: [{ role: 'user', content: 'a', phase: 'final_answer' }] },
    unknown('input[0].phase'),
  ],
  [
    'the content part of chat',
    { input: [{ role: 'user', content: [{ type: 'text', text: 'a' }] }] },
    value(
      'input[0].content[0].type',
      'text',
      "'input_text', 'input_image', 'output_text', 'refusal', 'input_file', 'computer_screenshot', and 'summary_text'",
    ),
  ],
  [
    'an input part of an assistant',
    { input: [{ role: 'assistant', content: [{ type: 'input_text', text: 'a' }] }] },
    value('input[0].content[0]', 'input_text', "'output_text' and 'refusal'"),
  ],
  [
    'a text part without text',
    { input: [{ role: 'user', content: [{ type: 'input_text' }] }] },
    missing('input[0].content[0].text'),
  ],
  [
    'an image from nowhere',
    { input: [{ role: 'user', content: [{ type: 'input_image', detail: 'low' }] }] },
    say(
      "Missing mutually exclusive parameters: 'input[0].content[0]'. Ensure you are providing exactly one of: 'file_id' or 'image_url'.",
      'input[0].content[0]',
      'missing_mutually_exclusive_parameters',
    ),
  ],
  [
    'the identifier of something else',
    { input: [{ ...CALL, id: 'call_1' }, RESULT] },
    say("Invalid 'input[0].id': 'call_1'. Expected an ID that begins with 'fc'.", 'input[0].id', 'invalid_value'),
  ],
  [
    'a long call_id',
    { input: [{ ...CALL, call_id: 'c'.repeat(65) }] },
    say(
      "Invalid 'input[0].call_id': string too long. Expected a string with maximum length 64, but got a string with length 65 instead.",
      'input[0].call_id',
      'string_above_max_length',
    ),
  ],
  [
    'a result without its call',
    { input: [RESULT] },
    say('No tool call found for function call output with call_id call_1.', 'input'),
  ],
  [
    'a result before its call',
    { input: [RESULT, CALL] },
    say('No tool call found for function call output with call_id call_1.', 'input'),
  ],
  ['a call without a result', { input: [CALL] }, say('No tool output found for function call call_1.', 'input')],
  [
    'a reference to nothing',
    { input: [{ type: 'item_reference', id: 'msg_123' }] },
    {
      status: 404,
      message:
        "Item with id 'msg_123' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, " +
        'or remove this item from your input.',
      param: 'input',
    },
  ],
];

const TOOLS: readonly Rejection[] = [
  ['a tool without a type', { input: 'a', tools: [{}] }, missing('tools[0].type')],
  [
    'the function of chat',
    { input: 'a', tools: [{ type: 'function', function: { name: 'f' } }] },
    missing('tools[0].name'),
  ],
  [
    'a name with a space',
    { input: 'a', tools: [{ ...TOOL, name: 'a b' }] },
    say(
      "Invalid 'tools[0].name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
      'tools[0].name',
      'invalid_value',
    ),
  ],
  [
    'an mcp server in two places',
    {
      input: 'a',
      tools: [{ type: 'mcp', server_label: 'm', server_url: 'https://a.example', connector_id: 'connector_gmail' }],
    },
    say(
      "Mutually exclusive parameters: 'tools[0]'. Ensure you are only providing one of: 'server_url' or 'connector_id'.",
      'tools[0]',
      'mutually_exclusive_parameters',
    ),
  ],
  [
    'a choice that is a number',
    { input: 'a', tool_choice: 7 },
    wrong('tool_choice', "one of an object or 'none', 'auto', or 'required'", 'an integer'),
  ],
  [
    'another choice',
    { input: 'a', tools: [TOOL], tool_choice: 'x' },
    value('tool_choice', 'x', "'none', 'auto', and 'required'"),
  ],
  [
    'the choice of chat',
    { input: 'a', tools: [TOOL], tool_choice: { type: 'function', function: { name: 'f' } } },
    missing('tool_choice.name'),
  ],
  [
    'a choice that is not there',
    { input: 'a', tools: [TOOL], tool_choice: { type: 'function', name: 'g' } },
    say("Tool choice 'g' not found in 'tools' parameter.", 'tool_choice'),
  ],
  [
    'a hosted choice that is not there',
    { input: 'a', tools: [TOOL], tool_choice: { type: 'image_generation' } },
    say("Tool choice 'image_generation' not found in 'tools' parameter.", 'tool_choice'),
  ],
  [
    'a call without tools',
    { input: 'a', tool_choice: 'required' },
    say("Tool choice 'required' must be specified with 'tools' parameter.", 'tool_choice'),
  ],
  [
    'strict parameters that are open',
    { input: 'a', tools: [{ ...TOOL, strict: true }] },
    say(
      "Invalid schema for function 'f': In context=(), 'additionalProperties' is required to be supplied and to be false.",
      'tools[0].parameters',
      'invalid_function_parameters',
    ),
  ],
  [
    'a strict format that lets something out',
    {
      input: 'a',
      text: {
        format: {
          type: 'json_schema',
          name: 'n',
          strict: true,
          schema: { type: 'object', properties: { a: { type: 'string' } }, required: [], additionalProperties: false },
        },
      },
    },
    say(
      "Invalid schema for response_format 'n': In context=(), 'required' is required to be supplied and to be an array including every " +
        "key in properties. Missing 'a'.",
      'text.format.schema',
      'invalid_json_schema',
    ),
  ],
];

describeRejections({ 'of the items': ITEMS, 'of the tools': TOOLS });
