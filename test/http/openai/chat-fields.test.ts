/** Every field of a chat request: its type, and its range at the bounds. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AT_ONCE, chatRequest, type Json, postChat, sharedSimulator } from '../chat-client.js';

const NAMES: readonly (readonly [unknown, string])[] = [
  ['text', 'a string'],
  [1, 'an integer'],
  [1.5, 'a decimal number'],
  [true, 'a boolean'],
  [[], 'an empty array'],
  [[1], 'an array'],
  [{}, 'an object'],
];

/** What a field takes, in the words of the error, and which of the values above are of that type. */
const FIELDS: readonly (readonly [
  expected: string,
  accepts: (value: unknown) => boolean,
  fields: readonly string[],
])[] = [
  [
    'a string',
    (value) => typeof value === 'string',
    [
      'model',
      'user',
      'service_tier',
      'reasoning_effort',
      'verbosity',
      'safety_identifier',
      'prompt_cache_key',
      'prompt_cache_retention',
    ],
  ],
  ['a boolean', (value) => typeof value === 'boolean', ['stream', 'logprobs', 'parallel_tool_calls', 'store']],
  [
    'a decimal',
    (value) => typeof value === 'number',
    ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty'],
  ],
  [
    'an integer',
    (value) => Number.isInteger(value),
    ['n', 'max_tokens', 'max_completion_tokens', 'seed', 'top_logprobs'],
  ],
  ['an array', (value) => Array.isArray(value), ['messages', 'tools', 'functions', 'modalities']],
  [
    'an object',
    (value) => typeof value === 'object' && !Array.isArray(value),
    [
      'stream_options',
      'logit_bias',
      'response_format',
      'audio',
      'prediction',
      'metadata',
      'moderation',
      'web_search_options',
      'prompt_cache_options',
    ],
  ],
];

/** Each bound of a field, and how far beyond it the first wrong value lies. */
const BOUNDS: readonly (readonly [field: string, noun: string, bound: '>=' | '<=', value: number, step: number])[] = [
  ['temperature', 'decimal', '>=', 0, 0.01],
  ['temperature', 'decimal', '<=', 2, 0.01],
  ['top_p', 'decimal', '>=', 0, 0.01],
  ['top_p', 'decimal', '<=', 1, 0.01],
  ['presence_penalty', 'decimal', '>=', -2, 0.01],
  ['presence_penalty', 'decimal', '<=', 2, 0.01],
  ['frequency_penalty', 'decimal', '>=', -2, 0.01],
  ['frequency_penalty', 'decimal', '<=', 2, 0.01],
  ['n', 'integer', '>=', 1, 1],
  ['n', 'integer', '<=', 128, 1],
  ['max_tokens', 'integer', '>=', 1, 1],
  ['max_completion_tokens', 'integer', '>=', 1, 1],
  ['top_logprobs', 'integer', '>=', 0, 1],
  ['top_logprobs', 'integer', '<=', 20, 1],
];

describe('the fields of a chat request', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });
  const post = async (fields: Json) => {
    const response = await postChat(simulator(), chatRequest(fields));
    const body = (await response.json()) as { error?: { code: string | null; param: string | null; message: string } };
    return { status: response.status, error: body.error };
  };

  for (const [expected, accepts, fields] of FIELDS) {
    for (const field of fields) {
      test(`${field} is ${expected} or null; any other type is named in the error`, async () => {
        for (const [value, name] of NAMES.filter(([value]) => !accepts(value))) {
          const { status, error } = await post({ [field]: value });
          assert.equal(status, 400);
          assert.deepEqual(error, {
            message: `Invalid type for '${field}': expected ${expected}, but got ${name} instead.`,
            type: 'invalid_request_error',
            param: field,
            code: 'invalid_type',
          });
        }
      });
    }
  }

  for (const [field, noun, bound, value, step] of BOUNDS) {
    test(`${field} ${bound} ${value}`, async () => {
      const others = { logprobs: true, ...(field.startsWith('max_') ? {} : { max_tokens: 2 }) };
      assert.equal((await post({ ...others, [field]: value })).status, 200);
      const beyond = bound === '>=' ? value - step : value + step;
      const { status, error } = await post({ ...others, [field]: beyond });
      const [side, kind, code] = bound === '>=' ? ['below', 'minimum', 'min'] : ['above', 'maximum', 'max'];
      assert.equal(status, 400);
      assert.deepEqual(error, {
        message: `Invalid '${field}': ${noun} ${side} ${kind} value. Expected a value ${bound} ${value}, but got ${beyond} instead.`,
        type: 'invalid_request_error',
        param: field,
        code: `${noun}_${side}_${code}_value`,
      });
    });
  }

  test('a bias lies from -100 to 100 and the error names its token', async () => {
    assert.equal((await post({ max_tokens: 1, logit_bias: { 50256: -100, 11: 100 } })).status, 200);
    const { error } = await post({ logit_bias: { 50256: -100.5 } });
    assert.equal(error?.param, 'logit_bias.50256');
    assert.equal(error.code, 'decimal_below_min_value');
  });

  test('a bias is for the number of a token, not for its text', async () => {
    for (const token of [' the', '-1', '1.5', '']) {
      assert.deepEqual((await post({ logit_bias: { [token]: 1 } })).error, {
        message: `Invalid key in 'logit_bias': ${token}. You should only be submitting non-negative integers.`,
        type: 'invalid_request_error',
        param: 'logit_bias',
        code: null,
      });
    }
  });

  test('null counts as absent', async () => {
    const nothing = { temperature: null, stop: null, n: null, stream: null, stream_options: null, max_tokens: null };
    assert.equal((await post({ ...nothing, max_completion_tokens: 1 })).status, 200);
  });

  test('numbers no double can hold are out of range, not a defect', async () => {
    const body = JSON.stringify(chatRequest({ temperature: 1 })).replace('"temperature":1', '"temperature":1e999');
    const response = await postChat(simulator(), body);
    assert.equal(response.status, 400);
    assert.match(await response.text(), /decimal_above_max_value/);
  });
});
