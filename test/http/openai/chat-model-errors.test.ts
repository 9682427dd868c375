/** Fields that the API knows and a model refuses, each in the API's words; and the same fields where another model takes them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AT_ONCE, chatRequest, type Json, sharedSimulator } from '../chat-client.js';
import { assertError, type ExpectedError, post } from './post.js';

const PATH = '/v1/chat/completions';

const parameter = (param: string, hint = ''): ExpectedError => ({
  message: `Unsupported parameter: '${param}' is not supported with this model.${hint}`,
  param,
  code: 'unsupported_parameter',
});
const value = (param: string, got: string, supported: string): ExpectedError => ({
  message: `Unsupported value: '${param}' does not support ${got} with this model. ${supported}`,
  param,
  code: 'unsupported_value',
});
const ONLY_ONE = 'Only the default (1) value is supported.';

const image = { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }] };
const recording = { role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'aGk=', format: 'mp3' } }] };
const audio = (format: string) => ({ modalities: ['text', 'audio'], audio: { voice: 'alloy', format } });
const schema = { type: 'object', properties: {}, required: [], additionalProperties: false };
const jsonSchema = { response_format: { type: 'json_schema', json_schema: { name: 'x', schema } } };

const REFUSED: readonly (readonly [model: string, fields: Json, expected: ExpectedError])[] = [
  ['o3', { max_tokens: 5 }, parameter('max_tokens', " Use 'max_completion_tokens' instead.")],
  ['gpt-5', { max_tokens: 5 }, parameter('max_tokens', " Use 'max_completion_tokens' instead.")],
  ['gpt-5', { temperature: 0.2 }, value('temperature', '0.2', ONLY_ONE)],
  ['o4-mini', { temperature: 0 }, value('temperature', '0', ONLY_ONE)],
  ['o3-mini', { temperature: 1 }, parameter('temperature')],
  ['gpt-5-mini', { top_p: 0.5 }, parameter('top_p')],
  ['gpt-5', { logprobs: true }, parameter('logprobs')],
  ['gpt-5', { presence_penalty: 1 }, parameter('presence_penalty')],
  ['o3', { stop: 'x' }, parameter('stop')],
  ['o3', { logit_bias: { 5: 1 } }, parameter('logit_bias')],
  [
    'o4-mini',
    { tools: [{ type: 'function', function: { name: 'f' } }], parallel_tool_calls: false },
    parameter('parallel_tool_calls'),
  ],
  [
    'o3',
    { reasoning_effort: 'minimal' },
    value('reasoning_effort', "'minimal'", "Supported values are: 'low', 'medium', and 'high'."),
  ],
  [
    'gpt-5',
    { reasoning_effort: 'none' },
    value('reasoning_effort', "'none'", "Supported values are: 'minimal', 'low', 'medium', and 'high'."),
  ],
  [
    'gpt-5.5',
    { reasoning_effort: 'max' },
    value('reasoning_effort', "'max'", "Supported values are: 'none', 'low', 'medium', 'high', and 'xhigh'."),
  ],
  [
    'gpt-6-astra',
    { reasoning_effort: 'none' },
    value('reasoning_effort', "'none'", "Supported values are: 'low', 'medium', 'high', 'xhigh', and 'max'."),
  ],
  ['gpt-5.6-luna', { temperature: 0.2 }, value('temperature', '0.2', ONLY_ONE)],
  ['gpt-5.1', { temperature: 0.2, reasoning_effort: 'low' }, value('temperature', '0.2', ONLY_ONE)],
  ['gpt-4o', { reasoning_effort: 'low' }, { message: 'Unrecognized request argument supplied: reasoning_effort' }],
  ['gpt-4o', { verbosity: 'low' }, value('verbosity', "'low'", "Supported values are: 'medium'.")],
  ['gpt-4o', { web_search_options: {} }, { message: 'Web search options not supported with this model.' }],
  [
    'o3',
    { web_search_options: {} },
    { message: "Unknown parameter: 'web_search_options'.", param: 'web_search_options', code: 'unknown_parameter' },
  ],
  [
    'gpt-4',
    { messages: [{ role: 'user', content: 'JSON' }], response_format: { type: 'json_object' } },
    {
      message: "Invalid parameter: 'response_format' of type 'json_object' is not supported with this model.",
      param: 'response_format',
    },
  ],
  [
    'gpt-4-turbo',
    jsonSchema,
    {
      message:
        "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model. Learn more about supported " +
        'models at the Structured Outputs guide: https://platform.openai.com/docs/guides/structured-outputs',
      param: 'response_format',
    },
  ],
  [
    'gpt-3.5-turbo',
    { messages: [{ role: 'user', content: 'Look.' }, image] },
    {
      message: 'Invalid content type. image_url is only supported by certain models.',
      param: 'messages.[1].content.[0].type',
    },
  ],
  [
    'gpt-4o',
    { messages: [recording] },
    {
      message: 'Invalid content type. input_audio is only supported by certain models.',
      param: 'messages.[0].content.[0].type',
    },
  ],
  ['gpt-4o', audio('wav'), value('modalities', "'audio'", "Supported values are: 'text'.")],
  [
    'gpt-audio',
    {},
    {
      message: 'This model requires that either input content or output modality contain audio.',
      param: 'model',
      code: 'invalid_value',
    },
  ],
  [
    'gpt-audio',
    { modalities: ['audio'] },
    { message: "Missing required parameter: 'audio'.", param: 'audio', code: 'missing_required_parameter' },
  ],
  [
    'gpt-audio',
    { ...audio('wav'), stream: true },
    {
      message:
        "Unsupported value: 'audio.format' does not support 'wav' when stream=true. Supported values are: 'pcm16'.",
      param: 'audio.format',
      code: 'unsupported_value',
    },
  ],
  ['gpt-audio', audio('flac'), value('audio.format', "'flac'", "Supported values are: 'wav', 'mp3', and 'pcm16'.")],
  ['gpt-audio', { ...audio('wav'), n: 2 }, value('n', '2', ONLY_ONE)],
];

const TAKEN: readonly (readonly [model: string, fields: Json])[] = [
  ['gpt-5', { temperature: 1, top_p: 1, presence_penalty: 0, max_completion_tokens: 2 }],
  ['gpt-5.1', { temperature: 0.2, top_p: 0.5, logprobs: true, max_completion_tokens: 2 }],
  ['gpt-5.4', { temperature: 0.2, reasoning_effort: 'none', max_completion_tokens: 2 }],
  ['gpt-6-luna', { reasoning_effort: 'max', max_completion_tokens: 2 }],
  ['o3-mini', { stop: 'x', reasoning_effort: 'low', max_completion_tokens: 2 }],
  ['gpt-4o', { verbosity: 'medium', temperature: 2, max_tokens: 2 }],
  ['gpt-4o-search-preview', { web_search_options: { search_context_size: 'low' }, max_tokens: 2 }],
  ['gpt-4-turbo', { messages: [image], max_tokens: 2 }],
  ['gpt-audio', { ...audio('wav'), max_tokens: 2 }],
  ['gpt-audio', { ...audio('mp3'), max_tokens: 2 }],
];

describe('what a model refuses', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  for (const [model, fields, expected] of REFUSED) {
    test(`${model}: ${JSON.stringify(fields).slice(0, 120)}`, async () => {
      await assertError(await post(simulator(), PATH, chatRequest({ model, ...fields })), expected);
    });
  }

  for (const [model, fields] of TAKEN) {
    test(`${model} takes ${JSON.stringify(fields).slice(0, 120)}`, async () => {
      const response = await post(simulator(), PATH, chatRequest({ model, ...fields }));
      assert.equal(response.status, 200, await response.text());
    });
  }

  test('a prompt that leaves no room for what gpt-5 may write', async () => {
    const content = 'word '.repeat(272_500);
    const response = await post(
      simulator(),
      PATH,
      chatRequest({ model: 'gpt-5', messages: [{ role: 'user', content }] }),
    );
    const { error } = (await response.json()) as { error: { message: string; code: string } };
    assert.match(
      error.message,
      /^Input tokens exceed the configured limit of 272000 tokens\. Your messages resulted in 27\d{4} tokens\./,
    );
    assert.equal(error.code, 'context_length_exceeded');
  });
});

describe('a model of no known family', () => {
  const simulator = sharedSimulator({ config: { ...AT_ONCE, providers: { 'my-model': {} } } });

  test('refuses nothing', async () => {
    const everything = {
      model: 'my-model',
      temperature: 0.5,
      reasoning_effort: 'low',
      max_tokens: 2,
      verbosity: 'high',
    };
    const response = await post(simulator(), PATH, chatRequest({ ...everything, messages: [image, recording] }));
    assert.equal(response.status, 200, await response.text());
  });
});
