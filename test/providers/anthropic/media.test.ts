/** The size of images and the pages of PDFs, read from bytes as real files begin. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { imageSizeOf } from '../../../src/providers/anthropic/image-size.js';
import { pdfPagesOf } from '../../../src/providers/anthropic/pdf-pages.js';

const base64 = (...parts: readonly (string | readonly number[])[]) =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  ).toString('base64');

/** Real files of a red square, 3 × 2 pixels, as encoders write them; the WebP headers are laid out by hand after the format. */
const IMAGES: readonly (readonly [name: string, file: string, width: number, height: number])[] = [
  ['PNG', 'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR42mP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg==', 3, 2],
  ['GIF', base64('GIF89a', [3, 0, 2, 0, 0x80, 0, 0]), 3, 2],
  [
    'WebP, lossy',
    base64('RIFF', [0, 0, 0, 0], 'WEBPVP8 ', [0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 0x20, 0x43, 0x58, 0x42]),
    800,
    600,
  ],
  [
    'WebP, lossless',
    base64('RIFF', [0, 0, 0, 0], 'WEBPVP8L', [0, 0, 0, 0, 0x2f, 0x1f, 0xc3, 0x95, 0x00, 0, 0, 0, 0, 0, 0]),
    800,
    600,
  ],
  [
    'WebP, extended',
    base64('RIFF', [0, 0, 0, 0], 'WEBPVP8X', [10, 0, 0, 0, 0, 0, 0, 0, 0x1f, 3, 0, 0x57, 2, 0]),
    800,
    600,
  ],
  [
    'JPEG behind its metadata',
    base64([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xdb, 0, 3, 0, 0xff, 0xc2, 0, 17, 8, 0x02, 0x58, 0x03, 0x20, 3]),
    800,
    600,
  ],
];

describe('the size of an image', () => {
  for (const [name, file, width, height] of IMAGES) {
    test(`is found in a ${name}`, () => assert.deepEqual(imageSizeOf(file), { width, height }));

    test(`is not found in a ${name} that is cut short`, () => {
      assert.equal(imageSizeOf(Buffer.from(file, 'base64').subarray(0, 8).toString('base64')), undefined);
    });
  }

  test('is unknown of what is no image', () => {
    for (const file of ['', 'Hello', 'data:image/png;base64,AAAA', base64('BM', [0, 0])])
      assert.equal(imageSizeOf(file), undefined);
  });

  test('is looked for in any bytes without failing', () => {
    const beginnings = IMAGES.map(([, file]) => [...Buffer.from(file, 'base64').subarray(0, 12)]);
    fc.assert(
      fc.property(fc.constantFrom([], ...beginnings), fc.uint8Array({ maxLength: 60 }), (beginning, rest) => {
        const size = imageSizeOf(base64(beginning, [...rest]));
        if (size !== undefined) assert.ok(size.width >= 0 && size.height >= 0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the pages of a PDF', () => {
  test('are its page objects, not the list of them', () => {
    const file =
      '%PDF-1.4\n1 0 obj <</Type /Pages /Count 2>>\n2 0 obj <</Type /Page>>\n3 0 obj <</Type/Page/Parent 1 0 R>>\n%%EOF';
    assert.equal(pdfPagesOf(base64(file)), 2);
  });

  test('are one where none can be seen', () => {
    assert.equal(pdfPagesOf(base64('%PDF-1.7')), 1);
    assert.equal(pdfPagesOf('not base64!'), 1);
  });
});
