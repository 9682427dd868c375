/**
 * Replies that are spoken: a note for every token of the text, its pitch taken from the token's letters, so that equal texts sound alike
 * and a listener hears where the tokens are. Shape: ChatCompletionAudio of the official SDK.
 *
 *   pcm16   samples of 16 bits, 24 kHz, one channel, little-endian: as each token comes
 *   wav     the same with a header          mp3   frames of silence, as long as the notes
 */
import type { Simulation } from '../../contract.js';
import { HEXADECIMAL } from '../identity.js';

const SAMPLES_PER_SECOND = 24_000;
/** Of a note, and so of a token's audio. A multiple of three bytes, so that pieces of base64 add up to base64. */
const SAMPLES_PER_TOKEN = 1_200;
const BYTES_PER_SAMPLE = 2;
/** A token per 50 ms of speech. Source: OpenAI's guide "Managing costs" of audio. */
const AUDIO_TOKENS_PER_NOTE = 1;
/** Speech of a minute is some 3 MB; what is longer is a transcript alone from there on. */
const NOTES_MAX = 1_200;
const AMPLITUDE = 8_000;
const LOWEST_HERTZ = 220;
const SEMITONES = 24;
/** The guide on audio: how long a spoken reply can be referred to. */
const EXPIRES_AFTER_SECS = 3_600;

/** A frame of MPEG-1 layer III, 128 kbit/s, 44.1 kHz, one channel, that holds no sound; and how long it lasts. */
const MP3_HEADER = [0xff, 0xfb, 0x90, 0xc4];
const MP3_FRAME_BYTES = 417;
const MP3_FRAME_SECONDS = 1_152 / 44_100;

const ID_CHARACTERS = 32;

/** The formats that are simulated. */
export const AUDIO_FORMATS: readonly string[] = ['wav', 'mp3', 'pcm16'];

export function speechOf(format: string, created: number, simulation: Simulation): Speech {
  return new Speech(
    format,
    `audio_sim${simulation.identifier(ID_CHARACTERS, HEXADECIMAL)}`,
    created + EXPIRES_AFTER_SECS,
  );
}

export class Speech {
  readonly id: string;
  /** Unix seconds. */
  readonly expiresAt: number;
  readonly #format: string;

  constructor(format: string, id: string, expiresAt: number) {
    this.#format = format;
    this.id = id;
    this.expiresAt = expiresAt;
  }

  /** How many audio tokens the text's tokens sound for. */
  tokensOf(tokens: readonly string[]): number {
    return Math.min(tokens.length, NOTES_MAX) * AUDIO_TOKENS_PER_NOTE;
  }

  /** Base64 of the samples of `count` tokens; empty behind the last that sounds. */
  sound(tokens: readonly string[], token: number, count: number): string {
    let data = '';
    for (let index = token; index < Math.min(token + count, NOTES_MAX); index++) data += base64(noteOf(tokens[index]));
    return data;
  }

  /** The audio of a whole reply. */
  whole(tokens: readonly string[]): object {
    const sounding = tokens.slice(0, NOTES_MAX);
    return { id: this.id, expires_at: this.expiresAt, data: this.#dataOf(sounding), transcript: tokens.join('') };
  }

  #dataOf(tokens: readonly string[]): string {
    if (this.#format === 'mp3') return base64(silentMp3((tokens.length * SAMPLES_PER_TOKEN) / SAMPLES_PER_SECOND));
    const notes = tokens.map((token) => base64(noteOf(token))).join('');
    if (this.#format === 'pcm16') return notes;
    return base64(wavHeader(tokens.length * SAMPLES_PER_TOKEN * BYTES_PER_SAMPLE)) + notes;
  }
}

function noteOf(token: string): Uint8Array {
  let letters = 0;
  for (const letter of token) letters += letter.codePointAt(0)!;
  const hertz = LOWEST_HERTZ * 2 ** ((letters % SEMITONES) / 12);
  const bytes = new Uint8Array(SAMPLES_PER_TOKEN * BYTES_PER_SAMPLE);
  for (let sample = 0; sample < SAMPLES_PER_TOKEN; sample++) {
    const fading = 1 - sample / SAMPLES_PER_TOKEN;
    const value = Math.round(AMPLITUDE * fading * Math.sin((2 * Math.PI * hertz * sample) / SAMPLES_PER_SECOND));
    bytes[sample * 2] = value;
    bytes[sample * 2 + 1] = value >> 8;
  }
  return bytes;
}

/** RIFF WAVE: the header of uncompressed samples, with two bytes of extension that bring it to a multiple of three bytes. */
function wavHeader(dataBytes: number): Uint8Array {
  const header = new Uint8Array(48);
  const view = new DataView(header.buffer);
  const write = (at: number, text: string) =>
    header.set(
      [...text].map((letter) => letter.charCodeAt(0)),
      at,
    );
  write(0, 'RIFF');
  view.setUint32(4, 40 + dataBytes, true);
  write(8, 'WAVEfmt ');
  view.setUint32(16, 20, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, SAMPLES_PER_SECOND, true);
  view.setUint32(28, SAMPLES_PER_SECOND * BYTES_PER_SAMPLE, true);
  view.setUint16(32, BYTES_PER_SAMPLE, true);
  view.setUint16(34, 8 * BYTES_PER_SAMPLE, true);
  view.setUint16(36, 2, true);
  write(40, 'data');
  view.setUint32(44, dataBytes, true);
  return header;
}

function silentMp3(seconds: number): Uint8Array {
  const frames = Math.ceil(seconds / MP3_FRAME_SECONDS);
  const bytes = new Uint8Array(frames * MP3_FRAME_BYTES);
  for (let frame = 0; frame < frames; frame++) bytes.set(MP3_HEADER, frame * MP3_FRAME_BYTES);
  return bytes;
}

function base64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  // As many arguments as any engine takes, and a multiple of three.
  for (let at = 0; at < bytes.length; at += 6_144) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 6_144)));
  return btoa(pieces.join(''));
}
