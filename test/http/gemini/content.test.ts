/** generateContent and its streams: every combination of feature and layout is what the schema says, and all layouts say the same. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertValid } from '../../schemas/published-schema.js';
import { type Json, sharedSimulator } from '../chat-client.js';
import { asking, chunksOf, gathered, generate, NO_THOUGHTS, post, type Reply, streamText } from './gemini-client.js';
import { GEMINI_BODIES } from './valid-bodies.js';

const WEATHER = {
  name: 'get_weather',
  parameters: {
    type: 'OBJECT',
    properties: { city: { type: 'STRING' }, days: { type: 'INTEGER' } },
    required: ['city', 'days'],
  },
};
const TOOLS = [{ functionDeclarations: [WEATHER] }];

const FEATURES: { readonly [feature: string]: readonly [fields: Json, model?: string] } = {
  text: [{}],
  'a limit': [{ generationConfig: { maxOutputTokens: 7, ...NO_THOUGHTS } }],
  'shown thoughts': [{ generationConfig: { thinkingConfig: { includeThoughts: true, thinkingBudget: 300 } } }],
  'a stop sequence': [{ generationConfig: { stopSequences: ['.'] } }],
  candidates: [{ generationConfig: { candidateCount: 3, maxOutputTokens: 40 } }],
  'log probabilities': [{ generationConfig: { responseLogprobs: true, logprobs: 2, maxOutputTokens: 12 } }],
  'a call': [{ tools: TOOLS }],
  'a call of generation 3': [{ tools: TOOLS }, 'gemini-3-pro'],
  'a call that is cut off': [{ tools: TOOLS, generationConfig: { maxOutputTokens: 2, ...NO_THOUGHTS } }],
  'generation 3': [{}, 'gemini-3-pro'],
  'generation 2.0': [{}, 'gemini-2.0-flash'],
  'safety settings': [{ safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }] }],
  JSON: [{ generationConfig: { responseMimeType: 'application/json', responseSchema: WEATHER.parameters } }],
  media: [GEMINI_BODIES['gemini.models.generate_content'][0] as Json],
  'a conversation': [GEMINI_BODIES['gemini.models.generate_content'][1] as Json],
};

describe('content', () => {
  const simulator = sharedSimulator({ seed: 11, config: { simulation: { time_scale: 0 } } });

  for (const [feature, [fields, model]] of Object.entries(FEATURES)) {
    test(`with ${feature} is valid and the same in one piece, as events and as an array`, async () => {
      const key = { 'x-llm-sim-request-id': feature };
      const whole = await generate(simulator(), fields, model, key);
      assertValid('gemini', 'GenerateContentResponse', whole);
      for (const layout of ['events', 'array'] as const) {
        const chunks = chunksOf(await streamText(simulator(), fields, layout, model, key));
        for (const chunk of chunks) assertValid('gemini', 'GenerateContentResponse', chunk);
        assertSame(whole, chunks);
      }
    });
  }

  test('of an enum is one of its values, without quotes, in either spelling of the format', async () => {
    const schema = { type: 'string', enum: ['EAST', 'WEST'] };
    for (const generationConfig of [
      { responseMimeType: 'text/x.enum', responseJsonSchema: schema },
      { responseFormat: [{ text: { mimeType: 'text/x.enum', schema } }] },
    ]) {
      const { candidates } = await generate(simulator(), { generationConfig: { ...generationConfig, ...NO_THOUGHTS } });
      const [{ text }] = candidates?.[0].content.parts ?? [{}];
      assert.ok(schema.enum.includes(text ?? ''), text);
    }
  });

  test('counts no token twice and none too few', async () => {
    for (const fields of [{}, { tools: TOOLS }, { generationConfig: { candidateCount: 2 } }]) {
      const { usageMetadata } = await generate(simulator(), fields);
      const { promptTokenCount, candidatesTokenCount = 0, thoughtsTokenCount = 0, totalTokenCount } = usageMetadata;
      assert.equal(totalTokenCount, promptTokenCount + candidatesTokenCount + thoughtsTokenCount);
      assert.equal(
        usageMetadata.promptTokensDetails?.reduce((sum, { tokenCount }) => sum + tokenCount, 0),
        promptTokenCount,
      );
    }
  });

  test('is the same on v1 and on v1beta', async () => {
    const key = { 'x-llm-sim-request-id': 'versions' };
    const path = 'models/gemini-2.5-flash:generateContent';
    const [v1, v1beta] = await Promise.all(
      ['v1', 'v1beta'].map(async (version) => (await post(simulator(), path, asking(), key, version)).text()),
    );
    assert.equal(v1, v1beta);
  });

  test('repeats the service tier of the request', async () => {
    const response = await post(
      simulator(),
      'models/gemini-2.5-flash:generateContent',
      asking({ serviceTier: 'flex' }),
    );
    assert.equal(response.headers.get('x-gemini-service-tier'), 'flex');
    assert.equal(((await response.json()) as Reply).usageMetadata.serviceTier, 'flex');
  });

  test('rates a candidate where the API does: always up to 2.0, else where settings were sent', async () => {
    const rated = async (fields: Json, model?: string) =>
      (await generate(simulator(), fields, model)).candidates![0].safetyRatings?.length ?? 0;
    assert.equal(await rated({}, 'gemini-2.0-flash'), 4);
    assert.equal(await rated({}), 0);
    assert.equal(await rated(FEATURES['safety settings'][0]), 4);
  });

  test('signs the first call, and text only where functions were offered or from generation 3 on', async () => {
    const signed = async (fields: Json, model?: string) =>
      (await generate(simulator(), fields, model)).candidates![0].content.parts?.map(
        ({ thoughtSignature }) => thoughtSignature !== undefined,
      );
    assert.deepEqual(await signed({}), [false]);
    assert.deepEqual(await signed({}, 'gemini-3-pro'), [true]);
    assert.deepEqual(await signed({ tools: TOOLS }), [true]);
    const none = { toolConfig: { functionCallingConfig: { mode: 'NONE' } } };
    assert.deepEqual(await signed({ tools: TOOLS, ...none }), [true]);
    assert.deepEqual(await signed({ tools: TOOLS, generationConfig: NO_THOUGHTS }), [false]);
  });

  test('calls a function that takes nothing with nothing', async () => {
    const nothing = [
      {},
      { parameters: { type: 'OBJECT', properties: {} } },
      { parametersJsonSchema: { type: 'object', properties: {}, additionalProperties: false } },
    ];
    for (const parameters of nothing) {
      const { candidates } = await generate(simulator(), {
        tools: [{ functionDeclarations: [{ name: 'now', ...parameters }] }],
      });
      assert.deepEqual(candidates![0].content.parts?.[0].functionCall, { name: 'now', args: {} });
    }
  });

  test('gives calls identifiers from generation 3 on', async () => {
    const id = async (model: string) =>
      (await generate(simulator(), { tools: TOOLS }, model)).candidates![0].content.parts?.[0].functionCall?.id;
    assert.match((await id('gemini-3-flash-preview')) ?? '', /^sim[a-z0-9]{8}$/);
    assert.equal(await id('gemini-2.5-pro'), undefined);
  });
});

/** The chunks together are the whole: parts, ends, usage, identity. */
function assertSame(whole: Reply, chunks: readonly Reply[]): void {
  const last = chunks.at(-1) as Reply;
  assert.deepEqual(last.usageMetadata, whole.usageMetadata);
  for (const { modelVersion, responseId, candidates } of chunks) {
    assert.equal(modelVersion, whole.modelVersion);
    assert.equal(responseId, whole.responseId);
    for (const { content } of candidates ?? []) {
      assert.equal(content.role, 'model');
      assert.ok((content.parts ?? []).length > 0, 'every chunk has parts');
    }
  }
  for (const { content, index, finishReason, finishMessage, safetyRatings } of whole.candidates ?? []) {
    const parts = gathered(chunks, index);
    assert.deepEqual(parts, content.parts ?? [{ text: '' }]);
    const ends = chunks
      .flatMap(({ candidates = [] }) => candidates)
      .filter((candidate) => candidate.index === index && candidate.finishReason !== undefined);
    assert.deepEqual(
      ends.map((end) => ({ ...end, content: undefined, logprobsResult: undefined })),
      [
        {
          content: undefined,
          logprobsResult: undefined,
          finishReason,
          index,
          ...(finishMessage && { finishMessage }),
          ...(safetyRatings && { safetyRatings }),
        },
      ],
    );
  }
}
