/** The examples of OpenAI's guide "Images and vision", section "Calculating costs". */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { imageTokens } from '../../../src/providers/openai/image-tokens.js';
import { pngOf } from '../image-files.js';

const url = (width: number, height: number) => `data:image/png;base64,${pngOf(width, height)}`;

describe('imageTokens', () => {
  test('counts tiles of 512 pixels after scaling', () => {
    assert.equal(imageTokens('gpt-4o', url(1_024, 1_024), 'high'), 765);
    assert.equal(imageTokens('gpt-4o', url(2_048, 4_096), 'high'), 1_105);
    assert.equal(imageTokens('gpt-4o', url(4_096, 8_192), 'low'), 85);
    assert.equal(imageTokens('gpt-4o', url(512, 512), 'auto'), 85 + 170);
    assert.equal(imageTokens('gpt-4o', url(513, 1), 'high'), 85 + 2 * 170);
  });

  test('takes each model’s own figures', () => {
    assert.equal(imageTokens('gpt-4o-mini-2024-07-18', url(512, 512), 'high'), 2_833 + 5_667);
    assert.equal(imageTokens('o3', url(512, 512), 'high'), 75 + 150);
    assert.equal(imageTokens('gpt-5', url(512, 512), 'high'), 70 + 140);
  });

  test('counts patches of 32 pixels for the smaller models, scaled until there are at most 1,536', () => {
    assert.equal(imageTokens('gpt-4.1-mini', url(1_024, 1_024), 'auto'), Math.ceil(1_024 * 1.62));
    assert.equal(imageTokens('gpt-5-nano', url(1_800, 2_400), 'auto'), Math.ceil(1_452 * 2.46));
    assert.equal(imageTokens('o4-mini', url(1, 1), 'auto'), 2);
  });

  test('takes an image that it cannot see for one of 1024 × 1024', () => {
    for (const unseen of [
      'https://example.com/a.png',
      'data:image/png;base64,aGVsbG8=',
      'data:image/png;base64,%%%',
      'data:image/svg+xml,<svg/>',
    ]) {
      assert.equal(imageTokens('gpt-4o', unseen, 'high'), 765);
    }
  });

  test('has a limit for every shape', () => {
    for (const [width, height] of [
      [1, 1_000_000],
      [4_294_967_295, 1],
      [100_000, 100_000],
    ]) {
      const tiles = imageTokens('gpt-4o', url(width, height), 'high');
      assert.ok(tiles >= 85 + 170 && tiles <= 85 + 8 * 170, `${tiles}`);
      const patches = imageTokens('gpt-4.1-mini', url(width, height), 'high');
      assert.ok(patches >= 2 && patches <= Math.ceil(1_536 * 1.62), `${patches}`);
    }
  });
});
