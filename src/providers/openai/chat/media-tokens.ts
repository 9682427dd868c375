/** How many tokens the parts of a message take that are no text: images, audio and files. */

import { imageTokens } from '../image-tokens.js';
import type { MediaPart } from './content-parts.js';

/** A token per 100 ms. Source: OpenAI's guide "Managing costs" of audio. */
const AUDIO_TOKENS_PER_SECOND = 10;
/** Of an MP3 of 128 kbit/s, and of a WAV whose header cannot be read: 24,000 samples of 16 bits. Assumed. */
const MP3_BYTES_PER_SECOND = 16_000;
const WAV_BYTES_PER_SECOND = 48_000;
/** A file is mostly fonts, images and mark-up. Assumed. */
const FILE_BYTES_PER_TOKEN = 32;
/** A file that was uploaded before, of which nothing is known. Assumed. */
const UPLOADED_FILE_TOKENS = 1_000;
/** A WAV file's header up to the bytes per second, as base64. */
const WAV_HEADER_BASE64 = 44;
const WAV_BYTES_PER_SECOND_AT = 28;

export function mediaTokens(part: MediaPart, model: string): number {
  switch (part.kind) {
    case 'image':
      return imageTokens(model, part.url, part.detail);
    case 'audio':
      return Math.max(1, Math.ceil(secondsOf(part.data, part.format) * AUDIO_TOKENS_PER_SECOND));
    case 'file':
      return part.data === undefined
        ? UPLOADED_FILE_TOKENS
        : Math.max(1, Math.ceil(bytesOf(part.data) / FILE_BYTES_PER_TOKEN));
  }
}

function secondsOf(base64: string, format: 'wav' | 'mp3'): number {
  return bytesOf(base64) / (format === 'wav' ? wavBytesPerSecond(base64) : MP3_BYTES_PER_SECOND);
}

/** The file's bytes; its prefix counts as data when it comes as a `data:` URL. */
function bytesOf(base64: string): number {
  return Math.floor((base64.length * 3) / 4);
}

function wavBytesPerSecond(base64: string): number {
  let header = '';
  try {
    header = atob(base64.slice(0, WAV_HEADER_BASE64));
  } catch {
    return WAV_BYTES_PER_SECOND;
  }
  if (!header.startsWith('RIFF') || header.length < WAV_BYTES_PER_SECOND_AT + 4) return WAV_BYTES_PER_SECOND;
  let perSecond = 0;
  for (let byte = 3; byte >= 0; byte--) perSecond = perSecond * 256 + header.charCodeAt(WAV_BYTES_PER_SECOND_AT + byte);
  return perSecond > 0 ? perSecond : WAV_BYTES_PER_SECOND;
}
