/**
 * Where in a reply a fault strikes: behind a number of tokens or at a time, and the parameters that say so. Of a whole reply the tokens' share
 * of the body stands for them.
 */
import type { JsonSchema } from '../kernel/json-schema.js';
import type { FinishedReply, ReplyFrame } from '../runtime/finished-reply.js';
import { WAIT_MS_MAX } from './parameters.js';

/** More than any model says. */
const TOKENS_MAX = 1_000_000;

/** What is kept back of a body: it may end with a line break, which nobody would miss. */
const BODY_END_BYTES = 2;

export const placeProperties = {
  after_tokens: {
    type: 'integer',
    minimum: 0,
    maximum: TOKENS_MAX,
    default: 5,
    description:
      'How many tokens the client is shown before; an event with several goes out whole. Of a whole reply the same share of the body goes out. A reply that has fewer is struck behind its last one, before what ends it.',
    'x-unit': 'tokens',
  },
  after_ms: {
    type: 'number',
    minimum: 0,
    maximum: WAIT_MS_MAX,
    default: 0,
    description:
      "Where more than 0, the time after the request's arrival that decides instead, multiplied by `simulation.time_scale`. Nothing happens to a reply that is over by then.",
    'x-unit': 'ms',
  },
} as const satisfies { readonly [name: string]: JsonSchema };

interface PlaceParameters {
  readonly after_tokens: number;
  readonly after_ms: number;
}

export interface Place {
  /** So many frames go out before. */
  readonly frames: number;
  /** How long after the last of them, or after the request's arrival where there is none, µs. */
  readonly waitUs: number;
  /** Of the next frame, which is the body of a whole reply, so many bytes go out as well. */
  readonly bytes: number;
}

/** Undefined where the reply is over by the time. */
export function placeIn(reply: FinishedReply, parameters: PlaceParameters, timeScale: number): Place | undefined {
  const { after_ms: ms, after_tokens: wanted } = parameters;
  if (ms > 0) return placeAtTime(reply.frames, ms * 1_000 * timeScale);
  return placeByTokens(reply, wanted);
}

export function placeByTokens({ frames, kind }: FinishedReply, wanted: number): Place {
  return kind === 'whole' ? placeInBody(frames[0], wanted) : placeBehindTokens(frames, wanted);
}

function placeAtTime(frames: readonly ReplyFrame[], limitUs: number): Place | undefined {
  let lastUs = 0;
  for (const [index, { delayUs }] of frames.entries()) {
    if (lastUs + delayUs > limitUs) return { frames: index, waitUs: limitUs - lastUs, bytes: 0 };
    lastUs += delayUs;
  }
  return undefined;
}

/** A place behind the last frame would spoil nothing, so what ends the stream always lies behind the place. */
function placeBehindTokens(frames: readonly ReplyFrame[], wanted: number): Place {
  const reached = Math.min(wanted, frames[frames.length - 1].tokens);
  const index = frames.findIndex(({ tokens }) => (reached === 0 ? tokens > 0 : tokens >= reached));
  const before = reached === 0 ? Math.max(0, index) : Math.min(index + 1, frames.length - 1);
  return { frames: before, waitUs: 0, bytes: 0 };
}

/** What has no tokens, such as embeddings, is struck in the middle. */
function placeInBody({ bytes, tokens }: ReplyFrame, wanted: number): Place {
  const share = tokens === 0 ? Math.min(wanted, 0.5) : wanted / tokens;
  const sent = Math.max(0, Math.min(bytes.length - BODY_END_BYTES, Math.floor(bytes.length * share)));
  return { frames: 0, waitUs: 0, bytes: sent };
}

/** Splits the body of a whole reply at the place. Returns how many frames lie before the place. */
export function splitAt(reply: FinishedReply, { frames, bytes, waitUs }: Place): number {
  if (reply.kind === 'stream' || waitUs > 0) return frames;
  reply.frames = pieces(reply.frames[0], [bytes]);
  return 1;
}

/**
 * The frame as several: the first is due when it was, the others gapUs after each other.
 * @param cuts offsets in its bytes, rising
 */
export function pieces(frame: ReplyFrame, cuts: readonly number[], gapUs = 0): ReplyFrame[] {
  return [0, ...cuts].map((start, index) => ({
    ...frame,
    delayUs: index === 0 ? frame.delayUs : gapUs,
    bytes: frame.bytes.subarray(start, cuts[index] ?? frame.bytes.length),
    held: frame.held || (index > 0 && gapUs > 0),
  }));
}

/** Lets the frame wait longer, and all behind it. */
export function hold(frame: ReplyFrame, us: number): ReplyFrame {
  return us > 0 ? { ...frame, delayUs: frame.delayUs + us, held: true } : frame;
}

/** Ends the reply at the place, without what lies behind it. The content-length of a whole reply stays that of all of it. */
export function breakOff(reply: FinishedReply, place: Place, ending: 'close' | 'reset'): void {
  if (reply.kind === 'whole') reply.announcedBytes = reply.frames[0].bytes.length;
  const kept = splitAt(reply, place);
  reply.frames = reply.frames.slice(0, kept);
  reply.ending = ending;
  reply.endHoldUs = place.waitUs;
  if (kept === 0 && reply.kind === 'whole') reply.opening = 'never';
}
