/** Gemini's replies, byte for byte. */
import { describe, test } from 'node:test';
import { sharedSimulator } from '../http/chat-client.js';
import { TOKEN_BY_TOKEN } from '../http/gemini/gemini-client.js';
import { assertGolden, GOLDEN_SIMULATION, GOLDEN_START, type GoldenRequest } from './golden.js';

const CONTENTS = [{ role: 'user', parts: [{ text: 'Why is the sky blue?' }] }];
const WEATHER = {
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: {
    type: 'OBJECT',
    properties: { city: { type: 'STRING' }, days: { type: 'INTEGER', minimum: 1, maximum: 5 } },
    required: ['city', 'days'],
  },
};
const TOOLS = [{ functionDeclarations: [WEATHER] }];
const NO_THOUGHTS = { thinkingConfig: { thinkingBudget: 0 } };

const generate = (model: string, verb: string, body: object): GoldenRequest => ({
  path: `/v1beta/models/${model}:${verb}`,
  headers: { 'x-goog-api-key': 'any' },
  body: { contents: CONTENTS, ...body },
});
const streamed = (model: string, body: object) => generate(model, 'streamGenerateContent?alt=sse', body);

const FEATURES: { readonly [feature: string]: GoldenRequest } = {
  whole: generate('gemini-2.5-flash', 'generateContent', { generationConfig: { maxOutputTokens: 20 } }),
  'whole-old': generate('gemini-2.0-flash', 'generateContent', { generationConfig: { maxOutputTokens: 8 } }),
  'whole-calls': generate('gemini-2.5-flash', 'generateContent', { tools: TOOLS }),
  stream: streamed('gemini-2.5-flash', { generationConfig: { maxOutputTokens: 6, ...NO_THOUGHTS } }),
  'stream-array': generate('gemini-2.5-flash', 'streamGenerateContent', {
    generationConfig: { maxOutputTokens: 4, ...NO_THOUGHTS },
  }),
  'stream-thoughts': streamed('gemini-2.5-flash', {
    generationConfig: { maxOutputTokens: 8, thinkingConfig: { includeThoughts: true, thinkingBudget: 600 } },
  }),
  'stream-hidden-thoughts': streamed('gemini-3-pro', { generationConfig: { maxOutputTokens: 8 } }),
  'stream-calls': streamed('gemini-2.5-flash', { tools: TOOLS }),
  'stream-calls-3': streamed('gemini-3-pro', { tools: TOOLS }),
  'stream-json': streamed('gemini-2.5-flash', {
    generationConfig: { responseMimeType: 'application/json', responseSchema: WEATHER.parameters, ...NO_THOUGHTS },
  }),
  'stream-candidates': streamed('gemini-2.5-flash', {
    generationConfig: { candidateCount: 2, maxOutputTokens: 3, ...NO_THOUGHTS },
  }),
  'stream-logprobs': streamed('gemini-2.5-flash', {
    generationConfig: { responseLogprobs: true, logprobs: 2, maxOutputTokens: 2, ...NO_THOUGHTS },
  }),
  'stream-error': streamed('gemini-2.5-flash', { generationConfig: { temperature: 3 } }),
  'array-error': generate('gemini-2.5-flash', 'streamGenerateContent', { contents: [] }),
  'payload-error': generate('gemini-2.5-flash', 'generateContent', {
    contents: [{ parts: [{ txt: 'x' }] }],
    generationConfig: { temperature: 'hot' },
  }),
  'count-tokens': generate('gemini-2.5-flash', 'countTokens', {}),
  embedding: {
    path: '/v1beta/models/gemini-embedding-001:embedContent',
    body: { content: { parts: [{ text: 'sky' }] }, outputDimensionality: 4 },
  },
  'cached-content': {
    path: '/v1beta/cachedContents',
    body: { model: 'models/gemini-2.5-flash', contents: [{ parts: [{ text: 'word '.repeat(1_100) }] }], ttl: '300s' },
  },
  model: { path: '/v1/models/gemini-2.5-flash', headers: { 'x-goog-api-key': 'any' } },
};

describe('golden replies of Gemini', () => {
  const simulator = sharedSimulator({
    ...GOLDEN_START,
    config: { simulation: GOLDEN_SIMULATION, providers: TOKEN_BY_TOKEN },
  });

  for (const [feature, request] of Object.entries(FEATURES)) {
    test(feature, () => assertGolden(simulator(), 'gemini', feature, request));
  }
});
