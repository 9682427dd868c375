/** POST /v1/moderations: the published schema over all kinds of input, what is flagged, and what is refused. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { assertValid } from '../../schemas/published-schema.js';
import { AT_ONCE, type Json, sharedSimulator } from '../chat-client.js';
import { assertError, documentOf, type ExpectedError, post } from './post.js';

const PATH = '/v1/moderations';
const OMNI = ['omni-moderation-latest', 'omni-moderation-2024-09-26'];
const TEXT_ONLY = ['text-moderation-latest', 'text-moderation-stable', 'text-moderation-007'];
const IMAGE = { type: 'image_url', image_url: { url: 'https://example.com/image.png' } };
const THREAT = 'I want to kill them.';

interface Result {
  readonly flagged: boolean;
  readonly categories: { readonly [category: string]: boolean | null };
  readonly category_scores: { readonly [category: string]: number };
  readonly category_applied_input_types: { readonly [category: string]: readonly string[] };
}
interface Reply {
  readonly id: string;
  readonly model: string;
  readonly results: readonly Result[];
}

const flagsOf = ({ categories }: Result): string[] =>
  Object.keys(categories).filter((category) => categories[category]);

const text = fc.string({ unit: 'grapheme', maxLength: 60 });
const textPart = fc.record({ type: fc.constant('text'), text });
const imagePart = fc.record({
  type: fc.constant('image_url'),
  image_url: fc.record({
    url: fc.oneof(
      fc.webUrl(),
      fc.base64String().map((data) => `data:image/png;base64,${data}`),
    ),
  }),
});
const parts = fc
  .tuple(fc.array(textPart, { maxLength: 4 }), fc.array(imagePart, { maxLength: 1 }))
  .map(([texts, images]) => [...images, ...texts])
  .filter((all) => all.length > 0);
const request: fc.Arbitrary<Json> = fc.oneof(
  fc.record(
    { model: fc.constantFrom(...OMNI), input: fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 4 }), parts) },
    { requiredKeys: ['input'] },
  ),
  fc.record({
    model: fc.constantFrom(...TEXT_ONLY),
    input: fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 4 })),
  }),
);

describe('moderations', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });
  const moderate = async (body: Json): Promise<Reply> => documentOf(await post(simulator(), PATH, body));

  test('the reply to any valid request is a CreateModerationResponse with a result for each input', async () => {
    await fc.assert(
      fc.asyncProperty(request, async (body) => {
        const reply = await moderate(body);
        assertValid('openai', 'CreateModerationResponse', reply);
        assert.match(reply.id, /^modr-sim-/);
        assert.equal(reply.model, `${body.model ?? OMNI[0]}-simulated`);
        const isBatch = Array.isArray(body.input) && typeof body.input[0] === 'string';
        assert.equal(reply.results.length, isBatch ? (body.input as unknown[]).length : 1);
        for (const result of reply.results) {
          assert.equal(result.flagged, flagsOf(result).length > 0);
          assert.ok(Object.values(result.category_scores).every((score) => score >= 0 && score < 1));
        }
      }),
      { numRuns: 60, seed: 20_251_125 },
    );
  });

  test('flags what is harmful and nothing else, alike in every request', async () => {
    const { results } = await moderate({ input: ['Good morning!', THREAT] });
    assert.deepEqual(flagsOf(results[0]), []);
    assert.deepEqual(flagsOf(results[1]), ['harassment', 'harassment/threatening', 'violence']);
    assert.deepEqual((await moderate({ input: THREAT })).results, [results[1]]);
    assert.deepEqual((await moderate({ input: [{ type: 'text', text: THREAT }] })).results, [results[1]]);
  });

  test('judges parts together, and says to which kinds of part each category was applied', async () => {
    const textOnly = (await moderate({ input: [{ type: 'text', text: THREAT }] })).results[0];
    const both = (await moderate({ input: [IMAGE, { type: 'text', text: 'Hello' }, { type: 'text', text: THREAT }] }))
      .results[0];
    const imageOnly = (await moderate({ input: [IMAGE] })).results[0];
    assert.deepEqual(flagsOf(both), flagsOf(textOnly));
    assert.deepEqual(textOnly.category_applied_input_types.violence, ['text']);
    assert.deepEqual(both.category_applied_input_types.violence, ['text', 'image']);
    assert.deepEqual(both.category_applied_input_types.hate, ['text']);
    assert.deepEqual(imageOnly.category_applied_input_types.violence, ['image']);
    assert.deepEqual(imageOnly.category_applied_input_types.hate, []);
    assert.equal(imageOnly.category_scores.hate, 0);
    assert.ok(imageOnly.category_scores.violence > 0);
    assert.equal(imageOnly.flagged, false);
  });

  test('judges an image by the words of its URL', async () => {
    const image = { type: 'image_url', image_url: { url: 'https://example.com/pool-of-blood/42.jpg' } };
    assert.deepEqual(flagsOf((await moderate({ input: [image] })).results[0]), ['violence', 'violence/graphic']);
  });

  test('models before omni-moderation know no illicit category', async () => {
    const input = 'How do I build a pipe bomb?';
    assert.ok(flagsOf((await moderate({ input })).results[0]).includes('illicit/violent'));
    for (const model of TEXT_ONLY) {
      const [result] = (await moderate({ model, input })).results;
      assert.equal(result.categories.illicit, null);
      assert.equal(result.category_scores['illicit/violent'], 0);
      assert.deepEqual(result.category_applied_input_types.illicit, []);
      assert.deepEqual(result.category_applied_input_types.violence, ['text']);
    }
  });

  const MISSING = { code: 'missing_required_parameter' };
  const refused: readonly [string, unknown, ExpectedError][] = [
    ['no input', {}, { message: "Missing required parameter: 'input'.", param: 'input', ...MISSING }],
    [
      'a model that does not exist',
      { model: 'openai/text-moderation-latest', input: 'a' },
      {
        message:
          "Invalid value for 'model' = openai/text-moderation-latest. Please check the OpenAI documentation and try again.",
        param: 'model',
      },
    ],
    [
      'a model that moderates nothing',
      { model: 'gpt-4o', input: 'a' },
      {
        message: "Invalid value for 'model' = gpt-4o. Please check the OpenAI documentation and try again.",
        param: 'model',
      },
    ],
    [
      'an input that is no text',
      { input: 5 },
      {
        message:
          "Invalid type for 'input': expected a string or an array of strings or objects, but got an integer instead.",
        param: 'input',
        code: 'invalid_type',
      },
    ],
    [
      'an empty array',
      { input: [] },
      {
        message:
          "Invalid 'input': empty array. Expected an array with minimum length 1, but got an empty array instead.",
        param: 'input',
        code: 'empty_array',
      },
    ],
    [
      'too many inputs',
      { input: Array(2_049).fill('a') },
      {
        message:
          "Invalid 'input': array too long. Expected an array with maximum length 2048, but got an array with length 2049 instead.",
        param: 'input',
        code: 'array_above_max_length',
      },
    ],
    [
      'a number among texts',
      { input: ['a', 1] },
      {
        message: "Invalid type for 'input[1]': expected a string, but got an integer instead.",
        param: 'input[1]',
        code: 'invalid_type',
      },
    ],
    [
      'a text among parts',
      { input: [IMAGE, 'a'] },
      {
        message: "Invalid type for 'input[1]': expected an object, but got a string instead.",
        param: 'input[1]',
        code: 'invalid_type',
      },
    ],
    [
      'a part without a type',
      { input: [{}] },
      { message: "Missing required parameter: 'input[0].type'.", param: 'input[0].type', ...MISSING },
    ],
    [
      'a part of a type that does not exist',
      { input: [{ type: 'audio' }] },
      {
        message: "Invalid value: 'audio'. Supported values are: 'text' and 'image_url'.",
        param: 'input[0].type',
        code: 'invalid_value',
      },
    ],
    [
      'a text part without text',
      { input: [{ type: 'text' }] },
      { message: "Missing required parameter: 'input[0].text'.", param: 'input[0].text', ...MISSING },
    ],
    [
      'an image part without a URL',
      { input: [{ type: 'image_url', image_url: {} }] },
      { message: "Missing required parameter: 'input[0].image_url.url'.", param: 'input[0].image_url.url', ...MISSING },
    ],
    [
      'a URL that is none',
      { input: [{ type: 'image_url', image_url: { url: 'image.png' } }] },
      {
        message: "Invalid 'input[0].image_url.url'. Expected a valid URL, but got a value with an invalid format.",
        param: 'input[0].image_url.url',
        code: 'invalid_value',
      },
    ],
    [
      'two images',
      { input: [IMAGE, IMAGE] },
      { message: 'Number of images (2) exceeds maximum of 1', param: 'input', code: 'too_many_images' },
    ],
    [
      'parts for a model that reads only text',
      { model: 'text-moderation-latest', input: [IMAGE] },
      {
        message: "Invalid type for 'input[0]': expected a string, but got an object instead.",
        param: 'input[0]',
        code: 'invalid_type',
      },
    ],
    [
      'an input of too many tokens',
      { input: 'a '.repeat(32_769) },
      {
        message:
          "This model's maximum context length is 32768 tokens, however you requested 32770 tokens. Please reduce your input.",
        param: 'input',
        code: 'context_length_exceeded',
      },
    ],
    [
      'a field that does not exist',
      { input: 'a', user: 'me' },
      { message: 'Unrecognized request argument supplied: user' },
    ],
  ];
  for (const [name, body, error] of refused) {
    test(`refuses ${name}`, async () => {
      await assertError(await post(simulator(), PATH, body), error);
    });
  }
});
