/** Events as bytes and as texts, and where in them a character takes several bytes. */
import type { GeneratedChoice } from '../providers/generation.js';
import type { FinishedReply, ReplyFrame } from '../runtime/finished-reply.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The first byte of the characters of several bytes in UTF-8. */
const LEAD_MIN = 0xc2;
const LEAD_MAX = 0xf4;
const CONTINUATION_MASK = 0b1100_0000;
const CONTINUATION = 0b1000_0000;

/** Put into a text without a character of several bytes: an em dash, which takes three. */
const WIDE_CHARACTER = '\u2014';

export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The bytes but for the one at the offset. */
export function withoutByte(bytes: Uint8Array, offset: number): Uint8Array {
  const rest = new Uint8Array(bytes.length - 1);
  rest.set(bytes.subarray(0, offset));
  rest.set(bytes.subarray(offset + 1), offset);
  return rest;
}

/** A character of several bytes in a frame. */
export interface WideCharacter {
  readonly frame: number;
  readonly start: number;
  /** Behind its last byte. */
  readonly end: number;
}

/** The first behind so many tokens, else the first of all. */
export function wideCharacterBehind({ frames }: FinishedReply, tokens: number): WideCharacter | undefined {
  const behind = frames.findIndex((frame) => frame.tokens > tokens);
  return (behind > 0 ? wideCharacterFrom(frames, behind) : undefined) ?? wideCharacterFrom(frames, 0);
}

function wideCharacterFrom(frames: readonly ReplyFrame[], from: number): WideCharacter | undefined {
  for (let frame = from; frame < frames.length; frame++) {
    const { bytes } = frames[frame];
    const start = bytes.findIndex((byte) => byte >= LEAD_MIN && byte <= LEAD_MAX);
    if (start < 0) continue;
    let end = start + 1;
    while ((bytes[end] & CONTINUATION_MASK) === CONTINUATION) end++;
    return { frame, start, end };
  }
  return undefined;
}

/**
 * Makes the text of the first choice hold a character of several bytes behind a number of tokens, or in its last one where it has fewer, if it
 * holds none there. A document stays as it is: it has to be one afterwards.
 */
export function withWideCharacter(
  choices: readonly GeneratedChoice[],
  afterTokens: number,
): readonly GeneratedChoice[] {
  const [choice, ...others] = choices;
  const place = choice.parts.findIndex(({ kind }) => kind === 'text');
  if (place < 0) return choices;
  const part = choice.parts[place];
  const at = Math.min(afterTokens, part.tokens.length - 1);
  if (at < 0 || isDocument(part.tokens[0]) || part.tokens.slice(at).some(isWide)) return choices;
  const tokens = part.tokens.with(at, part.tokens[at] + WIDE_CHARACTER);
  return [{ ...choice, parts: choice.parts.with(place, { ...part, tokens }) }, ...others];
}

function isDocument(firstToken: string): boolean {
  return /^\s*[{[]/.test(firstToken);
}

function isWide(token: string): boolean {
  return bytesOf(token).length > token.length;
}
