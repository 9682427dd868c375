/** What the Responses API rejects, in the real API's words: sentence, code and param, and which problem it names when there are several. */
import { describe, test } from 'node:test';
import { AT_ONCE, type Json, sharedSimulator } from '../chat-client.js';
import { assertError, type ExpectedError, post } from './post.js';

const PLAIN = 'gpt-4o-mini';
const REASONING = 'gpt-5';
const TOOL = { type: 'function', name: 'f', parameters: { type: 'object', properties: {} } };
const CALL = { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' };
const RESULT = { type: 'function_call_output', call_id: 'call_1', output: 'done' };

const say = (message: string, param: string | null = null, code: string | null = null): ExpectedError => ({
  message,
  param,
  code,
});
const missing = (path: string) => say(`Missing required parameter: '${path}'.`, path, 'missing_required_parameter');
const unknown = (path: string, help = '') => say(`Unknown parameter: '${path}'.${help}`, path, 'unknown_parameter');
const wrong = (path: string, expected: string, got: string) =>
  say(`Invalid type for '${path}': expected ${expected}, but got ${got} instead.`, path, 'invalid_type');
const value = (path: string, given: string, choices: string) =>
  say(`Invalid value: '${given}'. Supported values are: ${choices}.`, path, 'invalid_value');
const moved = (from: string, to: string) =>
  say(
    `Unsupported parameter: '${from}'. In the Responses API, this parameter has moved to '${to}'. Try again with the new parameter. ` +
      'See the API documentation for more information: https://platform.openai.com/docs/api-reference/responses/create.',
    null,
    'unsupported_parameter',
  );
const notFound = (message: string): ExpectedError => ({ status: 404, message });
const unsupported = (param: string, code: string | null = null) =>
  say(`Unsupported parameter: '${param}' is not supported with this model.`, param, code);

const ROLES = "'assistant', 'system', 'developer', and 'user'";
const NOTHING_TO_ANSWER = say(
  `One of "input" or "previous_response_id" or 'prompt' or 'conversation' must be provided.`,
  null,
  'missing_required_parameter',
);
const INCLUDES =
  "'file_search_call.results', 'web_search_call.results', 'web_search_call.action.sources', 'message.input_image.image_url', " +
  "'computer_call_output.output.image_url', 'code_interpreter_call.outputs', 'reasoning.encrypted_content', and " +
  "'message.output_text.logprobs'";

/** A body without `model` asks the plain model; undefined members are not sent. */
type Case = readonly [what: string, body: Json, error: ExpectedError];

const FIELDS: readonly Case[] = [
  ['no model', { model: undefined, input: 'a' }, missing('model')],
  ['null for a model', { model: null, input: 'a' }, wrong('model', 'a string', 'an object')],
  [
    'a model that nobody knows',
    { model: 'nope', input: 'a' },
    say("The requested model 'nope' does not exist.", 'model', 'model_not_found'),
  ],
  [
    'a model of another kind',
    { model: 'text-embedding-3-small', input: 'a' },
    say("The requested model 'text-embedding-3-small' is not supported with the Responses API.", 'model'),
  ],
  ['no input', {}, missing('input')],
  ['an empty input', { input: '' }, NOTHING_TO_ANSWER],
  ['a list of no input', { input: [] }, NOTHING_TO_ANSWER],
  ['an object for the input', { input: {} }, wrong('input', 'one of a string or array of input items', 'an object')],
  ['a parameter that nobody knows', { input: 'a', seed: 1 }, unknown('seed')],
  ['a slip of the pen', { input: 'a', tool: [] }, unknown('tool', " Did you mean 'tools'?")],
  ['a slip near two names', { input: 'a', strem: true }, unknown('strem', " Did you mean 'stream' or 'store'?")],
  ['a slip near a name that is there', { input: 'a', inpu: 'a' }, unknown('inpu')],
  ['the messages of chat', { messages: [], input: 'a' }, moved('messages', 'input')],
  ['the format of chat', { input: 'a', response_format: {} }, moved('response_format', 'text.format')],
  [
    'too few output tokens',
    { input: 'a', max_output_tokens: 15 },
    say(
      "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 15 instead.",
      'max_output_tokens',
      'integer_below_min_value',
    ),
  ],
  [
    'more output tokens than the model has',
    { input: 'a', max_output_tokens: 16_385 },
    say(
      "Invalid 'max_output_tokens': integer above maximum value. Expected a value <= 16384, but got 16385 instead.",
      'max_output_tokens',
      'integer_above_max_value',
    ),
  ],
  ['a hot temperature', { input: 'a', temperature: 'hot' }, wrong('temperature', 'a decimal', 'a string')],
  ['another truncation', { input: 'a', truncation: 'x' }, value('truncation', 'x', "'auto' and 'disabled'")],
  [
    'an object for the truncation',
    { input: 'a', truncation: {} },
    wrong('truncation', "one of 'auto' or 'disabled'", 'an object'),
  ],
  ['an include that nobody knows', { input: 'a', include: ['x'] }, value('include[0]', 'x', INCLUDES)],
  [
    'too much metadata',
    { input: 'a', metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 'v'])) },
    say(
      "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, but got an object with 17 properties instead.",
      'metadata',
      'object_above_max_properties',
    ),
  ],
  ['metadata that is no text', { input: 'a', metadata: { a: 1 } }, wrong('metadata.a', 'a string', 'an integer')],
  [
    'a long safety identifier',
    { input: 'a', safety_identifier: 'x'.repeat(65) },
    say(
      "Invalid 'safety_identifier': string too long. Expected a string with maximum length 64, but got a string with length 65 instead.",
      'safety_identifier',
      'string_above_max_length',
    ),
  ],
  [
    'an option of chat’s streams',
    { input: 'a', stream_options: { include_usage: true } },
    unknown('stream_options.include_usage'),
  ],
  [
    'another effort',
    { model: REASONING, input: 'a', reasoning: { effort: 'x' } },
    value('reasoning.effort', 'x', "'none', 'minimal', 'low', 'medium', 'high', 'xhigh', and 'max'"),
  ],
  [
    'another format',
    { input: 'a', text: { format: { type: 'x' } } },
    value('text.format.type', 'x', "'json_object', 'text', and 'json_schema'"),
  ],
  [
    'a format without a name',
    { input: 'a', text: { format: { type: 'json_schema', schema: {} } } },
    missing('text.format.name'),
  ],
  [
    'another verbosity',
    { input: 'a', text: { verbosity: 'x' } },
    value('text.verbosity', 'x', "'low', 'medium', and 'high'"),
  ],
  ['the unknown before the wrong', { input: 7, zzz: 1 }, unknown('zzz')],
  [
    'the input before what follows',
    { input: 7, truncation: 'x' },
    wrong('input', 'one of a string or array of input items', 'an integer'),
  ],
  ['the tools before the text', { input: 'a', text: 'x', tools: 'x' }, wrong('tools', 'an array of tools', 'a string')],
];

const ITEMS: readonly Case[] = [
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

const TOOLS: readonly Case[] = [
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

const STATE: readonly Case[] = [
  [
    'a response that nobody made',
    { input: 'a', previous_response_id: 'resp_123' },
    say("Previous response with id 'resp_123' not found.", 'previous_response_id', 'previous_response_not_found'),
  ],
  [
    'an identifier of something else',
    { input: 'a', previous_response_id: 'msg_123' },
    say(
      "Invalid 'previous_response_id': 'msg_123'. Expected an ID that begins with 'resp'.",
      'previous_response_id',
      'invalid_value',
    ),
  ],
  ['a conversation', { input: 'a', conversation: 'conv_123' }, notFound("Conversation with id 'conv_123' not found.")],
  [
    'a conversation object',
    { input: 'a', conversation: { id: 'conv_123' } },
    notFound("Conversation with id 'conv_123' not found."),
  ],
  ['a prompt', { prompt: { id: 'pmpt_123' } }, notFound("Prompt with id 'pmpt_123' not found.")],
  [
    'a conversation and a response',
    { input: 'a', conversation: 'conv_123', previous_response_id: 'resp_123' },
    say(
      "Mutually exclusive parameters: ''. Ensure you are only providing one of: 'pre..._id' or 'conversation'.",
      null,
      'mutually_exclusive_parameters',
    ),
  ],
  ['a wrong field first', { input: 'a', conversation: 'conv_1', store: 1 }, wrong('store', 'a boolean', 'an integer')],
];

const CAPABILITIES: readonly Case[] = [
  [
    'the temperature of a reasoning model',
    { model: REASONING, input: 'a', temperature: 0.5 },
    unsupported('temperature'),
  ],
  ['the top_p of a reasoning model', { model: REASONING, input: 'a', top_p: 0.5 }, unsupported('top_p')],
  [
    'an effort of other models',
    { model: REASONING, input: 'a', reasoning: { effort: 'xhigh' } },
    say(
      "Unsupported value: 'xhigh' is not supported with the 'gpt-5' model. Supported values are: 'minimal', 'low', 'medium', and 'high'.",
      'reasoning.effort',
      'unsupported_value',
    ),
  ],
  [
    'probabilities of a reasoning model',
    { model: REASONING, input: 'a', include: ['message.output_text.logprobs'] },
    say('logprobs are not supported with reasoning models.', 'include', 'unsupported_parameter'),
  ],
  [
    'the effort of a plain model',
    { input: 'a', reasoning: { effort: 'low' } },
    unsupported('reasoning.effort', 'unsupported_parameter'),
  ],
  [
    'encrypted reasoning of a plain model',
    { input: 'a', include: ['reasoning.encrypted_content'] },
    say('Encrypted content is not supported with this model.', 'include'),
  ],
  [
    'a background that is not stored',
    { input: 'a', background: true, store: false },
    say("Background mode requires 'store' to be true.", 'background', 'unsupported_parameter'),
  ],
  [
    'a JSON object that nobody asked for in words',
    { input: 'Who?', text: { format: { type: 'json_object' } } },
    say(
      "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.",
      'input',
    ),
  ],
  [
    'more than the context holds',
    { model: 'gpt-4', input: 'word '.repeat(9_000) },
    say(
      'Your input exceeds the context window of this model. Please adjust your input and try again.',
      'input',
      'context_length_exceeded',
    ),
  ],
];

describe('POST /v1/responses rejects', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });
  const check = (cases: readonly Case[]) => {
    for (const [what, body, error] of cases) {
      test(what, async () => assertError(await post(simulator(), '/v1/responses', { model: PLAIN, ...body }), error));
    }
  };
  describe('of the fields', () => check(FIELDS));
  describe('of the items', () => check(ITEMS));
  describe('of the tools', () => check(TOOLS));
  describe('of what it builds on', () => check(STATE));
  describe('of what the model cannot do', () => check(CAPABILITIES));
});
