/** What the Responses API rejects of a request's fields, and which problem it names when there are several. */
import {
  describeRejections,
  missing,
  moved,
  notFound,
  type Rejection,
  say,
  unknown,
  unsupported,
  value,
  wrong,
} from './responses-sentences.js';

const REASONING = 'gpt-5';
const NOTHING_TO_ANSWER = say(
  `One of "input" or "previous_response_id" or 'prompt' or 'conversation' must be provided.`,
  null,
  'missing_required_parameter',
);
const INCLUDES =
  "'file_search_call.results', 'web_search_call.results', 'web_search_call.action.sources', 'message.input_image.image_url', " +
  "'computer_call_output.output.image_url', 'code_interpreter_call.outputs', 'reasoning.encrypted_content', and " +
  "'message.output_text.logprobs'";

const FIELDS: readonly Rejection[] = [
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
  [
    'a filter that compares with an object',
    {
      input: 'a',
      tools: [{ type: 'file_search', vector_store_ids: ['vs_1'], filters: { type: 'eq', key: 'a', value: {} } }],
    },
    wrong(
      'tools[0].filters.value',
      'one of a string, a decimal, a boolean, or an array of strings and decimals',
      'an object',
    ),
  ],
  ['the tools before the text', { input: 'a', text: 'x', tools: 'x' }, wrong('tools', 'an array of tools', 'a string')],
];

const STATE: readonly Rejection[] = [
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

const CAPABILITIES: readonly Rejection[] = [
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

describeRejections({
  'of the fields': FIELDS,
  'of what it builds on': STATE,
  'of what the model cannot do': CAPABILITIES,
});
