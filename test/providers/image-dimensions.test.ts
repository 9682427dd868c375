import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { dimensionsOfBase64, dimensionsOfDataUrl } from '../../src/providers/image-dimensions.js';
import { gifOf, jpegOf, pngOf, webpOf } from './image-files.js';

const SIZES = [
  [1, 1],
  [640, 480],
  [16_383, 12_345],
] as const;

/** A red square of 3 × 2 pixels as an encoder wrote it, and WebP headers laid out by hand after the format. */
const KNOWN_FILES: readonly (readonly [name: string, file: string, width: number, height: number])[] = [
  ['PNG', 'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR42mP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg==', 3, 2],
  ['lossy WebP', 'UklGRgAAAABXRUJQVlA4IAAAAAAAAACdASogQ1hC', 800, 600],
  ['lossless WebP', 'UklGRgAAAABXRUJQVlA4TAAAAAAvH8OVAAAAAAAA', 800, 600],
  ['extended WebP', 'UklGRgAAAABXRUJQVlA4WAoAAAAAAAAAHwMAVwIA', 800, 600],
];

describe('the dimensions of an image', () => {
  const formats = {
    PNG: pngOf,
    GIF: gifOf,
    JPEG: jpegOf,
    'lossy WebP': (width: number, height: number) => webpOf('VP8 ', width, height),
    'lossless WebP': (width: number, height: number) => webpOf('VP8L', width, height),
    'extended WebP': (width: number, height: number) => webpOf('VP8X', width, height),
  };
  for (const [format, write] of Object.entries(formats)) {
    test(`are read from ${format}`, () => {
      for (const [width, height] of SIZES)
        assert.deepEqual(dimensionsOfBase64(write(width, height)), { width, height });
    });
  }

  for (const [name, file, width, height] of KNOWN_FILES) {
    test(`are those of a known ${name}`, () => assert.deepEqual(dimensionsOfBase64(file), { width, height }));
  }

  test('are found in a JPEG behind its metadata, up to a limit', () => {
    assert.deepEqual(dimensionsOfBase64(jpegOf(800, 600, 150_000)), { width: 800, height: 600 });
    assert.equal(dimensionsOfBase64(jpegOf(800, 600, 1_000_000)), undefined);
  });

  test('are those of a data URL and of no other', () => {
    const png = pngOf(3, 4);
    assert.deepEqual(dimensionsOfDataUrl(`data:image/png;base64,${png}`), { width: 3, height: 4 });
    assert.deepEqual(dimensionsOfDataUrl(`DATA:;BASE64,${png}`), { width: 3, height: 4 });
    for (const url of ['', 'https://example.com/a.png', `data:image/png,${png}`, png]) {
      assert.equal(dimensionsOfDataUrl(url), undefined);
    }
  });

  test('are none of an empty image', () => {
    assert.equal(dimensionsOfBase64(pngOf(0, 5)), undefined);
    assert.equal(dimensionsOfBase64(jpegOf(5, 0)), undefined);
  });

  test('are numbers or none, whatever the bytes and wherever they are cut', () => {
    const files = fc.constantFrom(...Object.values(formats).map((write) => write(640, 480)));
    const cut = fc.tuple(files, fc.nat(60)).map(([file, length]) => file.slice(0, length));
    const changed = fc.tuple(files, fc.nat(59), fc.nat(255)).map(([file, at, byte]) => {
      const bytes = Buffer.from(file, 'base64');
      bytes[at % bytes.length] = byte;
      return bytes.toString('base64');
    });
    const anything = fc.oneof(cut, changed, fc.string(), fc.base64String());
    fc.assert(
      fc.property(anything, (base64) => {
        const found = dimensionsOfBase64(base64);
        if (found !== undefined) assert.ok(found.width > 0 && found.height > 0);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
