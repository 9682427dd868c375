/** POST /v1/embeddings: the published schema over all kinds of input, what the vectors promise, and what is refused. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import cl100k from 'gpt-tokenizer/encoding/cl100k_base';
import { assertValid } from '../../schemas/published-schema.js';
import { AT_ONCE, type Json, sharedSimulator } from '../chat-client.js';
import { assertError, documentOf, type ExpectedError, post } from './post.js';

const PATH = '/v1/embeddings';
const MODEL = 'text-embedding-3-small';
const DIMENSIONS: { readonly [model: string]: number } = {
  'text-embedding-3-small': 1_536,
  'text-embedding-3-large': 3_072,
  'text-embedding-ada-002': 1_536,
};
const RUNS = { numRuns: 40, seed: 20_251_125 };

interface Reply {
  readonly object: string;
  readonly data: readonly { readonly object: string; readonly index: number; readonly embedding: number[] | string }[];
  readonly model: string;
  readonly usage: { readonly prompt_tokens: number; readonly total_tokens: number };
}

/** A reply's vectors as float32, however they were sent. */
function vectorsOf({ data }: Reply): Float32Array[] {
  return data.map(({ embedding }) => {
    if (typeof embedding !== 'string') return Float32Array.from(embedding);
    const bytes = Buffer.from(embedding, 'base64');
    return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
  });
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
const tokens = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 20 });
const request: fc.Arbitrary<Json> = fc
  .record(
    {
      model: fc.constantFrom(...Object.keys(DIMENSIONS)),
      input: fc.oneof(
        text,
        fc.array(text, { minLength: 1, maxLength: 5 }),
        tokens,
        fc.array(tokens, { minLength: 1, maxLength: 5 }),
      ),
      encoding_format: fc.option(fc.constantFrom('float', 'base64')),
      dimensions: fc.option(fc.integer({ min: 1, max: 1_536 })),
      user: text,
    },
    { requiredKeys: ['model', 'input'] },
  )
  .map((fields) => (fields.model === 'text-embedding-ada-002' ? { ...fields, dimensions: null } : { ...fields }));

describe('embeddings', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });
  const embed = async (fields: Json): Promise<Reply> =>
    documentOf(await post(simulator(), PATH, { model: MODEL, ...fields }));
  const vectors = async (fields: Json): Promise<Float32Array[]> => vectorsOf(await embed(fields));

  test('the reply to any valid request is a CreateEmbeddingResponse with a unit vector for each input', async () => {
    await fc.assert(
      fc.asyncProperty(request, async (body) => {
        const reply = await embed(body);
        const found = vectorsOf(reply);
        const asNumbers = reply.data.map((item, i) => ({ ...item, embedding: Array.from(found[i]) }));
        assertValid('openai', 'CreateEmbeddingResponse', { ...reply, data: asNumbers });
        assert.ok(
          reply.data.every(({ embedding }) => (typeof embedding === 'string') === (body.encoding_format === 'base64')),
        );
        assert.deepEqual(
          reply.data.map(({ index }) => index),
          reply.data.map((_, index) => index),
        );
        const isOne = typeof body.input === 'string' || typeof (body.input as unknown[])[0] === 'number';
        assert.equal(found.length, isOne ? 1 : (body.input as unknown[]).length);
        for (const vector of found) {
          assert.equal(vector.length, body.dimensions ?? DIMENSIONS[body.model as string]);
          assert.ok(Math.abs(dot(vector, vector) - 1) < 1e-5);
        }
        assert.equal(reply.model, `${body.model}-simulated`);
        assert.equal(reply.usage.total_tokens, reply.usage.prompt_tokens);
      }),
      RUNS,
    );
  });

  test('a text has one vector: alone, in a batch, as tokens, as base64, in any request', async () => {
    const texts = ['Why is the sky blue?', 'Das Wetter ist schön 😀', '空はなぜ青い'];
    const batch = await vectors({ input: texts });
    for (const [index, input] of texts.entries()) {
      for (const fields of [
        { input },
        { input: [input, 'something else'] },
        { input: cl100k.encode(input) },
        { input: [cl100k.encode(input)] },
        { input, encoding_format: 'base64' },
        { input, encoding_format: 'float', user: 'someone' },
      ]) {
        assert.deepEqual((await vectors(fields))[0], batch[index]);
      }
    }
    assert.equal(new Set(batch.map((vector) => vector.join())).size, texts.length);
  });

  test('counts the tokens that the encoding has', async () => {
    const texts = ['Why is the sky blue?', '空はなぜ青い', ' '];
    const counts = texts.map((input) => cl100k.countTokens(input));
    const sum = counts.reduce((total, count) => total + count, 0);
    assert.deepEqual((await embed({ input: texts })).usage, { prompt_tokens: sum, total_tokens: sum });
    assert.deepEqual((await embed({ input: [1, 2, 3] })).usage, { prompt_tokens: 3, total_tokens: 3 });
  });

  test('fewer dimensions are the first ones, renormalised; models differ', async () => {
    const input = 'The tide comes in twice a day.';
    const [whole] = await vectors({ input });
    const [part] = await vectors({ input, dimensions: 256 });
    const first = whole.subarray(0, 256);
    const length = Math.sqrt(dot(first, first));
    assert.ok(part.every((value, i) => Math.abs(value - first[i] / length) < 1e-5));
    const [other] = await vectors({ input, model: 'text-embedding-ada-002' });
    assert.ok(Math.abs(dot(whole, other)) < 0.2);
  });

  test('texts about the same are nearer than texts about something else', async () => {
    const [question, paraphrase, other] = await vectors({
      input: [
        'How do I reset my password?',
        'I forgot my password, how can I reset it?',
        'Bread needs flour and water.',
      ],
    });
    assert.ok(dot(question, paraphrase) > 0.5);
    assert.ok(dot(question, other) < 0.25);
  });

  test('takes as much as the limits allow', async () => {
    assert.equal((await embed({ input: Array(2_048).fill('a'), dimensions: 2 })).data.length, 2_048);
    assert.equal((await embed({ input: Array(2_048).fill(5) })).usage.prompt_tokens, 2_048);
    assert.equal((await embed({ input: [Array(8_192).fill(5)], dimensions: 2 })).usage.prompt_tokens, 8_192);
    const most = await embed({ input: Array(1_200).fill(Array(250).fill(5)), dimensions: 2 });
    assert.equal(most.usage.prompt_tokens, 300_000);
  });

  const INVALID_INPUT = {
    message: "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
  };
  const refused: readonly [string, Json, ExpectedError][] = [
    ['no model', { model: undefined, input: 'a' }, { message: 'you must provide a model parameter' }],
    [
      'a model that is no string',
      { model: 1, input: 'a' },
      {
        message: "Invalid type for 'model': expected a string, but got an integer instead.",
        param: 'model',
        code: 'invalid_type',
      },
    ],
    [
      'an unknown model',
      { model: 'text-embedding-9', input: 'a' },
      {
        status: 404,
        message: 'The model `text-embedding-9` does not exist or you do not have access to it.',
        code: 'model_not_found',
      },
    ],
    [
      'a chat model',
      { model: 'gpt-4o', input: 'a' },
      { status: 403, message: 'You are not allowed to generate embeddings from this model' },
    ],
    [
      'no input',
      {},
      {
        message: "Missing required parameter: 'input'.",
        param: 'input',
        code: 'missing_required_parameter',
      },
    ],
    ...[
      '',
      [],
      [''],
      ['a', ''],
      [[]],
      [1, 'a'],
      ['a', 1],
      [[1], []],
      [[1], 2],
      [[[1]]],
      [-1],
      [0.5],
      [100_256],
      [[2 ** 53]],
      { text: 'a' },
      true,
      5,
      [null],
      Array(2_049).fill('a'),
      Array(2_049).fill(1),
    ].map((input): [string, Json, ExpectedError] => [
      `the input ${JSON.stringify(input).slice(0, 20)}`,
      { input },
      INVALID_INPUT,
    ]),
    [
      'an encoding format that does not exist',
      { input: 'a', encoding_format: 'md5' },
      { message: "Invalid value for 'encoding_format' = md5. Supported values: ['float', 'base64']." },
    ],
    [
      'no dimensions',
      { input: 'a', dimensions: 0 },
      {
        message: "Invalid 'dimensions': integer below minimum value. Expected a value >= 1, but got 0 instead.",
        param: 'dimensions',
        code: 'integer_below_min_value',
      },
    ],
    [
      'half a dimension',
      { input: 'a', dimensions: 1.5 },
      {
        message: "Invalid type for 'dimensions': expected an integer, but got a decimal number instead.",
        param: 'dimensions',
        code: 'invalid_type',
      },
    ],
    [
      'more dimensions than there are',
      { input: 'a', dimensions: 1_537 },
      { message: "Invalid value for 'dimensions' = 1537. Must be less than or equal to 1536." },
    ],
    [
      'dimensions of a model that cannot shorten',
      { model: 'text-embedding-ada-002', input: 'a', dimensions: 1_536 },
      { message: 'This model does not support specifying dimensions.' },
    ],
    [
      'a user who is no string',
      { input: 'a', user: {} },
      {
        message: "Invalid type for 'user': expected a string, but got an object instead.",
        param: 'user',
        code: 'invalid_type',
      },
    ],
    [
      'a field that does not exist',
      { input: 'a', top_k: 1 },
      { message: 'Unrecognized request argument supplied: top_k' },
    ],
    [
      'an input of too many tokens',
      { input: ['a', Array(8_194).join(' a')] },
      {
        message:
          "This model's maximum context length is 8192 tokens, however you requested 8193 tokens (8193 in your prompt; 0 for the " +
          'completion). Please reduce your prompt; or completion length.',
      },
    ],
    [
      'too many tokens in all',
      { input: Array(2_000).fill(Array(151).fill(1)) },
      {
        message: 'Requested 302000 tokens, max 300000 tokens per request',
        type: 'max_tokens_per_request',
        code: 'max_tokens_per_request',
      },
    ],
  ];
  for (const [name, fields, error] of refused) {
    test(`refuses ${name}`, async () => {
      await assertError(await post(simulator(), PATH, { model: MODEL, ...fields }), error);
    });
  }

  test('refuses what is no JSON object', async () => {
    for (const body of ['', '[]', 'null', '"input"', '{"input":']) {
      const response = await post(simulator(), PATH, body);
      assert.equal(response.status, 400);
      assert.match(
        ((await response.json()) as { error: { message: string } }).error.message,
        /^We could not parse the JSON body/,
      );
    }
  });
});

describe('the time of an embedding', () => {
  const latency = { ttft: { distribution: 'constant', value_ms: 120 } };
  const simulator = sharedSimulator({ config: { providers: { [MODEL]: { latency } } } });

  test('is the model’s, and the reply says so', async () => {
    const start = performance.now();
    const response = await post(simulator(), PATH, { model: MODEL, input: 'a' });
    await response.arrayBuffer();
    assert.ok(performance.now() - start >= 119);
    assert.equal(response.headers.get('openai-processing-ms'), '120');
  });
});
