/**
 * How many tokens images, sound, films and documents have. Rates: the API's guide to tokens and its table of media resolutions; what the
 * bytes alone do not say is assumed, and said so beside each constant. Media are not decoded.
 */
import type { Media, MediaResolutionLevel, Part } from './messages/content.js';
import type { ModelTraits } from './model-traits.js';
import type { Modality, TokenCount } from './token-count.js';

/** Up to generation 2.5: an image that fits one tile, a frame of a film, a page. */
const TOKENS_PER_IMAGE = 258;
const TOKENS_PER_IMAGE_LOW = 64;
const TOKENS_PER_FRAME_LOW = 66;
/** From generation 3 on, by media resolution; the default is high for images, medium for documents, low for films. */
const NEW_TOKENS_PER_IMAGE = { LOW: 280, MEDIUM: 560, HIGH: 1120, ULTRA_HIGH: 2240 } as const;
const NEW_TOKENS_PER_FRAME = { LOW: 70, MEDIUM: 70, HIGH: 280, ULTRA_HIGH: 280 } as const;
const TOKENS_PER_SECOND_OF_AUDIO = 32;
const FRAMES_PER_SECOND = 1;
/** The documented end of the range of videoMetadata.fps. */
const FRAMES_PER_SECOND_MAX = 24;

/** Assumed: speech as 24 kHz samples of 16 bits, compressed sound at 128 kbit/s, films at 1 Mbit/s, a page of a document in 50 kB. */
const BYTES_PER_SECOND_OF_SAMPLES = 48_000;
const BYTES_PER_SECOND_OF_AUDIO = 16_000;
const BYTES_PER_SECOND_OF_VIDEO = 125_000;
const BYTES_PER_PAGE = 50_000;
/** No film is longer, whatever its offsets say. */
const SECONDS_MAX = 86_400;
/** Assumed of a file that is only named: a minute, a page, two thousand bytes of text. */
const SECONDS_OF_A_FILE = 60;
const BYTES_OF_A_FILE = 2_000;
/** Assumed of text that comes as a file: English in UTF-8. */
const BYTES_PER_TOKEN = 4;

type Level = keyof typeof NEW_TOKENS_PER_IMAGE;

/** Adds what the part's media have. @param resolution of the request, unless the part has its own */
export function countMedia(
  part: Part,
  resolution: MediaResolutionLevel | undefined,
  traits: ModelTraits,
  count: TokenCount,
): void {
  const level = levelOf(part.mediaResolution?.level ?? resolution);
  for (const media of [part.inlineData, part.fileData, ...mediaOfResponse(part)]) {
    if (media !== undefined) countOne(media, part, level, traits, count);
  }
}

/** What the part's media are, whole. */
export function mediaContent(part: Part): string {
  const media = [part.inlineData, part.fileData, ...mediaOfResponse(part)];
  return media.map((one) => `${one?.mimeType} ${one?.data ?? one?.fileUri}`).join();
}

function mediaOfResponse({ functionResponse }: Part): (Media | undefined)[] {
  return (functionResponse?.parts ?? []).map(({ inlineData, fileData }) => inlineData ?? fileData);
}

function levelOf(resolution: MediaResolutionLevel | undefined): Level | undefined {
  const level = resolution?.slice('MEDIA_RESOLUTION_'.length);
  return level === undefined || level === 'UNSPECIFIED' ? undefined : (level as Level);
}

function countOne(media: Media, part: Part, level: Level | undefined, traits: ModelTraits, count: TokenCount): void {
  const mimeType = media.mimeType ?? '';
  const modality = modalityOf(mimeType);
  const bytes = media.data === undefined ? undefined : Math.floor((media.data.length * 3) / 4);
  switch (modality) {
    case 'IMAGE':
      count.add('IMAGE', tokensPerImage(level, traits));
      break;
    case 'DOCUMENT':
      count.add('DOCUMENT', tokensPerPage(level, traits) * Math.max(1, Math.ceil((bytes ?? 0) / BYTES_PER_PAGE)));
      break;
    case 'AUDIO': {
      const rate = /wav|pcm|l16|aiff/i.test(mimeType) ? BYTES_PER_SECOND_OF_SAMPLES : BYTES_PER_SECOND_OF_AUDIO;
      count.add('AUDIO', Math.ceil(secondsOf(bytes, rate) * TOKENS_PER_SECOND_OF_AUDIO));
      break;
    }
    case 'VIDEO': {
      const seconds = secondsOf(bytes, BYTES_PER_SECOND_OF_VIDEO, part.videoMetadata);
      const framesPerSecond = Math.min(part.videoMetadata?.fps ?? FRAMES_PER_SECOND, FRAMES_PER_SECOND_MAX);
      const frames = Math.max(1, Math.round(seconds * framesPerSecond));
      count.add('VIDEO', frames * tokensPerFrame(level, traits));
      count.add('AUDIO', Math.ceil(seconds * TOKENS_PER_SECOND_OF_AUDIO));
      break;
    }
    default:
      count.add('TEXT', Math.ceil((bytes ?? BYTES_OF_A_FILE) / BYTES_PER_TOKEN));
  }
}

function modalityOf(mimeType: string): Modality {
  const [kind, subtype = ''] = mimeType.toLowerCase().split('/');
  if (kind === 'image') return 'IMAGE';
  if (kind === 'audio') return 'AUDIO';
  if (kind === 'video') return 'VIDEO';
  return kind === 'application' && subtype.startsWith('pdf') ? 'DOCUMENT' : 'TEXT';
}

function secondsOf(bytes: number | undefined, rate: number, cut: Part['videoMetadata'] = {}): number {
  const { startOffset = 0, endOffset } = cut;
  const whole = bytes === undefined ? SECONDS_OF_A_FILE : bytes / rate;
  // Without the bytes nobody knows where the film ends, so a given end is believed.
  const end = endOffset === undefined ? whole : bytes === undefined ? endOffset : Math.min(endOffset, whole);
  return Math.min(SECONDS_MAX, Math.max(0, end - Math.max(0, startOffset)));
}

function tokensPerImage(level: Level | undefined, { isNew }: ModelTraits): number {
  if (isNew) return NEW_TOKENS_PER_IMAGE[level ?? 'HIGH'];
  return level === 'LOW' ? TOKENS_PER_IMAGE_LOW : TOKENS_PER_IMAGE;
}

function tokensPerPage(level: Level | undefined, traits: ModelTraits): number {
  return tokensPerImage(level ?? (traits.isNew ? 'MEDIUM' : undefined), traits);
}

function tokensPerFrame(level: Level | undefined, { isNew }: ModelTraits): number {
  if (isNew) return NEW_TOKENS_PER_FRAME[level ?? 'LOW'];
  return level === 'LOW' ? TOKENS_PER_FRAME_LOW : TOKENS_PER_IMAGE;
}
