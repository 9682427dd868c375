/**
 * How many pixels an image in a request has, read from the first bytes of its format, without decoding it. Formats: PNG (IHDR), GIF (the
 * logical screen), WebP (VP8, VP8L, VP8X), JPEG (the start-of-frame segment). Bytes that are none of these have no size.
 */

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** A JPEG's frame stands behind its metadata, whose thumbnails and profiles rarely fill more than this. */
const HEADER_BASE64_CHARACTERS_MAX = 1_048_576;

/** @param base64 the image as it stands in the request; white space is not expected in it */
export function imageSizeOf(base64: string): ImageSize | undefined {
  const bytes = headerBytes(base64);
  if (bytes === undefined) return undefined;
  return pngSize(bytes) ?? gifSize(bytes) ?? webpSize(bytes) ?? jpegSize(bytes);
}

/** The first bytes as a string of Latin-1 characters, undefined for what is not base64. */
function headerBytes(base64: string): string | undefined {
  const whole = base64.slice(0, Math.min(base64.length, HEADER_BASE64_CHARACTERS_MAX));
  try {
    return atob(whole.length < base64.length ? whole.slice(0, whole.length - (whole.length % 4)) : whole);
  } catch {
    return undefined;
  }
}

function pngSize(bytes: string): ImageSize | undefined {
  if (!bytes.startsWith('\x89PNG\r\n\x1a\n') || bytes.length < 24) return undefined;
  return { width: bigEndian(bytes, 16, 4), height: bigEndian(bytes, 20, 4) };
}

function gifSize(bytes: string): ImageSize | undefined {
  if (!bytes.startsWith('GIF8') || bytes.length < 10) return undefined;
  return { width: littleEndian(bytes, 6, 2), height: littleEndian(bytes, 8, 2) };
}

function webpSize(bytes: string): ImageSize | undefined {
  if (!bytes.startsWith('RIFF') || bytes.slice(8, 12) !== 'WEBP' || bytes.length < 30) return undefined;
  switch (bytes.slice(12, 16)) {
    case 'VP8 ':
      return { width: littleEndian(bytes, 26, 2) & 0x3fff, height: littleEndian(bytes, 28, 2) & 0x3fff };
    case 'VP8L': {
      const packed = littleEndian(bytes, 21, 4);
      return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: littleEndian(bytes, 24, 3) + 1, height: littleEndian(bytes, 27, 3) + 1 };
    default:
      return undefined;
  }
}

/** Walks the segments up to the first start of a frame (SOF0 to SOF15, without the tables that share the range). */
function jpegSize(bytes: string): ImageSize | undefined {
  if (!bytes.startsWith('\xff\xd8')) return undefined;
  let at = 2;
  while (at + 9 <= bytes.length && bytes.charCodeAt(at) === 0xff) {
    const marker = bytes.charCodeAt(at + 1);
    const startsFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (startsFrame) return { width: bigEndian(bytes, at + 7, 2), height: bigEndian(bytes, at + 5, 2) };
    at += 2 + Math.max(2, bigEndian(bytes, at + 2, 2));
  }
  return undefined;
}

function bigEndian(bytes: string, at: number, length: number): number {
  let value = 0;
  for (let index = 0; index < length; index++) value = value * 256 + bytes.charCodeAt(at + index);
  return value;
}

function littleEndian(bytes: string, at: number, length: number): number {
  let value = 0;
  for (let index = length - 1; index >= 0; index--) value = value * 256 + bytes.charCodeAt(at + index);
  return value;
}
