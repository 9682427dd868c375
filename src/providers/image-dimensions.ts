/**
 * Width and height of an image from the first bytes of its file: PNG, GIF, JPEG and WebP, the formats that the providers take. Reads a
 * bounded beginning of the data and nothing else, so that an image of any size costs the same; what cannot be read is undefined.
 */

export interface ImageDimensions {
  /** In pixels, >= 1. */
  readonly width: number;
  readonly height: number;
}

/** Base64 characters that are decoded: a JPEG's size stands behind its metadata, of which a segment has up to 64 KB. */
const BASE64_LENGTH_MAX = 256 * 1024;
const DATA_URL = /^data:[^,]{0,256};base64,/i;

/** The dimensions of an image in a `data:` URL; undefined for any other URL, for another format and for damaged data. */
export function dimensionsOfDataUrl(url: string): ImageDimensions | undefined {
  const start = DATA_URL.exec(url.slice(0, 300))?.[0].length;
  return start === undefined ? undefined : dimensionsOfBase64(url.slice(start, start + BASE64_LENGTH_MAX));
}

/** The dimensions of an image given as base64 text, of which the beginning is enough. */
export function dimensionsOfBase64(base64: string): ImageDimensions | undefined {
  const bytes = decode(base64.slice(0, BASE64_LENGTH_MAX));
  if (bytes === undefined) return undefined;
  const found = pngSize(bytes) ?? gifSize(bytes) ?? webpSize(bytes) ?? jpegSize(bytes);
  return found !== undefined && found.width > 0 && found.height > 0 ? found : undefined;
}

/** The bytes as a string of code units; undefined for text that is not base64. */
function decode(base64: string): string | undefined {
  try {
    return atob(base64.slice(0, base64.length - (base64.length % 4)));
  } catch {
    return undefined;
  }
}

function uint16(bytes: string, at: number): number {
  return (bytes.charCodeAt(at) << 8) | bytes.charCodeAt(at + 1);
}

function uint16Little(bytes: string, at: number): number {
  return (bytes.charCodeAt(at + 1) << 8) | bytes.charCodeAt(at);
}

/** W3C PNG: the header chunk comes first. */
function pngSize(bytes: string): ImageDimensions | undefined {
  if (!bytes.startsWith('\x89PNG\r\n\x1a\n') || bytes.length < 24) return undefined;
  const width = uint16(bytes, 16) * 0x10000 + uint16(bytes, 18);
  return { width, height: uint16(bytes, 20) * 0x10000 + uint16(bytes, 22) };
}

function gifSize(bytes: string): ImageDimensions | undefined {
  if (!/^GIF8[79]a/.test(bytes) || bytes.length < 10) return undefined;
  return { width: uint16Little(bytes, 6), height: uint16Little(bytes, 8) };
}

/** RFC 9649: lossy, lossless and extended files keep it in different places. */
function webpSize(bytes: string): ImageDimensions | undefined {
  if (!bytes.startsWith('RIFF') || bytes.slice(8, 12) !== 'WEBP' || bytes.length < 30) return undefined;
  switch (bytes.slice(12, 16)) {
    case 'VP8 ':
      return { width: uint16Little(bytes, 26) & 0x3fff, height: uint16Little(bytes, 28) & 0x3fff };
    case 'VP8L': {
      const low = uint16Little(bytes, 21);
      const high = uint16Little(bytes, 23);
      return { width: (low & 0x3fff) + 1, height: ((high & 0xfff) << 2) + (low >> 14) + 1 };
    }
    case 'VP8X':
      return { width: uint24Little(bytes, 24) + 1, height: uint24Little(bytes, 27) + 1 };
    default:
      return undefined;
  }
}

function uint24Little(bytes: string, at: number): number {
  return uint16Little(bytes, at) | (bytes.charCodeAt(at + 2) << 16);
}

/** ITU-T T.81: segments of marker and length, until a start of frame, which is any of C0 to CF but C4, C8 and CC. */
function jpegSize(bytes: string): ImageDimensions | undefined {
  if (!bytes.startsWith('\xff\xd8')) return undefined;
  for (let at = 2; at + 9 <= bytes.length && bytes.charCodeAt(at) === 0xff; ) {
    const marker = bytes.charCodeAt(at + 1);
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { width: uint16(bytes, at + 7), height: uint16(bytes, at + 5) };
    }
    // A fill byte before a marker stands alone.
    at += marker === 0xff ? 1 : 2 + Math.max(2, uint16(bytes, at + 2));
  }
  return undefined;
}
