/** Google's official Gen AI SDK, its newest and its previous major: tokens, embeddings, models, cached contents and errors. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { GenerateContentConfig, GoogleGenAI } from '@google/genai';
import { type Simulator, startSimulator } from '../../src/index.js';
import { describeGemini } from './gemini-majors.js';

const MODEL = 'gemini-2.5-flash';
const QUESTION = 'What is a ring buffer?';

describeGemini(({ sdk, major }) => {
  const { ApiError, GoogleGenAI: Client } = sdk;
  let simulator: Simulator;
  let ai: GoogleGenAI;

  before(async () => {
    simulator = await startSimulator({ config: { simulation: { time_scale: 0 } } });
    ai = new Client({ apiKey: 'any', httpOptions: { baseUrl: simulator.url } });
  });

  after(() => simulator.stop());

  const ask = (config: GenerateContentConfig = {}, model = MODEL) =>
    ai.models.generateContent({ model, contents: QUESTION, config });

  describe('beside generating', () => {
    test('counts tokens', async () => {
      const short = await ai.models.countTokens({ model: MODEL, contents: 'sky' });
      const long = await ai.models.countTokens({
        model: MODEL,
        contents: ['sky', { inlineData: { mimeType: 'image/png', data: 'AAAA' } }],
      });
      assert.equal(long.totalTokens! - short.totalTokens!, 258);
    });

    test('embeds, similar texts nearer than others', async () => {
      const contents = ['the cat sat on the mat', 'the cat lay on the mat', 'quarterly earnings rose sharply'];
      const { embeddings } = await ai.models.embedContent({ model: 'gemini-embedding-001', contents });
      const [a, b, c] = embeddings!.map(({ values }) => values!);
      assert.equal(a.length, 3072);
      assert.ok(Math.abs(dot(a, a) - 1) < 1e-4);
      assert.ok(dot(a, b) > dot(a, c) + 0.1);
      const config = { outputDimensionality: 768 };
      const short = await ai.models.embedContent({ model: 'gemini-embedding-001', contents: contents[0], config });
      assert.deepEqual(short.embeddings![0].values, a.slice(0, 768));
    });

    test('lists and gets models', async () => {
      const names: string[] = [];
      for await (const model of await ai.models.list({ config: { pageSize: 3 } })) names.push(model.name ?? '');
      assert.ok(names.length > 6 && names.includes(`models/${MODEL}`));
      assert.equal(new Set(names).size, names.length);
      const model = await ai.models.get({ model: MODEL });
      assert.equal(model.name, `models/${MODEL}`);
      assert.equal(model.displayName, 'Gemini 2.5 Flash');
      assert.equal(model.inputTokenLimit, 1_048_576);
      assert.ok(model.supportedActions?.includes('generateContent'));
    });

    test('caches content and counts it', async () => {
      const cache = await ai.caches.create({
        model: MODEL,
        config: { contents: 'word '.repeat(1_500), systemInstruction: 'Be brief.', ttl: '300s', displayName: 'words' },
      });
      const { name } = cache as { name: string };
      assert.equal(cache.displayName, 'words');
      const cached = cache.usageMetadata!.totalTokenCount!;
      assert.ok(cached >= 1_500);
      const { usageMetadata } = await ask({ cachedContent: name });
      assert.equal(usageMetadata?.cachedContentTokenCount, cached);
      assert.ok(usageMetadata!.promptTokenCount! > cached);
      assert.deepEqual(usageMetadata?.cacheTokensDetails, [{ modality: 'TEXT', tokenCount: cached }]);
      const updated = await ai.caches.update({ name, config: { ttl: '600s' } });
      assert.equal(updated.createTime, cache.createTime);
      assert.ok(Date.parse(updated.expireTime!) > Date.parse(cache.expireTime!));
      assert.deepEqual(await ai.caches.get({ name }), updated);
      await ai.caches.delete({ name });
      await assert.rejects(ai.caches.get({ name }), { name: 'ApiError', status: 403 });
    });
  });

  describe('throws ApiError', () => {
    const status = async (request: Promise<unknown>) => {
      const error = await request.then(
        () => assert.fail('no error'),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof ApiError, String(error));
      return [error.status, JSON.parse(error.message).error.status];
    };

    test('for what is wrong with the request', async () => {
      assert.deepEqual(await status(ask({ temperature: 5 })), [400, 'INVALID_ARGUMENT']);
      assert.deepEqual(await status(ask({ cachedContent: 'cachedContents/none' })), [403, 'PERMISSION_DENIED']);
      assert.deepEqual(await status(ask({}, 'gemini-none')), [404, 'NOT_FOUND']);
    });

    test('for a stream that is refused', async () => {
      const stream = ai.models.generateContentStream({ model: 'gemini-none', contents: QUESTION });
      assert.deepEqual(await status(stream), [404, 'NOT_FOUND']);
    });
  });

  test('calls the version of the API that this major calls', async () => {
    const urls: string[] = [];
    const original = globalThis.fetch;
    globalThis.fetch = (input, init) => {
      urls.push(String(input));
      return original(input, init);
    };
    try {
      await ai.models.countTokens({ model: MODEL, contents: 'sky' });
    } finally {
      globalThis.fetch = original;
    }
    assert.match(urls[0], major >= 3 ? /\/v1\/models\// : /\/v1beta\/models\//);
  });
});

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * b[index], 0);
}
