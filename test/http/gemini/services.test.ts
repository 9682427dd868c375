/** countTokens, embeddings and cached contents over HTTP, where the SDK does not look: both spellings, limits, and what is refused. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertValid } from '../../schemas/published-schema.js';
import { AT_ONCE, type Json, sharedSimulator } from '../chat-client.js';
import { asking, CONTENTS, generate, messageOf, post } from './gemini-client.js';

const COUNT = 'models/gemini-2.5-flash:countTokens';
const EMBED = 'models/gemini-embedding-001:embedContent';
const BATCH = 'models/gemini-embedding-001:batchEmbedContents';
const WEATHER = {
  name: 'get_weather',
  description: 'Weather',
  parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } } },
};

interface Count {
  readonly totalTokens: number;
  readonly promptTokensDetails: readonly { readonly modality: string; readonly tokenCount: number }[];
  readonly cachedContentTokenCount?: number;
}

describe('tokens', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });
  const count = async (body: Json, model = 'gemini-2.5-flash') => {
    const document = await (await post(simulator(), `models/${model}:countTokens`, body)).json();
    assertValid('gemini', 'CountTokensResponse', document);
    return document as Count;
  };

  test('are those that a reply counts for its prompt', async () => {
    const request = {
      contents: CONTENTS,
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      tools: [{ functionDeclarations: [WEATHER] }],
    };
    const { totalTokens, promptTokensDetails } = await count({ generateContentRequest: request });
    const { usageMetadata } = await generate(simulator(), request);
    assert.equal(usageMetadata.promptTokenCount, totalTokens);
    assert.deepEqual(usageMetadata.promptTokensDetails, promptTokensDetails);
    assert.ok(totalTokens > (await count({ contents: CONTENTS })).totalTokens + 10);
  });

  test('are counted by what they are', async () => {
    const media = (mimeType: string, data: string, more: Json = {}) => ({
      contents: { parts: [{ text: 'a' }, { inlineData: { mimeType, data }, ...more }] },
    });
    const second = 'A'.repeat(Math.ceil(16_000 / 3) * 4);
    const modalities = async (body: Json, model?: string) =>
      Object.fromEntries(
        (await count(body, model)).promptTokensDetails.map(({ modality, tokenCount }) => [modality, tokenCount]),
      );
    assert.deepEqual(await modalities(media('image/png', 'AAAA')), { TEXT: 2, IMAGE: 258 });
    assert.deepEqual(await modalities(media('image/png', 'AAAA'), 'gemini-3-pro'), { TEXT: 2, IMAGE: 1120 });
    const low = { mediaResolution: { level: 'MEDIA_RESOLUTION_LOW' } };
    assert.deepEqual(await modalities(media('image/png', 'AAAA', low), 'gemini-3-pro'), { TEXT: 2, IMAGE: 280 });
    assert.deepEqual(await modalities(media('audio/mpeg', second)), { TEXT: 2, AUDIO: 33 });
    assert.deepEqual(await modalities(media('application/pdf', 'AAAA')), { TEXT: 2, DOCUMENT: 258 });
    const film = {
      fileData: { mimeType: 'video/mp4', fileUri: 'x' },
      videoMetadata: { startOffset: '1s', endOffset: '3s' },
    };
    assert.deepEqual(await modalities({ contents: { parts: [film] } }), { TEXT: 1, VIDEO: 516, AUDIO: 64 });
  });

  test('of embedding models are counted too', async () => {
    assert.equal((await count({ contents: CONTENTS }, 'gemini-embedding-001')).totalTokens, 7);
  });

  test('of nothing are not', async () => {
    const message = '* CountTokensRequest.contents: contents is not specified\n';
    assert.equal(await messageOf(await post(simulator(), COUNT, ''), 400), message);
  });
});

describe('embeddings', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });
  const content = { parts: [{ text: 'sky' }] };
  const batched = (count: number, fields: Json = {}) => ({
    requests: Array.from({ length: count }, () => ({
      model: 'models/gemini-embedding-001',
      content,
      outputDimensionality: 3,
      ...fields,
    })),
  });

  test('are alike alone and in a batch, whatever the request', async () => {
    const single = (await (await post(simulator(), EMBED, { content, output_dimensionality: 3 })).json()) as Json;
    const batch = (await (await post(simulator(), BATCH, batched(100))).json()) as { embeddings: Json[] };
    assertValid('gemini', 'EmbedContentResponse', single);
    assertValid('gemini', 'BatchEmbedContentsResponse', batch);
    assert.equal(batch.embeddings.length, 100);
    for (const embedding of batch.embeddings) assert.deepEqual(embedding, single.embedding);
  });

  test('of gemini-embedding-2 are normalised at every length and count their tokens', async () => {
    const body = { content, outputDimensionality: 256 };
    const response = await post(simulator(), 'models/gemini-embedding-2:embedContent', body);
    const document = (await response.json()) as {
      embedding: { values: number[] };
      usageMetadata: { promptTokenCount: number };
    };
    assertValid('gemini', 'EmbedContentResponse', document);
    assert.ok(Math.abs(document.embedding.values.reduce((sum, value) => sum + value * value, 0) - 1) < 1e-4);
    assert.equal(document.usageMetadata.promptTokenCount, 1);
  });

  const refusals: readonly (readonly [path: string, body: Json, violation: string])[] = [
    [EMBED, {}, 'EmbedContentRequest.content: content is not specified'],
    [EMBED, { content: {} }, 'EmbedContentRequest.content.parts: contents.parts must not be empty.'],
    [EMBED, { content, title: 'x' }, 'EmbedContentRequest.title: only allowed when task_type is RETRIEVAL_DOCUMENT'],
    [
      EMBED,
      { content, outputDimensionality: 3073 },
      'EmbedContentRequest.output_dimensionality: must be in the range [1, 3072]',
    ],
    [BATCH, {}, 'BatchEmbedContentsRequest.requests: requests is not specified'],
    [BATCH, batched(101), 'BatchEmbedContentsRequest.requests: at most 100 requests can be in one batch'],
    [
      BATCH,
      batched(1, { model: 'gemini-embedding-001' }),
      'BatchEmbedContentsRequest.requests[0].model: unexpected model name format',
    ],
  ];
  for (const [path, body, violation] of refusals) {
    test(violation, async () => {
      assert.equal(await messageOf(await post(simulator(), path, body), 400), `* ${violation}\n`);
    });
  }
});

describe('cached contents', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });
  const words = [{ role: 'user', parts: [{ text: 'word '.repeat(1_200) }] }];
  const create = async (fields: Json = {}, status = 200) => {
    const body = { model: 'models/gemini-2.5-flash', contents: words, ttl: '300s', ...fields };
    const response = await post(simulator(), 'cachedContents', body);
    if (status !== 200) return messageOf(response, status);
    const document = (await response.json()) as { name: string };
    assertValid('gemini', 'CachedContent', document);
    return document.name;
  };
  const using = (cachedContent: string, fields: Json = {}, model = 'gemini-2.5-flash') =>
    post(simulator(), `models/${model}:generateContent`, asking({ cachedContent, ...fields }));

  test('bring their tools along', async () => {
    const toolConfig = { functionCallingConfig: { mode: 'ANY' } };
    const cachedContent = await create({ tools: [{ functionDeclarations: [WEATHER] }], tool_config: toolConfig });
    const { candidates } = await generate(simulator(), { cachedContent });
    assert.equal(candidates![0].content.parts?.[0].functionCall?.name, 'get_weather');
  });

  test('count for countTokens as well', async () => {
    const cachedContent = await create();
    const response = await post(simulator(), COUNT, { generateContentRequest: { contents: CONTENTS, cachedContent } });
    const { totalTokens, cachedContentTokenCount = 0 } = (await response.json()) as Count;
    assert.equal(totalTokens, cachedContentTokenCount + 7);
  });

  test('are for their own model, and exclude instructions and tools in the request', async () => {
    const cachedContent = await create();
    assert.equal(
      await messageOf(await using(cachedContent, {}, 'gemini-2.5-pro'), 400),
      'Model used by GenerateContent request (models/gemini-2.5-pro) and CachedContent (models/gemini-2.5-flash) has to be the same.',
    );
    const message = await messageOf(await using(cachedContent, { systemInstruction: { parts: [{ text: 'a' }] } }), 400);
    assert.match(message, /^CachedContent can not be used with GenerateContent request setting system_instruction/);
  });

  test('are gone when they are deleted or were never there', async () => {
    const name = await create();
    const url = `${simulator().url}/v1beta/${name}`;
    const deleted = await fetch(url, { method: 'DELETE' });
    assert.deepEqual([deleted.status, await deleted.json()], [200, {}]);
    for (const response of [
      await fetch(url),
      await fetch(url, { method: 'DELETE' }),
      await using(name),
      await using('x'),
    ])
      assert.equal(await messageOf(response, 403), 'CachedContent not found (or permission denied)');
  });

  test('are large enough, of a model, and for some time', async () => {
    const small = await create({ contents: CONTENTS }, 400);
    assert.equal(small, 'Cached content is too small. total_token_count=7, min_total_token_count=1024');
    assert.match(await create({ model: 'models/none' }, 404), /is not supported for createCachedContent/);
    assert.equal(
      await create({ model: null }, 400),
      '* CreateCachedContentRequest.cached_content.model: model is not specified\n',
    );
    assert.match(await create({ ttl: '0s' }, 400), /cached_content\.ttl: must be positive/);
    assert.match(
      await create({ ttl: '1h' }, 400),
      /^Invalid value at 'cached_content\.ttl' \(type\.googleapis\.com\/google\.protobuf\.Duration\)/,
    );
  });

  test('expire when they are told to', async () => {
    const name = await create({ ttl: undefined, expireTime: '2030-01-02T03:04:05.5Z' });
    const url = `${simulator().url}/v1beta/${name}`;
    assert.equal(((await (await fetch(url)).json()) as Json).expireTime, '2030-01-02T03:04:05.500Z');
    const nothing = await fetch(url, { method: 'PATCH', body: '{}' });
    assert.match(await messageOf(nothing, 400), /only the expiration can be updated/);
  });
});
