/** A prompt is measured once and looked up once, where its model has a cache and the request lets the cache have it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { measurePrompt } from '../../src/engine/prompt-measuring.js';
import { ServedModels } from '../../src/engine/served-models.js';
import type { PromptMeter, PromptScope } from '../../src/providers/prompt-meter.js';
import type { PrefixAnswer, PrefixQuestion } from '../../src/runtime/prefix-cache.js';
import { snapshotOf, tokenizers } from './engine-parts.js';

const SCOPE: PromptScope = { cacheable: true, partition: '', minTokens: 32 };
const BLOCKS = { enabled: true, block_tokens: 16 };

function modelWith(prefix_cache: object) {
  const models = new ServedModels(snapshotOf({ providers: { m: { prefix_cache } } }), tokenizers);
  const model = models.find('m', 'chat', 'openai');
  assert.ok(model !== undefined);
  return model;
}

/** What the round ends with: the measured prompt, or the question. */
function round(
  prefixCache: object,
  tokens: number,
  scope: Partial<PromptScope> = {},
  answer?: PrefixAnswer,
  owner = 'me',
) {
  let measured = 0;
  const measure = (meter: PromptMeter) => {
    measured++;
    return { total: meter.other('prompt', tokens) };
  };
  const known = <Known>(take: () => Known): Known => take();
  const context = { owner: () => [owner], answer, known, needed: (question: PrefixQuestion) => ({ question }) };
  try {
    const prompt = measurePrompt(modelWith(prefixCache), { ...SCOPE, ...scope }, context, measure);
    return { prompt, measured, question: undefined };
  } catch (thrown) {
    return { prompt: undefined, measured, question: (thrown as { question: PrefixQuestion }).question };
  }
}

describe('a prompt', () => {
  test('is looked up by its whole blocks, under its model and for the configured time', () => {
    const { question } = round({ ...BLOCKS, ttl_secs: 77 }, 50);
    assert.equal(question?.lookup.blocks.length, 3);
    assert.equal(question?.lookup.ttlSecs, 77);
    assert.equal(question?.lookup.model, modelWith(BLOCKS).index);
    assert.deepEqual(question?.measured, { total: 50 });
  });

  test('is measured no more when the answer is there', () => {
    const { prompt, measured } = round(BLOCKS, 50, {}, { hits: 2, measured: { total: 50 } });
    assert.deepEqual(prompt, { measured: { total: 50 }, cachedTokens: 32 });
    assert.equal(measured, 0);
  });

  test('has nothing of a hit below the minimum', () => {
    const { prompt } = round(BLOCKS, 50, {}, { hits: 1, measured: { total: 50 } });
    assert.equal(prompt?.cachedTokens, 0);
  });

  test('below the minimum is looked up nowhere, be it the provider’s or the configured one', () => {
    assert.deepEqual(round(BLOCKS, 31).prompt, { measured: { total: 31 }, cachedTokens: 0 });
    assert.deepEqual(round({ ...BLOCKS, min_tokens: 160 }, 159).prompt?.cachedTokens, 0);
    assert.notEqual(round({ ...BLOCKS, min_tokens: 16 }, 16).question, undefined);
  });

  test('is looked up nowhere without a cache, or where the request does not let the cache have it', () => {
    assert.equal(round({}, 5_000).prompt?.cachedTokens, 0);
    assert.equal(round(BLOCKS, 5_000, { cacheable: false }).prompt?.cachedTokens, 0);
  });

  test('is kept as long as the request wants, never shorter than configured', () => {
    assert.equal(round({ ...BLOCKS, ttl_secs: 300 }, 50, { ttlSecs: 86_400 }).question?.lookup.ttlSecs, 86_400);
    assert.equal(round({ ...BLOCKS, ttl_secs: 3_600 }, 50, { ttlSecs: 1_800 }).question?.lookup.ttlSecs, 3_600);
  });

  test('of another owner or partition has other blocks', () => {
    const blocks = (scope: Partial<PromptScope>, owner?: string) =>
      round(BLOCKS, 50, scope, undefined, owner).question?.lookup.blocks;
    assert.deepEqual(blocks({}), blocks({}));
    assert.notDeepEqual(blocks({}), blocks({ partition: 'a' }));
    assert.notDeepEqual(blocks({}), blocks({}, 'you'));
  });
});
