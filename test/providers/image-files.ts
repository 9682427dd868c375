/** The beginnings of image files, as base64: enough to read their dimensions from, and no pixels. */

const base64 = (...parts: readonly (string | readonly number[])[]) =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  ).toString('base64');
const big16 = (value: number) => [(value >> 8) & 0xff, value & 0xff];
const little16 = (value: number) => [value & 0xff, (value >> 8) & 0xff];
const little24 = (value: number) => [...little16(value), (value >> 16) & 0xff];

export function pngOf(width: number, height: number): string {
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  return base64('\x89PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', [...size], [8, 6, 0, 0, 0]);
}

export function gifOf(width: number, height: number): string {
  return base64('GIF89a', little16(width), little16(height), [0, 0, 0]);
}

/** With as many bytes of metadata in front of the size. */
export function jpegOf(width: number, height: number, metadataBytes = 0): string {
  const segments: number[] = [];
  for (let rest = metadataBytes; rest > 0; rest -= 60_000) {
    const length = Math.min(rest, 60_000);
    segments.push(0xff, 0xe1, ...big16(length + 2), ...new Array<number>(length).fill(0));
  }
  return base64([0xff, 0xd8], segments, [0xff, 0xff, 0xc2, 0, 17, 8], big16(height), big16(width), [3, 1, 0x22, 0]);
}

export function webpOf(kind: 'VP8 ' | 'VP8L' | 'VP8X', width: number, height: number): string {
  const start = ['RIFF', [0, 0, 0, 0], 'WEBP', kind, [0, 0, 0, 0]] as const;
  if (kind === 'VP8 ') return base64(...start, [0, 0, 0, 0x9d, 0x01, 0x2a], little16(width), little16(height));
  if (kind === 'VP8X') return base64(...start, [0, 0, 0, 0], little24(width - 1), little24(height - 1));
  const packed = width - 1 + (height - 1) * 0x4000;
  return base64(
    ...start,
    [0x2f],
    little16(packed % 0x10000),
    little16(Math.floor(packed / 0x10000)),
    new Array(6).fill(0),
  );
}
